"""Names of things that live in the contexts above: each context says how to look its own up, by kind."""

from collections.abc import Callable, Iterable

Finder = Callable[[Iterable[int]], dict[int, str]]
_finders: dict[str, Finder] = {}


def finder(kind: str) -> Callable[[Finder], Finder]:
    """Register how a kind is named: `@names.finder("organisation")` over a function ids → {id: name}."""

    def register(function: Finder) -> Finder:
        _finders[kind] = function
        return function

    return register


def is_known(kind: str, pk: int) -> bool:
    """Whether there is such a one; a kind that nobody names is taken on trust."""
    return kind not in _finders or pk in _finders[kind]([pk])


def of(kind: str, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these ids; an id nobody can name is called by its number."""
    wanted = sorted({i for i in ids if i is not None})
    found = _finders[kind](wanted) if wanted and kind in _finders else {}
    return {i: found.get(i) or f"#{i}" for i in wanted}
