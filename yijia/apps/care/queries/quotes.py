"""The price as it was shown before ordering: kept whole with the order, and read back for the bill."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yijia.core.policy import Evidence
from yijia.core.pricing.facts import Breakdown, Kind, Line, Payer, Reason


def quote_json(breakdown: Breakdown) -> dict[str, Any]:
    """A breakdown as plain JSON, losing nothing: amounts in fen, exact amounts and quantities as text."""
    return {
        "total_fen": breakdown.total_fen,
        "by_payer": {payer.value: fen for payer, fen in breakdown.by_payer.items()},
        "editions": list(breakdown.editions),
        "reasons": [_reason(reason) for reason in breakdown.reasons],
        "lines": [_line(line) for line in breakdown.lines],
    }


def breakdown_of(quote: Mapping[str, Any]) -> Breakdown | None:
    """The breakdown a kept quote was made from; None for an order that was never priced."""
    if not quote:
        return None
    return Breakdown(
        tuple(_read_line(line) for line in quote["lines"]), tuple(_read_reason(reason) for reason in quote["reasons"])
    )


def _line(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind.value, "code": line.code, "unit": line.unit, "quantity": str(line.quantity), "unit_fen": line.unit_fen,
        "filed_unit_fen": line.filed_unit_fen, "exact_fen": str(line.exact_fen), "amount_fen": line.amount_fen,
        "payers": {payer.value: fen for payer, fen in line.payers.items()}, "reasons": [_reason(reason) for reason in line.reasons],
        "filing_number": line.filing_number, "filing_id": line.filing_id, "policy_key": line.policy_key, "jurisdiction": line.jurisdiction,
        "edition": line.edition, "clause": line.clause, "sources": list(line.sources), "evidence": line.evidence.value,
    }  # fmt: skip


def _read_line(kept: Mapping[str, Any]) -> Line:
    return Line(
        kind=Kind(kept["kind"]), code=kept["code"], unit=kept["unit"], quantity=Decimal(kept["quantity"]), unit_fen=kept["unit_fen"],
        filed_unit_fen=kept["filed_unit_fen"], exact_fen=Fraction(kept["exact_fen"]), amount_fen=kept["amount_fen"],
        payers={Payer(payer): fen for payer, fen in kept["payers"].items()}, reasons=tuple(_read_reason(reason) for reason in kept["reasons"]),
        filing_number=kept["filing_number"], filing_id=kept["filing_id"], policy_key=kept["policy_key"], jurisdiction=kept["jurisdiction"],
        edition=kept["edition"], clause=kept["clause"], sources=tuple(kept["sources"]), evidence=Evidence(kept["evidence"]),
    )  # fmt: skip


def _reason(reason: Reason) -> dict[str, Any]:
    facts = {
        name: list(value)
        if isinstance(value, tuple | frozenset)
        else value
        if isinstance(value, int | None)
        else str(value)
        for name, value in reason.facts.items()
    }
    return {"code": reason.code, "facts": facts}


def _read_reason(kept: Mapping[str, Any]) -> Reason:
    return Reason(
        kept["code"],
        {name: tuple(value) if isinstance(value, list) else value for name, value in kept["facts"].items()},
    )
