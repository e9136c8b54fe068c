"""Two assessors, each alone, and a third where the place asks one: given a seat, saving drafts, handing in; the last one in brings the comparison."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.cases import queries
from yijia.apps.cases.actions.applying import checked
from yijia.apps.cases.actions.common import locked, note_event, step, tell, words_of
from yijia.apps.cases.models import Case, Entry
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, Refused, Stale, refuse_if
from yijia.base.words import say
from yijia.core import procedures
from yijia.core.assessment import BadAnswers, Compiled
from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.refusal import Refusal


@action("cases.assign")
def assign(*, case_id: int, seat: int, user_id: int, version: int | None = None, by: Actor, at: datetime) -> Entry:
    """Give a seat of the current round to an assessor; one who has not handed in yet may be replaced.

    Raises      NotFound; Forbidden; Stale; Invalid; Refused: cases.wrong_status, .assessor_unknown, .assessor_relative,
                .assessor_same_home, .assessor_twice, .already_handed_in
    Source      PROC-04, PROC-05 in docs/rules/procedures.md
    """
    case = locked(by, case_id, version)
    if not may(by, Permission.CASE_HANDLE):
        raise Forbidden(Permission.CASE_HANDLE)
    seats = queries.procedure_of(case).open_seats(case.state)
    if not seats:
        raise Refused(Refusal("cases.wrong_status", {"status": case.state, "event": "assign"}))
    if seat not in seats:
        raise Invalid({"seat": [say("没有这个席位")]})
    if user_id not in dict(queries.assessors_for(case, Role.ASSESSOR, business_date(at))):
        raise Refused(Refusal("cases.assessor_unknown"))
    entry = Entry.objects.select_for_update().filter(case=case, round=case.round, seat=seat).first()
    if entry is not None and entry.submitted_at is not None:
        raise Refused(Refusal("cases.already_handed_in"))
    if entry is not None and entry.assessor_id == user_id:
        return entry
    refuse_if(queries.conflict_for_system(case, user_id))
    if entry is None:
        entry = Entry(case=case, round=case.round, seat=seat)
    entry.assessor_id, entry.assigned_at, entry.assigned_by_id = user_id, at, by.user_id
    entry.answers, entry.facts, entry.note = {}, {}, ""
    entry.save()
    note_event(case, "assign", case.state, by, at, str(seat))
    return entry


@action("cases.save_entry")
def save_entry(
    *, case_id: int, answers: Mapping[str, Any], facts: Mapping[str, Any] | None = None, note: str = "",
    version: int | None = None, by: Actor, at: datetime,
) -> Entry:  # fmt: skip
    """Keep what the assessor has so far; answers may be missing, but none may be wrong.

    Raises      NotFound; Forbidden; Stale; Invalid; Refused: cases.wrong_status, .already_handed_in
    """
    return _save(case_id, answers, facts or {}, note, version, by, at)


@action("cases.submit_entry")
def submit_entry(
    *, case_id: int, answers: Mapping[str, Any], facts: Mapping[str, Any] | None = None, note: str = "",
    version: int | None = None, by: Actor, at: datetime,
) -> Entry:  # fmt: skip
    """Hand in: scored and closed for good. The last one in compares, and the case goes on to review, to a third, or to the vote.

    Raises      NotFound; Forbidden; Stale; Invalid: every answer that is missing or wrong; Refused
    Source      PROC-05, PROC-11 in docs/rules/procedures.md
    """
    entry = _save(case_id, answers, facts or {}, note, version, by, at)
    case = entry.case
    refuse_if(
        queries.conflict_for_system(case, entry.assessor_id, is_seated=True)
    )  # a tie may be younger than the seat
    ready: Compiled = refuse_if(queries.compiled_for_system(case, business_date(at)))
    result = ready.assess(entry.answers, entry.facts)
    if isinstance(result, BadAnswers):
        raise Invalid({fault.field: [say("还没有作答")] for fault in result.wrong})
    entry.result, entry.level = result.as_json(), int(result.level)
    entry.submitted_at, entry.submitted_by_id = at, by.user_id
    entry.save()
    note_event(case, "enter", case.state, by, at)
    outbox.publish("cases.entered", {"case_id": case.pk, "entry_id": entry.pk}, at=at)
    _compare(case, by, at)
    return entry


def _save(
    case_id: int, answers: Mapping[str, Any], facts: Mapping[str, Any], note: str, version: int | None, by: Actor,
    at: datetime,
) -> Entry:  # fmt: skip
    if not may(by, Permission.CASE_ASSESS):
        raise Forbidden(Permission.CASE_ASSESS)
    mine = queries.my_entry(by, case_id)
    case = locked(by, case_id)
    entry = Entry.objects.select_for_update().get(pk=mine.pk)
    if entry.submitted_at is not None:
        raise Refused(Refusal("cases.already_handed_in"))
    if entry.seat not in queries.procedure_of(case).open_seats(case.state):
        raise Refused(Refusal("cases.wrong_status", {"status": case.state, "event": "enter"}))
    if version is not None and entry.version != version:
        raise Stale
    ready: Compiled = refuse_if(queries.compiled_for_system(case, business_date(at)))
    entry.case = case
    entry.answers = checked(ready, answers)
    entry.facts = _facts(ready, facts)
    entry.note = words_of(note, "note", needed=False)
    entry.version += 1
    entry.save()
    return entry


def _facts(ready: Compiled, facts: Mapping[str, Any]) -> dict[str, bool]:
    known = {fact.id for fact in ready.instrument.facts}
    wrong = {f"facts.{name}"[:60]: [say("没有这个情形")] for name in facts if name not in known}
    wrong |= {
        f"facts.{name}": [say("只能是有或没有")]
        for name, holds in facts.items()
        if name in known and type(holds) is not bool
    }
    if wrong:
        raise Invalid(wrong)
    return {name: True for name, holds in facts.items() if holds}


def _compare(case: Case, by: Actor, at: datetime) -> None:
    procedure = queries.procedure_of(case)
    entries = list(Entry.objects.filter(case=case, round=case.round, submitted_at__isnull=False).order_by("seat"))
    if case.state == procedures.THIRD:
        _weigh(case, entries, by, at)
    elif len(entries) < procedure.assessors:
        return
    elif len({entry.level for entry in entries}) == 1:
        case.level, case.result = entries[0].level, entries[0].result
        step(case, "agree", by, at, {"both_entered": True})
    else:
        step(case, "differ", by, at, {"both_entered": True})
        if case.state == procedures.THIRD:
            tell(case, "differ", at)


def _weigh(case: Case, entries: list[Entry], by: Actor, at: datetime) -> None:
    """The third opinion is in: the level two came to, or what this version of the procedure says of three."""
    otherwise = queries.procedure_of(case).otherwise
    assert otherwise is not None
    level = procedures.third_opinion([entry.level for entry in entries if entry.level is not None], otherwise)
    if level is None:
        step(case, "scatter", by, at, {"is_split": True})
        return
    own = next(entry for entry in entries if entry.level == level)
    case.level, case.result = level, {**(own.result or {}), "by_third": True}
    step(case, "concur", by, at, {"has_majority": True})
