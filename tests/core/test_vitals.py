"""Vital signs: impossible, critical, mistaken unit."""

from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from tests.core.policy_tree import published
from yijia.core.refusal import Refusal
from yijia.core.visits import plausible
from yijia.core.visits.plausible import Alert, Reading, Vital


@cache
def vitals() -> dict[str, Vital]:
    return plausible.load(published("CN/vitals.yaml").values("vital:", jurisdiction="CN-441900", on=date(2025, 6, 10)))


STANDS = [
    ("temperature", "36.5", "degC", "36.5", Alert.NONE), ("temperature", "39.1", "degC", "39.1", Alert.HIGH),  # EVID-10
    ("temperature", "39.0", "degC", "39.0", Alert.NONE), ("temperature", "35.0", "degC", "35.0", Alert.LOW),
    ("temperature", "98.6", "degF", "37.0", Alert.NONE), ("pulse", "72", "/min", "72", Alert.NONE),
    ("pulse", "131", "/min", "131", Alert.HIGH), ("pulse", "40", "/min", "40", Alert.LOW),
    ("spo2", "100", "%", "100", Alert.NONE), ("spo2", "91", "%", "91", Alert.LOW),
    ("systolic", "16", "kPa", "120", Alert.NONE), ("systolic", "220", "mmHg", "220", Alert.HIGH),
    ("glucose", "6.1", "mmol/L", "6.1", Alert.NONE), ("glucose", "126", "mg/dL", "7.0", Alert.NONE),
    ("glucose", "3.9", "mmol/L", "3.9", Alert.LOW), ("glucose", "54", "mg/dL", "3.0", Alert.LOW),
    ("weight", "120", "jin", "60.0", Alert.NONE),
]  # fmt: skip

REFUSED = [
    ("temperature", "365", "degC", "vitals.implausible"), ("temperature", "98.6", "degC", "vitals.unit_mixed_up"),  # EVID-09
    ("temperature", "36.5", "degF", "vitals.unit_mixed_up"), ("pulse", "0", "/min", "vitals.implausible"),
    ("pulse", "720", "/min", "vitals.implausible"), ("pulse", "-72", "/min", "vitals.implausible"),
    ("spo2", "101", "%", "vitals.implausible"), ("systolic", "16", "mmHg", "vitals.unit_mixed_up"),
    ("systolic", "120", "kPa", "vitals.unit_mixed_up"), ("glucose", "126", "mmol/L", "vitals.unit_mixed_up"),
    ("glucose", "6.1", "mg/dL", "vitals.unit_mixed_up"), ("glucose", "5000", "mmol/L", "vitals.implausible"),
    ("glucose", "6", "g/L", "vitals.unknown_unit"), ("mood", "1", "x", "vitals.unknown"),
    ("pulse", "NaN", "/min", "vitals.not_a_number"), ("pulse", "Infinity", "/min", "vitals.not_a_number"),
    ("pain", "11", "NRS", "vitals.implausible"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "amount", "unit", "stored", "alert"), STANDS)
def test_plausible_values_stand(code: str, amount: str, unit: str, stored: str, alert: Alert) -> None:
    """EVID-10"""
    reading = plausible.judge(code, Decimal(amount), unit, vitals())
    assert isinstance(reading, Reading)
    assert (str(reading.amount), reading.alert, reading.unit) == (stored, alert, vitals()[code].unit)


@pytest.mark.parametrize(("code", "amount", "unit", "refusal"), REFUSED)
def test_impossible_values_are_refused(code: str, amount: str, unit: str, refusal: str) -> None:
    """EVID-09"""
    outcome = plausible.judge(code, Decimal(amount), unit, vitals())
    assert isinstance(outcome, Refusal)
    assert outcome.code == refusal


def test_the_other_unit_is_named() -> None:
    """EVID-09"""
    outcome = plausible.judge("glucose", 126, "mmol/L", vitals())
    assert isinstance(outcome, Refusal)
    assert outcome.facts == {"code": "glucose", "unit": "mmol/L", "perhaps": "mg/dL"}


def test_a_float_is_refused() -> None:
    outcome = plausible.judge("pulse", 72.0, "/min", vitals())  # type: ignore[arg-type]
    assert isinstance(outcome, Refusal)
    assert outcome.code == "vitals.not_a_number"


PRESSURES = [(120, 80, 0), (80, 120, 1), (90, 90, 1)]


@pytest.mark.parametrize(("systolic", "diastolic", "refusals"), PRESSURES)
def test_the_pressures_are_compared(systolic: int, diastolic: int, refusals: int) -> None:
    """EVID-09"""
    measured = {"systolic": (systolic, "mmHg"), "diastolic": (diastolic, "mmHg")}
    readings, found = plausible.judge_all(measured, vitals())
    assert len(readings) == 2
    assert [refusal.code for refusal in found] == ["vitals.pressures_swapped"] * refusals


def test_one_bad_value_does_not_hide_the_others() -> None:
    readings, refusals = plausible.judge_all({"pulse": (72, "/min"), "spo2": (120, "%")}, vitals())
    assert [reading.code for reading in readings] == ["pulse"]
    assert [refusal.facts["code"] for refusal in refusals] == ["spo2"]


def test_the_ranges_are_sound() -> None:
    for vital in vitals().values():
        bounds = [vital.least, vital.critical_low, vital.critical_high, vital.most]
        known = [bound for bound in bounds if bound is not None]
        assert known == sorted(known)
