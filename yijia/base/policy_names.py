"""What people call the things of policy: a value by its name, a place by its name, a source by its title; the key is for details."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from yijia.base import editions
from yijia.core.policy import Editions, is_jurisdiction, jurisdiction_chain

ZH, EN = 0, 1


def of_key(key: str, jurisdiction: str | None = None) -> tuple[str, str]:
    """The Chinese and English name of `fee:visit_fee`, as the place or the nearest above it says; the key where nobody does."""
    found = _names(editions.current()).get(key)
    if not found:
        return key, key
    chain = jurisdiction_chain(jurisdiction or "") if is_jurisdiction(jurisdiction or "") else ()
    own = next((found[place] for place in chain if place in found), None)
    return own or min(found.values(), key=lambda names: len(names[ZH]))


def of_item(code: str, jurisdiction: str | None = None) -> tuple[str, str]:
    """The names of an item by its code; the code itself for one of nobody's catalogue."""
    names = of_key(f"item:{code}", jurisdiction)
    return (code, code) if names[ZH] == f"item:{code}" else names


def of_code(code: str, jurisdiction: str | None = None) -> tuple[str, str]:
    """The names of an item or a vital sign by its code; the code itself for what nobody's edition knows."""
    found = (of_key(f"{kind}:{code}", jurisdiction) for kind in ("item", "vital"))
    return next((names for names in found if names[ZH] != names[EN]), (code, code))


def of_place(jurisdiction: str) -> tuple[str, str]:
    """The names of a jurisdiction; the code itself where policy has none."""
    return _places(editions.current()).get(jurisdiction) or of_district(jurisdiction)


def of_district(code: str) -> tuple[str, str]:
    """The short names of a district beside its neighbours: 万州区; the full name, or the code, where no list has it."""
    current = editions.current()
    return _districts(current).get(code) or _places(current).get(code, (code, code))


def titles(sources: Iterable[str]) -> str:
    """The titles of sources, in the language they were published in."""
    known = editions.current().sources
    return "、".join(f"《{known[one].title}》" if one in known else one for one in sources)


@lru_cache(maxsize=4)
def _names(current: Editions) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Key → place → names: where a place says that it does not know a fee, the fee still has its name elsewhere."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for value in current.all_values:
        if isinstance(value.value, Mapping) and value.value.get("zh") and value.value.get("en"):
            names = (str(value.value["zh"]), str(value.value["en"]))
            found.setdefault(value.key, {})[value.jurisdiction] = names
    return found


@lru_cache(maxsize=4)
def _districts(current: Editions) -> Mapping[str, tuple[str, str]]:
    return {
        str(row["code"]): (str(row["zh"]), str(row["en"]))
        for value in current.all_values
        if value.key == "place:districts"
        for row in value.value["districts"]
    }


@lru_cache(maxsize=4)
def _places(current: Editions) -> Mapping[str, tuple[str, str]]:
    return {
        value.jurisdiction: (str(value.value["zh"]), str(value.value["en"]))
        for value in current.all_values
        if value.key == "place:name" and isinstance(value.value, Mapping)
    }
