"""Instruments: the list, and one whole as it has to be compared with its original."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from yijia.apps.cases import queries
from yijia.apps.cases.screens.shared import Group, groups_of, said, two
from yijia.base import editions, instruments
from yijia.base.clock import business_date
from yijia.core.assessment import Instrument
from yijia.core.permissions import Permission, may
from yijia.core.policy import Value
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    id: str
    name: str
    version: str
    edition: str
    count: int
    evidence: str
    readiness: str
    is_draft: bool
    why: str


@dataclass(frozen=True, slots=True)
class InstrumentPage:
    """One instrument whole, as it has to be compared with the original."""

    row: InstrumentRow
    fingerprint: str
    groups: list[Group]
    bands: list[tuple[str, str, str]]
    tables: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    confirmations: list[Any]
    may_confirm: bool
    notes: list[str]


def instruments_page(request: HttpRequest) -> list[InstrumentRow]:
    """Every instrument in force here."""
    today = business_date(request.at)
    here = request.actor.jurisdiction or "CN"
    return [instrument_row(found) for found in instruments.in_force(jurisdiction=here, on=today)]


def instrument_row(found: Instrument) -> InstrumentRow:
    """An instrument with the confirmation it has."""
    ready = instruments.compiled(found, queries.confirmation_for_system(found.id) if found.is_draft else None)
    return InstrumentRow(
        found.id, said(found), found.version, ready.edition, len(found.items), found.evidence, found.readiness,
        ready.is_draft, "" if ready.why_draft is None else two(ready.why_draft["zh"], ready.why_draft["en"]),
    )  # fmt: skip


def instrument_page(request: HttpRequest, instrument: str) -> InstrumentPage | None:
    """One instrument with everything a comparison needs."""
    today = business_date(request.at)
    found = instruments.find(instrument, jurisdiction=request.actor.jurisdiction or "CN", on=today)
    if isinstance(found, Refusal):
        return None
    row = instrument_row(found)
    value = editions.current().lookup(f"instrument:{found.id}", jurisdiction=found.jurisdiction, on=today)
    known = editions.current().sources
    sources = [
        {"title": known[id_].title, "clause": known[id_].doc_no or "", "url": known[id_].url, "evidence": known[id_].level.value}
        for id_ in (value.sources if isinstance(value, Value) else ())
    ]  # fmt: skip
    bands = [
        (said(step), said(band), _range(band))
        for step in found.steps
        for band in step.bands
        if band.min is not None or step.id in found.results
    ]
    tables = [
        {
            "name": said(step), "columns": [_band_word(found, step.column, name) for name in columns],
            "rows": [
                (_band_word(found, step.row, name), [said(step.band(cells[column])) for column in columns])
                for name, cells in step.table.items()
            ],
        }
        for step in found.steps
        if step.table
        for columns in [list(next(iter(step.table.values())))]
    ]  # fmt: skip
    raw_notes = [*found.raw.get("item_notes", ()), *found.raw.get("warnings", ())]
    raw_notes += [found.raw[name] for name in ("ambiguity", "licence") if name in found.raw]
    return InstrumentPage(
        row, found.fingerprint, groups_of(found, {}), bands, tables, sources, queries.list_confirmations(found.id),
        may(request.actor, Permission.INSTRUMENT_CONFIRM) and row.is_draft, [str(note) for note in raw_notes],
    )  # fmt: skip


def _range(band: Any) -> str:
    if band.min is None:
        return "" if band.level is None else str(band.level)
    return str(band.min) if band.min == band.max else f"{band.min}–{band.max}"


def _band_word(instrument: Instrument, step: str, band: str) -> str:
    found = instrument.step(step)
    if found.bands:
        return said(found.band(band))
    return next(said(one) for name in found.of for one in instrument.step(name).bands if one.id == band)
