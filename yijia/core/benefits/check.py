"""What is wrong with the schemes of an edition, beyond what is wrong with its single values; their worked examples are run."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from yijia.core.benefits.entitlement import OVERLAP_KINDS, answer
from yijia.core.benefits.month import voucher_use
from yijia.core.benefits.scheme import PREFIXES, Unit, read_scheme
from yijia.core.benefits.vocabulary import row_on
from yijia.core.policy import Editions, Finding, Value, contains, plain

PAYMENTS = ("no_application", "prompted_consent", "on_application", "voucher_on_application", "direct_settlement")
SUBJECTS = ("elder", "person", "child", "carer")
PLACES = ("hukou", "residence")
_NEEDED = ("zh", "en", "vocabulary", "place", "payment", "rule")
_NO_STEPS = ("in_kind",)
INHERENT = "one_class"
"""An overlap rule that the order of a scheme's own steps already keeps; it is shown, and changes nothing."""


def check(editions: Editions) -> tuple[list[Finding], int]:
    """The findings, and how many worked examples were run."""
    findings: list[Finding] = []
    run = 0
    values = [
        value for value in editions.all_values if value.key.startswith(PREFIXES) and isinstance(value.value, Mapping)
    ]
    codes = {value.value["code"] for value in values if "code" in value.value}
    for value in values:
        if "overlap" in value.value:
            findings += _overlap(value, codes)
        if "code" in value.value:
            faults = list(_shape(value))
            findings += faults
            if not faults:
                worked = value.value.get("worked", ())
                run += len(worked)
                for position, example in enumerate(worked):
                    findings += _worked(editions, value, position, example)
    return findings, run


def _overlap(value: Value, codes: set[str]) -> Iterator[Finding]:
    if value.value["overlap"] not in (*OVERLAP_KINDS, INHERENT):
        yield _finding(
            value, "overlap", "bad_choice", found=value.value["overlap"], choices=", ".join((*OVERLAP_KINDS, INHERENT))
        )
    for code in value.value.get("between", ()):
        if code not in codes:
            yield _finding(value, "between", "unknown_scheme", found=code)


def _shape(value: Value) -> Iterator[Finding]:
    shape = value.value
    for field in _NEEDED:
        if field not in shape:
            yield _finding(value, field, "field_missing")
    for field, choices in (("payment", PAYMENTS), ("subject", SUBJECTS), ("place", PLACES)):
        if field in shape and shape[field] not in choices:
            yield _finding(value, field, "bad_choice", found=str(shape[field]), choices=", ".join(choices))
    steps = shape.get("amounts", ())
    if not steps and not shape.get("in_kind"):
        yield _finding(value, "amounts", "field_missing")
    ids = [step.get("id") for step in steps]
    if len(set(ids)) != len(ids):
        yield _finding(value, "amounts", "step_twice")
    for position, step in enumerate(steps):
        if (
            not {"id", "amount_fen", "unit"} <= step.keys()
            or step["unit"] not in {unit.value for unit in Unit}
            or (step["amount_fen"] is not None and step["amount_fen"] < 0)
        ):
            yield _finding(value, f"amounts[{position}]", "bad_step", units=", ".join(Unit))
        if "rule" not in step and position < len(steps) - 1:
            yield _finding(value, f"amounts[{position + 1}]", "step_never_reached")
    for field in ("starts", "stops"):
        offset = (shape.get(field) or {}).get("offset_months", 0)
        if not isinstance(offset, int) or not 0 <= offset <= 12:
            yield _finding(value, field, "bad_offset")
    if not shape.get("worked"):
        yield _finding(value, "worked", "field_missing")


def _worked(editions: Editions, value: Value, position: int, example: Any) -> Iterator[Finding]:
    scheme = read_scheme(editions, value, example.get("on", value.from_on or date.max))
    if "bill_fen" in example:
        use = voucher_use(scheme, scheme.amounts[0].amount_fen or 0, example["bill_fen"], example["setting"])
        found: dict[str, Any] = {"voucher_fen": use.voucher_fen, "self_fen": use.self_fen}
    elif not value.holds_on(example["on"]):
        yield _finding(value, f"worked[{position}]", "example_outside", on=example["on"])
        return
    else:
        try:
            answered = answer(scheme, row_on(example["facts"], example["on"]))
        except ValueError as error:
            yield _finding(value, f"worked[{position}]", "bad_example", problem=str(error))
            return
        found = {
            "verdict": answered.verdict.value,
            "amount_fen": answered.amount_fen,
            "unit": answered.unit,
            "because": answered.because.value,
        }
    if not contains(found, example["expect"]):
        yield _finding(
            value, f"worked[{position}]", "example_failed", wanted=plain(example["expect"]), found=plain(found)
        )


def _finding(value: Value, field: str, code: str, **facts: Any) -> Finding:
    return Finding(f"benefits.{code}", value.document, value.key, field, facts)
