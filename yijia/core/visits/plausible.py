"""Vital signs: what can be true, what is critical, and when the unit was mistaken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction

from yijia.core.policy import Value
from yijia.core.refusal import Refusal

PREFIX = "vital:"
SYSTOLIC, DIASTOLIC = "systolic", "diastolic"


class Alert(StrEnum):
    """Whether a plausible value is critical."""

    NONE = "none"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Unit:
    """Another unit: a value in it is `factor` × the value in the vital's own unit + `offset`."""

    code: str
    factor: Fraction
    offset: Fraction


@dataclass(frozen=True, slots=True)
class Vital:
    """One vital sign as policy describes it; ranges are in its own unit, both ends included.

    critical_low, critical_high     at or beyond them an alert is raised; None where there is no such end
    """

    code: str
    zh: str
    en: str
    unit: str
    decimals: int
    least: Decimal
    most: Decimal
    critical_low: Decimal | None
    critical_high: Decimal | None
    other_units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A plausible value in the vital's own unit, and whether it is critical."""

    code: str
    amount: Decimal
    unit: str
    alert: Alert


def load(values: Iterable[Value]) -> dict[str, Vital]:
    """The vital signs in force by code, from policy values keyed `vital:<code>`."""
    return {vital.code: vital for vital in map(_read, values)}


def judge(code: str, amount: Decimal | int, unit: str, vitals: Mapping[str, Vital]) -> Reading | Refusal:
    """One measured value.

    amount      exact; a float is refused

    Refuses     vitals.unknown, vitals.unknown_unit, vitals.not_a_number, vitals.implausible, vitals.unit_mixed_up (the
                facts name the unit in which the value would be plausible)
    Source      EVID-09, EVID-10 in docs/rules/evidence.md
    """
    vital = vitals.get(code)
    if vital is None:
        return Refusal("vitals.unknown", {"code": code})
    if isinstance(amount, bool | float) or (isinstance(amount, Decimal) and not amount.is_finite()):
        return Refusal("vitals.not_a_number", {"code": code})
    own = _to_own(Fraction(amount), unit, vital)
    if own is None:
        units = (vital.unit, *(other.code for other in vital.other_units))
        return Refusal("vitals.unknown_unit", {"code": code, "unit": unit, "units": units})
    if not vital.least <= own <= vital.most:
        for other in (vital.unit, *(other.code for other in vital.other_units)):
            meant = _to_own(Fraction(amount), other, vital)
            if other != unit and meant is not None and vital.least <= meant <= vital.most:
                return Refusal("vitals.unit_mixed_up", {"code": code, "unit": unit, "perhaps": other})
        facts = {"code": code, "least": vital.least, "most": vital.most, "unit": vital.unit}
        return Refusal("vitals.implausible", facts)
    alert = Alert.NONE
    if vital.critical_low is not None and own <= vital.critical_low:
        alert = Alert.LOW
    elif vital.critical_high is not None and own >= vital.critical_high:
        alert = Alert.HIGH
    step = Decimal(1).scaleb(-vital.decimals)
    stored = (Decimal(own.numerator) / Decimal(own.denominator)).quantize(step, ROUND_HALF_EVEN)
    return Reading(code, stored, vital.unit, alert)


def judge_all(
    measured: Mapping[str, tuple[Decimal | int, str]], vitals: Mapping[str, Vital]
) -> tuple[tuple[Reading, ...], tuple[Refusal, ...]]:
    """All values of one record: readings that stand, and what is refused; the two pressures are compared.

    measured    code → (amount, unit)

    Refuses     as `judge`; vitals.pressures_swapped
    """
    readings: list[Reading] = []
    refusals: list[Refusal] = []
    for code, (amount, unit) in measured.items():
        outcome = judge(code, amount, unit, vitals)
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
        else:
            readings.append(outcome)
    by_code = {reading.code: reading.amount for reading in readings}
    if SYSTOLIC in by_code and DIASTOLIC in by_code and by_code[DIASTOLIC] >= by_code[SYSTOLIC]:
        facts = {"systolic": by_code[SYSTOLIC], "diastolic": by_code[DIASTOLIC]}
        refusals.append(Refusal("vitals.pressures_swapped", facts))
    return tuple(readings), tuple(refusals)


def _to_own(amount: Fraction, unit: str, vital: Vital) -> Fraction | None:
    if unit == vital.unit:
        return amount
    for other in vital.other_units:
        if other.code == unit:
            return (amount - other.offset) / other.factor
    return None


def _read(value: Value) -> Vital:
    content = value.value
    units = tuple(
        Unit(unit["unit"], Fraction(unit["factor"]), Fraction(unit.get("offset", 0)))
        for unit in content.get("other_units", ())
    )
    plausible, critical = content["plausible"], content.get("critical") or {}
    return Vital(
        code=value.key.removeprefix(PREFIX),
        zh=content["zh"],
        en=content["en"],
        unit=content["unit"],
        decimals=content["decimals"],
        least=Decimal(plausible["least"]),
        most=Decimal(plausible["most"]),
        critical_low=_optional(critical.get("low")),
        critical_high=_optional(critical.get("high")),
        other_units=units,
    )


def _optional(number: Decimal | int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
