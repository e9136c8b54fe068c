"""What people ask for in a day: who, what, when, by which way, and what will come between."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from yijia.apps.catalogue import queries as catalogue
from yijia.core.calendar import at_local
from yijia.demo.county.plan import Client
from yijia.demo.day.stage import Stage

HOME = {
    "violence": "never", "intoxication": "no", "animals": "none", "companion": "present", "access": "safe", "signal": "good", "environment": "fit",
}  # fmt: skip
OPENS, CLOSES = time(8, 0), time(18, 0)
TOMORROW_SHARE = 0.12
SAME_DAY_SHARE = 0.45
NEEDS_ORDER = frozenset(
    {"NI-CL-04", "NI-CL-05", "NI-CL-13", "NI-CL-17", "NI-CL-18", "NI-CL-19", "NI-CL-30", "NI-HP-02"}
)


class Fate(StrEnum):
    """What happens to an order that does not simply go well."""

    PLAIN = "plain"
    REJECTED = "rejected"
    UNSIGNED = "unsigned"
    CANCELLED_EARLY = "cancelled_early"
    CANCELLED_ASSIGNED = "cancelled_assigned"
    CANCELLED_ON_THE_WAY = "cancelled_on_the_way"
    CANCELLED_TOO_LATE = "cancelled_too_late"
    ABORTED = "aborted"
    NOBODY_HOME = "nobody_home"
    NURSE_ILL = "nurse_ill"
    SOS = "sos"
    DEAD_MAN = "dead_man"
    NO_LOCATION = "no_location"
    MOCKED = "mocked"
    TOO_FAST = "too_fast"
    DISPUTED = "disputed"
    WRONG_CODE = "wrong_code"
    COMPLAINT = "complaint"
    TOO_SOON = "too_soon"
    CLOSED_HOURS = "closed_hours"
    NOT_OFFERED = "not_offered"
    FAR_AWAY = "far_away"
    ON_CREDIT = "on_credit"


TROUBLE_OF = {
    Fate.UNSIGNED: "missing_consent", Fate.NO_LOCATION: "location_off", Fate.MOCKED: "mocked_location", Fate.TOO_FAST: "impossible_travel",
}  # fmt: skip
"""Fates that are planted troubles."""


SURE = (
    Fate.SOS, Fate.DEAD_MAN, Fate.NO_LOCATION, Fate.MOCKED, Fate.TOO_FAST, Fate.DISPUTED, Fate.WRONG_CODE, Fate.ABORTED, Fate.NOBODY_HOME, Fate.NURSE_ILL,
    Fate.CANCELLED_EARLY, Fate.CANCELLED_ASSIGNED, Fate.CANCELLED_ON_THE_WAY, Fate.CANCELLED_TOO_LATE, Fate.UNSIGNED, Fate.REJECTED, Fate.REJECTED,
    Fate.REJECTED, Fate.TOO_SOON, Fate.CLOSED_HOURS, Fate.NOT_OFFERED, Fate.NOT_OFFERED, Fate.FAR_AWAY, Fate.COMPLAINT, Fate.COMPLAINT, Fate.ON_CREDIT,
)  # fmt: skip
"""Each of these happens on every day, to somebody."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One request as it will be made."""

    client: Client
    client_id: uuid.UUID
    house_id: int
    need: str
    items: dict[str, int]
    asked_at: datetime
    wanted_from: datetime
    wanted_until: datetime
    channel: str
    fate: Fate
    prescription: str
    home_risk: dict[str, str]


def wishes(stage: Stage, day: date, count: int) -> list[Wish]:
    """The requests of a day, in the order of asking; no elder asks twice."""
    rng, county = stage.rng, stage.county
    known = catalogue.items(day, county.plan.place.code)
    planted = 3  # the demo's own elder, the violent home, the infectious resident
    clients = county.clients[:planted] + _sample(stage, known, county.clients[planted:], count - planted)
    fates = list(SURE[: max(0, len(clients) - planted)])
    rng.shuffle(fates)
    fates = [*[Fate.PLAIN] * planted, *fates]  # nothing else happens to those
    made = []
    for serial, client in enumerate(clients):
        fate = fates[serial] if serial < len(fates) else Fate.PLAIN
        made.append(_wish(stage, day, client, fate, known, is_first=serial == 0))
    return sorted(made, key=lambda wish: wish.asked_at)


