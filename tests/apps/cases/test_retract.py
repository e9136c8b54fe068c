"""An objection is taken back and the first decision stands. PROC-12 in docs/rules/procedures.md."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import cases as factory
from yijia.apps.cases import actions, jobs, queries
from yijia.apps.cases.models import Case, CaseEvent
from yijia.base.errors import Refused

LATER = factory.AFTER_NOTICE + timedelta(days=1)


def step(cast: Cast, case: Case, event: str, part: str = "agency_clerk", at: Any = LATER, **more: Any) -> Case:
    return actions.move(case_id=case.pk, event=event, by=cast.actors[part], at=at, **more)


def again(cast: Cast) -> Case:
    """Decided, objected to, and given to other assessors."""
    case = factory.decided(cast)
    step(cast, case, "object", "relative", note="那天他刚出院")
    return step(cast, case, "reassess")


def test_the_first_decision_stands_when_the_re_assessment_is_given_up(cast: Cast) -> None:
    case = again(cast)
    first = (case.valid_from, case.valid_until, case.standing_level)
    assert (case.level, case.standing_level) == (None, 5)
    assert queries.open_events(case, cast.actors["relative"]) == ("retract",)
    back = step(cast, case, "retract", "relative")
    assert (back.state, back.level, back.is_open) == ("decided", 5, False)
    assert back.result["level"] == 5
    assert (back.valid_from, back.valid_until, back.standing_level) == first
    assert CaseEvent.objects.filter(case=case, event="retract", to_state="decided").count() == 1
    assert queries.list_letters(cast.actors["relative"], back)
    assert jobs.sweep(NOW + timedelta(days=800)) == (1, 0)


def test_an_entry_of_the_second_round_changes_nothing_once_it_is_given_up(cast: Cast) -> None:
    case = again(cast)
    factory.give(cast, case, ("third_assessor", "fourth_assessor"), LATER)
    for part in ("third_assessor", "fourth_assessor"):
        factory.enter(cast, case, part, lean=4, at=LATER)
    assert Case.objects.get(pk=case.pk).level != 5
    assert step(cast, case, "retract").level == 5


@pytest.mark.parametrize(("state", "back"), [("appealed", "decided"), ("objected", "notice")])
def test_an_objection_not_yet_answered_is_taken_back(cast: Cast, state: str, back: str) -> None:
    case = factory.decided(cast) if state == "appealed" else factory.noticed(cast)
    at = LATER if state == "appealed" else NOW
    assert step(cast, case, "object", "relative", at, note="不同意").state == state
    found = step(cast, case, "retract", "relative", at)
    assert (found.state, found.level) == (back, 5)


def test_what_does_not_fit_is_refused_and_not_offered(cast: Cast) -> None:
    case = again(cast)
    with pytest.raises(Refused) as caught:
        step(cast, case, "withdraw", "relative")
    assert caught.value.refusal.code == "cases.decision_stands"
    Case.objects.filter(pk=case.pk).update(is_open=False)
    other = factory.begun(cast)
    assert queries.open_events(other, cast.actors["relative"]) == ("submit", "withdraw")
    Case.objects.filter(pk=other.pk).update(state="assessing")
    with pytest.raises(Refused) as nothing:
        step(cast, other, "retract", "relative")
    assert nothing.value.refusal.code == "cases.nothing_decided"


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "原结论仍然有效：5"), ("en", "The decision still holds: 5")]
)
def test_the_page_says_which_decision_holds(cast: Cast, enter: Any, language: str, words: str) -> None:
    case = again(cast)
    client = enter("relative")
    client.cookies["yijia_language"] = language
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert words in page
    assert "move-retract" in page
    assert "move-withdraw" not in page
