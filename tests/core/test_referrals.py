"""Referrals without a database: every pair of the tables, whose “no” is which event, clocks, and the document."""

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijia.core.referrals import clock, consult, document, emergency
from yijia.core.referrals.lifecycle import TABLE, Answer, Event, State, no_event
from yijia.core.refusal import Refusal

NOW = datetime(2025, 6, 16, 1, 0, tzinfo=UTC)
EXPECTED: dict[str, dict[str, str]] = {
    "requested": {"offer": "offered", "decline": "requested", "refuse": "refused", "withdraw": "withdrawn"},
    "offered": {
        "offer": "offered", "decline": "offered", "retract": "requested", "accept": "accepted", "refuse": "refused", "withdraw": "withdrawn",
    },
    "accepted": {"break_off": "requested", "refuse": "refused", "arrive": "arrived", "withdraw": "withdrawn"},
    "arrived": {"return": "returned", "close": "closed"},
    "returned": {"take_over": "closed", "close": "closed"},
    "closed": {},
    "refused": {},
    "withdrawn": {},
}  # fmt: skip


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_pair_moves_as_written(state: State, event: Event) -> None:
    """REF-03 REF-08"""
    move = TABLE.find(state, event)
    found = TABLE.step(state, event, dict.fromkeys(move.needs, True) if move else {})
    wanted = EXPECTED[state].get(event)
    assert (found == wanted) if wanted else isinstance(found, Refusal)
    if move and move.needs:
        assert isinstance(TABLE.step(state, event, {}), Refusal)


def test_the_document_shows_this_table() -> None:
    text = (Path(__file__).parents[2] / "docs/rules/referrals.md").read_text(encoding="utf-8")
    for table in (TABLE, consult.TABLE, emergency.TABLE):
        assert table.diagram() in text
        assert table.listing() in text


NO: list[tuple[Answer, list[Answer], Event]] = [
    (Answer.ASKED, [], Event.REFUSE),
    (Answer.ASKED, [Answer.REFUSED], Event.REFUSE),
    (Answer.ASKED, [Answer.ASKED], Event.DECLINE),
    (Answer.ASKED, [Answer.OFFERED], Event.DECLINE),
    (Answer.OFFERED, [Answer.OFFERED, Answer.ASKED], Event.DECLINE),
    (Answer.OFFERED, [Answer.ASKED], Event.RETRACT),
    (Answer.OFFERED, [Answer.REFUSED], Event.REFUSE),
    (Answer.ACCEPTED, [Answer.RELEASED, Answer.REFUSED], Event.BREAK_OFF),
    (Answer.ACCEPTED, [Answer.REFUSED], Event.REFUSE),
]


@pytest.mark.parametrize(("own", "others", "event"), NO)
def test_whose_no_is_which_event(own: Answer, others: list[Answer], event: Event) -> None:
    """REF-04 REF-07"""
    assert no_event(own, others) is event


def test_what_was_promised_comes_before_policy() -> None:
    """REF-05"""
    terms = {"requested": 1800}
    promised = {"requested": (600, "A-1")}
    by_policy = clock.limit("requested", NOW, promised={}, terms=terms, key="term:x")
    assert by_policy == clock.Limit(NOW + timedelta(seconds=1800), clock.Ground.POLICY, "term:x")
    by_paper = clock.limit("requested", NOW, promised=promised, terms=terms, key="term:x")
    assert by_paper == clock.Limit(NOW + timedelta(seconds=600), clock.Ground.AGREEMENT, "A-1")
    assert clock.limit("arrived", NOW, promised=promised, terms=terms, key="term:x") == clock.NO_LIMIT


def test_laps_are_read_from_the_steps() -> None:
    """REF-05"""
    steps = [
        clock.Happened("request", "requested", NOW),
        clock.Happened("decline", "requested", NOW + timedelta(minutes=1)),
        clock.Happened("offer", "offered", NOW + timedelta(minutes=5)),
        clock.Happened("accept", "accepted", NOW + timedelta(minutes=6)),
    ]
    found = clock.laps(steps, NOW + timedelta(minutes=10), terminal=["closed"])
    assert [(lap.state, lap.seconds, lap.ended_at is None) for lap in found] == [
        ("requested", 300, False), ("offered", 60, False), ("accepted", 240, True),
    ]  # fmt: skip
    ended = [*steps, clock.Happened("close", "closed", NOW + timedelta(minutes=8))]
    assert clock.laps(ended, NOW + timedelta(days=9), terminal=["closed"])[-1].seconds == 120


