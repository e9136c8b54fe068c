"""Where the contexts above hang their pages on an order, and narrow who sees it, without this context knowing them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Link:
    """A page about an order, as one actor sees it."""

    url: str
    label: str
    icon: str


_places: dict[str, tuple[Any, str, Permission, frozenset[str]]] = {}


def add_place(
    url_name: str, label: Any, icon: str, permission: Permission, states: frozenset[str] = frozenset()
) -> None:
    """Offer a page about an order, e.g. in `AppConfig.ready`: the door takes `order_id`; empty states mean every state."""
    _places[url_name] = (label, icon, permission, states)


def links(actor: Actor, order_id: int, state: str) -> list[Link]:
    """What the actor may open about an order in this state."""
    return [
        Link(reverse(url_name, args=[order_id]), str(label), icon)
        for url_name, (label, icon, permission, states) in _places.items()
        if may(actor, permission) and (not states or state in states)
    ]


_own: dict[Role, Callable[[Actor], Any]] = {}


def narrow(role: Role, orders: Callable[[Actor], Any]) -> None:
    """Let a role see, of its organisations' orders, only those of this query of order ids."""
    _own[role] = orders


def own_orders(actor: Actor) -> Any | None:
    """The query of order ids to which the actor's role is narrowed; None where its organisations are its only bound."""
    find = _own.get(actor.role) if actor.role else None
    return None if find is None else find(actor)


_former: list[Callable[[Any], list[tuple[int, Any]]]] = []


def tell_former(answer: Callable[[Any], list[tuple[int, Any]]]) -> None:
    """Let the context above say which episode elsewhere an episode goes on from (its client_id), and until when its records go along."""
    _former[:] = [answer]


def former(client_id: Any) -> list[tuple[int, Any]]:
    """(episode, until when) of what was handed over to an episode; nothing for one that began by itself."""
    return _former[0](client_id) if _former else []


@dataclass(frozen=True, slots=True)
class Bill:
    """What the ledger says of one order: charged in all, and the voucher that settled it; empty while it is not."""

    total_fen: int
    voucher: str


@dataclass(frozen=True, slots=True)
class Rated:
    """What families said of an institution's visits: the mean of their stars, and how many spoke."""

    stars: float
    count: int


_ratings: list[Callable[[Sequence[int]], Mapping[int, Rated]]] = []


def tell_ratings(find: Callable[[Sequence[int]], Mapping[int, Rated]]) -> None:
    """Let the context that keeps the ratings say what families said of institutions."""
    _ratings.append(find)


def ratings(organisation_ids: Sequence[int]) -> Mapping[int, Rated]:
    """What families said of these institutions; one nobody rated is absent."""
    found: dict[int, Rated] = {}
    for find in _ratings:
        found |= find(organisation_ids) if organisation_ids else {}
    return found


_bills: list[Callable[[Sequence[int]], Mapping[int, Bill]]] = []


def tell_bills(find: Callable[[Sequence[int]], Mapping[int, Bill]]) -> None:
    """Let the context that keeps the books say what each order cost."""
    _bills.append(find)


def bills(order_ids: Sequence[int]) -> Mapping[int, Bill]:
    """What the books say of these orders; an order that nothing was charged for is absent."""
    found: dict[int, Bill] = {}
    for find in _bills:
        found |= find(order_ids) if order_ids else {}
    return found


_designations: list[Callable[[Sequence[int], str, date], Mapping[int, bool]]] = []


def tell_designations(find: Callable[[Sequence[int], str, date], Mapping[int, bool]]) -> None:
    """Let the context that keeps a live list say which institutions are on it that day; of those it leaves out it keeps no word."""
    _designations.append(find)


def designated(organisation_ids: Sequence[int], list_code: str, on: date) -> Mapping[int, bool]:
    """Whether institutions are on a live list that day; one that no list was ever kept of is absent: the register's own word counts."""
    found: dict[int, bool] = {}
    for find in _designations:
        found |= find(organisation_ids, list_code, on) if organisation_ids else {}
    return found


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """The referral under way that an episode's person leaves, or left, by.

    is_gone     they have arrived where they were referred to, and are not taken back yet
    """

    number: str
    url: str
    tone: str
    word: str
    due_at: datetime | None
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Referring:
    """How the context that refers people hangs on an episode.

    column      expression over episodes: the open referral as JSON, or null
    read        that JSON in words
    door        (person, episode) → where it is asked for
    """

    column: Any
    read: Callable[[Mapping[str, Any]], OpenReferral]
    door: Callable[[int, int], str]


_referring: list[Referring] = []


def tell_referring(how: Referring) -> None:
    """Let the context that refers people say where to ask, and what is asked for an episode."""
    _referring[:] = [how]


def with_referral(episodes: QuerySet[Any]) -> QuerySet[Any]:
    """The same episodes, each with its open referral beside it for `referral_of`."""
    return episodes.annotate(referring=_referring[0].column) if _referring else episodes


def referral_of(episode: Any) -> OpenReferral | None:
    """The open referral of an episode read by `with_referral`."""
    told = getattr(episode, "referring", None)
    return _referring[0].read(told) if told else None


def refer_url(resident_id: int, episode_id: int) -> str:
    """Where a referral of an episode's person is asked for; empty where nothing refers."""
    return _referring[0].door(resident_id, episode_id) if _referring else ""


_ways_in: list[Callable[[str, int, int, str, date], Refusal | None]] = []


def guard_way_in(find: Callable[[str, int, int, str, date], Refusal | None]) -> None:
    """Let the context that keeps a live list refuse an application that does not come by it: list, house, person, disability, day."""
    _ways_in.append(find)


def way_in(list_code: str, organisation_id: int, resident_id: int, disability_kind: str, on: date) -> Refusal | None:
    """Why a programme given from a live list may not be asked for at this institution, or None."""
    return next(
        (r for find in _ways_in if (r := find(list_code, organisation_id, resident_id, disability_kind, on))), None
    )
