"""Which visits there were: whose, what, when, by whom; nobody is in two places at once."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from yijia.apps.catalogue import queries as catalogue
from yijia.core.calendar import at_local
from yijia.core.pricing.facts import Breakdown
from yijia.demo.county.history.bills import Bills
from yijia.demo.county.plan import Client, County, Member

SLOTS = (time(8, 30), time(9, 50), time(11, 10), time(13, 30), time(14, 50), time(16, 10))
REPERTOIRE = 3  # kinds of care one elder asks for
TRIES = 40
CLOSES_AFTER = timedelta(days=7)


@dataclass
class Past:
    """One past order."""

    client: Client
    staff: Member
    item: str
    need: str
    duration_min: int
    planned_from: datetime
    state: str  # completed, settled, rated, closed, cancelled, rejected
    channel: str
    stars: int | None
    breakdown: Breakdown
    client_id: uuid.UUID
    repertoire: tuple[str, ...]
    arrives_min: int  # after the planned time; mostly before it
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def planned_until(self) -> datetime:
        return self.planned_from + timedelta(minutes=self.duration_min)

    @property
    def arrived_at(self) -> datetime:
        return self.planned_from + timedelta(minutes=self.arrives_min)

    @property
    def started_at(self) -> datetime:
        return self.planned_from + timedelta(minutes=max(0, self.arrives_min + 2))

    @property
    def asked_at(self) -> datetime:
        return self.planned_from - timedelta(hours=22)

    @property
    def confirmed_at(self) -> datetime:
        return self.planned_until + timedelta(minutes=50)

    @property
    def paid_at(self) -> datetime:
        return self.planned_until + timedelta(minutes=65)

    @property
    def rated_at(self) -> datetime:
        return self.planned_until + timedelta(minutes=80)

    @property
    def is_visited(self) -> bool:
        return self.state not in ("cancelled", "rejected")

    @property
    def is_priced(self) -> bool:
        return self.state in ("settled", "rated", "closed")


def past_visits(county: County, bills: Bills) -> Iterator[Past]:
    """The wished number of visits over the days of the history, oldest first."""
    plan, rng = county.plan, county.plan.rng
    known = {code: item for code, item in catalogue.items(plan.on, plan.place.code).items() if item.is_home_allowed}
    clients = [
        (client, _repertoire(rng, client, known, bills)) for client in county.clients if not client.is_disabled_elder
    ]
    clients = [(client, codes) for client, codes in clients if codes]
    if not clients or not plan.visits:
        return
    a_day = -(-plan.visits // plan.history_days)
    left = plan.visits
    for back in range(plan.history_days, 0, -1):
        on = plan.on - timedelta(days=back)
        for past in _day(county, bills, clients, known, on, min(a_day, left)):
            left -= 1
            yield past


def _repertoire(rng: Random, client: Client, known: dict[str, Any], bills: Bills) -> tuple[str, ...]:
    """What this elder asks for now and then; only what can be priced."""
    codes = [code for code in client.house.items if code in known and known[code].extra_training is None]
    rng.shuffle(codes)
    rounds = [code for code in codes if known[code].service == "home_bed_round"]
    found = [code for code in rounds + codes[: REPERTOIRE * 2] if bills.quote(client, code) is not None]
    return tuple(found[:REPERTOIRE])


def _day(
    county: County,
    bills: Bills,
    clients: list[tuple[Client, tuple[str, ...]]],
    known: dict[str, Any],
    on: date,
    wanted: int,
) -> list[Past]:
    rng = county.plan.rng
    busy: set[tuple[int, int]] = set()
    found: list[Past] = []
    for _ in range(wanted):
        for _try in range(TRIES):
            client, codes = rng.choice(clients)
            code, slot = rng.choice(codes), rng.randrange(len(SLOTS))
            crew = client.house.doctors if known[code].staff_role == "doctor" else client.house.nurses
            member = rng.choice(crew)
            if (member.id, slot) not in busy and (-client.id, slot) not in busy:
                busy |= {(member.id, slot), (-client.id, slot)}
                found.append(_past(county, bills, client, codes, code, known[code], member, at_local(on, SLOTS[slot])))
                break
    return sorted(found, key=lambda past: past.planned_from)


def _past(
    county: County,
    bills: Bills,
    client: Client,
    codes: tuple[str, ...],
    code: str,
    item: Any,
    member: Member,
    start: datetime,
) -> Past:
    rng, plan = county.plan.rng, county.plan
    breakdown = bills.quote(client, code)
    assert breakdown is not None  # a repertoire holds what can be priced
    chance = rng.random()
    is_last_day = plan.at - start < timedelta(days=1)
    is_rated = rng.random() < 0.7
    state = "rated" if is_rated else "settled"
    if chance < 0.05:
        state = "cancelled"
    elif chance < 0.08:
        state = "rejected"
    elif is_last_day and chance < 0.5:
        state = "completed"  # the family has not spoken yet
    elif plan.at - start > CLOSES_AFTER + timedelta(days=1):
        state = "closed"
    return Past(
        client=client, staff=member, item=code, need=item.needs[0], duration_min=item.duration_min, planned_from=start, state=state,
        channel=rng.choices(("family" if client.is_family else "self", "desk", "discharge"), (60, 28, 12))[0],
        stars=rng.choices((5, 4, 3, 2), (68, 24, 6, 2))[0] if is_rated and state in ("rated", "closed") else None, breakdown=breakdown,
        client_id=uuid.UUID(int=rng.getrandbits(128), version=4), repertoire=codes,
        arrives_min=rng.randint(3, 6) if rng.random() < 0.07 else -rng.randint(1, 12),
    )  # fmt: skip