def test_a_response_is_kept_or_broken() -> None:
    soon, late = NOW + timedelta(seconds=50), NOW + timedelta(seconds=90)
    assert clock.response(NOW, soon, 60, late).is_kept is True
    assert clock.response(NOW, late, 60, late).is_kept is False
    assert clock.response(NOW, None, 60, soon).is_kept is None
    assert clock.response(NOW, None, 60, late).is_kept is False  # not there yet and over time
    assert clock.response(NOW, late, None, late).is_kept is None


def test_the_shared_record_opens_and_closes() -> None:
    until = NOW + timedelta(hours=1)
    assert consult.may_read(consult.State.OPEN, until, NOW) is None
    for state, at, code in (
        (consult.State.ASKED, NOW, "consults.not_accepted"),
        (consult.State.OPEN, until, "consults.time_is_up"),
        (consult.State.ANSWERED, NOW, "consults.access_closed"),
    ):
        found = consult.may_read(state, until, at)
        assert isinstance(found, Refusal)
        assert found.code == code


def test_other_tables_are_sound() -> None:
    assert consult.TABLE.find(consult.State.ASKED, consult.Event.ANSWER) is None
    assert emergency.TABLE.is_over(emergency.State.HANDED_OVER)


def summary(**more: Any) -> document.Summary:
    facts: dict[str, Any] = {
        "identifier": uuid.UUID(int=7), "written_at": NOW, "title": "转诊摘要", "person": document.Person("12", "王<秀>英", "2", date(1941, 2, 3)),
        "author": document.Author("李医生", "12441900000000000X", "莞城医院"), "reason": "需 <住院>", "conditions": ["高血压 & 糖尿病"],
        "observations": [document.Reading("systolic", "收缩压", "182", "mmHg", NOW), document.Reading("own", "围度", "31.5", "cm", NOW)],
        "medicines": ["氨氯地平"], "allergies": ["青霉素"], "course": "头晕 > 三天",
    }  # fmt: skip
    return document.Summary(**(facts | more))


def test_a_document_is_a_document() -> None:
    """REF-02"""
    made = document.bundle(summary())
    assert document.faults(made) == ()
    assert document.bundle(summary()) == made  # the same facts, the same document
    kinds = [entry["resource"]["resourceType"] for entry in made["entry"]]
    assert kinds[0] == "Composition"
    assert {"Patient", "Condition", "Observation", "MedicationStatement", "AllergyIntolerance"} <= set(kinds)
    told = document.read(made)
    assert (told.person, told.institution) == ("王<秀>英", "莞城医院")
    assert {section.code: section.lines for section in told.sections} == {
        "reason": ("需 <住院>",), "conditions": ("高血压 & 糖尿病",), "medicines": ("氨氯地平",), "allergies": ("青霉素",), "course": ("头晕 > 三天",),
    }  # fmt: skip
    assert [reading[:3] for reading in told.readings] == [("systolic", "182", "mmHg"), ("围度", "31.5", "cm")]


def test_what_is_not_a_document_is_not_read() -> None:
    """REF-02"""
    with pytest.raises(ValueError):
        document.bundle(summary(conditions=[" "]))
    with pytest.raises(ValueError):
        document.read({"resourceType": "Patient"})
    broken = document.bundle(summary())
    broken["entry"] = [entry for entry in broken["entry"] if entry["resource"]["resourceType"] != "Patient"]
    assert any("points at nothing" in fault for fault in document.faults(broken))
    assert document.faults({"resourceType": "Bundle", "type": "document", "entry": []})


@given(st.lists(st.text(max_size=20), max_size=4), st.lists(st.text(max_size=20), max_size=4), st.text(max_size=40))
def test_whatever_is_typed_gives_a_sound_document(conditions: list[str], medicines: list[str], course: str) -> None:
    made = document.bundle(summary(conditions=["x", *conditions], medicines=medicines, course=course))
    assert document.faults(made) == ()
    document.read(made)
