"""The edition a case stands on: its procedure, instrument, confirmation, terms and calendar."""

from datetime import date
from functools import cache

from yijia.apps.cases.models import Case, InstrumentConfirmation, ProcedureVersion
from yijia.base import editions, instruments
from yijia.core import procedures
from yijia.core.assessment import Compiled, Confirmation, Instrument
from yijia.core.calendar import working_days_between
from yijia.core.permissions import Actor
from yijia.core.policy import Evidence, Value, freeze
from yijia.core.procedures import Procedure
from yijia.core.refusal import Refusal


def procedure_in_force(key: str, *, jurisdiction: str, on: date) -> Value | Refusal:
    """The procedure of a place on a day, for a case that begins."""
    return editions.current().lookup(f"{procedures.KIND}:{key}", jurisdiction=jurisdiction, on=on)


def procedure_of(case: Case) -> Procedure:
    """The version a case began under, whatever the policy files say now."""
    return _procedure(case.procedure.fingerprint, case.procedure_id)


@cache
def _procedure(_fingerprint: str, version_id: int) -> Procedure:
    row = ProcedureVersion.objects.get(pk=version_id)
    return procedures.read(
        Value(
            key=row.key, value=freeze(row.content), jurisdiction=row.jurisdiction, from_on=None, until_on=None,
            insured_class=None, evidence=Evidence.DERIVED, sources=(), clause=None, note=None, owner={},
            edition=row.edition, document=f"case procedure {row.pk}",
        )
    )  # fmt: skip


def open_events(case: Case, actor: Actor) -> tuple[str, ...]:
    """What the actor may do now; of giving up, only what fits: an application before a decision, an objection after one."""
    procedure = procedure_of(case)
    found = procedure.open_events(case.state, actor)
    has_retract = procedure.find(case.state, "retract") is not None
    needs_decision = "decision_stands" in procedure.needs(case.state, "retract")
    idle = {"withdraw"} if case.decided_at is not None and has_retract else set()
    if needs_decision and case.standing_level is None:
        idle.add("retract")
    return tuple(event for event in found if event not in idle)


def instrument_of(case: Case, on: date) -> Instrument | Refusal:
    """The instrument the assessors of a case use on a day."""
    return instruments.find(case.instrument, jurisdiction=case.jurisdiction, on=on)


def gate_for_system(procedure: Procedure, jurisdiction: str, on: date) -> Compiled | Refusal:
    """The self-assessment before an application, ready to score."""
    found = instruments.find(procedure.gate, jurisdiction=jurisdiction, on=on)
    return found if isinstance(found, Refusal) else instruments.compiled(found)


def compiled_for_system(case: Case, on: date) -> Compiled | Refusal:
    """The case's instrument with the confirmation it has, ready to score."""
    found = instrument_of(case, on)
    if isinstance(found, Refusal):
        return found
    return instruments.compiled(found, confirmation_for_system(found.id) if found.is_draft else None)


def confirmation_for_system(instrument: str) -> Confirmation | None:
    """The latest signed comparison of an instrument with its original."""
    row = InstrumentConfirmation.objects.filter(instrument=instrument).order_by("-id").first()
    if row is None:
        return None
    day = row.confirmed_at.date()
    return Confirmation(row.instrument, row.edition, row.serial, row.fingerprint, day)


def list_confirmations(instrument: str = "") -> list[InstrumentConfirmation]:
    """Every signed comparison, the newest first."""
    rows = InstrumentConfirmation.objects.select_related("confirmed_by")
    return list((rows.filter(instrument=instrument) if instrument else rows).order_by("-id"))


def term(procedure: Procedure, name: str, *, jurisdiction: str, on: date) -> Value | Refusal:
    """A term of the procedure as the place states it.

    Refuses     cases.term_unknown: the place, or everybody, does not know it
    """
    key = procedure.terms[name]
    found = editions.current().lookup(key, jurisdiction=jurisdiction, on=on)
    if isinstance(found, Refusal):
        return Refusal("cases.term_unknown", {"term": name, "key": key, "jurisdiction": jurisdiction})
    return found


def holidays(jurisdiction: str, on: date) -> dict[date, bool]:
    """Days off and worked weekends around a day, as the State Council's notices say."""
    found: dict[date, bool] = {}
    for year in (on.year, on.year + 1):
        value = editions.current().lookup(f"calendar:{year}", jurisdiction=jurisdiction, on=on)
        if isinstance(value, Value):
            found |= dict(value.value["exceptions"])
    return found


def days_left(due_on: date | None, today: date, off: dict[date, bool]) -> int | None:
    """Working days left until a deadline: 0 on its day, negative when it has passed; None without one."""
    if due_on is None:
        return None
    if due_on >= today:
        return working_days_between(today, due_on, off)
    return -working_days_between(due_on, today, off)
