"""The programmes of a place: a finer file replaces parts of the coarser one, each part keeps its own grounds."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from yijia.core.policy import Editions, Evidence, Finding, Value
from yijia.core.programmes.lifecycle import Event, narrowed
from yijia.core.programmes.model import Cadence, Grounds, Package, Part, Programme, Words
from yijia.core.programmes.read import read_parts
from yijia.core.programmes.reader import Fault
from yijia.core.refusal import Refusal

PREFIX = "programme:"


def codes(editions: Editions, jurisdiction: str, on: date) -> tuple[str, ...]:
    """Codes of the programmes a place has on a day, in order of name."""
    keys = [key for key in editions.keys if key.startswith(PREFIX)]
    found = [key for key in keys if _speaking(editions.layers(key, jurisdiction=jurisdiction, on=on))]
    return tuple(key.removeprefix(PREFIX) for key in found)


def load(editions: Editions, code: str, jurisdiction: str, on: date) -> Programme | Refusal:
    """One programme of a place on a day.

    Refuses     programmes.unknown: no file along the chain speaks of it; programmes.missing: the place says it is not known;
                programmes.ambiguous: two values of one place on one day; programmes.broken: the file has faults
    Source      PROG-02 in docs/rules/programmes.md
    """
    layers = editions.layers(PREFIX + code, jurisdiction=jurisdiction, on=on)
    facts = {"programme": code, "jurisdiction": jurisdiction, "on": on}
    if not layers:
        return Refusal("programmes.unknown", facts)
    if layers[0].value is None:
        return Refusal("programmes.missing", {**facts, "at": layers[0].jurisdiction, "note": layers[0].note})
    used = _used(layers)
    if len({value.jurisdiction for value in used}) != len(used):
        return Refusal("programmes.ambiguous", facts)
    return _assembled(code, jurisdiction, tuple(_Held(value) for value in used))


def layers_of(editions: Editions, code: str, jurisdiction: str, on: date) -> tuple[Value, ...]:
    """The values a programme is put together from, fine to coarse."""
    return _used(editions.layers(PREFIX + code, jurisdiction=jurisdiction, on=on))


def whole_faults(programme: Programme, editions: Editions, kinds: frozenset[str]) -> tuple[Fault, ...]:
    """Faults that only the whole programme shows: references between its parts, and into the rest of the policy.

    kinds       every kind of service some programme of the tree has
    """
    faults: list[Fault] = []

    def fault(code: str, field: str, **facts: Any) -> None:
        faults.append((f"programmes.{code}", f"value.{field}", facts))

    known = {line.code for line in programme.plan}
    for line in programme.plan:
        for grade in {*line.every_days, *line.times} - {"", *programme.grades}:
            fault("unknown_grade", f"plan.{line.code}", found=grade)
        if line.cadence is Cadence.VERDICT and programme.follow_up is None:
            fault("field_missing", "follow_up")
        for kind in line.resolves:
            if kind not in kinds:
                fault("unknown_activity", f"plan.{line.code}.resolves", found=kind)
        for field, items in (("items", tuple(line.items)), ("by_items", line.by_items)):
            for item in items:
                if f"item:{item}" not in editions.keys:
                    fault("unknown_reference", f"plan.{line.code}.{field}", found=f"item:{item}")
        if line.cadence is Cadence.WEEKLY and Part.WEEK not in programme.grounds:
            fault("field_missing", "week")
        if line.package and programme.package(line.package) is None:
            fault("unknown_reference", f"plan.{line.code}.package", found=line.package)
    for grade in sorted(programme.week.keys() - {"", *programme.grades}):
        fault("unknown_grade", f"week.{grade}", found=grade)
    for package in programme.packages:
        for promised in package.items:
            if promised.line and promised.line not in known:
                fault("unknown_activity", f"packages.{package.code}.items", found=promised.line)
    if programme.follow_up is not None and programme.follow_up.activity not in known:
        fault("unknown_activity", "follow_up.activity", found=programme.follow_up.activity)
    if programme.money is not None:
        for key in (*(fee.key for fee in programme.money.fees), *programme.money.insurance):
            if key not in editions.keys:
                fault("unknown_reference", "money", found=key)
    for key in programme.counts.measures if programme.counts else ():
        if key not in editions.keys:
            fault("unknown_reference", "counts.measures", found=key)
    if programme.ending and programme.ending.follows and PREFIX + programme.ending.follows not in editions.keys:
        fault("unknown_reference", "ending.follows", found=programme.ending.follows)
    if programme.cycle is None and Event.RENEW in programme.events and Part.CYCLE not in programme.grounds:
        fault("field_missing", "cycle")
    return tuple(faults)


def check(editions: Editions) -> tuple[Finding, ...]:
    """What is wrong with the programme files of a tree, by file and field.

    Source      PROG-01 in docs/rules/programmes.md
    """
    findings = []
    values = [value for value in editions.all_values if value.key.startswith(PREFIX) and value.value is not None]
    read = {id(value): read_parts(value.value) for value in values}
    kinds = frozenset(line.code for parts, _ in read.values() for line in parts.get(Part.PLAN) or ())
    for value in values:
        faults = read[id(value)][1] or _of_the_whole(editions, value, kinds)
        findings += [Finding(code, value.document, value.key, field, facts) for code, field, facts in faults]
    return tuple(findings)


def _of_the_whole(editions: Editions, value: Value, kinds: frozenset[str]) -> tuple[Fault, ...]:
    on = value.from_on or date.min
    layers = _used(editions.layers(value.key, jurisdiction=value.jurisdiction, on=on))
    if any(read_parts(layer.value)[1] for layer in layers if layer is not value):
        return ()  # told at the other file
    if layers[-1].value.get("extends") is True:
        return (("programmes.nothing_to_extend", "value.extends", {"on": on}),)
    found = load(editions, value.key.removeprefix(PREFIX), value.jurisdiction, on)
    return () if isinstance(found, Refusal) else whole_faults(found, editions, kinds)


def demand(programme: Programme, part: Part, use: str, editions: Editions, on: date) -> Refusal | None:
    """None when a part is known well enough for a use, else why it stops.

    use         money, official_result, gate, show
    Refuses     programmes.not_known: the file says null; programmes.weak: read too poorly; policy.*: the use itself
    Source      PROG-03 in docs/rules/programmes.md
    """
    grounds = programme.grounds.get(part)
    if grounds is None:
        return None
    facts = {
        "programme": programme.code, "programme_zh": programme.words.zh, "programme_en": programme.words.en, "part": part.value,
        "jurisdiction": programme.jurisdiction, "at": grounds.jurisdiction, "note": grounds.note, "use": use,
    }  # fmt: skip
    money = programme.money
    unpriced = part is Part.MONEY and money is not None and not (money.is_free or money.fees or money.insurance)
    if not grounds.is_known or unpriced:
        return Refusal("programmes.not_known", facts)
    demanded = editions.lookup(f"demand:{use}", jurisdiction=programme.jurisdiction, on=on)
    if isinstance(demanded, Refusal):
        return demanded
    least = Evidence(demanded.value["at_least"])
    if grounds.evidence.meets(least):
        return None
    return Refusal(
        "programmes.weak",
        {**facts, "evidence": grounds.evidence.value, "demanded": least.value, "sources": grounds.sources},
    )


def price_of(programme: Programme, package: Package, editions: Editions, on: date) -> int | Refusal:
    """What a package costs here, in fen, where that is known well enough to move money.

    Refuses     programmes.package_price_unknown: the place has not said, and no other place's price is taken; otherwise as `demand`
    Source      PROG-22 in docs/rules/programmes.md
    """
    if package.price_fen is None:
        names = {"programme_zh": programme.words.zh, "programme_en": programme.words.en}
        facts = {"package": package.code, "package_zh": package.words.zh, "package_en": package.words.en, **names}
        return Refusal("programmes.package_price_unknown", {**facts, "jurisdiction": programme.jurisdiction})
    weak = demand(programme, Part.PACKAGES, "money", editions, on)
    return weak if weak is not None else package.price_fen


def _speaking(layers: tuple[Value, ...]) -> bool:
    return bool(layers) and layers[0].value is not None


def _used(layers: tuple[Value, ...]) -> tuple[Value, ...]:
    """The layers down to the first that stands alone."""
    used = []
    for value in layers:
        if value.value is None:
            break
        used.append(value)
        if value.value.get("extends") is not True:
            break
    return tuple(used)


class _Held:
    """A value that can be a key of the cache: it is itself, and nothing else is."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


