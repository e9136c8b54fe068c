"""What every write of a case shares: the locked row, the step, the event, the news."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from yijia.apps.cases import queries, words
from yijia.apps.cases.models import Case, CaseEvent
from yijia.apps.registry import queries as registry
from yijia.base import messages, outbox
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale, refuse_if
from yijia.base.words import say
from yijia.core import procedures
from yijia.core.permissions import Actor
from yijia.core.procedures import Procedure
from yijia.core.refusal import Refusal

LONGEST = 2000


def locked(by: Actor, case_id: int, version: int | None = None) -> Case:
    """The case of a person under a row lock, if the actor sees it and nobody changed it meanwhile.

    Raises      NotFound; Stale
    """
    return held(queries.get_case(by, case_id).pk, version)


def held(case_id: int, version: int | None = None) -> Case:
    """A case somebody may see, under a row lock. Raises NotFound; Stale."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("resident", "organisation", "procedure")
    row = rows.filter(pk=case_id).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale
    return row


def step(
    case: Case, event: str, by: Actor, at: datetime, facts: Mapping[str, bool | None] | None = None, note: str = ""
) -> Procedure:
    """Ask the case's own version of the procedure, move the row, set its deadline, write the event and publish it.

    Raises      Forbidden; Refused: what the table refuses, cases.term_unknown, cases.already_open
    """
    procedure, today = queries.procedure_of(case), business_date(at)
    outcome = procedure.step(case.state, event, by, facts or {})
    if isinstance(outcome, Refusal) and outcome.code == "permission.missing":
        raise Forbidden(str(outcome.facts["permission"]))
    before, case.state = case.state, refuse_if(_named(procedure, outcome))
    words = procedure.states[case.state]
    case.is_open, case.state_since_on = words.is_open, today
    case.due_on = None if words.term is None else deadline(case, procedure, words.term, today)
    keep(case)
    note_event(case, event, before, by, at, note)
    if event != "decide":  # the decision tells more: see handling
        outbox.publish(f"cases.{event}", news(case), at=at)
    return procedure


def _named(procedure: Procedure, outcome: str | Refusal) -> str | Refusal:
    """A refusal with the names of this version's states and events, in both languages' words."""
    if not isinstance(outcome, Refusal):
        return outcome
    facts = dict(outcome.facts)
    if facts.get("status") in procedure.states:
        facts["state_zh"], facts["state_en"] = (
            procedure.states[facts["status"]].zh,
            procedure.states[facts["status"]].en,
        )
    return Refusal(outcome.code, facts)


def deadline(case: Case, procedure: Procedure, term: str, on: date) -> date:
    """The last day of a term that begins after `on`. Raises Refused cases.term_unknown."""
    value = refuse_if(queries.term(procedure, term, jurisdiction=case.jurisdiction, on=on))
    return procedures.ends_on(on, value.value, queries.holidays(case.jurisdiction, on))


def keep(case: Case) -> None:
    """Save a case with a new version. Raises Refused cases.already_open: the database holds another open one."""
    case.version += 1
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        if "case_one_open" not in str(error):  # a person's, or a house's
            raise
        raise Refused(Refusal("cases.already_open", {"number": _standing(case)})) from error


def _standing(case: Case) -> str:
    """The number of the open case that bars this one."""
    beside = Case.objects.filter(scheme=case.scheme, category=case.category, is_open=True).exclude(pk=case.pk)
    beside = beside.filter(organisation_id=case.organisation_id, resident_id=case.resident_id)
    return str(beside.values_list("number", flat=True).first() or "—")


def note_event(case: Case, event: str, before: str, by: Actor, at: datetime, note: str = "") -> None:
    """One line of the case's history."""
    CaseEvent.objects.create(
        case=case, event=event, from_state=before, to_state=case.state, round=case.round, at=at, by_id=by.user_id,
        role=by.role.value if by.role else "", note=note[:LONGEST],
    )  # fmt: skip


def news(case: Case) -> dict[str, Any]:
    """What the outbox tells of a case."""
    return {
        "case_id": case.pk, "number": case.number, "resident_id": case.resident_id, "scheme": case.scheme,
        "state": case.state, "jurisdiction": case.jurisdiction,
        **({"organisation_id": case.organisation_id, "category": case.category} if case.organisation_id else {}),
    }  # fmt: skip


def words_of(text: str, field: str, *, needed: bool = True) -> str:
    """What somebody wrote, trimmed. Raises Invalid."""
    said = text.replace("\0", "").strip()
    if needed and not said:
        raise Invalid({field: [say("请写清楚")]})
    if len(said) > LONGEST:
        raise Invalid({field: [say("最多 2000 字")]})
    return said


def next_number(sequence: str) -> int:
    """The next number of a sequence of this context."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])


def tell(case: Case, event: str, at: datetime) -> None:
    """Tell the person of a step that has words for it."""
    text = words.SMS.get(event)
    if text is not None:
        send(case, messages.in_chinese(text) % {"number": case.number}, at)


def send(case: Case, text: str, at: datetime) -> None:
    """A text message to the person of a case, if there is a telephone."""
    contact = registry.contact_for_system(case.resident_id)
    if contact.phone:
        messages.send_sms(
            phone=contact.phone,
            template="cases.told",
            text=messages.in_chinese(text),
            at=at,
            resident_id=case.resident_id,
        )
