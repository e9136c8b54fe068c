"""Fees that no order carries reach the ledger with the account of their cycle, once, and change with it."""

import uuid
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import episodes
from yijia.apps.care import actions as care
from yijia.apps.care.models import Episode, EpisodeRecord
from yijia.apps.money import actions, queries, seams
from yijia.apps.money.actions import posting
from yijia.apps.money.models import Posting, Voucher
from yijia.apps.money.screens import fees as money_screens
from yijia.base import outbox
from yijia.base.errors import Forbidden, NotFound
from yijia.core.permissions import SYSTEM
from yijia.core.pricing import ledger


def account(
    episode: Episode, lines: list[dict[str, Any]], stopped: tuple[Any, ...] = (), cycle_no: int = 1
) -> EpisodeRecord:
    content = {"lines": lines, "orders": [], "stopped": list(stopped), "total_fen": sum(x["amount_fen"] for x in lines)}
    return EpisodeRecord.objects.create(
        organisation=episode.organisation, episode=episode, resident_id=episode.resident_id, kind="settlement", cycle_no=cycle_no, on=NOW.date(),
        content=content, written_at=NOW,
    )  # fmt: skip


def book(record: EpisodeRecord) -> list[Voucher]:
    return actions.post_cycle(record_id=record.pk, by=SYSTEM, at=NOW)


def sums() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in Posting.objects.all():
        found[row.account] = found.get(row.account, 0) + row.debit_fen - row.credit_fen
    return {name: fen for name, fen in found.items() if fen}


SETUP = {"key": "item:HB-SETUP", "amount_fen": 2400}
PACKAGE = {"key": "package:personal", "amount_fen": 12000, "by_payer": {"insurance": 4000, "person": 8000}}


def test_a_set_up_fee_is_owed_and_earned(cast: Cast) -> None:  # PRICE-18
    episode = episodes.applied(cast)
    (made,) = book(account(episode, [SETUP, PACKAGE]))
    assert sums() == {"receivable.patient": 10400, "receivable.insurance": 4000, "unsettled": -14400}
    assert (made.order_id, made.note) == (None, episode.number)
    assert made in queries.list_vouchers(cast.actors["manager"])
    assert made not in queries.list_vouchers(cast.actors["stranger_manager"])
    assert queries.verify_for_system().faults_total == 0


def test_made_anew_it_is_taken_back_and_booked_again(cast: Cast) -> None:  # PRICE-18
    episode = episodes.applied(cast)
    first = account(episode, [SETUP])
    book(first)
    assert book(first) == []  # told again
    assert book(account(episode, [SETUP])) == []  # the same account once more
    red, new = book(account(episode, [PACKAGE]))
    assert red.reverses_id is not None
    assert new.key.startswith(f"cycle:{episode.pk}:1:")
    assert sums() == {"receivable.patient": 8000, "receivable.insurance": 4000, "unsettled": -12000}


def test_what_stops_or_is_booked_elsewhere_books_nothing(cast: Cast) -> None:  # PRICE-18
    episode = episodes.applied(cast)
    assert book(account(episode, [SETUP], stopped=({"code": "programmes.not_known", "facts": {}},))) == []
    benefit = {
        "key": "insurance:ltci_benefit",
        "amount_fen": 5000,
        "by_payer": {"ltci": 5000},
        "goes_to": {"individual": 5000},
    }
    assert book(account(episode, [benefit])) == []
    record = account(episode, [SETUP])
    with pytest.raises(Forbidden):
        actions.post_cycle(record_id=record.pk, by=cast.actors["manager"], at=NOW)
    with pytest.raises(NotFound):
        actions.post_cycle(record_id=0, by=SYSTEM, at=NOW)


