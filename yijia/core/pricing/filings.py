"""Which filed price holds on a day, and why none does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from yijia.core.catalogue.lifecycle import FilingState
from yijia.core.pricing.facts import Band, Filing, Kind
from yijia.core.refusal import Refusal

_WAS_PUBLISHED = frozenset({FilingState.PUBLISHED, FilingState.SUPERSEDED, FilingState.EXPIRED})


def in_force(filings: Iterable[Filing], kind: Kind, code: str | None, on: date) -> Filing | Refusal:
    """The one filing of a code that was published and holds on the day of service.

    A superseded or expired filing still holds for the days of its period, so a late bill keeps its price.

    code        None takes any code of the kind (a visit fee whose code the province has not told)

    Refuses     price.unfiled, price.not_published, price.out_of_date, price.ambiguous
    Source      PRICE-05 in docs/rules/pricing.md
    """
    ours = [filing for filing in filings if filing.kind is kind and code in (None, filing.code)]
    facts = {"kind": kind.value, "code": code, "on": on}
    published = [filing for filing in ours if filing.state in _WAS_PUBLISHED]
    holding = [
        filing
        for filing in published
        if on in filing.period and (filing.state is FilingState.PUBLISHED or filing.period.until_on is not None)
    ]
    if len(holding) == 1:
        return holding[0]
    if holding:
        return Refusal("price.ambiguous", {**facts, "filings": tuple(filing.number for filing in holding)})
    if published:
        nearest = max(published, key=lambda filing: filing.period.from_on or date.min)
        dates = {"from_on": nearest.period.from_on, "until_on": nearest.period.until_on}
        return Refusal("price.out_of_date", {**facts, **dates, "filing": nearest.number})
    if ours:
        return Refusal("price.not_published", {**facts, "state": ours[-1].state.value})
    return Refusal("price.unfiled", facts)


def unit_price(filing: Filing, distance_km: Decimal | None) -> int | Refusal:
    """Fen per unit, by distance where the filing has bands.

    Refuses     price.distance_unknown, price.distance_not_covered, price.no_amount
    Source      PRICE-07 in docs/rules/pricing.md
    """
    if not filing.bands:
        if filing.amount_fen is None:
            return Refusal("price.no_amount", {"code": filing.code, "filing": filing.number})
        return filing.amount_fen
    if distance_km is None:
        return Refusal("price.distance_unknown", {"code": filing.code, "filing": filing.number})
    for band in filing.bands:
        is_above = band.km_gt < distance_km or distance_km == band.km_gt == 0
        if is_above and (band.km_le is None or distance_km <= band.km_le):
            return band.amount_fen
    return Refusal(
        "price.distance_not_covered", {"code": filing.code, "filing": filing.number, "distance_km": distance_km}
    )


def read_bands(rows: Sequence[Mapping[str, Any]]) -> tuple[Band, ...] | Refusal:
    """Distance bands as filed: `[{km_gt, km_le, amount_fen}, …]`, kilometres as decimal strings or integers.

    Refuses     price.bad_bands: not a number, below zero, empty, overlapping, or leaving a gap
    Source      PRICE-07 in docs/rules/pricing.md
    """
    bands: list[Band] = []
    for position, row in enumerate(rows):
        km_gt, km_le, amount_fen = (_km(row.get("km_gt")), _km(row.get("km_le")), row.get("amount_fen"))
        is_last = position == len(rows) - 1
        starts = Decimal(0) if not bands else bands[-1].km_le
        open_end = km_le is None and is_last and row.get("km_le") is None
        is_sound = km_gt is not None and km_gt == starts and (open_end or (km_le is not None and km_le > km_gt))
        if (
            not is_sound
            or km_gt is None
            or isinstance(amount_fen, bool)
            or not isinstance(amount_fen, int)
            or amount_fen < 0
        ):
            return Refusal("price.bad_bands", {"row": position + 1})
        bands.append(Band(km_gt, km_le, amount_fen))
    return tuple(bands)


def _km(text: object) -> Decimal | None:
    if isinstance(text, int) and not isinstance(text, bool):
        return Decimal(text)
    if isinstance(text, Decimal):
        return text if text.is_finite() else None
    if isinstance(text, str) and text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 8:
        return Decimal(text)
    return None
