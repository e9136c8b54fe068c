"""What the register's forms show before anybody types, and numbers out of an address."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from yijia.apps.registry import queries
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor

NONE_YET = {True: "yes", False: "no", None: ""}


def number(text: str | None) -> int | None:
    """A row's number out of an address, or None when none is named.

    Raises      NotFound: not a number a row can have
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    return int(text)


def house(actor: Actor, asked: Mapping[str, str]) -> Any:
    """The institution named in the address, or the actor's only one.

    Raises      NotFound: none is named and the actor has several, or it is out of sight
    """
    named = number(asked.get("organisation"))
    return queries.get_organisation(
        actor, named if named is not None else next(iter(sorted(actor.organisation_ids)), 0)
    )


def registration(actor: Actor, asked: Mapping[str, str]) -> dict[str, Any]:
    """The name or telephone somebody searched for in vain, and the insurance most have."""
    text = asked.get("q", "")
    found = {
        "phone"
        if text.replace("+", "").replace(" ", "").isdigit() and len(text) < 15
        else "identity"
        if text[:6].isdigit()
        else "name": text
    }
    return {"insured_class": "resident"} | (found if text else {})


def correction(person: Any) -> dict[str, Any]:
    """A resident's record as the form shows it; numbers and address stay hidden."""
    plain = (
        "version",
        "name",
        "insured_class",
        "disability_kind",
        "disability_grade",
        "is_disabled_elder",
        "allergies",
        "speaks",
        "preferred_sex",
        "died_on",
    )
    home = person.household
    return {name: getattr(person, name) for name in plain} | {
        "is_infectious": NONE_YET[person.is_infectious], "is_aggressive": NONE_YET[person.is_aggressive], "township": home.township,
        "lon": round(home.lon, 6), "lat": round(home.lat, 6), "floor": home.floor, "has_lift": NONE_YET[home.has_lift],
    }  # fmt: skip


def staff(person: Any) -> dict[str, Any]:
    """A member of staff's entry as the form shows it."""
    plain = ("version", "name", "title", "practising_since", "department_id", "speaks", "works_on", "is_active")
    hours = {"works_from": _time(person.works_from_min), "works_until_min": _time(person.works_until_min)}
    return {name: getattr(person, name) for name in plain} | hours


def house_facts(found: Any) -> dict[str, Any]:
    """What an institution keeps right about itself."""
    return {name: getattr(found, name) for name in ("licence_no", "licence_valid_until", "service_modes", "phone")}


def _time(minutes: int) -> time:
    return time(min(minutes // 60, 23), minutes % 60 if minutes < 1440 else 59)
