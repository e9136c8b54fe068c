"""Where the contexts above hang a page of one's own work on the nurse's day, without this context knowing them."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yijia.core.permissions import Actor, Permission, may


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page about one's own work, as one actor sees it."""

    url: str
    label: str
    icon: str


_pages: dict[str, tuple[Any, str, Permission]] = {}


def add_own_page(url_name: str, label: Any, icon: str, permission: Permission) -> None:
    """Offer a page about one's own work, e.g. in `AppConfig.ready`."""
    _pages[url_name] = (label, icon, permission)


def own_pages(actor: Actor) -> list[OwnPage]:
    """What the actor may open about their own work."""
    return [
        OwnPage(reverse(url_name), str(label), icon)
        for url_name, (label, icon, permission) in _pages.items()
        if may(actor, permission)
    ]
