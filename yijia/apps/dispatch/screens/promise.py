"""What can be promised to a family: windows that fit, ranked by what they cost."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.dispatch import queries
from yijia.apps.registry import queries as registry
from yijia.apps.visits import queries as visits
from yijia.base import audit
from yijia.base.clock import SHANGHAI, business_date
from yijia.core.catalogue.area import Area
from yijia.core.geo import Point
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission, may


@dataclass(frozen=True, slots=True)
class Window:
    """One window that can be promised."""

    from_at: datetime
    until_at: datetime
    nurse: str
    travel_min: int
    place: int
    slot: str  # as the order form names a window of an institution


@dataclass(frozen=True, slots=True)
class House:
    """One institution that could come."""

    house_id: int
    name: str
    away_km: Any
    windows: list[Window]
    closed: bool
    item_code: str


@dataclass(frozen=True, slots=True)
class PromisePage:
    """The windows of one day for one person's need."""

    resident_id: int | None
    name: str
    township: str
    needs: list[tuple[str, str]]
    need: str
    minutes: int
    on: date
    days: list[date]
    houses: list[House]
    text: str = ""
    people: tuple[tuple[int, str, str, str], ...] = ()
    may_order: bool = False

    @property
    def is_asked(self) -> bool:
        return bool(self.resident_id and self.need)


def promise_page(
    *, actor: Actor, at: datetime, resident_id: int | None = None, need: str = "", house_id: int | None = None, on: date | None = None,
    text: str = "",
) -> PromisePage:  # fmt: skip
    """What can be promised on a day; nothing yet when nobody or no need is named.

    Raises      NotFound: the person is out of sight
    Source      DISPATCH-15 in docs/rules/dispatch.md
    """
    today = business_date(at)
    on = max(on or today, today)
    ahead = int(visits.term("dispatch_live", actor.jurisdiction or "CN", today)["promise_days"])
    days = [today + timedelta(days=n) for n in range(ahead)]
    english = actor.language == "en"
    needs = [(one.code, one.en if english else one.zh) for one in catalogue.list_needs(on)]
    if resident_id is None:
        return PromisePage(None, "", "", needs, need, 0, on, days, [], text, _found(actor, at, text))
    person = registry.get_resident(actor, resident_id)
    audit.read(
        actor,
        at,
        "dispatch.promise",
        subject_type="registry.resident",
        subject_ids=[person.pk],
        resident_ids=[person.pk],
    )
    home = person.household
    if need not in dict(needs):
        return PromisePage(person.pk, masking.name(person.name), home.township, needs, "", 0, on, days, [])
    offers = [one for one in catalogue.offers_for(actor, need, home, person, on) if one.is_open]
    mine = [one for one in offers if not actor.organisation_ids or one.organisation.pk in actor.organisation_ids]
    items = catalogue.items(on, person.jurisdiction)
    houses, minutes = [], 0
    for offer in [one for one in mine if house_id in (None, one.organisation.pk)][:4]:
        asked = [items[code] for code in offer.item_codes if code in items and need in items[code].needs][:1]
        minutes = max([item.duration_min for item in asked], default=10)
        windows = _windows(actor, at, offer, Point(home.lat, home.lon), asked, on, minutes)
        code = asked[0].code if asked else ""
        houses.append(House(offer.organisation.pk, offer.organisation.name, offer.away_km, windows, not windows, code))
    may_order = may(actor, Permission.ORDER_CREATE_ON_BEHALF)
    return PromisePage(
        person.pk, masking.name(person.name), home.township, needs, need, minutes, on, days, houses, may_order=may_order
    )  # fmt: skip


def begun_order(
    *, actor: Actor, at: datetime, resident_id: int, need: str, item: str, on: date, slot: str
) -> dict[str, Any]:
    """What the order form is filled with for a window that was promised. Raises NotFound: the person is out of sight"""
    person = registry.get_resident(actor, resident_id)
    audit.read(
        actor,
        at,
        "dispatch.promise",
        subject_type="registry.resident",
        subject_ids=[person.pk],
        resident_ids=[person.pk],
    )
    return {
        "resident_id": person.pk,
        "need": need,
        "items": {item: 1},
        "day": on.isoformat(),
        "slot": slot,
        "description": "",
    }


def _windows(
    actor: Actor, at: datetime, offer: Any, place: Point, items: list[Any], on: date, minutes: int
) -> list[Window]:
    area: Area | None = offer.area
    opens, closes = (area.opens_min, area.closes_min) if area else (0, queries.DAY_MIN)
    if area and area.open_on and on.isoweekday() not in area.open_on:
        return []
    if area and on == business_date(at):
        opens = max(opens, queries.minute_of(at) + area.lead_time_min)
    role = "doctor" if any(item.staff_role == "doctor" for item in items) else "nurse"
    skills = {item.extra_training for item in items if item.extra_training}
    unfit = queries.unfit_for_need(actor, offer.organisation.pk, on, role, skills)
    found = queries.promises(
        actor, offer.organisation.pk, on, at, place=place, minutes=minutes, unfit=dict.fromkeys(unfit, True), from_min=opens,
        until_min=max(opens, closes - minutes),
    ) if opens <= closes - minutes else []  # fmt: skip
    names = queries.staff_named([one.staff_id for one in found])
    return [
        Window(
            one.from_at, one.until_at, names.get(one.staff_id, ""), max(0, one.travel_min), n,
            f"{offer.organisation.pk}@{one.from_at.astimezone(SHANGHAI):%H:%M}-{one.until_at.astimezone(SHANGHAI):%H:%M}",
        )
        for n, one in enumerate(found, 1)
    ]  # fmt: skip


def _found(actor: Actor, at: datetime, text: str) -> tuple[tuple[int, str, str, str], ...]:
    people = list(registry.find_residents(actor, text))[:20] if text else []
    if people:
        audit.read(
            actor, at, "dispatch.promise", subject_type="registry.resident", subject_ids=[one.pk for one in people], resident_ids=[one.pk for one in people]
        )  # fmt: skip
    return tuple((one.pk, masking.name(one.name), one.household.township, one.phone_masked) for one in people)
