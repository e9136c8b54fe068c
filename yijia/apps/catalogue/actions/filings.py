"""A price from draft to publication: filed by the institution, reviewed and published under its authority."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from yijia.apps.catalogue import queries, words
from yijia.apps.catalogue.actions.guards import locked, moved, own_organisation
from yijia.apps.catalogue.models import Filing, FilingEvent, OfferedItem
from yijia.base import editions, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, Refused, refuse_if
from yijia.core.catalogue import filing as rules
from yijia.core.catalogue.lifecycle import FILINGS, FilingState, ItemState
from yijia.core.catalogue.lifecycle import FilingEvent as Event
from yijia.core.permissions import Actor, Permission
from yijia.core.policy import Value
from yijia.core.pricing import cancellation
from yijia.core.refusal import Refusal

Kind = rules.Kind
UNITS = {Kind.VISIT_FEE: "次", Kind.MEDICAL_PRICE: "次", Kind.CONSUMABLE: "件", Kind.CANCELLATION: "单"}


@action("filings.draft")
def draft_filing(
    *, organisation_id: int, kind: str, code: str = "", name: str = "", name_en: str = "", unit: str = "", amount_fen: int | None = None,
    bands: Sequence[Mapping[str, Any]] = (), terms: Mapping[str, Any] | None = None, basis: str, document_no: str = "",
    effective_from: date, effective_until: date | None = None, filing_id: int | None = None, version: int | None = None,
    by: Actor, at: datetime,
) -> Filing:  # fmt: skip
    """Write a filing down, or correct one that is still a draft or was returned.

    code        a visit fee and cancellation terms have one code of their own, whatever is given
    name_en     English name of a consumable; the others have theirs from the catalogue
    bands       [{km_gt, km_le, amount_fen}], for a visit fee by distance instead of one amount

    Raises      Invalid: fields of the wrong shape, by name; Refused: filings.item_not_offered, filings.over, .wrong_status;
                NotFound; Forbidden; Stale
    """
    organisation = own_organisation(by, organisation_id, Permission.PRICE_FILE)
    sort = _kind(kind)
    code = _code(sort, code.strip(), organisation.jurisdiction, effective_from)
    wrong = rules.faults(
        sort, amount_fen=amount_fen, bands=bands, effective_from=effective_from, effective_until=effective_until
    )
    wrong |= _texts(sort, code=code, name=name, name_en=name_en, basis=basis)
    terms_wrong = (
        rules.term_fault(terms or {}, _cancel_frame(organisation.jurisdiction, effective_from))
        if sort is Kind.CANCELLATION
        else None
    )
    if isinstance(terms_wrong, str):
        wrong["terms"] = terms_wrong
    if wrong:
        raise Invalid({field: [str(words.FAULTS[fault])] for field, fault in wrong.items()})
    if sort is Kind.MEDICAL_PRICE:
        offered = OfferedItem.objects.filter(organisation=organisation, item_code=code).exclude(
            state=ItemState.WITHDRAWN
        )
        if not offered.exists():
            raise Refused(Refusal("filings.item_not_offered", {"item_code": code}))
    row = (
        Filing(organisation=organisation, created_at=at, created_by_id=by.user_id)
        if filing_id is None
        else locked(Filing.objects, by, filing_id, version)
    )
    if row.state not in (FilingState.DRAFT, FilingState.RETURNED):
        raise Refused(Refusal("filings.wrong_status", {"status": row.state, "event": "draft"}))
    row.kind, row.code, row.name, row.unit = (
        sort.value,
        code,
        (name.strip() or _name(sort, code, organisation.jurisdiction, at)),
        unit.strip() or UNITS[sort],
    )
    row.name_en = name_en.strip() if sort is Kind.CONSUMABLE else ""
    row.amount_fen, row.bands, row.terms = amount_fen, [dict(band) for band in bands], dict(terms or {})
    row.basis, row.document_no, row.effective_from, row.effective_until = (
        basis.strip(),
        document_no.strip(),
        effective_from,
        effective_until,
    )
    if filing_id is None:
        row.state = FilingState.DRAFT
        row.save()
        _note(row, "draft", "", by, at)
        return row
    row.version += 1
    row.save()
    _note(row, "correct", row.state, by, at)
    return row


@action("filings.submit")
def submit_filing(*, filing_id: int, version: int | None = None, by: Actor, at: datetime) -> Filing:
    """Hand a draft to the authority.

    Raises      Refused: filings.outside_frame, or the moves' own; NotFound; Stale
    """
    row = locked(Filing.objects, by, filing_id, version)
    outside = _frame(row)
    outcome: Any = FILINGS.attempt(FilingState(row.state), Event.SUBMIT, by, {"within_frame": outside is None})
    if outside is not None and isinstance(outcome, Refusal) and outcome.code == "filings.outside_frame":
        outcome = outside  # the same no, with the frame in its facts
    row = _step(row, Event.SUBMIT, outcome, by, at)
    row.submitted_at, row.submitted_by_id, row.review_note = at, by.user_id, ""
    row.save(update_fields=["state", "submitted_at", "submitted_by", "review_note", "version"])
    outbox.publish("filings.submitted", {"filing_id": row.pk}, at=at, organisation_id=row.organisation_id)
    return row


@action("filings.review")
def review_filing(*, filing_id: int, note: str = "", version: int | None = None, by: Actor, at: datetime) -> Filing:
    """The authority finds a filing in order; it can now be published.

    Raises      Refused: the moves' own; NotFound; Stale (another reviewer was faster)
    """
    row = locked(Filing.objects, by, filing_id, version)
    row = _step(row, Event.REVIEW, FILINGS.attempt(FilingState(row.state), Event.REVIEW, by), by, at, note)
    row.reviewed_at, row.reviewed_by_id, row.review_note = at, by.user_id, note.strip()[:200]
    row.save(update_fields=["state", "reviewed_at", "reviewed_by", "review_note", "version"])
    return row


@action("filings.return")
def return_filing(*, filing_id: int, note: str, version: int | None = None, by: Actor, at: datetime) -> Filing:
    """The authority sends a filing back and says what must be mended.

    Raises      Refused: filings.no_reason, or the moves' own; NotFound; Stale
    """
    row = locked(Filing.objects, by, filing_id, version)
    outcome = FILINGS.attempt(FilingState(row.state), Event.RETURN, by, {"reason_given": bool(note.strip())})
    row = _step(row, Event.RETURN, outcome, by, at, note)
    row.reviewed_at, row.reviewed_by_id, row.review_note = at, by.user_id, note.strip()[:200]
    row.save(update_fields=["state", "reviewed_at", "reviewed_by", "review_note", "version"])
    return row


@action("filings.publish")
def publish_filing(*, filing_id: int, version: int | None = None, by: Actor, at: datetime) -> Filing:
    """Publish a reviewed filing: it gets its number, and the former price of its code ends where it begins.

    Raises      Refused: filings.backdated, .too_early, .no_basis (nothing read says that the institution may set it),
                .not_set_by_institution, .later_price, .price_exists (the database saw another one first), or the moves'
                own; NotFound; Stale
    """
    row = locked(Filing.objects, by, filing_id, version)
    target = moved(FILINGS.attempt(FilingState(row.state), Event.PUBLISH, by))
    on = business_date(at)
    refuse_if(_may_publish(row, on))
    former = _former(row)
    if former is not None:
        former.effective_until = row.effective_from
        former.version += 1
        former.save(update_fields=["effective_until", "version"])
        _note(former, "end", former.state, by, at, f"→ {row.pk}")
        row.supersedes = former
    row.published_at, row.published_by_id = at, by.user_id
    row.number = f"{row.organisation.jurisdiction.removeprefix('CN-')}-{on.year}-{row.pk:06d}"
    row = _step(row, Event.PUBLISH, target, by, at)
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "published_at", "published_by", "number", "supersedes", "version"])
    except IntegrityError as error:
        if "filing_one_price_a_day" not in str(error):
            raise
        raise Refused(
            Refusal("filings.price_exists", {"code": row.code, "effective_from": row.effective_from})
        ) from error
    outbox.publish(
        "filings.published",
        {"filing_id": row.pk, "code": row.code, "kind": row.kind},
        at=at,
        organisation_id=row.organisation_id,
    )
    return row


@action("filings.sweep")
def sweep_filings(*, by: Actor, at: datetime) -> list[Filing]:
    """Mark published filings whose last day is over: superseded where a newer one follows, else expired."""
    over = (
        Filing.objects.select_for_update(skip_locked=True)
        .filter(state=FilingState.PUBLISHED, effective_until__lte=business_date(at))
        .order_by("id")
    )
    rows = list(over)
    replaced = set(
        Filing.objects.filter(supersedes_id__in=[row.pk for row in rows]).values_list("supersedes_id", flat=True)
    )
    for row in rows:
        event = Event.SUPERSEDE if row.pk in replaced else Event.EXPIRE
        _step(row, event, FILINGS.attempt(FilingState(row.state), event, by), by, at)
        row.save(update_fields=["state", "version"])
    return rows


def _may_publish(row: Filing, on: date) -> Refusal | None:
    """The policy's word on the day the price begins."""
    place, current, kind = row.organisation.jurisdiction, editions.current(), _kind(row.kind)
    key = rules.BASIS.get(kind)
    fee = current.demand(key, use="money", jurisdiction=place, on=row.effective_from) if key else None
    publication = current.lookup("fee:publication", jurisdiction=place, on=row.effective_from)
    return rules.may_publish(kind, fee=fee, publication=publication, effective_from=row.effective_from, on=on)


