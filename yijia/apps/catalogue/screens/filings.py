"""Pages of the price filings."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from yijia.apps.catalogue import forms, queries, words
from yijia.apps.catalogue.screens.house import house, house_name
from yijia.apps.catalogue.screens.items import filing_name
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.core.catalogue.filing import BASIS
from yijia.core.catalogue.filing import Kind as FilingKind
from yijia.core.catalogue.lifecycle import FILINGS, FilingState, ItemState
from yijia.core.permissions import Permission, may
from yijia.core.policy import Value, plain
from yijia.core.pricing import cancellation

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class FilingLine:
    """One filing in a list."""

    id: int
    number: str
    kind: str
    code: str
    name: str
    unit: str
    amount_fen: int | None
    has_bands: bool
    state: str
    from_on: date
    until_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Filings:
    """An institution's filings, and what of its offer has no price in force."""

    house_id: int
    house: str
    page: Page
    kinds: tuple[tuple[str, str], ...]
    kind: str
    missing: tuple[tuple[str, str, str], ...]
    may_file: bool


def filings(request: HttpRequest) -> Filings:
    where, on = house(request), business_date(request.at)
    kind = request.GET.get("kind", "")
    known = queries.items(on, where.jurisdiction)
    rows = queries.list_filings(request.actor, organisation_id=where.pk, kind=kind if kind in words.KINDS else None)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [_line(row, known) for row in page.object_list]
    return Filings(
        where.pk, house_name(where), page, tuple((code, str(word)) for code, word in words.KINDS.items()), kind, _missing(request, where, known, on),
        may(request.actor, Permission.PRICE_FILE),
    )  # fmt: skip


def _line(row: Any, known: Any) -> FilingLine:
    return FilingLine(
        row.pk, row.number, str(words.KINDS[row.kind]), row.code, filing_name(row, known), words.unit(row.unit), row.amount_fen, bool(row.bands),
        row.state, row.effective_from, row.effective_until, row.review_note,
    )  # fmt: skip


def _missing(request: HttpRequest, where: Any, known: Any, on: date) -> tuple[tuple[str, str, str], ...]:
    """(kind, code, name) of what is offered and has no price that holds today."""
    held = queries.filings_in_force_for_system(where.pk, on)
    kinds = {row.kind for row in held.values()}
    found = [] if "visit_fee" in kinds else [("visit_fee", "", str(words.KINDS["visit_fee"]))]
    for row in queries.list_offered_items(request.actor, organisation_id=where.pk, state=ItemState.PUBLISHED):
        if row.item_code not in held and row.item_code in known:
            item = known[row.item_code]
            found.append(("medical_price", row.item_code, item.en if words.is_english() else item.zh))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Basis:
    """The policy a price stands on, or that there is none good enough."""

    key: str
    name: str
    evidence: str
    sources: list[dict[str, Any]]
    note: str
    is_enough: bool


@dataclass(frozen=True, slots=True)
class FilingPage:
    """One filing: what is filed, on what it stands, what happened to it, what can be done now."""

    id: int
    house: str
    house_id: int
    line: FilingLine
    bands: tuple[dict[str, Any], ...]
    terms: tuple[tuple[str, str, str], ...]
    basis_text: str
    document_no: str
    basis: Basis | None
    version: int
    events: list[dict[str, Any]]
    former: FilingLine | None
    moves: frozenset[str]
    form: Any
    may_list: bool


