"""The two forms: an application, and one assessor's entry."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from yijia.apps.cases import queries
from yijia.apps.cases.screens.shared import Group, groups_of, level_word, said, two
from yijia.apps.registry import queries as registry
from yijia.base import audit, instruments
from yijia.base.clock import business_date
from yijia.core.permissions import Reach, reach
from yijia.core.policy import Value
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class ApplyPage:
    """The application with the self-assessment; without a person yet, whom to look for."""

    case: Any
    resident_id: int | None
    who: str
    people: list[tuple[int, str]]
    text: str
    is_own: bool
    groups: list[Group]
    start: Mapping[str, Any]
    standing: Any  # a case of theirs that is not over: there is no second one beside it

    @property
    def names(self) -> dict[str, str]:
        """What each part of the form is called."""
        return names_of(self.groups)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One assessor's own form."""

    case: Any
    who: str
    instrument: str
    edition: str
    why_draft: str
    groups: list[Group]
    facts: list[tuple[str, str, bool]]
    answered: int
    total: int
    note: str
    version: int
    is_submitted: bool
    level: str
    due_on: date | None
    days_left: int | None

    @property
    def names(self) -> dict[str, str]:
        """What each part of the form is called."""
        return names_of(self.groups) | {f"facts.{id_}": text for id_, text, _holds in self.facts}


def names_of(groups: list[Group]) -> dict[str, str]:
    """`answers.eating` → “1. 进食”."""
    return {f"answers.{one.id}": f"{one.number}. {one.text}" for group in groups for one in group.questions}


def apply_page(request: HttpRequest, case_id: int | None = None) -> ApplyPage:
    """A new application, or one that is not finished."""
    actor, today = request.actor, business_date(request.at)
    case = queries.get_case(actor, case_id) if case_id is not None else None
    wanted = request.POST.get("resident_id") or request.GET.get("resident", "")
    text = request.GET.get("q", "").strip()
    is_own = reach(actor) is Reach.PEOPLE
    mine = registry.list_my_residents(actor) if is_own else []
    if case is not None:
        resident = case.resident
    elif wanted.isascii() and wanted.isdigit() and len(wanted) < 18:
        resident = registry.get_resident(actor, int(wanted))
    else:
        resident = mine[0] if len(mine) == 1 else None
    found = mine if is_own else registry.find_residents(actor, text) if text and resident is None else []
    groups: list[Group] = []
    if resident is not None:
        value = queries.procedure_in_force("ltc_grading", jurisdiction=resident.jurisdiction, on=today)
        gate_id = value.value["gate"] if isinstance(value, Value) else ""
        gate = instruments.find(gate_id, jurisdiction=resident.jurisdiction, on=today)
        chosen = case.self_answers if case is not None else {}
        posted = {name[2:]: request.POST[name] for name in request.POST if name.startswith("a:")}
        groups = [] if isinstance(gate, Refusal) else groups_of(gate, {**chosen, **posted})
    scheme = value.value["scheme"] if resident is not None and isinstance(value, Value) else ""
    standing = queries.open_case_of(actor, resident.pk, scheme) if scheme and case is None else None
    audit.read(
        request.actor, request.at, "cases.apply", resident_ids=[one.pk for one in ([resident] if resident else found)]
    )
    start = {
        "client_id": str(case.client_id if case else uuid.uuid4()), "resident_id": resident.pk if resident else None,
        "version": case.version if case else None, "months_disabled": case.months_disabled if case else None,
        "applicant": case.applicant if case else (resident.name if resident and is_own else ""),
        "relation": case.relation if case else "",
    }  # fmt: skip
    return ApplyPage(
        case, resident.pk if resident else None, resident.name if resident else "", [(one.pk, one.name) for one in found],
        text, is_own, groups, start, standing,
    )  # fmt: skip


def entry_page(request: HttpRequest, case_id: int) -> EntryPage:
    """The assessor's own form of a case."""
    actor, today = request.actor, business_date(request.at)
    entry = queries.my_entry(actor, case_id)
    case = entry.case
    instrument = instruments.find(case.instrument, jurisdiction=case.jurisdiction, on=today)
    ready = queries.compiled_for_system(case, today)
    if isinstance(instrument, Refusal) or isinstance(ready, Refusal):
        raise LookupError(case.instrument)
    audit.read(
        actor,
        request.at,
        "cases.entry",
        subject_type="cases.case",
        subject_ids=[case.pk],
        resident_ids=[case.resident_id],
    )
    posted = {name[2:]: request.POST[name] for name in request.POST if name.startswith("a:")}
    is_open = entry.submitted_at is None
    chosen = {**entry.answers, **posted} if is_open else entry.answers
    is_posted = is_open and request.method == "POST"
    holding = {name[2:] for name in request.POST if name.startswith("f:")} if is_posted else {*entry.facts}
    why = "" if ready.why_draft is None else two(ready.why_draft["zh"], ready.why_draft["en"])
    return EntryPage(
        case, case.resident.name, said(instrument), ready.edition, why,
        groups_of(instrument, chosen, is_checked=is_posted and "submit" in request.POST),
        [(fact.id, said(fact), fact.id in holding) for fact in instrument.facts], len(chosen),
        len(instrument.items), request.POST.get("note", "") if is_posted else entry.note, entry.version, not is_open,
        level_word(instrument, entry.level), case.due_on,
        queries.days_left(case.due_on, today, queries.holidays(case.jurisdiction, today)),
    )  # fmt: skip
