"""The price of a visit: policy says what may be charged, the institution's filings say how much."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yijia.core import money
from yijia.core.policy import Editions, Value
from yijia.core.pricing import filings as filing_rules
from yijia.core.pricing.facts import Breakdown, Filing, Kind, Line, Payer, Reason, Use, Visit
from yijia.core.refusal import Refusal

COMPOSITION = "fee:composition"
NO_DOUBLE_CHARGE = "fee:no_double_charge"
_PARTS = {"visit_fee": Kind.VISIT_FEE, "medical_price": Kind.MEDICAL_PRICE, "consumables": Kind.CONSUMABLE}


@dataclass(frozen=True, slots=True)
class _Desk:
    """The questions of one quote: always of the same place, day and insured class, always with money in mind."""

    editions: Editions
    visit: Visit
    filings: Sequence[Filing]
    booked: Mapping[tuple[Kind, str], int]

    def ask(self, key: str, *, for_money: bool = True) -> Value | Refusal:
        place, day, insured_class = self.visit.jurisdiction, self.visit.on, self.visit.insured_class
        if for_money:
            return self.editions.demand(key, use="money", jurisdiction=place, on=day, insured_class=insured_class)
        return self.editions.lookup(key, jurisdiction=place, on=day, insured_class=insured_class)


@dataclass(frozen=True, slots=True)
class _Price:
    """Fen per unit, and where it came from."""

    unit_fen: int
    unit: str
    reasons: tuple[Reason, ...]
    filing: Filing | None = None
    filed_fen: int | None = None


def quote(
    visit: Visit, editions: Editions, filings: Sequence[Filing], *, booked: Breakdown | None = None
) -> Breakdown | Refusal:
    """What a visit costs and who pays, or the first thing that keeps it from being priced.

    filings     every price filing of the institution, in whatever state
    booked      the quote the resident was shown; a unit is then never charged above it (PRICE-09)

    Refuses     price.no_composition, price.nothing_to_price, price.unknown_mode, price.above_ceiling,
                price.filed_differs, those of `filings.in_force` and `filings.unit_price`, and whatever policy refuses
    Source      PRICE-04 … PRICE-10 in docs/rules/pricing.md
    """
    units = {} if booked is None else {(line.kind, line.code): line.unit_fen for line in booked.lines}
    desk = _Desk(editions, visit, filings, units)
    parts = _parts(desk)
    if isinstance(parts, Refusal):
        return parts
    lines: list[Line] = []
    reasons: list[Reason] = []
    for name, fee_key in parts:
        kind = _PARTS[name]
        if kind is Kind.VISIT_FEE:
            free = _already_paid(desk)
            if isinstance(free, Refusal):
                return free
            if free is not None:
                reasons.append(free)
                continue
        for use in _uses(kind, visit):
            line = _line(desk, name, kind, fee_key, use)
            if isinstance(line, Refusal):
                return line
            lines.append(line)
    if not lines and not reasons:
        return Refusal("price.nothing_to_price", {"service": visit.service})
    return Breakdown(tuple(lines), tuple(reasons))


def verify_charged(charged: Mapping[tuple[Kind, str], int], breakdown: Breakdown) -> Refusal | None:
    """None when no unit is charged above, or without, its line in the breakdown.

    charged     (kind, code) → fen per unit, as somebody wants to charge it

    Refuses     price.filed_differs
    Source      PRICE-08 in docs/rules/pricing.md
    """
    allowed = {(line.kind, line.code): line.unit_fen for line in breakdown.lines}
    for (kind, code), unit_fen in charged.items():
        most = allowed.get((kind, code))
        if most is None or not 0 <= unit_fen <= most:
            return Refusal("price.filed_differs", {"code": code, "charged_fen": unit_fen, "filed_fen": most})
    return None


def _parts(desk: _Desk) -> list[tuple[str, str]] | Refusal:
    """(part, key of its fee) in the order of the bill; `by_service` can only take parts away."""
    composition = desk.ask(COMPOSITION)
    if isinstance(composition, Refusal):
        return composition
    allowed = composition.value.get("by_service", {}).get(desk.visit.service)
    if allowed is None:
        return Refusal("price.no_composition", {"service": desk.visit.service})
    return [
        (part["part"], part["fee"])
        for part in composition.value["parts"]
        if part["part"] in allowed and part["part"] in _PARTS
    ]


def _uses(kind: Kind, visit: Visit) -> Iterable[Use]:
    match kind:
        case Kind.VISIT_FEE:
            return (Use(""),)
        case Kind.MEDICAL_PRICE:
            return visit.items
        case Kind.CONSUMABLE:
            return visit.consumables


def _already_paid(desk: _Desk) -> Reason | Refusal | None:
    """Why there is no visit fee, where a programme already pays for the visit."""
    if not desk.visit.paid_by:
        return None
    rule = desk.ask(NO_DOUBLE_CHARGE)
    if isinstance(rule, Refusal):
        return None if rule.code == "policy.unknown" else rule
    paying = sorted(desk.visit.paid_by & set(rule.value["paid_by"]))
    return Reason("price.no_double_charge", {"paid_by": tuple(paying), "sources": rule.sources}) if paying else None


def _line(desk: _Desk, part: str, kind: Kind, fee_key: str, use: Use) -> Line | Refusal:
    fee = desk.ask(fee_key)
    if isinstance(fee, Refusal):
        return fee
    stands_on, code, quantity = fee, use.code, use.quantity
    if kind is Kind.VISIT_FEE:
        code = fee.value.get("item") or ""
        quantity = Decimal(desk.visit.staff_count if fee.value.get("per") == "staff" else 1)
    if code and kind is not Kind.CONSUMABLE:
        item = _item(desk, kind, code)
        if isinstance(item, Refusal):
            return item
        if isinstance(item.value.get("price"), Mapping):
            stands_on = item
    price = _price(desk, kind, code, stands_on)
    if isinstance(price, Refusal):
        return price
    filing = price.filing
    exact_fen = Fraction(price.unit_fen) * Fraction(quantity)
    amount_fen = money.round_half_even(exact_fen)
    payers, why = _payers(desk, part, amount_fen)
    return Line(
        kind=kind,
        code=code or (filing.code if filing is not None else kind.value),
        unit=price.unit,
        quantity=quantity,
        unit_fen=price.unit_fen,
        filed_unit_fen=price.filed_fen,
        exact_fen=exact_fen,
        amount_fen=amount_fen,
        payers=payers,
        reasons=(*price.reasons, why),
        filing_number=None if filing is None else filing.number,
        filing_id=None if filing is None else filing.id,
        policy_key=stands_on.key,
        jurisdiction=stands_on.jurisdiction,
        edition=stands_on.edition,
        clause=stands_on.clause,
        sources=stands_on.sources,
        evidence=stands_on.evidence,
    )


def _item(desk: _Desk, kind: Kind, code: str) -> Value | Refusal:
    """The item; its evidence must bear money where the item itself carries a price or is the visit fee."""
    item = desk.ask(f"item:{code}", for_money=False)
    if isinstance(item, Value) and (kind is Kind.VISIT_FEE or isinstance(item.value.get("price"), Mapping)):
        return desk.ask(f"item:{code}")
    return item


def _price(desk: _Desk, kind: Kind, code: str, stands_on: Value) -> _Price | Refusal:
    """What policy fixes, or what was filed within what policy allows."""
    terms = stands_on.value.get("price") or stands_on.value
    mode = terms.get("mode") or ("self_set" if terms.get("basis") == "institution_current_price" else None)
    fixed_fen = terms.get("amount_fen")
    filing = filing_rules.in_force(desk.filings, kind, code or None, desk.visit.on)
    if mode == "fixed" and fixed_fen is not None:
        filed_fen = None if isinstance(filing, Refusal) else filing_rules.unit_price(filing, desk.visit.distance_km)
        if isinstance(filed_fen, int) and filed_fen != fixed_fen:
            facts = {"code": code, "charged_fen": fixed_fen, "filed_fen": filed_fen}
            return Refusal("price.filed_differs", facts)
        unit = str(terms.get("unit") or "visit")
        return _Price(fixed_fen, unit, (Reason("price.fixed_by_authority", {"fixed_fen": fixed_fen}),))
    if mode not in ("self_set", "ceiling"):
        return Refusal("price.unknown_mode", {"key": stands_on.key, "mode": mode})
    if isinstance(filing, Refusal):
        return filing
    filed_fen = filing_rules.unit_price(filing, desk.visit.distance_km)
    if isinstance(filed_fen, Refusal):
        return filed_fen
    if mode == "ceiling":
        ceiling_fen = terms.get("ceiling_fen")
        if ceiling_fen is None:
            return Refusal("policy.missing", {"key": stands_on.key, "field": "ceiling_fen"})
        if filed_fen > ceiling_fen:
            return Refusal("price.above_ceiling", {"code": code, "filed_fen": filed_fen, "ceiling_fen": ceiling_fen})
    reason = Reason("price.filed", {"filed_fen": filed_fen, "filing": filing.number})
    booked_fen = desk.booked.get((kind, code or filing.code))
    if booked_fen is not None and booked_fen < filed_fen:
        kept = Reason("price.booked_kept", {"booked_fen": booked_fen})
        return _Price(booked_fen, filing.unit, (reason, kept), filing, filed_fen)
    return _Price(filed_fen, filing.unit, (reason,), filing, filed_fen)


def _payers(desk: _Desk, part: str, amount_fen: int) -> tuple[dict[Payer, int], Reason]:
    """Who pays a line. Only a policy good enough for money takes anything off the patient."""
    rule = desk.ask(f"insurance:{part}")
    if isinstance(rule, Refusal):
        why = Reason("price.insurance_unknown", {"because": rule.code, "part": part})
        return {Payer.PATIENT: amount_fen}, why
    if not rule.value.get("is_covered"):
        return {Payer.PATIENT: amount_fen}, Reason("price.not_insured", {"part": part, "sources": rule.sources})
    shares = _shares(rule.value.get("payers") or ())
    if not shares:
        return {Payer.PATIENT: amount_fen}, Reason(
            "price.insurance_share_unknown", {"part": part, "sources": rule.sources}
        )
    others = list(shares)
    rest = 1 - sum(shares.values(), Fraction(0))
    parts = money.split(amount_fen, [*(shares[payer] for payer in others), rest])
    payers = dict(zip([*others, Payer.PATIENT], parts, strict=True))
    return payers, Reason("price.shared", {"part": part, "sources": rule.sources})


def _shares(rows: Iterable[Mapping[str, Any]]) -> dict[Payer, Fraction]:
    shares = {Payer(row["payer"]): Fraction(row["share"]) for row in rows}
    if Payer.PATIENT in shares or any(share < 0 for share in shares.values()) or sum(shares.values(), Fraction(0)) > 1:
        raise ValueError("payers other than the patient share at most the whole")
    return shares
