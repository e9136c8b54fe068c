"""What a role's rail or bottom bar holds: few enough to take in, and every door of it opens for that role."""

from datetime import date

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from yijia.apps.portals.context import entries
from yijia.apps.portals.places import PHONE, PLACES, Group, Place
from yijia.base.accounts import permissions_of
from yijia.base.doors import SIGNED_IN
from yijia.core.permissions import Actor, Role

MOST_ON_DESK, MOST_ON_PHONE = 8, 4


def _places(role: Role) -> list[Place]:
    return [place for one in PLACES[role] for place in (one.places if isinstance(one, Group) else (one,))]


def test_every_role_has_its_places() -> None:
    assert set(PLACES) == set(Role)


@pytest.mark.parametrize("role", PLACES)
def test_a_menu_is_short(role: Role) -> None:
    assert len(PLACES[role]) <= (MOST_ON_PHONE if role in PHONE else MOST_ON_DESK)
    if role in PHONE:  # a bottom bar has no room for the pages beside one
        assert not any(isinstance(one, Group) for one in PLACES[role])


@pytest.mark.parametrize("role", PLACES)
def test_a_menu_leads_only_where_its_role_may_go(role: Role) -> None:
    rights = permissions_of(role, date(2026, 11, 1))
    shut = [
        place.door
        for place in _places(role)
        if not {SIGNED_IN, "public", *rights} & set(resolve(reverse(place.door)).func.permission)
    ]
    assert not shut, shut


@pytest.mark.parametrize("role", PLACES)
def test_no_page_is_in_a_menu_twice(role: Role) -> None:
    doors = [place.door for place in _places(role)]
    assert len(doors) == len(set(doors))


@pytest.mark.parametrize(
    ("path", "door"), [("/orders/ward/", "care:episodes"), ("/orders/programmes/hospice/", "care:episodes"), ("/orders/7/", "care:orders")]
)  # fmt: skip
def test_a_page_lights_the_entry_it_belongs_to(path: str, door: str) -> None:
    request = RequestFactory().get(path)
    lit = [entry["url"] for entry in entries(request, Actor(user_id=1, role=Role.DOCTOR), {}) if entry["active"]]
    assert lit == [reverse(door)]
