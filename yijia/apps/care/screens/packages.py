"""Packages as values: what one holds, what it costs and who pays, and how much of it was given: “done 2 of 4”."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from yijia.apps.care import episode_words, queries
from yijia.apps.care.screens.common import Head, head
from yijia.base.words import sentence
from yijia.core.calendar import business_date
from yijia.core.programmes.fulfilment import Fulfilment, fulfilled, kept_of
from yijia.core.programmes.model import Package, Programme
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Card:
    """One package to choose from. `stop` says why it cannot be charged here; `is_closed` that it cannot be chosen for that."""

    code: str
    name: str
    items: list[str]
    price_fen: int | None
    per: str
    shares: list[tuple[str, int | None]]
    stop: str
    is_closed: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item: given so often of so many; `promised` None where nobody owes a number of it."""

    what: str
    given: int
    promised: int | None
    is_kept: bool
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What the person has signed for, item by item in the running cycle."""

    name: str
    price_fen: int | None
    per: str
    stop: str
    lines: list[ItemLine]
    is_served: bool
    has_begun: bool


@dataclass(frozen=True, slots=True)
class Choose:
    """The page on which a package is chosen."""

    head: Head
    cards: list[Card]


def cards(programme: Programme, at: Any, chosen: str = "") -> list[Card]:
    """Every package of a programme, with its price here or why there is none."""
    base = programme.package(chosen)
    found = []
    for one in programme.packages:
        price = queries.price_of_package(programme, one, at)
        stop = sentence(price) if isinstance(price, Refusal) else ""
        found.append(
            Card(
                one.code, episode_words.of(one.words), [episode_words.of(item.words) for item in one.items],
                price if isinstance(price, int) else None, str(episode_words.PER[one.per]),
                [(episode_words.of(share.words), share.amount_fen) for share in one.shares], stop, bool(stop) and not one.is_base, one == base,
            )
        )  # fmt: skip
    return found


def choose(request: HttpRequest, episode_id: int) -> Choose:
    """The packages of one episode's programme."""
    row = queries.get_episode(request.actor, episode_id)
    programme = queries.programme_of(row, business_date(request.at))
    return Choose(head(request, row, programme), cards(programme, request.at, row.package))


def held(row: queries.Episode, programme: Programme | None, at: Any) -> Held | None:
    """The chosen package of an episode; None for a programme without packages."""
    package = programme.package(row.package) if programme else None
    if programme is None or package is None:
        return None
    price = queries.price_of_package(programme, package, at)
    found = _fulfilment(row, programme, package, at) if row.activated_at is not None else None
    return Held(
        episode_words.of(package.words), price if isinstance(price, int) else None, str(episode_words.PER[package.per]),
        sentence(price) if isinstance(price, Refusal) else "", _lines(package, found), found is not None and found.is_served, found is not None,
    )  # fmt: skip


def _fulfilment(row: queries.Episode, programme: Programme, package: Package, at: Any) -> Fulfilment:
    on = business_date(at)
    from_on = row.cycle_from or business_date(row.created_at)
    until_on = row.cycle_until or max(on + timedelta(days=1), from_on)
    person = queries.person_row(
        row.resident, row.jurisdiction, row.stated, on, has_family_doctor=row.programme == queries.FAMILY_DOCTOR, is_in_hospital=False
    )  # fmt: skip
    done = queries.done_for_system(row.resident_id, from_on)
    return fulfilled(programme, row.grade, person, done, from_on, until_on, package.code)


def _lines(package: Package, found: Fulfilment | None) -> list[ItemLine]:
    if found is None:
        return [ItemLine(episode_words.of(item.words), 0, None, False, False) for item in package.items]
    return [
        ItemLine(
            episode_words.of(one.item.words),
            one.counted.given if one.counted else 0,
            one.counted.promised if one.counted else None,
            bool(one.counted and one.counted.is_kept),
            one.counted is not None,
        )
        for one in kept_of(package, found)
        if one.concerns
    ]