def _frame(row: Filing) -> Refusal | None:
    place, current, kind = row.organisation.jurisdiction, editions.current(), _kind(row.kind)
    key = rules.BASIS.get(kind)
    if key is None:
        found = rules.term_fault(row.terms, _cancel_frame(place, row.effective_from))
        return found if isinstance(found, Refusal) else None
    fee = current.lookup(key, jurisdiction=place, on=row.effective_from)
    item = (
        current.lookup(f"item:{row.code}", jurisdiction=place, on=row.effective_from)
        if kind is Kind.MEDICAL_PRICE
        else None
    )
    return rules.within_frame(kind, rules.amounts(row.amount_fen, row.bands), fee, item)


def _cancel_frame(place: str, on: date) -> Value | Refusal:
    return editions.current().lookup(cancellation.KEY, jurisdiction=place, on=on)


def _former(row: Filing) -> Filing | None:
    """The published filing of the same code that runs into the new one's period, locked.

    Raises      Refused: filings.later_price when it begins no earlier than the new one
    """
    overlapping = Filing.objects.select_for_update().filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=row.effective_from),
        organisation_id=row.organisation_id, code=row.code, state=FilingState.PUBLISHED,
    ).order_by("effective_from", "id")  # fmt: skip
    if row.effective_until is not None:
        overlapping = overlapping.filter(effective_from__lt=row.effective_until)
    found = list(overlapping)
    late = next((other for other in found if other.effective_from >= row.effective_from), None)
    if late is not None:
        raise Refused(Refusal("filings.later_price", {"number": late.number, "effective_from": late.effective_from}))
    return found[0] if found else None


