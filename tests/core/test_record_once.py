"""One visit, every programme: which lines it finishes, what is asked beside it, what a cycle promised and gave."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.core.test_programmes import person, programme
from yijia.core.programmes.duties import Course, Done, due_list
from yijia.core.programmes.fulfilment import fulfilled, promised
from yijia.core.programmes.visited import Told, finished_by, reading_of, to_ask

FROM, UNTIL = date(2025, 1, 1), date(2026, 1, 1)


def told(*done: str, professions: tuple[str, ...] = ("nurse",), **more: Any) -> Told:
    began = datetime(2025, 6, 16, 3, tzinfo=UTC)
    given: dict[str, Any] = {
        "visit_id": 1, "on": date(2025, 6, 16), "started_at": began, "finished_at": began.replace(minute=25), "persons": (1,), "names": ("测试",),
        "professions": frozenset(professions), "done": frozenset(done),
    }  # fmt: skip
    return Told(**(given | more))


# --- PROG-14


@pytest.mark.parametrize(
    ("code", "visit", "ordered", "lines"),
    [
        ("family_bed", told("NI-CL-01"), None, ("bed_nursing",)),
        ("family_bed", told("NI-CL-01", professions=("therapist",)), None, ()),  # not somebody the line asks for
        ("family_bed", told("NI-CL-01", professions=("therapist",)), "bed_nursing", ("bed_nursing",)),  # ordered so
        ("family_bed", told("NI-HE-02", professions=("doctor",)), None, ("health_guidance",)),
        ("family_bed", told(not_done=frozenset({"NI-CL-01"})), "bed_nursing", ()),  # they went, and did nothing of it
        ("hypertension", told("NI-CL-02"), None, ("bp_follow_up",)),
        ("family_doctor", told("NI-CL-02"), None, ("bp_follow_up",)),
        ("hypertension", told("NI-CL-06"), None, ()),
        ("hospice", told("NI-HP-02"), None, ("hospice_visit", "symptom_scale")),  # what finishes the other comes first
    ],
)
def test_what_a_visit_finishes(code: str, visit: Told, ordered: str | None, lines: tuple[str, ...]) -> None:
    assert tuple(line.code for line in finished_by(programme(code), visit, ordered)) == lines


def test_measured_values_are_not_asked_again() -> None:
    needed = {"systolic", "age_years", "has_danger_sign", "fasting_glucose"}
    assert to_ask(needed, {"systolic", "diastolic"}) == ("fasting_glucose", "has_danger_sign")
    visit = told(
        vitals={"systolic": {"value": "132.0", "unit": "mmHg"}, "pulse": {"value": "70"}},
        answers={"has_danger_sign": False, "fasting_glucose": "6.1"},
    )
    assert reading_of(visit) == {"systolic": 132, "fasting_glucose": Decimal("6.1"), "has_danger_sign": False}
    assert visit.minutes == 25
    assert told(finished_at=None).minutes is None


# --- PROG-21


def test_what_comes_after_the_end_is_due_only_then_and_only_for_the_dead() -> None:
    hospice, began = programme("hospice"), datetime(2025, 6, 2, 2, tzinfo=UTC)
    ended = datetime(2025, 6, 16, tzinfo=UTC)
    running = due_list(hospice, Course(began, ""), person(is_alive=True), [], date(2025, 6, 10)).dues
    assert "bereavement" not in {due.activity for due in running}
    after = Course(began, "", ended_at=ended)
    (due,) = due_list(hospice, after, person(is_alive=False), [], date(2025, 6, 17)).dues
    assert (due.activity, due.due_at - ended) == ("bereavement", timedelta(days=30))
    assert due_list(hospice, after, person(is_alive=True), [], date(2025, 6, 17)).dues == ()  # moved away alive
    done = [Done(date(2025, 6, 20), ("bereavement",))]
    assert due_list(hospice, after, person(is_alive=False), done, date(2025, 6, 21)).dues == ()


# --- PROG-17; that a correction is a row beside the old one (PROG-15) and what an account names (PROG-16) needs the database


@pytest.mark.parametrize(
    ("code", "line", "grade", "until", "count"),
    [
        ("family_doctor", "contract_contact", "", UNTIL, 1),
        ("family_doctor", "bp_follow_up", "", UNTIL, 4),
        ("family_doctor", "bp_follow_up", "", date(2025, 7, 1), 2),  # half a year owes half
        ("family_bed", "bed_nursing", "moderate", date(2025, 3, 1), 4),
        ("hypertension", "bp_follow_up", "", UNTIL, None),  # the verdicts decide as they come
        ("ltc_home", "ltc_visit", "severe", UNTIL, None),  # nobody has read how often
    ],
)
def test_what_a_cycle_promises(code: str, line: str, grade: str, until: date, count: int | None) -> None:
    found = programme(code, "CN-500000" if code == "ltc_home" else "CN-441900").activity(line)
    assert found is not None
    assert promised(found, grade, FROM, until) == count


def test_a_contract_counts_what_any_programme_recorded_and_is_not_served_without() -> None:
    contract, elder = programme("family_doctor"), person(age_years=70, has_hypertension=True)
    done = [Done(date(2025, 2, 1), ("bp_follow_up",)), Done(date(2026, 2, 1), ("bp_follow_up",))]
    found = fulfilled(contract, "", elder, done, FROM, UNTIL)
    items = {item.line.code: item for item in found.items}
    assert (items["bp_follow_up"].given, items["bp_follow_up"].is_kept) == (
        1,
        False,
    )  # the next year's is not this year's
    assert "dm_follow_up" not in items  # does not concern this person
    assert found.is_served
    assert not fulfilled(contract, "", elder, [], FROM, UNTIL).is_served


# --- PROG-32


@pytest.mark.parametrize(
    ("code", "activity", "there", "may"),
    [
        ("family_bed", "first_round", ("doctor",), True),
        ("family_bed", "first_round", ("nurse", "doctor"), True),
        ("family_bed", "first_round", ("nurse",), False),
        ("family_bed", "first_round", (), False),
        ("family_bed", "bed_nursing", ("nurse",), True),
        ("medicines_home", "medicine_review", ("doctor", "nurse"), False),
    ],
)
def test_who_may_do_a_line(code: str, activity: str, there: tuple[str, ...], may: bool) -> None:
    """Bug it catches: a nurse's signature under a doctor's round."""
    line = programme(code).activity(activity)
    assert line is not None
    assert line.fits(there) is may
    assert replace(line, roles=()).fits(()), "a line that names nobody asks for nobody"