@lru_cache(maxsize=512)
def _assembled(code: str, jurisdiction: str, layers: tuple[_Held, ...]) -> Programme | Refusal:
    found: dict[Part, Any] = {}
    grounds: dict[Part, Grounds] = {}
    faults: list[Fault] = []
    for value in (held.value for held in reversed(layers)):  # the coarse first, the fine replaces
        parts, wrong = read_parts(value.value)
        faults += wrong
        for part, content in parts.items():
            found[part] = content
            grounds[part] = Grounds(
                value.jurisdiction, value.weaker.get(part.value, value.evidence), value.sources, value.note, value.edition, content is not None
            )  # fmt: skip
    if faults or Part.LIFECYCLE not in found:
        code_, field, _ = faults[0] if faults else ("programmes.field_missing", "value.lifecycle", {})
        return Refusal(
            "programmes.broken", {"programme": code, "jurisdiction": jurisdiction, "fault": code_, "field": field}
        )
    moves = narrowed(found.pop(Part.LIFECYCLE) or tuple(Event))
    head = next(held.value.value for held in layers)
    slots = next((held.value.value["slots"] for held in layers if "slots" in held.value.value), ())
    mission = next((held.value.value["mission"] for held in layers if "mission" in held.value.value), "")
    lists = (Part.ELIGIBILITY, Part.PAPERS, Part.PLAN, Part.PACKAGES, Part.MODES, Part.EXCLUSIONS)
    fields: dict[str, Any] = {
        part.value: (content or ()) if part in lists else (content or {}) if part is Part.WEEK else content
        for part, content in found.items()
    }
    return Programme(
        code, Words(head["zh"], head["en"]), str(mission), jurisdiction, grounds, moves, tuple(slots), **fields
    )


def all_of(editions: Editions, jurisdiction: str, on: date) -> Iterator[Programme]:
    """Every programme of a place that can be worked by, in order of code."""
    for code in codes(editions, jurisdiction, on):
        found = load(editions, code, jurisdiction, on)
        if isinstance(found, Programme):
            yield found