def _step(row: Filing, event: Event, outcome: Any, by: Actor, at: datetime, note: str = "") -> Filing:
    before, row.state = row.state, moved(outcome)
    row.version += 1
    _note(row, event.value, before, by, at, note)
    return row


def _note(row: Filing, event: str, before: str, by: Actor, at: datetime, note: str = "") -> None:
    FilingEvent.objects.create(
        organisation_id=row.organisation_id,
        filing=row,
        event=event,
        from_state=before,
        to_state=row.state,
        at=at,
        by_id=by.user_id,
        note=note.strip()[:200],
    )


def _kind(text: str) -> rules.Kind:
    try:
        return Kind(text)
    except ValueError as error:
        raise Invalid({"kind": [str(words.FAULTS["unknown_kind"])]}) from error


def _code(kind: rules.Kind, code: str, jurisdiction: str, on: date) -> str:
    if kind is Kind.VISIT_FEE:
        return queries.visit_fee_code(jurisdiction, on)
    return "cancellation" if kind is Kind.CANCELLATION else code


def _name(kind: rules.Kind, code: str, jurisdiction: str, at: datetime) -> str:
    if kind is Kind.MEDICAL_PRICE:
        item = queries.items(business_date(at), jurisdiction).get(code)
        return item.zh if item else code
    return str(words.KINDS_ZH[kind.value])


def _texts(kind: rules.Kind, *, code: str, name: str, name_en: str, basis: str) -> dict[str, str]:
    wrong = {}
    if not basis.strip():
        wrong["basis"] = "basis_required"
    if not code or len(code) > 20:
        wrong["code"] = "code_required"
    if kind is Kind.CONSUMABLE and not name.strip():
        wrong["name"] = "name_required"
    if kind is Kind.CONSUMABLE and not name_en.strip():
        wrong["name_en"] = "name_en_required"
    elif len(name_en) > 80:
        wrong["name_en"] = "name_en_long"
    if len(name) > 60:
        wrong["name"] = "name_long"
    return wrong
