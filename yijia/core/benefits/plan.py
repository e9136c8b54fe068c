"""Which scheme is for whom in a population, by the places that its people name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from yijia.core.benefits.month import Month
from yijia.core.benefits.scheme import Offer, Overlap, Scheme
from yijia.core.benefits.vocabulary import FACTS
from yijia.core.rules.sql import quoted

Offers = Callable[[str | None, str | None], Offer]


@dataclass(frozen=True, slots=True)
class Variant:
    """One scheme of one code, and whom it is for, as an SQL condition."""

    scheme: Scheme
    number: int
    where: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Schemes and overlap rules of a population, by the places that its people name.

    variants    code → the schemes of that code
    overlaps    each with the condition under which it holds for a person
    """

    month: Month
    variants: Mapping[str, tuple[Variant, ...]]
    overlaps: tuple[tuple[Overlap, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The schemes, in order."""
        return tuple(self.variants)

    def only(self, codes: Iterable[str]) -> "Plan":
        """The same plan for these schemes and all that stand beside them in an overlap rule."""
        wanted = set(codes)
        for _ in self.overlaps:
            for overlap, _ in self.overlaps:
                if overlap.kind != "add" and wanted & set(overlap.codes):
                    wanted |= set(overlap.codes)
        kept = {code: found for code, found in self.variants.items() if code in wanted}
        return Plan(self.month, kept, tuple(o for o in self.overlaps if wanted & set(o[0].codes)))

    def columns(self) -> tuple[str, ...]:
        """The stored columns that the query reads beside those that the caller selects."""
        named = {"hukou", "residence", "died_on", "moved_on"}
        for variants in self.variants.values():
            for variant in variants:
                rules = [variant.scheme.rule, *(step.rule for step in variant.scheme.amounts)]
                named |= {column for rule in rules if rule is not None for column in rule.columns}
        stored = {
            "age": ["birth_on"],
            "elder_grade": ["elder_grade", "elder_grade_until_on"],
            "care_grade": ["care_grade", "care_grade_until_on"],
        }
        return tuple(name for name in FACTS if any(name in stored.get(column, [column]) for column in named))


def plan_for(
    places: Iterable[tuple[str | None, str | None]],
    offers: Offers,
    month: Month,
    subjects: Sequence[str] = ("elder", "person"),
) -> Plan:
    """What the people of these places are asked.

    places      each registration and each residence that occurs; the pairs do not matter
    offers      the offer of a registration and a residence on the first day of the month
    subjects    whose schemes are wanted
    """
    pairs = list(places)
    by_hukou = {hukou: offers(hukou, None) for hukou in dict.fromkeys(h for h, _ in pairs) if hukou is not None}
    by_residence = {home: offers(None, home) for home in dict.fromkeys(r for _, r in pairs) if home is not None}
    variants: dict[str, tuple[Variant, ...]] = {}
    for code in sorted({s.code for o in (*by_hukou.values(), *by_residence.values()) for s in o.schemes}):
        found = tuple(_variants(code, by_hukou, by_residence))
        if any(variant.scheme.subject in subjects for variant in found):
            variants[code] = found
    return Plan(month, variants, tuple(_overlaps(by_hukou, by_residence)))


def _variants(code: str, by_hukou: Mapping[str, Offer], by_residence: Mapping[str, Offer]) -> Iterator[Variant]:
    """The scheme of the residence before that of the registration, as for one person."""
    homes = _schemes_at(code, by_residence, "residence")
    registered = _schemes_at(code, by_hukou, "hukou")
    number = 0
    for scheme, places in homes:
        number += 1
        yield Variant(scheme, number, _within("residence", places))
    for scheme, places in registered:
        number += 1
        yield Variant(scheme, number, _within("hukou", places))


def _schemes_at(code: str, offers: Mapping[str, Offer], by: str) -> list[tuple[Scheme, list[str]]]:
    grouped: dict[str, tuple[Scheme, list[str]]] = {}
    for place, offer in offers.items():
        for scheme in offer.schemes:
            if scheme.code == code and scheme.place == by:
                grouped.setdefault(scheme.jurisdiction, (scheme, []))[1].append(place)
    return sorted(grouped.values(), key=lambda found: len(found[1]))


def _overlaps(by_hukou: Mapping[str, Offer], by_residence: Mapping[str, Offer]) -> Iterator[tuple[Overlap, str]]:
    """Each overlap rule and for whom; that of the registration before that of the residence."""
    registered, homes = _overlaps_at(by_hukou), _overlaps_at(by_residence)
    for id_ in sorted({*registered, *homes}):
        everywhere = [place for _, places in registered.get(id_, {}).values() for place in places]
        for overlap, places in registered.get(id_, {}).values():
            yield overlap, _within("hukou", places)
        for overlap, places in homes.get(id_, {}).values():
            yield overlap, f"({_within('residence', places)} AND NOT {_within('hukou', everywhere)})"


def _overlaps_at(offers: Mapping[str, Offer]) -> dict[str, dict[str, tuple[Overlap, list[str]]]]:
    found: dict[str, dict[str, tuple[Overlap, list[str]]]] = {}
    for place, offer in offers.items():
        for overlap in offer.overlaps:
            found.setdefault(overlap.id, {}).setdefault(overlap.jurisdiction, (overlap, []))[1].append(place)
    return found


def _within(column: str, places: Sequence[str]) -> str:
    if not places:
        return "FALSE"
    return f"coalesce({column} IN ({', '.join(quoted(place) for place in places)}), FALSE)"
