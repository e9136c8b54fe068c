"""What each page of the register shows."""

from yijia.apps.registry.screens.organisations import HousePage, Houses, house_page, houses
from yijia.apps.registry.screens.residents import Card, Found, Mine, card, found, mine
from yijia.apps.registry.screens.staff import Expiries, People, Person, expiries, people, person

__all__ = [
    "Card",
    "Expiries",
    "Found",
    "HousePage",
    "Houses",
    "Mine",
    "People",
    "Person",
    "card",
    "expiries",
    "found",
    "house_page",
    "houses",
    "mine",
    "people",
    "person",
]
