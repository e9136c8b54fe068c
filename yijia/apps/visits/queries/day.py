"""A nurse's day in order, her open offers, and what was said and done at a resident's earlier visits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from yijia.apps.care.models import OrderEvent, OrderItem
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry.models import Staff
from yijia.apps.visits.models import Assignment, EvidenceScore, Offer, Rating, Record, Visit, VisitFile
from yijia.apps.visits.queries.sight import items_beside
from yijia.apps.visits.queries.terms import ranking_params
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.base.rows import Given, Statement
from yijia.core.calendar import start_of
from yijia.core.dispatch.rank import Params, travel_s
from yijia.core.geo import Point, distance_m
from yijia.core.permissions import Actor

ON_DUTY = ("assigned", "departed", "arrived", "in_service")
OVER = ("completed", "confirmed", "under_review", "priced", "settled", "rated", "closed", "aborted")


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of the day; the way to it is an estimate.

    travel_min      from the stop before, or from where the day begins
    """

    visit: Visit
    items: tuple[OrderItem, ...]
    is_lead: bool
    travel_min: int
    distance_m: int

    @property
    def is_over(self) -> bool:
        """Whether the nurse has nothing left to do there."""
        return self.visit.order.state in OVER


def day_list(actor: Actor, day: date) -> list[Stop]:
    """The nurse's visits of a Shanghai day in the order of their time."""
    begin = start_of(day)
    rows = _STOPS.ask(staff_id=actor.staff_id, begin=begin, end=begin + timedelta(days=1))
    if not rows:
        return []
    params = ranking_params(rows[0].visit.order.jurisdiction, day)
    here = Point(rows[0].staff.lat, rows[0].staff.lon)
    stops = []
    for row in rows:
        home = Point(row.visit.order.household.lat, row.visit.order.household.lon)
        stops.append(
            Stop(
                row.visit,
                tuple(OrderItem(**item) for item in row.item_rows),
                row.is_lead,
                _travel_min(here, home, params),
                round(distance_m(here, home)),
            )
        )
        here = home
    return stops


_STOPS = Statement(
    lambda: (
        _between(Assignment.objects.filter(staff_id=Given("staff_id")))
        .select_related("staff", "visit__order__household", "visit__resident", "visit__organisation")
        .annotate(item_rows=items_beside("visit__order_id"))
        .order_by("visit__planned_from", "visit_id")
    )
)


def _between(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.filter(is_active=True, visit__planned_from__gte=Given("begin"), visit__planned_from__lt=Given("end"))


def day_mark(actor: Actor, day: date) -> str:
    """Changes whenever the nurse's list of a day, or what is held out to her, does; one question."""
    begin = start_of(day)
    row = _MARKED.one(staff_id=actor.staff_id, begin=begin, end=begin + timedelta(days=1))
    marks = (row.going, row.asked) if row else ()
    return ".".join(str(number) for mark in marks for number in (mark or {"n": 0}).values())


def _marked() -> QuerySet[Staff]:
    mine = _between(Assignment.objects.filter(staff_id=OuterRef("pk")))
    asked = Offer.objects.filter(staff_id=OuterRef("pk"), state="offered")
    going = JSONObject(
        n=Count("pk"), newest=Max("pk"), visits=Sum("visit__version"), orders=Sum("visit__order__version")
    )
    marks = {
        name: Subquery(rows.order_by().values("staff_id").annotate(mark=mark).values("mark"))
        for name, rows, mark in (("going", mine, going), ("asked", asked, JSONObject(n=Count("pk"), newest=Max("pk"))))
    }
    return Staff.objects.only("pk").filter(pk=Given("staff_id")).annotate(**marks)


_MARKED = Statement(_marked)


def _travel_min(a: Point, b: Point, params: Params) -> int:
    return -(-travel_s(a, b, params) // 60)


def next_days(actor: Actor, after: date, days: int = 14) -> dict[date, int]:
    """How many visits each of the coming days holds, for the strip above the list."""
    begin = start_of(after)
    found: dict[date, int] = {}
    for row in _PLANNED.ask(staff_id=actor.staff_id, begin=begin, end=begin + timedelta(days=days)):
        on = business_date(row.planned_from)
        found[on] = found.get(on, 0) + 1
    return dict(sorted(found.items()))


_PLANNED = Statement(
    lambda: _between(Assignment.objects.only("pk").filter(staff_id=Given("staff_id"))).annotate(
        planned_from=F("visit__planned_from")
    )
)


def list_offers(actor: Actor, at: datetime) -> list[Offer]:
    """Offers the nurse can still answer, the first to run out first."""
    return list(
        Offer.objects.filter(staff_id=actor.staff_id, state="offered", answer_until__gt=at)
        .select_related("visit__order__household", "visit__resident", "staff")
        .prefetch_related("visit__order__items")
        .order_by("answer_until")
    )


def earlier_visits(visit: Visit, most: int = 3) -> list[Visit]:
    """The resident's last visits before this one that came to an end, newest first, with their records."""
    return list(
        Visit.objects.filter(
            resident_id=visit.resident_id,
            finished_at__isnull=False,
            record__isnull=False,
            planned_from__lt=visit.planned_from,
        )
        .exclude(pk=visit.pk)
        .select_related("record", "order")
        .order_by("-finished_at")[:most]
    )


def get_record(visit: Visit) -> Record | None:
    """The record of a visit in sight."""
    return getattr(visit, "record", None)


def get_file(visit: Visit, file_id: int) -> VisitFile:
    """One photo or signature with its content. Raises NotFound."""
    found = VisitFile.objects.filter(visit=visit, pk=file_id, file__isnull=False).select_related("file").first()
    if found is None:
        raise NotFound
    return found


def consumables_filed(visit: Visit, *, english: bool = False) -> dict[str, str]:
    """Consumables the institution has a published price for on the day, code → name."""
    filings = catalogue.filings_in_force_for_system(visit.organisation_id, business_date(visit.planned_from))
    return {
        code: (english and filing.name_en) or filing.name
        for code, filing in filings.items()
        if filing.kind == "consumable"
    }


def is_duty(visit: Visit, at: datetime) -> bool:
    """Whether address and telephone are the nurse's business now: on the visit's day, from assignment to check-out."""
    return business_date(at) == business_date(visit.planned_from) and visit.order.state in ON_DUTY


def get_score(visit: Visit) -> EvidenceScore | None:
    """The evidence score of a visit in sight, once it has ended."""
    return getattr(visit, "evidence", None)


def get_rating(visit: Visit) -> Rating | None:
    """The family's rating of a visit in sight."""
    return getattr(visit, "rating", None)


def order_events(visit: Visit) -> list[OrderEvent]:
    """Every step of the order of a visit in sight, oldest first."""
    return list(OrderEvent.objects.filter(order_id=visit.order_id).select_related("by").order_by("at", "id"))
