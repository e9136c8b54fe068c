"""What an episode owes outside any order: collected at the desk with a receipt; a rehabilitation month booked and taken back."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.apps.money.test_cycles import PACKAGE, SETUP, account, book, sums
from tests.cast import NOW, Cast
from tests.factories import episodes
from tests.factories import rehab as make
from yijia.apps.care.models import Episode
from yijia.apps.money import actions, queries, seams
from yijia.apps.money.models import FeeReceipt, Voucher
from yijia.apps.rehab import actions as rehab
from yijia.base import outbox
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused
from yijia.core.permissions import SYSTEM

MAY = date(2025, 5, 1)


def take(cast: Cast, episode: Episode, fen: int, key: uuid.UUID | None = None, part: str = "manager") -> FeeReceipt:
    return actions.take_fee(
        episode_id=episode.pk, client_id=key or uuid.uuid4(), amount_fen=fen, person="测试家属", by=cast.actors[part], at=NOW
    )  # fmt: skip


def test_the_desk_collects_what_is_owed_once(cast: Cast) -> None:  # PRICE-20
    episode = episodes.applied(cast)
    with pytest.raises(Refused, match=r"nothing_due_of_episode"):
        take(cast, episode, 2400)
    book(account(episode, [SETUP, PACKAGE]))
    key = uuid.uuid4()
    made = take(cast, episode, 10000, key)
    assert take(cast, episode, 10000, key).pk == made.pk  # pressed twice
    assert made.receipt_no.startswith("SK")
    with pytest.raises(Refused, match=r"client_id_used"):
        take(cast, episode, 1, key)
    with pytest.raises(Refused, match=r"above_due"):
        take(cast, episode, 401)
    with pytest.raises(Invalid):
        take(cast, episode, 0)
    with pytest.raises(Forbidden):
        take(cast, episode, 400, part="doctor")
    with pytest.raises(NotFound):
        take(cast, episode, 400, part="stranger_manager")
    take(cast, episode, 400)
    assert queries.fees_of_episode(episode.pk) == queries.Fees(10400, 10400)
    assert queries.fees_due(cast.actors["manager"]) == []
    assert [one.pk for one, _ in queries.fees_due(cast.actors["manager"], episode.number)] == [episode.pk]
    assert sums() == {"cash": 10400, "receivable.insurance": 4000, "payable": -14400}
    assert queries.verify_for_system().faults_total == 0
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        FeeReceipt.objects.update(amount_fen=1)


def test_what_was_paid_too_much_goes_back_in_red(cast: Cast) -> None:  # PRICE-20
    episode = episodes.applied(cast)
    book(account(episode, [SETUP, PACKAGE]))
    take(cast, episode, 10400)
    book(account(episode, [SETUP]))  # the account is made anew
    assert queries.fees_of_episode(episode.pk).due_fen == -8000
    with pytest.raises(Refused, match=r"above_overpaid"):
        take(cast, episode, -8001)
    back = take(cast, episode, -8000)
    assert back.receipt_no.startswith("TK")
    assert sums() == {"cash": 2400, "payable": -2400}
    assert queries.verify_for_system().faults_total == 0


def test_the_desk_page_and_the_receipt(cast: Cast, enter: Callable[..., Any]) -> None:  # PRICE-20
    episode = episodes.applied(cast)
    stop = {"code": "programmes.no_amount", "facts": {"key": "insurance:ltci_benefit"}}
    book(account(episode, [SETUP]))
    desk = enter("manager")
    assert episode.number in desk.get("/money/desk/").content.decode()
    path = f"/money/desk/episodes/{episode.pk}/"
    page = desk.get(path).content.decode()
    assert "还要付 24.00 元" in page
    assert enter("doctor").get(path).status_code == 403
    assert enter("stranger_manager").get(path).status_code == 404
    assert desk.delete(path).status_code == 405
    given = {"client_id": str(uuid.uuid4()), "amount": "24.00", "payer_name": "测试家属"}
    assert desk.post(path, given | {"amount": "x"}).status_code == 422
    where = {desk.post(path, given)["Location"] for _ in range(2)}
    assert len(where) == 1
    shown = desk.get(where.pop()).content.decode()
    assert "贰拾肆元整" in shown
    assert episode.number in shown
    assert "现在没有要收的钱" in desk.get(path).content.decode()
    account(episode, [], (stop,))
    assert "这个周期没有入账" in desk.get(path).content.decode()


def test_of_the_insurance_the_institutions_part_is_booked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:  # PRICE-18
    line = {"key": "insurance:ltci_benefit", "amount_fen": 5000, "by_payer": {"ltci": 5000}}
    split = line | {"goes_to": {"institution": 3000, "individual": 2000}}
    episode = episodes.applied(cast)
    book(account(episode, [split]))
    assert sums() == {"receivable.insurance": 3000, "payable": -3000}
    book(account(episode, [line | {"goes_to": {}}]))  # all of it to the institution
    assert sums() == {"receivable.insurance": 5000, "payable": -5000}
    monkeypatch.setattr(seams, "is_paid_as_benefit", lambda resident_id, scheme: scheme == "LTCI")
    book(account(episode, [split]))  # the person gets it as a benefit: booked there, not here
    assert sums() == {}


def test_a_settled_month_is_booked_and_taken_back(cast: Cast) -> None:  # PRICE-19, REHAB-14
    placement = make.running(cast)
    make.stated(cast, at=NOW, yearly_yuan=3000)
    federation = cast.actors["federation"]
    make.signed(cast, make.evaluated(cast, placement, own_fen=50_000))

    def settle() -> Any:
        return rehab.settle_month(placement_id=placement.pk, month=MAY, by=federation, at=NOW)

    made = settle()
    outbox.drain(at=NOW)
    assert sums() == {"receivable.subsidy": 200_000, "receivable.patient": 50_000, "unsettled": -250_000}
    assert actions.post_rehab_month(settlement_id=made.pk, by=SYSTEM, at=NOW) == []
    with pytest.raises(Forbidden):
        actions.post_rehab_month(settlement_id=made.pk, by=federation, at=NOW)
    with pytest.raises(NotFound):
        actions.post_rehab_month(settlement_id=0, by=SYSTEM, at=NOW)
    assert queries.fees_of_episode(placement.episode_id).due_fen == 50_000
    with pytest.raises(Forbidden):
        rehab.take_back_month(settlement_id=made.pk, why="x", by=cast.actors["manager"], at=NOW)
    with pytest.raises(Invalid):
        rehab.take_back_month(settlement_id=made.pk, why=" ", by=federation, at=NOW)
    rehab.take_back_month(settlement_id=made.pk, why="次数记错", by=federation, at=NOW)
    outbox.drain(at=NOW)
    assert sums() == {}
    with pytest.raises(Refused, match=r"rehab\.taken_back"):
        rehab.take_back_month(settlement_id=made.pk, why="再来", by=federation, at=NOW)
    with pytest.raises(Refused, match=r"rehab\.write_anew"):
        settle()
    make.signed(cast, make.evaluated(cast, placement, claimed_fen=300_000))  # the whole year is free again
    again = settle()
    outbox.drain(at=NOW)
    assert (again.serial, again.amount_fen) == (2, 300_000)
    assert sums() == {"receivable.subsidy": 300_000, "payable": -300_000}  # the family owes nothing: settled
    assert Voucher.objects.filter(key__startswith=f"rehab:{placement.episode_id}:2025-05:").count() == 3
    assert queries.verify_for_system().faults_total == 0
