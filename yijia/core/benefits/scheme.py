"""A scheme as one place pays it over one period: who, how much, from when, until when, and how well each part is known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from yijia.core.benefits.vocabulary import PERSON
from yijia.core.policy import Editions, Evidence, Value, jurisdiction_chain
from yijia.core.refusal import Refusal
from yijia.core.rules import Rule, compile_rule

PREFIXES = ("benefit:", "insurance:")


class Unit(StrEnum):
    """For what an amount is paid once, as published."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    PERSON = "person"


A_YEAR = {Unit.DAY: 365, Unit.MONTH: 12, Unit.QUARTER: 4, Unit.HALF_YEAR: 2, Unit.YEAR: 1}
"""How often a year holds the unit; an hour and a once-in-a-life payment have no fixed number."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One step of what a scheme pays; the first whose rule holds is taken.

    rule        None: whoever the steps before left over
    amount_fen  None: the place has one, and nobody has read it
    """

    id: str
    rule: Rule | None
    amount_fen: int | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme of one place.

    code        OLD_AGE: the scheme wherever it is paid
    place       whether the place of registration (hukou) or of residence decides whose scheme it is
    rule        None: nobody has read whom this place pays
    is_cap      the amount is the most that is paid towards a bill
    is_minimum  a place below may pay more
    in_kind     a service, not money
    payment     no_application, prompted_consent, on_application, voucher_on_application, direct_settlement
    silence_is_consent  None: the place does not say
    start_offset  months from the one in which the conditions are met to the first paid; None: not read
    stop_offset   months from the one of death or move to the first unpaid; None: not read
    levels      evidence of the parts that are known less well than the whole
    demanded    what a use of the scheme asks for: money, or showing where it is in kind
    """

    code: str
    key: str
    jurisdiction: str
    zh: str
    en: str
    subject: str
    place: str
    rule: Rule | None
    parameters: Mapping[str, Any]
    amounts: tuple[Amount, ...]
    is_cap: bool
    is_minimum: bool
    in_kind: bool
    payment: str
    silence_is_consent: bool | None
    cycle: str | None
    start_offset: int | None
    stop_offset: int | None
    value: Value
    levels: Mapping[str, Evidence]
    demanded: Evidence

    def level(self, part: str) -> Evidence:
        """How well a part is known: rule, parameters, amounts, starts, stops."""
        return self.levels.get(part, self.value.evidence)

    def is_firm(self, part: str) -> bool:
        """Whether a part is known well enough for what the scheme does."""
        return self.level(part).meets(self.demanded)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How schemes stand beside each other: `max_one` the higher only, `same_kind` the first only, `add` both."""

    id: str
    kind: str
    codes: tuple[str, ...]
    jurisdiction: str
    value: Value


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person's places offer on a day, and how the schemes stand beside each other."""

    schemes: tuple[Scheme, ...]
    overlaps: tuple[Overlap, ...]


def offer_for(
    editions: Editions, *, hukou: str | None, residence: str | None, on: date, changes: "Changes | None" = None
) -> Offer:
    """The schemes of a person registered in one place and living in another.

    changes     numbers to try in place of those in force
    Source      BENEFIT-02 in docs/rules/benefits.md
    """
    return _offer(editions, hukou, residence, on, changes)


@lru_cache(maxsize=1024)
def _offer(editions: Editions, hukou: str | None, residence: str | None, on: date, changes: "Changes | None") -> Offer:
    schemes: dict[str, Scheme] = {}
    for by, place in (("hukou", hukou), ("residence", residence)):
        if place is not None:
            for scheme in schemes_of(editions, place, on, changes):
                if scheme.place == by:
                    schemes[scheme.code] = scheme
    overlaps = {
        overlap.id: overlap for place in (residence, hukou) if place for overlap in overlaps_of(editions, place, on)
    }
    return Offer(tuple(schemes[code] for code in sorted(schemes)), tuple(overlaps[id_] for id_ in sorted(overlaps)))


