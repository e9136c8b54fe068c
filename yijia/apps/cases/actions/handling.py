"""The agency's and the applicant's steps, the decision with its letter, and what the calendar brings."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from yijia.apps.cases import queries, words
from yijia.apps.cases.actions.common import (
    deadline,
    keep,
    locked,
    news,
    next_number,
    note_event,
    send,
    step,
    tell,
    words_of,
)
from yijia.apps.cases.models import Case, Entry, Letter
from yijia.base import accounts, outbox, papers
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import sm3
from yijia.base.errors import Forbidden, Invalid, Refused, refuse_if
from yijia.base.models import StoredFile
from yijia.base.words import say
from yijia.core import procedures
from yijia.core.assessment import BadAnswers, Compiled
from yijia.core.calendar import add_months
from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.policy import Value
from yijia.core.procedures import Application, Procedure, Start
from yijia.core.refusal import Refusal


@action("cases.move")
def move(
    *, case_id: int, event: str, note: str = "", reason: str = "", version: int | None = None, by: Actor, at: datetime
) -> Case:
    """Take a step of the procedure: submit, accept, refuse, publish, return, decide, object, reassess, dismiss, retract, withdraw.

    note        why, in words; an objection, a return and a dismissal need it
    reason      the listed ground of a refusal

    Raises      NotFound; Forbidden; Stale; Invalid; Refused: what the procedure refuses
    Source      PROC-02, PROC-03, PROC-08, PROC-09, PROC-12 in docs/rules/procedures.md
    """
    if event not in _MOVES:
        raise Invalid({"event": [say("没有这一步")]})
    case = locked(by, case_id, version)
    if by.role is Role.FAMILY and not accounts.family_may(by.user_id or 0, case.resident_id, "order", at):
        raise Forbidden(Permission.CASE_APPLY)
    said = words_of(note, "note", needed=False)
    _MOVES[event](case, event, said, reason, by, at)
    tell(case, event, at)
    return case


def _submit(case: Case, event: str, note: str, _reason: str, by: Actor, at: datetime) -> None:
    procedure, today = queries.procedure_of(case), business_date(at)
    if procedure.find(case.state, event) is None:
        step(case, event, by, at)
    gate: Compiled = refuse_if(queries.gate_for_system(procedure, case.jurisdiction, today))
    result = gate.assess(case.self_answers)
    is_complete = not isinstance(result, BadAnswers)
    last = Case.objects.filter(resident=case.resident, scheme=case.scheme, decided_at__isnull=False).order_by(
        "-decided_at"
    )
    decided_at = last.values_list("decided_at", flat=True).first()
    person = case.resident
    application = Application(
        born_on=person.born_on, died_on=person.died_on, is_insured=person.insured_class != "none",
        months_disabled=case.months_disabled, is_complete=is_complete,
        grade=None if isinstance(result, BadAnswers) else str(result.level),
        may_apply=None if isinstance(result, BadAnswers) else result.may_apply,
        last_decided_on=None if decided_at is None else business_date(decided_at),
    )  # fmt: skip
    least, gap = (_months(procedure, name, case, today) for name in ("disability", "gap"))
    refused = procedures.admit(application, on=today, least_months=least, gap_months=gap)
    refuse_if(_gaps(refused, gate, case) if refused is not None else None)
    case.self_grade, case.applied_at, case.applied_by_id = application.grade or "", at, by.user_id
    step(case, event, by, at, {"is_admitted": True}, note)


def _gaps(refused: Refusal, gate: Compiled, case: Case) -> Refusal:
    """What is not filled in, by name."""
    if refused.code != "cases.incomplete":
        return refused
    empty = [item for item in gate.instrument.items if item.id not in case.self_answers]
    months = [words.MONTHS_DISABLED] if case.months_disabled is None else []
    named = {
        "zh": [item.zh for item in empty] + [m[0] for m in months],
        "en": [item.en for item in empty] + [m[1] for m in months],
    }
    return Refusal(refused.code, {"names_zh": "、".join(named["zh"]), "names_en": "; ".join(named["en"])})


def _months(procedure: Procedure, name: str, case: Case, on: date) -> int:
    value: Value = refuse_if(queries.term(procedure, name, jurisdiction=case.jurisdiction, on=on))
    return int(value.value["months"])


def _refuse(case: Case, event: str, note: str, reason: str, by: Actor, at: datetime) -> None:
    case.refused_for = reason if reason in queries.procedure_of(case).reasons else ""
    step(case, event, by, at, {"reason_listed": bool(case.refused_for)}, note)


def _plain(case: Case, event: str, note: str, _reason: str, by: Actor, at: datetime) -> None:
    step(case, event, by, at, {"level_known": case.level is not None, "reason_given": bool(note)}, note)


def _again(case: Case, event: str, note: str, _reason: str, by: Actor, at: datetime) -> None:
    """A new round by other assessors; what the old round found stays in its entries."""
    step(case, event, by, at, {"reason_given": bool(note)}, note)
    case.round += 1
    case.level = case.result = None
    keep(case)


def _retract(case: Case, event: str, note: str, _reason: str, by: Actor, at: datetime) -> None:
    """The objection is taken back: whatever the round since then found, the decision stands as it was."""
    move = queries.procedure_of(case).find(case.state, event)
    if move is not None and str(move.target) == "decided":
        case.level, case.result = case.standing_level, case.standing_result
    step(case, event, by, at, {"decision_stands": case.standing_level is not None}, note)


def _withdraw(case: Case, event: str, note: str, _reason: str, by: Actor, at: datetime) -> None:
    step(case, event, by, at, {"never_decided": case.decided_at is None}, note)


def _object(case: Case, event: str, note: str, _reason: str, by: Actor, at: datetime) -> None:
    today = business_date(at)
    until = case.due_on
    if case.state == "decided" and case.decided_at is not None:
        until = deadline(case, queries.procedure_of(case), "objection", business_date(case.decided_at))
    facts = {
        "reason_given": bool(note), "in_time": until is not None and today <= until,
        "not_expired": case.valid_until is None or today < case.valid_until,
    }  # fmt: skip
    step(case, event, by, at, facts, note)


def _decide(case: Case, event: str, note: str, _reason: str, by: Actor, at: datetime) -> None:
    procedure, today = queries.procedure_of(case), business_date(at)
    months = _months(procedure, "validity", case, today)
    entered = (
        Entry.objects.filter(case=case, round=case.round, submitted_at__isnull=False).order_by("submitted_at").first()
    )
    is_fresh = entered is None or today < add_months(business_date(entered.submitted_at), months)
    facts = {"notice_over": case.due_on is not None and today > case.due_on, "still_fresh": is_fresh}
    case.valid_from, case.valid_until = today, add_months(today, months)
    case.decided_at, case.decided_by_id, case.warned_on = at, by.user_id, None
    case.standing_level, case.standing_result = case.level, case.result
    case.starts_on = _starts_on(case, procedure, today)
    ready: Compiled = refuse_if(queries.compiled_for_system(case, today))
    case.is_draft = ready.is_draft
    step(case, event, by, at, facts, note)
    _issue(case, ready.edition, by, at)


def _starts_on(case: Case, procedure: Procedure, decided_on: date) -> date | None:
    """The first day of the benefit; None where the place's rule is not known, and the news says so."""
    value = queries.term(procedure, "start", jurisdiction=case.jurisdiction, on=decided_on)
    return None if isinstance(value, Refusal) else procedures.starts_on(Start(value.value["begins"]), decided_on)


