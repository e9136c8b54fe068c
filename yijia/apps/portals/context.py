"""The shell around every page: places of the role, hats, region, language, clock."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import get_language

from yijia.apps.portals import queries
from yijia.apps.portals.places import PHONE, PLACES, Group, Place
from yijia.base import editions, roles
from yijia.base.clock import SHANGHAI, business_date
from yijia.core.permissions import NOBODY, Actor, Permission, may
from yijia.core.refusal import Refusal


def shell(request: HttpRequest) -> dict[str, Any]:
    """The variable `shell` of docs/design.md; a visitor gets the clock and elder mode only."""
    actor: Actor = getattr(request, "actor", NOBODY)
    at = getattr(request, "at", None)
    common = {
        "is_demo": settings.IS_DEMO,
        "clock_label": at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at and settings.IS_DEMO else None,
        "elder": request.COOKIES.get("yijia_elder") == "1",
        "region_label": region_label(settings.REGION, _english()),
    }
    if at is None or actor.user_id is None or actor.role is None:
        return {"shell": common}
    counts = queries.counts(actor, at, business_date(at))
    kind = "phone" if actor.role in PHONE else "desk"
    places = entries(request, actor, counts)
    has_alarms = may(actor, Permission.SOS_ANSWER)
    return {
        "shell": common
        | {
            "template": f"shell_{kind}.html", "kind": kind, "home_url": "/", "places": places, "beside": _beside(places), "counts": counts,
            "search_url": reverse("portals:search") if may(actor, Permission.ORDER_VIEW) and kind == "desk" else None,
            "query": request.GET.get("q", "") if request.path == "/search/" else "",
            "alarms_url": reverse("visits:alarms") if has_alarms else None, "alarms": counts.get("alarms", 0),
            "role_label": roles.label(actor.role), "roles": _hats(request, actor), "organisation_label": _organisation(actor),
            "person_label": request.user.display_name if request.user.is_authenticated else "", "person_url": reverse("mfa_index"),
        }
    }  # fmt: skip


@cache
def region_label(jurisdiction: str, english: bool) -> str:
    """The region's own name; the code where policy has none."""
    from yijia.base import clock

    value = editions.current().lookup("place:name", jurisdiction=jurisdiction, on=business_date(clock.now()))
    return jurisdiction if isinstance(value, Refusal) else str(value.value["en" if english else "zh"])


def _english() -> bool:
    return (get_language() or "").startswith("en")


def entries(request: HttpRequest, actor: Actor, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The rail of a role, the entry of the open page lit; see `places` in docs/design.md."""
    rail = [
        _entry(one, [_entry(place, [], counts) for place in one.places] if isinstance(one, Group) else [], counts)
        for one in PLACES[actor.role]
    ]
    doors = [door for entry in rail for door in (entry, *entry["beside"])]
    named = {name: door["url"] for door in doors for name in door["names"]}
    here = {
        prefix: door["url"]
        for door in doors
        for prefix in (door["url"], *door["covers"])
        if request.path == prefix or (prefix != "/" and request.path.startswith(prefix))
    }
    active = named.get(_door(request.path)) or (here[max(here, key=len)] if here else "")
    for door in doors:
        door["active"] = door["url"] == active
        door["open"] = door["url"] == request.path
    for entry in rail:
        entry["active"] = entry["active"] or any(door["active"] for door in entry["beside"])
    return rail


def _entry(one: Place | Group, beside: list[dict[str, Any]], counts: dict[str, int]) -> dict[str, Any]:
    """A group leads to its first place and counts what waits in any of them."""
    if isinstance(one, Place):
        url, count, names = reverse(one.door), counts.get(one.counter, 0), one.covers
        covers = [path for name in names if (path := _whole(name))]
    else:
        url, count, names, covers = beside[0]["url"], sum(door["count"] for door in beside), (), []
    return {
        "url": url, "label": one.label, "icon": one.icon, "count": count, "covers": covers, "names": names, "beside": beside,
    }  # fmt: skip


@cache
def _whole(name: str) -> str:
    """The address of a door that takes no argument; empty for one that does."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _door(path: str) -> str:
    """The name of the door that a page is behind; empty for an address that has none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def _beside(rail: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The places of the group whose page is open; nothing on the pages below them."""
    return next((e["beside"] for e in rail if any(door["open"] for door in e["beside"])), [])


def _hats(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    return [
        {"code": hat, "label": roles.label(hat), "active": hat == actor.role} for hat in getattr(request, "hats", [])
    ]


def _organisation(actor: Actor) -> str:
    house = queries.house(next(iter(actor.organisation_ids))) if len(actor.organisation_ids) == 1 else None
    return "" if house is None else house.name_en if _english() else house.name