def schemes_of(editions: Editions, place: str, on: date, changes: "Changes | None" = None) -> Iterator[Scheme]:
    """Every scheme that holds in a place on a day, those of which only the name is known included."""
    for key in editions.keys:
        if not key.startswith(PREFIXES):
            continue
        found = editions.lookup(key, jurisdiction=place, on=on)
        if isinstance(found, Value):
            value, shape = found, found.value
        elif found.code == "policy.missing" and (named := _named(editions, key, found.facts["at"])) is not None:
            value = next(v for v in _at(editions, key, found.facts["at"]) if v.holds_on(on))
            shape = {**{name: named[name] for name in _NAMES if name in named}, "rule": None}
        else:
            continue
        if isinstance(shape, Mapping) and "code" in shape:
            yield _scheme(editions, key, value, shape, on, changes)


def overlaps_of(editions: Editions, place: str, on: date) -> Iterator[Overlap]:
    """Every rule about schemes beside each other that holds in a place on a day."""
    for value in editions.values("benefit:overlap_", jurisdiction=place, on=on):
        content = value.value
        yield Overlap(
            value.key.partition(":")[2], content["overlap"], tuple(content["between"]), value.jurisdiction, value
        )


def read_scheme(editions: Editions, value: Value, on: date) -> Scheme:
    """The scheme of one value, whether or not another place's value hides it."""
    return _scheme(editions, value.key, value, value.value, on, None)


_NAMES = ("code", "zh", "en", "subject", "place", "payment", "in_kind", "is_cap")


def _named(editions: Editions, key: str, at: str) -> Mapping[str, Any] | None:
    """The scheme's name, from the place itself at another time, else from wherever it is written down; never its numbers."""
    written = [value for value in editions.of(key) if isinstance(value.value, Mapping) and "code" in value.value]
    written.sort(key=lambda value: value.jurisdiction != at)
    return written[0].value if written else None


def _at(editions: Editions, key: str, place: str) -> Iterable[Value]:
    return (value for value in editions.of(key) if value.jurisdiction == place)


def _scheme(
    editions: Editions, key: str, value: Value, shape: Mapping[str, Any], on: date, changes: "Changes | None"
) -> Scheme:
    parameters = dict(shape.get("parameters", {}))
    steps = shape.get("amounts", ())
    if changes is not None:
        parameters, steps = changes.applied(shape["code"], value.jurisdiction, parameters, steps)
    rule = None
    if shape.get("rule") is not None:
        rule = _compiled(shape["rule"], tuple(sorted(parameters.items())))
    in_kind = bool(shape.get("in_kind", False))
    demanded = editions.lookup(f"demand:{'show' if in_kind else 'money'}", jurisdiction=value.jurisdiction, on=on)
    demand = Evidence.OFFICIAL if isinstance(demanded, Refusal) else Evidence(demanded.value["at_least"])
    return Scheme(
        code=shape["code"], key=key, jurisdiction=value.jurisdiction, zh=shape["zh"], en=shape["en"],
        subject=shape.get("subject", "elder"), place=shape.get("place", "residence"), rule=rule, parameters=parameters,
        amounts=tuple(_amount(step, parameters) for step in steps), is_cap=bool(shape.get("is_cap", False)),
        is_minimum=bool(shape.get("is_minimum", False)), in_kind=in_kind, payment=shape.get("payment", "on_application"),
        silence_is_consent=shape.get("silence_is_consent"), cycle=shape.get("cycle"),
        start_offset=_offset(value, shape, "starts", demand), stop_offset=_offset(value, shape, "stops", demand), value=value,
        levels=value.weaker, demanded=demand,
    )  # fmt: skip


def _offset(value: Value, shape: Mapping[str, Any], part: str, demanded: Evidence) -> int | None:
    """Months of a start or stop rule; one that is known too weakly to move money counts as not read."""
    if part not in shape or not value.weaker.get(part, value.evidence).meets(demanded):
        return None
    offset: int = shape[part]["offset_months"]
    return offset


def _amount(step: Mapping[str, Any], parameters: Mapping[str, Any]) -> Amount:
    text = step.get("rule")
    rule = _compiled(text, tuple(sorted(parameters.items()))) if text is not None else None
    return Amount(step["id"], rule, step["amount_fen"], Unit(step["unit"]))


@lru_cache(maxsize=4096)
def _compiled(text: str, parameters: tuple[tuple[str, Any], ...]) -> Rule:
    return compile_rule(text, PERSON, dict(parameters))


