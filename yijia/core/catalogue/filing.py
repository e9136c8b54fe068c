"""Whether a price filing is well formed, lies within its frame, and may be published on a day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from yijia.core.money import MAX_FEN
from yijia.core.policy import Value
from yijia.core.pricing import cancellation
from yijia.core.pricing.filings import read_bands
from yijia.core.refusal import Refusal


class Kind(StrEnum):
    """What is filed."""

    VISIT_FEE = "visit_fee"
    MEDICAL_PRICE = "medical_price"
    CONSUMABLE = "consumable"
    CANCELLATION = "cancellation"


BASIS = {Kind.VISIT_FEE: "fee:visit_fee", Kind.MEDICAL_PRICE: "fee:medical_price", Kind.CONSUMABLE: "fee:medical_price"}
"""The policy value that says who may set each price; cancellation terms are the institution's own offer."""

MAX_BANDS = 8
MAX_KM = Decimal(200)


def faults(
    kind: Kind, *, amount_fen: object, bands: Sequence[Any], effective_from: date, effective_until: date | None
) -> dict[str, str]:
    """What is wrong with the shape of a filing, field → code; the words are the door's.

    Codes       required, not_whole_fen, negative, too_large, amount_or_bands, no_amount, bands_shape, bands_too_many,
                bands_gap, bands_far, bands_only_visit_fee, period_empty
    Source      CATALOGUE-07 in docs/rules/catalogue.md
    """
    found: dict[str, str] = {}
    if kind is Kind.CANCELLATION:
        if amount_fen is not None or bands:
            found["amount"] = "no_amount"
    elif bands and kind is not Kind.VISIT_FEE:
        found["bands"] = "bands_only_visit_fee"
    elif bands and amount_fen is not None:
        found["amount"] = "amount_or_bands"
    elif bands:
        code = _bands_fault(bands)
        if code:
            found["bands"] = code
    else:
        code = amount_fault(amount_fen)
        if code:
            found["amount"] = code
    if effective_until is not None and effective_until <= effective_from:
        found["effective_until"] = "period_empty"
    return found


def amount_fault(fen: object) -> str | None:
    """What is wrong with one amount."""
    if fen is None:
        return "required"
    if isinstance(fen, bool) or not isinstance(fen, int):
        return "not_whole_fen"
    if fen < 0:
        return "negative"
    return "too_large" if fen > MAX_FEN else None


def _bands_fault(bands: Sequence[Any]) -> str | None:
    """Bands begin at zero, touch, rise, and only the last may be open."""
    if len(bands) > MAX_BANDS:
        return "bands_too_many"
    if any(not isinstance(band, Mapping) or set(band) != {"km_gt", "km_le", "amount_fen"} for band in bands):
        return "bands_shape"
    if any(amount_fault(band["amount_fen"]) for band in bands):
        return "bands_shape"
    read = read_bands(bands)
    if isinstance(read, Refusal):
        return "bands_gap"
    return "bands_far" if read[-1].km_gt > MAX_KM else None


def term_fault(terms: Mapping[str, Any], frame: Value | Refusal) -> Refusal | str | None:
    """What is wrong with cancellation terms: a code for their shape, or the refusal of what the frame does not allow.

    terms       {moment: {part: share that goes back}}, shares as text between "0" and "1"
    frame       `cancel:frame`

    Refuses     filings.outside_frame: less would go back than the frame demands
    Source      CATALOGUE-08 in docs/rules/catalogue.md; PRICE-12 in docs/rules/pricing.md
    """
    if not terms:
        return "terms_required"
    if any(not isinstance(parts, Mapping) or not parts for parts in terms.values()):
        return "terms_required"
    if isinstance(frame, Refusal):
        return Refusal("filings.no_basis", {**frame.facts, "cause": frame.code})
    read = cancellation.read_terms(terms, "", cancellation.read_frame(frame))
    if not isinstance(read, Refusal):
        return None
    if read.code == "cancel.outside_frame":
        return Refusal("filings.outside_frame", {**read.facts, "key": frame.key})
    return "terms_share"


def amounts(amount_fen: int | None, bands: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Every amount a filing names."""
    return tuple(band["amount_fen"] for band in bands) if bands else (() if amount_fen is None else (amount_fen,))


def within_frame(
    kind: Kind, named: Sequence[int], fee: Value | Refusal, item: Value | Refusal | None
) -> Refusal | None:
    """Whether the amounts lie where the authority lets the institution set them.

    named   every amount of the filing
    fee     the basis; a frame is `min_fen`, `ceiling_fen` or a fixed `amount_fen` inside it. An unknown basis sets no frame
            here: publication asks for it
    item    the item of a medical price; `price: {mode: fixed, amount_fen}` fixes it

    Refuses     filings.outside_frame
    Source      CATALOGUE-08 in docs/rules/catalogue.md
    """
    frames: list[tuple[str, Mapping[str, Any]]] = []
    if isinstance(item, Value) and isinstance(item.value.get("price"), Mapping):
        frames.append((item.key, item.value["price"]))
    if isinstance(fee, Value) and kind is Kind.VISIT_FEE:
        frames.append((fee.key, fee.value))
    for key, frame in frames:
        low = frame.get("min_fen", frame.get("amount_fen"))
        high = frame.get("ceiling_fen", frame.get("amount_fen"))
        outside = [fen for fen in named if (low is not None and fen < low) or (high is not None and fen > high)]
        if outside:
            return Refusal(
                "filings.outside_frame", {"key": key, "amount_fen": outside[0], "min_fen": low, "max_fen": high}
            )
    return None


def may_publish(
    kind: Kind, *, fee: Value | Refusal | None, publication: Value | Refusal, effective_from: date, on: date
) -> Refusal | None:
    """Whether a reviewed filing may be published today.

    fee             the basis on the day the price begins, asked with use `money`; None for cancellation terms
    publication     `fee:publication` on that day, if the place has it
    on              today

    Refuses     filings.backdated, filings.too_early (the publication days are not over), filings.no_basis (the policy is
                unknown, missing or too weak; `cause` says which), filings.not_set_by_institution
    Source      CATALOGUE-09, CATALOGUE-10 in docs/rules/catalogue.md
    """
    if effective_from < on:
        return Refusal("filings.backdated", {"effective_from": effective_from, "on": on})
    days = publication.value.get("days_before") if isinstance(publication, Value) else None
    if days is not None and effective_from < on + timedelta(days=days):
        return Refusal(
            "filings.too_early",
            {"days": days, "earliest_on": on + timedelta(days=days), "effective_from": effective_from},
        )
    if fee is None:
        return None
    if isinstance(fee, Refusal):
        return Refusal("filings.no_basis", {**fee.facts, "cause": fee.code})
    return set_by_institution(kind, fee)


def set_by_institution(kind: Kind, fee: Value) -> Refusal | None:
    """Whether the basis lets the institution set this price."""
    says_so = (
        fee.value.get("setter") == "institution"
        if kind is Kind.VISIT_FEE
        else fee.value.get("basis") == "institution_current_price"
    )
    if says_so:
        return None
    return Refusal(
        "filings.not_set_by_institution",
        {"key": fee.key, "setter": fee.value.get("setter") or "", "jurisdiction": fee.jurisdiction},
    )
