"""Where upper contexts add places to a resident's card, and narrow who sees it, without this context knowing them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yijia.core.permissions import Actor, Permission, Role, may


@dataclass(frozen=True, slots=True)
class Place:
    """One link on the card.

    url_name    reversed with `resident_id`
    label       lazy words
    icon        a name of the icon manifest
    """

    url_name: str
    label: Any
    icon: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class Link:
    """A place as one actor sees it for one resident."""

    url: str
    label: str
    icon: str


_places: dict[str, Place] = {}


def add_place(url_name: str, label: Any, icon: str, permission: Permission) -> None:
    """Offer a page about a resident, e.g. in `AppConfig.ready`: `seams.add_place("care:of_resident", _("服务单"), …)`."""
    _places[url_name] = Place(url_name, label, icon, permission)


def links(actor: Actor, resident_id: int) -> tuple[Link, ...]:
    """What the actor may open about a resident, in the order it was offered."""
    return tuple(
        Link(reverse(place.url_name, kwargs={"resident_id": resident_id}), str(place.label), place.icon)
        for place in _places.values()
        if may(actor, place.permission)
    )


Ids = Callable[[Actor], Any]
_own: dict[Role, Ids] = {}


def narrow(role: Role, residents: Ids) -> None:
    """Let a role see, of its organisations' residents, only those of this query of resident ids."""
    _own[role] = residents


def own_residents(actor: Actor) -> Any | None:
    """The query of resident ids to which the actor's role is narrowed; None where its organisations are its only bound."""
    find = _own.get(actor.role) if actor.role else None
    return None if find is None else find(actor)