def test_the_news_of_an_account_reaches_the_books(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:  # PRICE-18
    episode = episodes.active(cast)
    told: list[int] = []
    monkeypatch.setattr(actions, "post_cycle", lambda *, record_id, by, at: told.append(record_id))
    record = care.settle_episode(episode_id=episode.pk, by=cast.actors["doctor"], at=NOW)
    outbox.drain(at=NOW)
    assert told == [record.pk]


def pay(cast: Cast, episode: Episode, fen: int) -> None:
    actions.take_fee(
        episode_id=episode.pk,
        client_id=uuid.uuid4(),
        amount_fen=fen,
        person="测试家属",
        by=cast.actors["manager"],
        at=NOW,
    )


def test_what_the_person_paid_is_settled_the_oldest_first(cast: Cast) -> None:  # PRICE-21
    episode = episodes.applied(cast)
    book(account(episode, [SETUP]))
    book(account(episode, [PACKAGE], cycle_no=2))
    pay(cast, episode, 2000)
    assert "payable" not in sums()
    pay(cast, episode, 1000)  # 24.00 is covered; of the 80.00 six are paid
    assert sums()["payable"] == -2400
    pay(cast, episode, 7400)
    found = sums()
    assert (found["payable"], found.get("unsettled"), found["receivable.insurance"]) == (-14400, None, 4000)
    assert queries.verify_for_system().faults_total == 0
    assert Voucher.objects.filter(key__startswith="settled:").count() == 2


def test_taken_back_the_settlement_is_red_as_well(cast: Cast) -> None:  # PRICE-21
    episode = episodes.applied(cast)
    first = account(episode, [SETUP])
    book(first)
    pay(cast, episode, 2400)
    assert book(first) == []  # told again
    back, red, new = book(account(episode, [PACKAGE]))
    assert (back.key, back.reverses.key) == (f"{back.reverses.key}:red", f"settled:{red.reverses.key}")
    found = sums()
    assert ("payable" in found, found["unsettled"]) == (False, -12000)
    pay(cast, episode, 5600)
    assert sums()["payable"] == -12000
    assert queries.verify_for_system().faults_total == 0
    assert Voucher.objects.filter(key=f"settled:{new.key}").exists()


def test_what_nobody_s_pocket_bears_is_settled_at_once(cast: Cast) -> None:  # PRICE-21
    episode = episodes.applied(cast)
    book(account(episode, [{"key": "package:basic", "amount_fen": 4000, "by_payer": {"insurance": 4000}}]))
    assert sums() == {"receivable.insurance": 4000, "payable": -4000}


def test_a_settlement_that_is_not_the_fees_is_found(cast: Cast) -> None:  # PRICE-21
    episode = episodes.applied(cast)
    book(account(episode, [{"key": "package:basic", "amount_fen": 4000, "by_payer": {"insurance": 4000}}]))
    (fees,) = Voucher.objects.filter(key__startswith="cycle:")
    entry = ledger.reverse(queries.entry_of(fees))
    posting.post_fees(
        entry, key=f"{fees.key}:red", organisation_id=fees.organisation_id, by=SYSTEM, at=NOW, reverses=fees
    )
    assert {fault.rule for fault in queries.verify_for_system().faults} == {"fees_taken_back_unsettled"}


def test_a_benefit_approved_later_takes_the_insurance_out_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """PRICE-22: never paid twice; stopped, it is the institution's again."""
    given = {
        "key": "insurance:ltci_benefit",
        "amount_fen": 5000,
        "by_payer": {"ltci": 5000},
        "goes_to": {"institution": 3000},
    }
    episode = episodes.applied(cast)
    book(account(episode, [SETUP, given]))
    pay(cast, episode, 2400)
    assert sums() == {"cash": 2400, "receivable.insurance": 3000, "payable": -5400}
    paid = {"LTCI"}
    monkeypatch.setattr(seams, "is_paid_as_benefit", lambda resident_id, scheme: scheme in paid)

    def hear(scheme: str = "LTCI") -> None:
        outbox.publish("benefits.booked", {"resident_id": episode.resident_id, "scheme": scheme}, at=NOW)
        outbox.drain(at=NOW)

    hear("HEALTH")
    assert sums()["receivable.insurance"] == 3000
    for _ in range(2):  # told twice
        hear()
        assert sums() == {"cash": 2400, "payable": -2400}
    page = money_screens.said(Voucher.objects.filter(key__contains="benefit").latest("id").key)
    assert "待遇" in page
    paid.clear()  # stopped, or asked back
    hear()
    assert sums() == {"cash": 2400, "receivable.insurance": 3000, "payable": -5400}
    assert queries.verify_for_system().faults_total == 0
    with pytest.raises(Forbidden):
        actions.rebook_cycles(resident_id=episode.resident_id, by=cast.actors["manager"], at=NOW)
