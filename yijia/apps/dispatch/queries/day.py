"""One institution's day as the engine's problem: visits, nurses, windows, what the gate forbids, who has begun."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256

from django.db import connection
from django.db.models import Count, F, Q

from yijia.apps.care import queries as care
from yijia.apps.care.models import Order
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Preference, Staff
from yijia.apps.visits import queries as visits
from yijia.apps.visits.models import Absence, Assignment, Offer, Visit
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.core.calendar import start_of
from yijia.core.gate import check
from yijia.core.gate import facts as gate
from yijia.core.geo import Point, distance_m
from yijia.core.permissions import Actor

BEGUN = ("departed", "arrived", "in_service")
OVER = ("completed", "confirmed", "under_review", "priced", "settled", "rated", "closed", "aborted")
OPEN = ("signed", "dispatching", "assigned")
DAY_MIN = 24 * 60
PAIR = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One order of the day: what the engine is told about it.

    question    the gate's side of it, for anybody who would go
    crew        who goes, the lead first
    reds        keys of what is red before anybody is proposed
    """

    order: Order
    visit: Visit | None
    crew: tuple[int, ...]
    question: visits.GateQuestion
    needed: int
    reds: tuple[str, ...]
    profession: str

    @property
    def names(self) -> tuple[str, ...]:
        """The engine's names: one visit a person who goes."""
        return tuple(f"{self.order.pk}.{i}" for i in range(self.needed))

    @property
    def versions(self) -> tuple[int, int | None]:
        """What the order and its visit are now, to see later whether they changed."""
        return self.order.version, self.visit.version if self.visit else None

    @property
    def from_at(self) -> datetime:
        """When it is planned, else the beginning of the window wished."""
        return self.visit.planned_from if self.visit else self.order.wanted_from

    @property
    def minutes(self) -> int:
        """How long it takes."""
        span = self.question.span
        return -(-span.length_s // 60)

    @property
    def place(self) -> Point:
        return Point(self.order.household.lat, self.order.household.lon)


@dataclass(frozen=True)
class DayFacts:
    """Everything known of one institution's day, read once.

    now     minute of the day before which nothing can begin; 0 for a day to come
    left    order → code of what keeps it out of any plan
    """

    organisation_id: int
    on: date
    jurisdiction: str
    now: int
    told: Mapping[int, Told]
    staff: Mapping[int, Staff]
    absences: Mapping[int, tuple[Absence, ...]]
    forbidden: Mapping[int, frozenset[int]]
    preferred: Mapping[int, frozenset[int]]
    usual: Mapping[int, int]
    left: Mapping[int, str]

    @cached_property
    def begin(self) -> datetime:
        """Midnight."""
        return start_of(self.on)

    def minute(self, at: datetime) -> int:
        """Whole minutes after midnight, rounded up; kept within the day."""
        return min(DAY_MIN, max(0, math.ceil((at - self.begin).total_seconds() / 60)))

    def instant(self, minute: int) -> datetime:
        return self.begin + timedelta(minutes=minute)

    @cached_property
    def measures(self) -> Mapping[str, object]:
        """How a day is planned, by policy."""
        return visits.term("dispatch_plan", self.jurisdiction, self.on)

    def is_held(self, told: Told) -> bool:
        """Whether somebody was told to go, and can."""
        return (
            told.order.state == "assigned"
            and bool(told.crew)
            and not any(self.is_away(pk, told.from_at) for pk in told.crew)
        )

    def is_away(self, staff_id: int, at: datetime) -> bool:
        return any(one.away_from <= at < one.away_until for one in self.absences.get(staff_id, ()))


def fingerprint(organisation_id: int, on: date) -> str:
    """Changes whenever anything the day's problem is made of has changed; one question."""
    begin = start_of(on)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT concat(count(*), '.', sum(o.version), '.', sum(v.version), '.', max(o.id)) FROM care_order o
                      LEFT JOIN visits_visit v ON v.order_id = o.id
                     WHERE o.organisation_id = %(house)s
                       AND coalesce(v.planned_from, o.wanted_from) >= %(begin)s AND coalesce(v.planned_from, o.wanted_from) < %(end)s),
                   (SELECT concat(count(*), '.', sum(version), '.', count(*) FILTER (WHERE is_active)) FROM registry_staff
                     WHERE organisation_id = %(house)s),
                   (SELECT concat(count(*), '.', max(id)) FROM visits_absence WHERE organisation_id = %(house)s),
                   (SELECT concat(count(*), '.', max(id)) FROM registry_preference WHERE organisation_id = %(house)s)
            """,
            {"house": organisation_id, "begin": begin, "end": begin + timedelta(days=1)},
        )
        return sha256(repr(cursor.fetchone()).encode()).hexdigest()[:20]


def day_facts(actor: Actor, organisation_id: int, on: date, at: datetime) -> DayFacts:
    """An institution's day in the actor's sight, as it stands at an instant."""
    orders = _orders(actor, organisation_id, on)
    crews = _crews(orders)
    staff = {
        person.pk: person
        for person in Staff.objects.filter(
            organisation_id=organisation_id, is_active=True, profession__in=[Staff.Profession.NURSE, Staff.Profession.DOCTOR]
        ).select_related("organisation")
    }  # fmt: skip
    told = {order.pk: _told(order, crews.get(order.pk, ())) for order in orders}
    house = registry.organisations_for_system([organisation_id])[organisation_id]
    away: dict[int, list[Absence]] = {}
    for absence in Absence.objects.filter(
        staff_id__in=staff, away_from__lt=start_of(on) + timedelta(days=1), away_until__gt=start_of(on)
    ):
        away.setdefault(absence.staff_id, []).append(absence)
    now = _now(house.jurisdiction, on, at)
    known = registry.staff_facts_of(list(staff.values()), on) if staff else {}
    refusals, wishes, usual = _between(told, staff)
    forbidden = {pk: refusals.get(pk, frozenset()) | _unfit(one, staff, known) for pk, one in told.items()}
    facts = DayFacts(
        organisation_id, on, house.jurisdiction, now, told, staff, {pk: tuple(rows) for pk, rows in away.items()},
        {pk: frozenset(who) for pk, who in forbidden.items()}, wishes, usual, {},
    )  # fmt: skip
    return replace(facts, left={pk: code for pk, one in told.items() if (code := _left(facts, one))})


def _orders(actor: Actor, organisation_id: int, on: date) -> list[Order]:
    begin = start_of(on)
    end = begin + timedelta(days=1)
    planned = Q(visit__planned_from__gte=begin, visit__planned_from__lt=end)
    wished = Q(visit__isnull=True, wanted_from__gte=begin, wanted_from__lt=end)
    rows = care.orders_in_sight(actor).filter(planned | wished, organisation_id=organisation_id)
    rows = rows.filter(state__in=OPEN + BEGUN + OVER).annotate(published=catalogue.offered_codes_beside())
    return list(care.for_decision(rows).select_related("visit").order_by("pk"))


def _crews(orders: Iterable[Order]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    rows = Assignment.objects.filter(visit__order_id__in=[order.pk for order in orders], is_active=True)
    for order_id, staff_id in rows.order_by("-is_lead", "pk").values_list("visit__order_id", "staff_id"):
        found.setdefault(order_id, []).append(staff_id)
    return {pk: tuple(who) for pk, who in found.items()}


def _told(order: Order, crew: tuple[int, ...]) -> Told:
    visit = order.visit if hasattr(order, "visit") else None
    question = visits.question_of_whole(order)
    reds = tuple(red.key for red in question.before_staff().reds) if order.state == "signed" else ()
    return Told(order, visit, crew, question, question.staff_needed, reds, visits.profession_of(question))


def _now(jurisdiction: str, on: date, at: datetime) -> int:
    today = business_date(at)
    if on != today:
        return 0 if on > today else DAY_MIN
    step = int(visits.term("dispatch_live", jurisdiction, on)["begin_every_min"])
    return min(DAY_MIN, math.ceil((at - start_of(on)).total_seconds() / 60 / step) * step)


def _between(
    told: Mapping[int, Told], staff: Mapping[int, Staff]
) -> tuple[dict[int, frozenset[int]], dict[int, frozenset[int]], dict[int, int]]:
    """Order → nurses refused or who refuse; order → nurses wished for; order → the nurse who usually comes."""
    people = {one.order.resident_id for one in told.values()}
    refused: dict[int, set[int]] = {pk: set() for pk in told}
    liked: dict[int, set[int]] = {}
    said = Preference.objects.filter(resident_id__in=people, staff_id__in=staff)
    wishes: dict[tuple[int, str], set[int]] = {}
    for resident_id, staff_id, kind in said.values_list("resident_id", "staff_id", "kind"):
        wishes.setdefault((resident_id, "liked" if kind == Preference.Kind.PREFERRED else "refused"), set()).add(
            staff_id
        )
    no = Offer.objects.filter(visit__order_id__in=told, state="declined").values_list("visit__order_id", "staff_id")
    gone = Assignment.objects.filter(visit__order_id__in=told, is_active=False, released_by=F("staff__user"))
    for order_id, staff_id in [*no, *gone.values_list("visit__order_id", "staff_id")]:
        refused[order_id].add(staff_id)
    together = (
        Assignment.objects.filter(
            visit__resident_id__in=people, staff_id__in=staff, is_active=True, visit__finished_at__isnull=False
        )
        .values_list("visit__resident_id", "staff_id")
        .annotate(n=Count("pk"))
        .order_by("n", "-staff_id")
    )
    best = {resident_id: staff_id for resident_id, staff_id, _ in together}
    for pk, one in told.items():
        resident = one.order.resident
        refused[pk] |= wishes.get((resident.pk, "refused"), set())
        wanted = wishes.get((resident.pk, "liked"), set())
        fitting = {
            who
            for who, person in staff.items()
            if resident.preferred_sex in ("", person.sex)
            and (not resident.speaks or set(resident.speaks) & set(person.speaks))
        }
        liked[pk] = wanted or (fitting if len(fitting) < len(staff) else set())
    usual = {pk: best[one.order.resident_id] for pk, one in told.items() if one.order.resident_id in best}
    return (
        {pk: frozenset(who) for pk, who in refused.items()},
        {pk: frozenset(who) for pk, who in liked.items()},
        usual,
    )


_GREEN: dict[tuple[object, ...], bool] = {}
_MOST_KEPT = 200_000


def _unfit(one: Told, staff: Mapping[int, Staff], known: Mapping[int, gate.Staff]) -> frozenset[int]:
    """Staff whom the gate forbids, or who live too far away; the gate's answer is kept for equal questions."""
    rules = [rule for rule in one.question.rules if rule.scope is check.Scope.STAFF]
    columns = {name for rule in rules for part in (rule.rule, rule.applies_when) if part for name in part.columns}
    common = gate.common_row(one.question.facts)
    asked = (
        id(editions.current()), one.order.jurisdiction, one.question.facts.order.visit_on,
        tuple((name, common[name]) for name in sorted(columns & set(common))),
        tuple(item.specialties for item in one.question.facts.items),
    )  # fmt: skip
    if len(_GREEN) > _MOST_KEPT:
        _GREEN.clear()
    far = visits.ranking_params(one.order.jurisdiction, one.question.facts.order.visit_on).most_distance_m
    unfit = set()
    for pk, person in staff.items():
        if person.profession != one.profession or pk not in known:
            unfit.add(pk)
            continue
        key = (asked, known[pk])
        green = _GREEN.get(key)
        if green is None:
            green = _GREEN[key] = not one.question.of_nurse(known[pk]).reds
        if not green or (far is not None and distance_m(Point(person.lat, person.lon), one.place) > far):
            unfit.add(pk)
    return frozenset(unfit)


def _left(facts: DayFacts, one: Told) -> str:
    """Why an order cannot be in any plan; empty when it can, or need not."""
    if one.order.state not in OPEN or facts.is_held(one):
        return ""
    if one.reds:
        return "dispatch.left_gate"
    if one.needed > PAIR:
        return "dispatch.left_crew"
    opens, closes = window(facts, one)
    if opens > closes:
        return "dispatch.left_missed"
    return ""


def window(facts: DayFacts, one: Told) -> tuple[int, int]:
    """The first and the last minute at which it may begin."""
    opens = max(facts.minute(one.order.wanted_from), facts.now)
    closes = math.ceil((one.order.wanted_until - facts.begin).total_seconds() / 60) - 1
    return opens, min(closes, DAY_MIN)
