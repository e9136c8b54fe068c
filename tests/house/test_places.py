"""What a role's rail or bottom bar holds: few enough to take in, and every door of it opens for that role."""

from datetime import date

import pytest
from django.test import RequestFactory
from django.urls import get_resolver, resolve, reverse

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
    ("role", "path", "door"),
    [
        (Role.DOCTOR, "/orders/ward/", "care:episodes"), (Role.DOCTOR, "/orders/programmes/hospice/", "care:episodes"),
        (Role.DOCTOR, "/orders/7/", "care:orders"), (Role.HOME_MANAGER, "/homes/placements/3/change_bed/", "homes:people"),
        (Role.HOME_MANAGER, "/homes/admit/", "homes:people"), (Role.HOME_MANAGER, "/homes/people/7/", "homes:people"),
        (Role.HOME_MANAGER, "/homes/doses/7/correct/", "homes:medicines"), (Role.HOME_MANAGER, "/homes/beds/new/", "homes:board"),
        (Role.HOME_MANAGER, "/homes/", "homes:today"),
    ],
)  # fmt: skip
def test_a_page_lights_the_entry_it_belongs_to(role: Role, path: str, door: str) -> None:
    request = RequestFactory().get(path)
    lit = [entry["url"] for entry in entries(request, Actor(user_id=1, role=role), {}) if entry["active"]]
    assert lit == [reverse(door)]


@pytest.mark.parametrize("role", PLACES)
def test_what_an_entry_covers_is_a_door(role: Role) -> None:
    """A name that no door has would cover nothing and say so to nobody."""
    known = {
        f"{space}:{name}"
        for space, (_, found) in get_resolver().namespace_dict.items()
        for name in found.reverse_dict
        if isinstance(name, str)
    }
    assert {name for place in _places(role) for name in place.covers} <= known
