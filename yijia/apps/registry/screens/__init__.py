"""What each page of the register shows."""

from yijia.apps.registry.screens.facts import Facts, code_choices, fact, facts
from yijia.apps.registry.screens.organisations import HousePage, Houses, house_page, houses
from yijia.apps.registry.screens.places import Places, places
from yijia.apps.registry.screens.residents import Card, Found, Mine, card, found, mine
from yijia.apps.registry.screens.staff import Expiries, People, Person, expiries, people, person

__all__ = [
    "Card",
    "Expiries",
    "Facts",
    "Found",
    "HousePage",
    "Houses",
    "Mine",
    "People",
    "Person",
    "Places",
    "card",
    "code_choices",
    "expiries",
    "fact",
    "facts",
    "found",
    "house_page",
    "houses",
    "mine",
    "people",
    "person",
    "places",
]