def _issue(case: Case, edition: str, by: Actor, at: datetime) -> Letter:
    """The letter with its number, and the news that the benefits listen to."""
    today = business_date(at)
    number = words.LETTER_NUMBER % {"year": today.year, "serial": f"{next_number('cases_letter_number'):06d}"}
    instrument = refuse_if(queries.instrument_of(case, today))
    content = papers.render(words.decision_paper(case, instrument, edition, number, today))
    letter = keep_letter(case, number, content, edition, by, at)
    told = {
        **news(case), "instrument": case.instrument, "edition": edition, "level": case.level, "is_draft": case.is_draft,
        "valid_from": str(case.valid_from), "valid_until": str(case.valid_until),
        "starts_on": None if case.starts_on is None else str(case.starts_on),
        "start_unknown": case.starts_on is None, "letter": number,
    }  # fmt: skip
    outbox.publish("cases.decided", told, at=at)
    return letter


def keep_letter(case: Case, number: str, content: bytes, edition: str, by: Actor, at: datetime) -> Letter:
    """The pages of a letter, kept as they went out."""
    file = StoredFile.objects.create(
        sm3=sm3(content), media_type="application/pdf", size=len(content), content=content, created_at=at,
        created_by_id=by.user_id,
    )  # fmt: skip
    return Letter.objects.create(
        case=case, number=number, is_draft=case.is_draft, edition=edition, file=file, at=at, by_id=by.user_id
    )


