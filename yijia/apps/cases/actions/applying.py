"""An application: begun, filled in bit by bit, nothing lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from yijia.apps.cases import queries
from yijia.apps.cases.actions.common import keep, locked, next_number, note_event, words_of
from yijia.apps.cases.models import Case, ProcedureVersion
from yijia.apps.registry import queries as registry
from yijia.base import accounts
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, Refused, refuse_if
from yijia.base.words import say
from yijia.core import procedures
from yijia.core.assessment import Compiled
from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.policy import plain
from yijia.core.refusal import Refusal

GRADING = "ltc_grading"
MOST_MONTHS = 1200


@action("cases.apply")
def apply(
    *, client_id: UUID, resident_id: int, answers: Mapping[str, Any] | None = None, months_disabled: int | None = None,
    applicant: str = "", relation: str = "", by: Actor, at: datetime,
) -> Case:  # fmt: skip
    """Begin an application; what is not filled in yet may follow. The same client_id gives the first one back.

    answers     of the self-assessment, as far as they are known

    Raises      NotFound; Forbidden; Invalid; Refused: policy.unknown, cases.already_open
    Source      PROC-01, PROC-02, PROC-03 in docs/rules/procedures.md
    """
    if not may(by, Permission.CASE_APPLY):
        raise Forbidden(Permission.CASE_APPLY)
    resident = registry.get_resident(by, resident_id)
    _may_act(by, resident.pk, at)
    first = Case.objects.filter(client_id=client_id).first()
    if first is not None:
        return queries.get_case(by, first.pk)
    today = business_date(at)
    value = refuse_if(queries.procedure_in_force(GRADING, jurisdiction=resident.jurisdiction, on=today))
    procedure = procedures.read(value)
    version, _ = ProcedureVersion.objects.get_or_create(
        fingerprint=procedure.fingerprint,
        defaults={
            "key": value.key, "edition": value.edition, "jurisdiction": value.jurisdiction, "content": plain(value.value),
        },
    )  # fmt: skip
    standing = Case.objects.filter(resident=resident, scheme=procedure.scheme, is_open=True).first()
    if standing is not None and standing.client_id == client_id:  # the same form, sent twice in one second
        return queries.get_case(by, standing.pk)
    if standing is not None:
        raise Refused(Refusal("cases.already_open", {"number": standing.number}))
    case = Case(
        number=f"PG{today:%y%m%d}{next_number('cases_case_number'):05d}", client_id=client_id, resident=resident,
        jurisdiction=resident.jurisdiction, scheme=procedure.scheme, procedure=version, state=str(procedure.table.initial),
        state_since_on=today, instrument=procedure.instrument, applicant="", version=0,
    )  # fmt: skip
    _fill(case, answers or {}, months_disabled, applicant or resident.name, relation, at)
    try:
        with transaction.atomic():
            keep(case)
    except (IntegrityError, Refused):  # somebody was faster by a moment: it is the same form sent twice, or another one
        first = Case.objects.filter(client_id=client_id).first()
        if first is None:
            raise
        return queries.get_case(by, first.pk)
    note_event(case, "begin", "", by, at)
    return case


@action("cases.fill")
def fill(
    *, case_id: int, answers: Mapping[str, Any], months_disabled: int | None = None, applicant: str = "",
    relation: str = "", version: int | None = None, by: Actor, at: datetime,
) -> Case:  # fmt: skip
    """Go on filling in an application that was not submitted yet.

    Raises      NotFound; Forbidden; Stale; Invalid; Refused cases.wrong_status
    """
    case = locked(by, case_id, version)
    if not may(by, Permission.CASE_APPLY):
        raise Forbidden(Permission.CASE_APPLY)
    _may_act(by, case.resident_id, at)
    if case.state != "draft":
        raise Refused(Refusal("cases.wrong_status", {"status": case.state, "event": "fill"}))
    _fill(case, answers, months_disabled, applicant or case.applicant, relation or case.relation, at)
    keep(case)
    return case


def _may_act(by: Actor, resident_id: int, at: datetime) -> None:
    if by.role is Role.FAMILY and not accounts.family_may(by.user_id or 0, resident_id, "order", at):
        raise Forbidden(Permission.CASE_APPLY)


def _fill(
    case: Case, answers: Mapping[str, Any], months: int | None, applicant: str, relation: str, at: datetime
) -> None:
    gate = refuse_if(queries.gate_for_system(queries.procedure_of(case), case.jurisdiction, business_date(at)))
    if months is not None and not 0 <= months <= MOST_MONTHS:
        raise Invalid({"months_disabled": [say("请填 0 到 1200 个月")]})
    case.self_answers = checked(gate, answers)
    case.months_disabled = months
    case.applicant = words_of(applicant, "applicant")[:60]
    case.relation = words_of(relation, "relation", needed=False)[:20]


def checked(compiled: Compiled, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that may be incomplete, as given. Raises Invalid: an unknown item, or an option an item does not have."""
    items = {item.id: item for item in compiled.instrument.items}
    wrong: dict[str, list[str]] = {}
    kept: dict[str, Any] = {}
    for name, answer in answers.items():
        if name not in items:
            wrong[f"answers.{name}"[:60]] = [say("没有这一题")]
        elif answer not in (None, ""):
            found = next(
                (o.id for o in items[name].options if type(answer) in (int, str) and answer in (o.id, o.score)), None
            )
            if found is None:
                wrong[f"answers.{name}"] = [say("没有这个选项")]
            else:
                kept[name] = found
    if wrong:
        raise Invalid(wrong)
    return kept
