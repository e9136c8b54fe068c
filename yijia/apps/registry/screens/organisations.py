"""Institutions: the list with licences, and one institution's page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from yijia.apps.registry import queries, words
from yijia.base.clock import business_date
from yijia.core.permissions import Actor, Permission, may

PER_PAGE = 25


SOON = timedelta(days=30)
"""A licence or paper that runs out within this time is told, as the home page counts it."""


@dataclass(frozen=True, slots=True)
class HouseRow:
    """An institution in a list."""

    url: str
    name: str
    kind: str
    level: str
    township: str
    until_on: date | None
    state: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Houses:
    """The list of institutions."""

    rows: tuple[HouseRow, ...]
    page: Page
    text: str
    kind: str
    is_expiring: bool
    kinds: tuple[tuple[str, str], ...]
    expired: int


@dataclass(frozen=True, slots=True)
class HousePage:
    """One institution."""

    organisation_id: int
    name: str
    code: str
    kind: str
    level: str
    ownership: str
    township: str
    jurisdiction: str
    licence_no: str
    until_on: date | None
    state: str
    days_left: int | None
    modes: tuple[tuple[str, bool], ...]
    lon: float
    lat: float
    phone: str
    is_active: bool
    departments: tuple[str, ...]
    staff_url: str | None
    expiries_url: str | None
    may_edit: bool


def houses(
    actor: Actor, at: datetime, *, text: str = "", kind: str = "", is_expiring: bool = False, page: str | int = 1
) -> Houses:
    """A page of the institutions in sight, and how many licences have run out."""
    on = business_date(at)
    wanted = kind if kind in words.ORGANISATION_KINDS else ""
    before = on + SOON if is_expiring else None
    rows = queries.list_organisations(actor, kind=wanted, text=text, licence_before=before)
    shown = Paginator(rows, PER_PAGE).get_page(page)
    return Houses(
        rows=tuple(_row(house, on) for house in shown), page=shown, text=text, kind=wanted, is_expiring=is_expiring,
        kinds=tuple((code, str(name)) for code, name in words.ORGANISATION_KINDS.items()),
        expired=queries.count_expired_licences(actor, on),
    )  # fmt: skip


def house_page(actor: Actor, organisation_id: int, at: datetime) -> HousePage:
    """One institution with licence, modes and departments.

    Raises      NotFound
    """
    on = business_date(at)
    house = queries.get_organisation(actor, organisation_id)
    sees_staff = may(actor, Permission.STAFF_VIEW)
    where = f"?organisation={house.pk}"
    return HousePage(
        organisation_id=house.pk, name=words.house_name(house), code=house.code, kind=words.name_of(words.ORGANISATION_KINDS, house.kind),
        level=words.name_of(words.LEVELS, house.level) if house.level else str(words.NOT_GRADED), ownership=words.ownership(house.is_public, house.is_nonprofit),
        township=house.township, jurisdiction=house.jurisdiction, licence_no=house.licence_no, until_on=house.licence_valid_until, state=_state(house, on),
        days_left=(house.licence_valid_until - on).days if house.licence_valid_until else None,
        modes=tuple((str(name), code in house.service_modes) for code, name in words.MODES.items()), lon=house.lon, lat=house.lat, phone=house.phone,
        is_active=house.is_active, departments=tuple(words.department_name(d) for d in queries.list_departments(actor, house.pk)),
        staff_url=reverse("registry:staff") + where if sees_staff else None, expiries_url=reverse("registry:expiries") + where if sees_staff else None,
        may_edit=may(actor, Permission.ORGANISATION_EDIT),
    )  # fmt: skip


def _row(house: Any, on: date) -> HouseRow:
    return HouseRow(
        reverse("registry:organisation", args=[house.pk]), words.house_name(house), words.name_of(words.ORGANISATION_KINDS, house.kind),
        words.name_of(words.LEVELS, house.level) if house.level else str(words.NOT_GRADED), house.township, house.licence_valid_until, _state(house, on),
        house.is_active,
    )  # fmt: skip


def _state(house: Any, on: date) -> str:
    if not house.licence_no or house.licence_valid_until is None:
        return "missing"
    if house.licence_valid_until <= on:
        return "expired"
    return "expiring" if (house.licence_valid_until - on).days < 90 else "valid"