_MOVES: dict[str, Callable[[Case, str, str, str, Actor, datetime], None]] = {
    "submit": _submit, "accept": _plain, "refuse": _refuse, "publish": _plain, "return": _again, "decide": _decide,
    "object": _object, "reassess": _again, "dismiss": _plain, "retract": _retract,
    "withdraw": _withdraw,
}  # fmt: skip


@action("cases.reissue")
def reissue(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Issue the letter of a draft decision anew once its instrument was confirmed; the level is scored again.

    Raises      NotFound; Forbidden; Refused: cases.wrong_status, .still_draft, .level_changed
    """
    case = locked(by, case_id)
    if not may(by, Permission.CASE_HANDLE):
        raise Forbidden(Permission.CASE_HANDLE)
    if case.state != "decided" or not case.is_draft:
        raise Refused(Refusal("cases.wrong_status", {"status": case.state, "event": "reissue"}))
    ready: Compiled = refuse_if(queries.compiled_for_system(case, business_date(at)))
    if ready.is_draft:
        raise Refused(Refusal("cases.still_draft"))
    answers = (case.result or {}).get("answers")
    if answers:
        again = ready.assess(answers, {"conditions": case.result["facts"]} if case.result["facts"] else None)
        if isinstance(again, BadAnswers) or again.level != case.level:
            raise Refused(Refusal("cases.level_changed"))
        case.result = {**again.as_json(), **{how: True for how in ("by_vote", "by_third") if case.result.get(how)}}
    case.is_draft, case.standing_result = False, case.result
    keep(case)
    note_event(case, "reissue", case.state, by, at)
    _issue(case, ready.edition, by, at)
    return case


@action("cases.expire")
def expire(*, by: Actor, at: datetime) -> list[Case]:
    """End every decision whose validity is over."""
    today = business_date(at)
    ended = []
    for case in (
        Case.objects.select_for_update(of=("self",))
        .select_related("resident", "procedure")
        .filter(state="decided", resident__isnull=False, valid_until__lte=today)[:500]
    ):
        step(case, "expire", by, at, {"is_past": True})
        ended.append(case)
    return ended


@action("cases.warn")
def warn(*, by: Actor, at: datetime) -> list[Case]:
    """Tell each person whose decision runs out soon, once."""
    today = business_date(at)
    told = []
    rows = Case.objects.select_for_update(of=("self",)).select_related("resident", "procedure")
    for case in rows.filter(
        state="decided", resident__isnull=False, warned_on__isnull=True, valid_until__lte=today + timedelta(days=366)
    )[:500]:
        months = _months(queries.procedure_of(case), "alarm", case, today)
        if case.valid_until is None or today < add_months(case.valid_until, -months):
            continue
        case.warned_on = today
        keep(case)
        send(case, words.SMS_EXPIRY % {"number": case.number, "day": case.valid_until}, at)
        told.append(case)
    return told