def filing(request: HttpRequest, filing_id: int, form: Any = None) -> FilingPage:
    row = queries.get_filing(request.actor, filing_id)
    known = queries.items(business_date(request.at), row.organisation.jurisdiction)
    moves = {move.event.value for move in FILINGS.open_moves(FilingState(row.state), request.actor)}
    if may(request.actor, Permission.PRICE_FILE) and row.state in (FilingState.DRAFT, FilingState.RETURNED):
        moves.add("edit")
    terms = [
        (str(words.MOMENTS[m]), words.part(p), words.percent(share))
        for m, parts in row.terms.items()
        for p, share in parts.items()
    ]
    return FilingPage(
        id=row.pk, house=house_name(row.organisation), house_id=row.organisation_id, line=_line(row, known), bands=tuple(row.bands), terms=tuple(terms),
        basis_text=row.basis, document_no=row.document_no, basis=_basis(row), version=row.version, events=_events(request, row),
        former=_line(row.supersedes, known) if row.supersedes else None, moves=frozenset(moves), form=form or forms.AnswerForm(initial={"version": row.version}),
        may_list=may(request.actor, Permission.PRICE_FILE) or may(request.actor, Permission.PRICE_REVIEW),
    )  # fmt: skip


def _basis(row: Any) -> Basis | None:
    key = BASIS.get(FilingKind(row.kind))
    if key is None:
        return None
    current, place = editions.current(), row.organisation.jurisdiction
    value = current.lookup(key, jurisdiction=place, on=row.effective_from)
    enough = isinstance(current.demand(key, use="money", jurisdiction=place, on=row.effective_from), Value)
    if isinstance(value, Value):
        return Basis(
            key, words.named(value.value), value.evidence.value, queries.sources_of(value), _note(value.note), enough
        )
    return Basis(key, "", "missing", [], _note(value.facts.get("note")), False)


def _note(note: Any) -> str:
    """A policy note; notes are written in English only."""
    return str(note or "") if words.is_english() else ""


def _events(request: HttpRequest, row: Any) -> list[dict[str, Any]]:
    tones = {"publish": "done", "return": "bad", "review": "go"}
    return [
        {
            "at": e.at,
            "text": words.FILING_EVENTS.get(e.event, e.event),
            "by": e.by.display_name if e.by else "",
            "note": e.note,
            "tone": tones.get(e.event, "idle"),
        }
        for e in queries.list_filing_events(request.actor, row)
    ]


@dataclass(frozen=True, slots=True)
class FilingFormPage:
    """The form of a filing."""

    kind: str
    kind_label: str
    house: str
    house_id: int
    filing_id: int | None
    code: str
    form: Any
    bands: tuple[tuple[Any, Any], ...]
    terms: tuple[Any, ...]


def filing_form(request: HttpRequest, kind: str, filing_id: int | None = None, data: Any = None) -> FilingFormPage:
    """A new filing of one kind, or a draft to correct; `data` is what was typed."""
    row = queries.get_filing(request.actor, filing_id) if filing_id else None
    where = row.organisation if row else house(request)
    kind, on = row.kind if row else kind if kind in words.KINDS else "visit_fee", business_date(request.at)
    known = queries.items(on, where.jurisdiction)
    initial = forms.filing_initial(row, on)
    if row is None and request.GET.get("code"):
        initial["code"] = request.GET["code"]
    offered = {
        o.item_code: known[o.item_code].en if words.is_english() else known[o.item_code].zh
        for o in queries.list_offered_items(request.actor, organisation_id=where.pk).exclude(state=ItemState.WITHDRAWN) if o.item_code in known
    }  # fmt: skip
    form = forms.FilingForm(data, kind=kind, items=offered, frame=_frame(where.jurisdiction, on), initial=initial)
    code = queries.visit_fee_code(where.jurisdiction, on) if kind == "visit_fee" else ""
    bands = (
        tuple((form[f"band_km_{n}"], form[f"band_amount_{n}"]) for n in range(1, forms.BAND_ROWS + 1))
        if kind == "visit_fee"
        else ()
    )
    terms = tuple(form[name] for name in form.fields if name.startswith("terms_"))
    return FilingFormPage(
        kind, str(words.KINDS[kind]), house_name(where), where.pk, filing_id, code, form, bands, terms
    )


def _frame(place: str, on: date) -> dict[str, dict[str, str]]:
    value = editions.current().lookup(cancellation.KEY, jurisdiction=place, on=on)
    if not isinstance(value, Value):
        return {}
    return {
        moment: {part: str(share) for part, share in parts.items()}
        for moment, parts in plain(value.value["least_refund"]).items()
    }