def _sample(stage: Stage, known: Mapping[str, Any], clients: list[Client], count: int) -> list[Client]:
    """Who asks that day; where institutions make rounds of family beds, half of those who ask are near one."""
    rng = stage.rng
    rounds = {
        house.id
        for house in stage.county.houses
        if any(known[code].service == "home_bed_round" for code in house.items)
    }
    near = [client for client in clients if client.house.id in rounds]
    first = rng.sample(near, min(len(near), count // 2))
    taken = {client.id for client in first}
    rest = [client for client in clients if client.id not in taken]
    return first + rng.sample(rest, min(len(rest), count - len(first)))


def _wish(stage: Stage, day: date, client: Client, fate: Fate, known: Mapping[str, Any], *, is_first: bool) -> Wish:
    rng, house = stage.rng, client.house
    channel = "family" if is_first or rng.random() < 0.6 else "desk" if rng.random() < 0.6 else "discharge"
    if channel == "discharge" and (not house.level or fate in (Fate.NOT_OFFERED, Fate.FAR_AWAY)):
        channel = "desk"
    codes = [code for code in house.items if known[code].service == "home_nursing"]
    rounds = [code for code in house.items if known[code].service == "home_bed_round"]
    if rounds and rng.random() < 0.85:
        codes = rounds
    chosen = rng.choice(codes)
    if fate is Fate.NOT_OFFERED:
        chosen = next(
            (code for code in sorted(known) if known[code].is_home_allowed and code not in house.items), chosen
        )
    items = {chosen: 1}
    if codes is not rounds and rng.random() < 0.25 and "NI-CL-02" in codes:
        items["NI-CL-02"] = 1
    is_same_day = not is_first and rng.random() < SAME_DAY_SHARE
    asked_at, wanted = _times(stage, day, fate, is_same_day=is_same_day)
    far = max(stage.county.houses, key=lambda other: (other.lon - client.lon) ** 2 + (other.lat - client.lat) ** 2)
    risk = dict(HOME)
    if rng.random() < 0.06 and fate is Fate.PLAIN and not is_first:
        risk["access"] = "remote"  # two must go
    return Wish(
        client=client, client_id=uuid.UUID(int=rng.getrandbits(128), version=4), house_id=far.id if fate is Fate.FAR_AWAY else house.id,
        need=known[chosen].needs[0], items=items, asked_at=asked_at, wanted_from=wanted, wanted_until=wanted + timedelta(hours=1),
        channel=channel, fate=fate, prescription="演示：按医嘱执行" if NEEDS_ORDER & set(items) else "", home_risk=risk,
    )  # fmt: skip


def _times(stage: Stage, day: date, fate: Fate, *, is_same_day: bool) -> tuple[datetime, datetime]:
    """When it is asked and for when: the day before, or that morning; a few for the day after."""
    rng = stage.rng
    quarter = timedelta(minutes=15)
    if fate is Fate.TOO_SOON:
        asked = at_local(day, OPENS) + quarter * rng.randint(4, 20)
        return asked, asked + timedelta(minutes=40)
    if fate is Fate.CLOSED_HOURS:
        return at_local(day, time(9, 0)), at_local(day, time(20, 0))
    if is_same_day:
        asked = at_local(day, time(6, 45)) + timedelta(minutes=rng.randint(0, 330))
        ready = max(asked + timedelta(minutes=165), at_local(day, time(10, 0)))
        slots = int((at_local(day, time(16, 30)) - ready) / quarter)
        wanted = at_local(day, time(16, 30)) - quarter * rng.randint(0, max(0, slots))
        return asked, wanted
    asked = at_local(day - timedelta(days=1), OPENS) + timedelta(minutes=rng.randint(0, 540))
    on = day + timedelta(days=1) if fate is Fate.PLAIN and rng.random() < TOMORROW_SHARE else day
    return asked, at_local(on, time(8, 30)) + quarter * rng.randint(0, 30)
