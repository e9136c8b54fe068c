"""A third opinion where the place's procedure asks one: as independent as the first two, and two of three decide.

PROC-11 of docs/rules/procedures.md; the cast's place asks the experts, so the procedure of Chongqing is laid under it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, TODAY, Cast
from tests.factories import cases as factory
from yijia.apps.cases import actions, queries
from yijia.apps.cases.models import Case, Entry
from yijia.base import editions
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.models import Message
from yijia.core.permissions import SYSTEM
from yijia.core.policy import freeze, plain

Sit = Callable[..., Client]


@pytest.fixture
def otherwise(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The procedure with a third opinion, and what it says when all three differ."""

    def lay(how: str) -> None:
        from dataclasses import replace

        found = editions.current().lookup("procedure:ltc_grading", jurisdiction="CN-500000", on=TODAY)
        value = replace(found, value=freeze(plain(found.value) | {"third": {"otherwise": how}}))
        monkeypatch.setattr(queries, "procedure_in_force", lambda *_a, **_k: value)

    lay("vote")
    return lay


def third(cast: Cast, case: Case, lean: int) -> Case:
    actions.assign(
        case_id=case.pk, seat=3, user_id=cast.users["third_assessor"].pk, by=cast.actors["agency_clerk"], at=NOW
    )
    factory.enter(cast, case, "third_assessor", lean)
    return queries.get_case(cast.actors["agency_clerk"], case.pk)


def test_two_of_three_decide(cast: Cast, otherwise: Any) -> None:
    case = factory.differing(cast)
    assert (case.state, case.due_on is not None) == ("third", True)
    assert "第三位评估员" in Message.objects.order_by("-id")[0].text
    done = third(cast, case, 1)
    second = Entry.objects.get(case=case, seat=2)
    assert (done.state, done.level, done.result["by_third"]) == ("review", second.level, True)
    assert done.result["answers"] == second.result["answers"]
    clerk = cast.actors["agency_clerk"]
    found = queries.difference(clerk, done)
    assert found is not None
    assert {len(one.chosen) for one in found.items} == {3}
    actions.move(case_id=case.pk, event="publish", by=clerk, at=NOW)
    decided = actions.move(case_id=case.pk, event="decide", by=clerk, at=NOW + timedelta(days=9))
    assert decided.level == second.level


def test_the_third_is_as_alone_as_the_first_two(cast: Cast, otherwise: Any) -> None:
    case = factory.differing(cast)
    clerk, newcomer = cast.actors["agency_clerk"], cast.actors["third_assessor"]
    for seat, part, code in ((3, "assessor", "cases.assessor_twice"), (3, "nurse", "cases.assessor_unknown")):
        with pytest.raises(Refused) as caught:
            actions.assign(case_id=case.pk, seat=seat, user_id=cast.users[part].pk, by=clerk, at=NOW)
        assert caught.value.refusal.code == code
    for seat in (1, 2, 4):  # the first two are closed, and there is no fourth
        with pytest.raises(Invalid):
            actions.assign(case_id=case.pk, seat=seat, user_id=newcomer.user_id, by=clerk, at=NOW)
    with pytest.raises(NotFound):
        queries.my_entry(newcomer, case.pk)
    actions.assign(case_id=case.pk, seat=3, user_id=newcomer.user_id, by=clerk, at=NOW)
    assert [seat.seat for seat in queries.seats(newcomer, case)] == [3]
    assert queries.difference(newcomer, case) is None
    assert {event.event for event in queries.list_events(newcomer, case)}.isdisjoint({"enter", "agree", "differ"})
    factory.enter(cast, case, "third_assessor", 1)
    for part in ("assessor", "second_assessor"):  # nor do they learn what the third one found
        assert [seat.seat for seat in queries.seats(cast.actors[part], case)] in ([1], [2])
        assert "concur" not in {event.event for event in queries.list_events(cast.actors[part], case)}


def test_three_levels_go_to_the_experts(cast: Cast, otherwise: Any) -> None:
    case = third(cast, factory.differing(cast), 2)
    assert len({entry.level for entry in Entry.objects.filter(case=case)}) == 3
    assert (case.state, case.level) == ("voting", None)
    for part in ("expert", "second_expert"):
        actions.vote(case_id=case.pk, level=4, reason="三份都看过", by=cast.actors[part], at=NOW)
    case.refresh_from_db()
    assert (case.state, case.level) == ("review", 4)


@pytest.mark.parametrize(("how", "place"), [("lightest", 0), ("middle", 1), ("heaviest", 2)])
def test_or_what_the_procedure_says(cast: Cast, otherwise: Any, how: str, place: int) -> None:
    otherwise(how)
    case = third(cast, factory.differing(cast), 2)
    levels = sorted(Entry.objects.filter(case=case).values_list("level", flat=True))
    assert (case.state, case.level) == ("review", levels[place])


def test_the_page_gives_out_the_third_seat_and_shows_three_columns(cast: Cast, otherwise: Any, enter: Sit) -> None:
    case = factory.differing(cast)
    client = enter("agency_clerk")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "席位 3" in page
    posted = {"seat": 3, "user_id": cast.users["third_assessor"].pk, "version": case.version}
    assert client.post(f"/cases/{case.pk}/assign/", posted).status_code == 302
    alone = enter("third_assessor").get(f"/cases/{case.pk}/").content.decode()
    assert "打开评估表" in alone
    assert "<b>席位 3</b>" in alone
    assert "<b>席位 1</b>" not in alone
    assert "打开评估表" not in enter("assessor").get(f"/cases/{case.pk}/").content.decode()
    factory.enter(cast, case, "third_assessor", 1)
    assert enter("agency_clerk").get(f"/cases/{case.pk}/").content.decode().count('<th scope="col">席位') == 3
    answer = enter("agency_clerk").get(f"/api/v1/cases/{case.pk}").json()
    assert answer["differences"][0]["third"] is not None


def test_no_third_may_be_seated_where_nobody_asks_one(cast: Cast) -> None:
    case = factory.differing(cast)
    assert case.state == "voting"
    with pytest.raises(Refused) as caught:
        actions.assign(case_id=case.pk, seat=3, user_id=cast.users["third_assessor"].pk, by=SYSTEM, at=NOW)
    assert caught.value.refusal.code == "cases.wrong_status"
