"""Experts vote where two assessors differ; each once, in a ledger that is only added to."""

from datetime import datetime

from yijia.apps.cases import queries
from yijia.apps.cases.actions.common import locked, note_event, step, words_of
from yijia.apps.cases.models import Case, Entry, Vote
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, Refused, refuse_if
from yijia.base.words import say
from yijia.core import procedures
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal


@action("cases.vote")
def vote(*, case_id: int, level: int, reason: str, by: Actor, at: datetime) -> Vote:
    """Vote for a level, with reasons; a majority settles the level, a split sends the case to other assessors.

    Raises      NotFound; Forbidden; Invalid; Refused: cases.wrong_status, .voted, .voter_assessed, .assessor_relative,
                .assessor_same_home
    Source      PROC-06 in docs/rules/procedures.md
    """
    case = locked(by, case_id)
    if not may(by, Permission.CASE_VOTE):
        raise Forbidden(Permission.CASE_VOTE)
    if case.state != "voting":
        raise Refused(Refusal("cases.wrong_status", {"status": case.state, "event": "vote"}))
    said = words_of(reason, "reason")
    instrument = refuse_if(queries.instrument_of(case, business_date(at)))
    if level not in {band.level for band in instrument.bands_of()}:
        raise Invalid({"level": [say("没有这个等级")]})
    conflict = queries.conflict_for_system(case, by.user_id or 0)
    if conflict is not None:
        raise Refused(Refusal("cases.voter_assessed") if conflict.code == "cases.assessor_twice" else conflict)
    return cast(case, level, said, by, at)


def cast(case: Case, level: int, reason: str, by: Actor, at: datetime) -> Vote:
    """Add one vote to the ledger of a case this transaction has locked, and count. Raises Refused cases.voted."""
    if Vote.objects.filter(case=case, round=case.round, expert_id=by.user_id).exists():
        raise Refused(Refusal("cases.voted"))
    made = Vote.objects.create(
        case=case, round=case.round, expert_id=by.user_id, level=level, reason=reason, at=at, by_id=by.user_id
    )
    note_event(case, "vote", case.state, by, at)
    _count(case, by, at)
    return made


def _count(case: Case, by: Actor, at: datetime) -> None:
    procedure = queries.procedure_of(case)
    levels = list(Vote.objects.filter(case=case, round=case.round).values_list("level", flat=True))
    stands = procedures.tally(levels, seats=procedure.seats, majority=procedure.majority)
    if stands.level is not None:
        case.level, case.result = stands.level, _result(case, stands.level)
        step(case, "settle", by, at, {"has_majority": True}, note=f"{levels.count(stands.level)}/{procedure.seats}")
    elif stands.is_split:
        step(case, "split", by, at, {"is_split": True})
        case.round += 1
        case.save(update_fields=["round"])


def _result(case: Case, level: int) -> dict[str, object]:
    """The entry that came to the level the experts chose; else the level alone."""
    rows = Entry.objects.filter(case=case, round=case.round, submitted_at__isnull=False).order_by("seat")
    own = next((entry.result for entry in rows if entry.level == level), None)
    return {**(own or {"level": level, "answers": {}, "facts": [], "steps": []}), "by_vote": True}
