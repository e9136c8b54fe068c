"""An institution's case: applied for, its criteria sheet, the experts' vote, the steps of the authority, the letter; figures stated."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from yijia.apps.cases import queries, words
from yijia.apps.cases.actions.common import held, keep, next_number, note_event, step, words_of
from yijia.apps.cases.actions.handling import keep_letter
from yijia.apps.cases.actions.voting import cast
from yijia.apps.cases.models import Case, Entry, Letter, ProcedureVersion, StatedFigure, Vote
from yijia.apps.registry import queries as registry
from yijia.base import outbox, papers
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, Refused, refuse_if
from yijia.base.words import say
from yijia.core import procedures
from yijia.core.calendar import add_months
from yijia.core.permissions import Actor, Permission, may
from yijia.core.policy import plain
from yijia.core.refusal import Refusal

PASS, FAIL = 1, 0


@action("cases.apply_house")
def apply_house(
    *, client_id: UUID, organisation_id: int, procedure: str, scheme: str, category: str, form: Mapping[str, Any], by: Actor, at: datetime,
) -> Case:  # fmt: skip
    """An institution applies for a category of a list; the same client_id gives the first application back.

    form        what the institution said, as the context above checked it

    Raises      NotFound; Forbidden; Refused: policy.unknown, cases.already_open, .term_unknown
    Source      REHAB-03 in docs/rules/rehab.md
    """
    if not may(by, Permission.REHAB_APPLY):
        raise Forbidden(Permission.REHAB_APPLY)
    house = registry.get_organisation(by, organisation_id)
    first = Case.objects.filter(client_id=client_id).first()
    if first is not None:
        return queries.get_house_case(by, first.pk)
    today = business_date(at)
    value = refuse_if(queries.procedure_in_force(procedure, jurisdiction=house.jurisdiction, on=today))
    read = procedures.read(value)
    version, _ = ProcedureVersion.objects.get_or_create(
        fingerprint=read.fingerprint,
        defaults={
            "key": value.key, "edition": value.edition, "jurisdiction": value.jurisdiction, "content": plain(value.value),
        },
    )  # fmt: skip
    standing = Case.objects.filter(organisation=house, scheme=scheme, category=category, is_open=True).first()
    if standing is not None:
        raise Refused(Refusal("cases.already_open", {"number": standing.number}))
    initial = str(read.table.initial)
    case = Case(
        number=f"DD{today:%y%m%d}{next_number('cases_case_number'):05d}", client_id=client_id, organisation=house,
        jurisdiction=house.jurisdiction, scheme=scheme, category=category, procedure=version, state=initial, state_since_on=today,
        applicant=house.name[:60], self_answers=dict(form), applied_at=at, applied_by_id=by.user_id, is_draft=False, version=0,
    )  # fmt: skip
    term = refuse_if(
        queries.term(read, read.states[initial].term or "accept", jurisdiction=case.jurisdiction, on=today)
    )
    case.due_on = procedures.ends_on(today, term.value, queries.holidays(case.jurisdiction, today))
    try:
        with transaction.atomic():
            keep(case)
    except IntegrityError as error:  # the same request twice in one instant
        if "client_id" not in str(error):
            raise
        return queries.get_house_case(by, Case.objects.get(client_id=client_id).pk)
    note_event(case, "begin", "", by, at)
    return case


@action("cases.hand_in_sheet")
def hand_in_sheet(
    *, case_id: int, answers: Mapping[str, Any], note: str = "", version: int | None = None, by: Actor, at: datetime
) -> Entry:
    """Hand in the criteria sheet of the site visit, whole and for good; the experts vote on it.

    answers     criterion → yes or no, or a whole number

    Raises      NotFound; Forbidden; Stale; Invalid: an answer that is missing or wrong; Refused cases.wrong_status
    Source      REHAB-02 in docs/rules/rehab.md
    """
    case = held(queries.get_house_case(by, case_id).pk, version)
    procedure, today = queries.procedure_of(case), business_date(at)
    if procedure.find(case.state, "hand_in") is None:
        step(case, "hand_in", by, at)
    criteria = refuse_if(queries.criteria_of(case, today))
    read = _read(criteria, answers)
    said = words_of(note, "note", needed=False)
    sheet = procedures.judge_criteria(criteria, read)
    level = FAIL if sheet.failed else PASS
    result = {"answers": read, "failed": [one.id for one in sheet.failed], "unknown": [one.id for one in sheet.unknown]}
    step(case, "hand_in", by, at, {"sheet_whole": not sheet.unanswered}, said)
    return Entry.objects.create(
        case=case, round=case.round, seat=1, assessor_id=by.user_id, assigned_at=at, assigned_by_id=by.user_id, answers=read, note=said,
        result=result, level=level, submitted_at=at, submitted_by_id=by.user_id,
    )  # fmt: skip


def _read(criteria: tuple[procedures.Criterion, ...], answers: Mapping[str, Any]) -> dict[str, bool | int]:
    wrong: dict[str, list[str]] = {}
    read: dict[str, bool | int] = {}
    for one in criteria:
        said = answers.get(one.id)
        if (one.is_measured and type(said) is int and 0 <= said < 1_000_000) or (
            not one.is_measured and type(said) is bool
        ):
            read[one.id] = said
        else:
            wrong[f"answers.{one.id}"] = [say("请填整数") if one.is_measured else say("请选是或否")]
    if wrong or set(answers) - {one.id for one in criteria}:
        raise Invalid(wrong or {"answers": [say("没有这一题")]})
    return read


@action("cases.vote_house")
def vote_house(*, case_id: int, is_for: bool, reason: str, by: Actor, at: datetime) -> Vote:
    """Vote for or against an institution, with reasons, once; a majority settles, a split sends it to another visit.

    Raises      NotFound: nor is it seen by who was not named for it; Forbidden; Invalid; Refused: cases.wrong_status, .voted,
                .voter_assessed, .voter_of_house
    Source      REHAB-03 in docs/rules/rehab.md, PROC-06
    """
    case = held(queries.get_house_case(by, case_id).pk)
    if not may(by, Permission.CASE_VOTE):
        raise Forbidden(Permission.CASE_VOTE)
    if case.state != "voting":
        raise Refused(Refusal("cases.wrong_status", {"status": case.state, "event": "vote"}))
    said = words_of(reason, "reason")
    if queries.tied_to_house(case, by.user_id or 0):
        raise Refused(Refusal("cases.voter_of_house"))
    if queries.has_filled_in(case, by.user_id or 0):
        raise Refused(Refusal("cases.voter_assessed"))
    return cast(case, PASS if is_for else FAIL, said, by, at)


@action("cases.move_house")
def move_house(
    *, case_id: int, event: str, note: str = "", reason: str = "", facts: Mapping[str, bool] | None = None,
    version: int | None = None, by: Actor, at: datetime,
) -> Case:  # fmt: skip
    """A step of the authority or the institution: accept, refuse, publish, decline, revisit, object, dismiss, designate, withdraw.

    facts       what only the context above knows, such as `no_ban`

    Raises      NotFound; Forbidden; Stale; Invalid; Refused: what the procedure refuses, cases.criteria_failed
    Source      REHAB-02, REHAB-04 in docs/rules/rehab.md
    """
    case = held(queries.get_house_case(by, case_id).pk, version)
    procedure, today = queries.procedure_of(case), business_date(at)
    if event not in _STEPS:
        raise Invalid({"event": [say("没有这一步")]})
    said = words_of(note, "note", needed=False)
    met: dict[str, bool | None] = {
        "reason_given": bool(said), "reason_listed": reason in procedure.reasons, "has_passed": case.level == PASS,
        "has_failed": case.level == FAIL, "in_time": case.due_on is not None and today <= case.due_on,
        "notice_over": case.due_on is not None and today > case.due_on, **(facts or {}),
    }  # fmt: skip
    if event == "refuse":
        case.refused_for = reason if reason in procedure.reasons else ""
    if event in ("publish", "designate") and case.level == PASS and procedure.find(case.state, event) is not None:
        met["figures_known"] = _stands(case, today)
    if event in ("designate", "decline"):
        case.decided_at, case.decided_by_id = at, by.user_id
    if event == "designate":
        months = int(
            refuse_if(queries.term(procedure, "validity", jurisdiction=case.jurisdiction, on=today)).value["months"]
        )
        case.valid_from, case.valid_until = today, add_months(today, months)
    step(case, event, by, at, met, said)
    if event == "revisit":
        case.round += 1
        case.level = case.result = None
        keep(case)
    if event in ("designate", "decline"):
        _letter(case, said, by, at)
    return case


_STEPS = frozenset(
    {"accept", "refuse", "publish", "decline", "revisit", "object", "dismiss", "designate", "withdraw"}
)  # fmt: skip


def _stands(case: Case, today: date) -> bool:
    """Whether the sheet stands by the figures as they are known today. Raises Refused cases.criteria_unknown, .criteria_failed"""
    criteria = refuse_if(queries.criteria_of(case, today))
    entry = queries.sheet_of(case)
    sheet = procedures.judge_criteria(criteria, entry.answers if entry is not None else {})
    for code, found in (("cases.criteria_unknown", sheet.unknown), ("cases.criteria_failed", sheet.failed)):
        if found:
            named = {"zh": "、".join(one.zh for one in found), "en": "; ".join(one.en for one in found)}
            raise Refused(Refusal(code, {"names_zh": named["zh"], "names_en": named["en"]}))
    return sheet.is_passed is True


def _letter(case: Case, note: str, by: Actor, at: datetime) -> Letter:
    today = business_date(at)
    number = words.HOUSE_LETTER_NUMBER % {"year": today.year, "serial": f"{next_number('cases_letter_number'):06d}"}
    procedure = queries.procedure_of(case)
    content = papers.render(words.house_paper(case, procedure.zh, number, note, today))
    return keep_letter(case, number, content, procedure.edition, by, at)


@action("cases.state_figure")
def state_figure(
    *, key: str, figure: int | str, original: str, signed_name: str, by: Actor, at: datetime
) -> StatedFigure:
    """State a number the policy files do not know, with the document it stands in; what was stated before is kept beside it.

    Raises      Forbidden; Invalid
    Source      REHAB-02 in docs/rules/rehab.md
    """
    if not may(by, Permission.REHAB_HANDLE) or by.jurisdiction is None:
        raise Forbidden(Permission.REHAB_HANDLE)
    measured = queries.is_measured(key, by.jurisdiction, business_date(at))
    if measured is None:
        raise Invalid({"key": [say("没有这个要写明的数值")]})
    if not measured:
        figure = words_of(str(figure), "figure")
    elif not isinstance(figure, int) or not 0 <= figure <= 10**12:
        raise Invalid({"figure": [say("请填整数，不小于 0")]})
    before = StatedFigure.objects.filter(jurisdiction=by.jurisdiction, key=key).count()
    made = StatedFigure(
        jurisdiction=by.jurisdiction, key=key[:80], serial=before + 1, figure=figure, original=words_of(original, "original")[:200],
        signed_name=words_of(signed_name, "signed_name")[:60], stated_at=at, stated_by_id=by.user_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:  # somebody stated it in the same instant
        raise Refused(Refusal("cases.stated_meanwhile")) from error
    outbox.publish("cases.figure_stated", {"key": key, "jurisdiction": by.jurisdiction, "serial": made.serial}, at=at)
    return made