class UnknownKey(ValueError):
    """A change names nothing that the schemes have; `known` says what it could name."""

    def __init__(self, key: str, known: tuple[str, ...], *, problem: str = "unknown") -> None:
        self.key = key
        self.known = known
        self.problem = problem
        super().__init__(f"{key}: {problem}; known: {', '.join(known)}")


class Changes:
    """Numbers to try: `OLD_AGE.min_age` → 75, `OLD_AGE.age_80.amount_fen` → 5000; with `CN-500155/` before it, in one place only."""

    def __init__(self, numbers: Mapping[str, Any]) -> None:
        self.numbers = dict(numbers)

    def applied(
        self, code: str, jurisdiction: str, parameters: dict[str, Any], steps: Iterable[Mapping[str, Any]]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The parameters and steps of one scheme with the changes made."""
        changed: list[dict[str, Any]] = [dict(step) for step in steps]
        for key, number in self.numbers.items():
            place, _, name = key.rpartition("/")
            head, _, rest = name.partition(".")
            if head != code or (place and place not in jurisdiction_chain(jurisdiction)):
                continue
            step_id, _, field = rest.rpartition(".")
            if rest in parameters:
                parameters[rest] = number
            for step in changed:
                if field == "amount_fen" and step["id"] == step_id:
                    step["amount_fen"] = number
        return parameters, changed


def changeable(schemes: Iterable[Scheme]) -> dict[str, Any]:
    """Every key that a change of these schemes may name, with one value it has now."""
    found: dict[str, Any] = {}
    for scheme in schemes:
        for name, content in scheme.parameters.items():
            found.setdefault(f"{scheme.code}.{name}", content)
        for step in scheme.amounts:
            found.setdefault(f"{scheme.code}.{step.id}.amount_fen", step.amount_fen)
    return dict(sorted(found.items()))


def changed_parts(scheme: Scheme) -> tuple[Any, ...]:
    """Everything of a scheme that can change an answer or a sum; equal parts, equal answers."""
    steps = tuple((s.id, None if s.rule is None else s.rule.text, s.amount_fen, s.unit) for s in scheme.amounts)
    text = None if scheme.rule is None else scheme.rule.text
    levels = tuple(scheme.is_firm(part) for part in ("rule", "parameters", "amounts"))
    return (
        text,
        tuple(sorted(scheme.parameters.items())),
        steps,
        scheme.start_offset,
        scheme.stop_offset,
        levels,
        scheme.in_kind,
    )


def parse_changes(texts: Iterable[str], schemes: Iterable[Scheme]) -> Changes:
    """Changes written as `OLD_AGE.min_age=75`, or `CN-500155/OLD_AGE.age_80.amount_fen=5000` for one place.

    Raises      UnknownKey: no scheme has the number, the place has none of its own, it is named twice, or the new one is of
                another type
    """
    found = list(schemes)
    known = changeable(found)
    numbers: dict[str, Any] = {}
    for text in texts:
        key, _, written = text.partition("=")
        key = key.strip()
        place, _, name = key.rpartition("/")
        if name not in known:
            raise UnknownKey(key, tuple(known))
        if key in numbers:
            raise UnknownKey(key, tuple(known), problem="twice")
        places = sorted({scheme.jurisdiction for scheme in found if name in changeable([scheme])})
        if place and place not in places:
            raise UnknownKey(key, tuple(f"{at}/{name}" for at in places), problem="no_such_place")
        numbers[key] = _like(known[name], name, written.strip(), key)
    return Changes(numbers)


def _like(old: Any, name: str, written: str, key: str) -> Any:
    """The written content in the type of the old one."""
    is_amount = name.endswith(".amount_fen")
    try:
        if is_amount or (isinstance(old, int) and not isinstance(old, bool)):
            number = int(written)
            if number < 0:
                raise ValueError(written)
            return number
        if isinstance(old, bool):
            return {"true": True, "false": False}[written]
        if isinstance(old, Decimal):
            return Decimal(written)
        if isinstance(old, date):
            return date.fromisoformat(written)
    except (ValueError, KeyError, ArithmeticError) as error:
        wanted = "whole_number" if is_amount or isinstance(old, int) else type(old).__name__
        raise UnknownKey(key, (wanted,), problem="bad_value") from error
    return written
