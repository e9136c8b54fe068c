"""The dispatcher's board: what looks for a nurse, and who is where when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, When

from yijia.apps.care.models import Order
from yijia.apps.care.queries import orders_in_sight
from yijia.apps.dispatch.models import Board
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Credential, Organisation, Staff
from yijia.apps.visits.models import Absence, Assignment, Offer
from yijia.core.calendar import start_of
from yijia.core.permissions import Actor

MOST = 300
SPECIAL = (Credential.Kind.SPECIALTY, Credential.Kind.MATERNAL, Credential.Kind.TCM)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board is narrowed to; empty means everything."""

    area: str = ""
    skill: str = ""
    state: str = ""
    person: int | None = None

    @property
    def is_set(self) -> bool:
        return bool(self.area or self.skill or self.state or self.person)


def list_unassigned(actor: Actor, organisation_id: int | None = None) -> list[Order]:
    """Signed orders and those looking for a nurse: dangerous homes first, then the soonest."""
    rows = (
        orders_in_sight(actor)
        .filter(state__in=["signed", "dispatching"])
        .select_related("resident", "household", "organisation", "visit")
    )
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    asked = Count("visit__offers", filter=Q(visit__offers__state="offered"), distinct=True)
    taken = Count("visit__assignments", filter=Q(visit__assignments__is_active=True), distinct=True)
    found = rows.annotate(asked=asked, taken=taken).order_by("wanted_from", "id")[:MOST]
    return sorted(found, key=lambda order: (-risk(order), order.wanted_from, order.pk))


def risk(order: Order) -> int:
    """How dangerous a home is known to be, for the order of the list; 0 for nothing known."""
    home, person = order.household, order.resident
    return (
        3 * home.is_violent
        + 2 * bool(person.is_aggressive)
        + (order.staff_needed > 1)
        + home.has_aggressive_dog
        + bool(person.is_infectious)
    )


def list_nurses(actor: Actor, organisation_id: int | None, on: date) -> list[Staff]:
    """The nurses and doctors of the board, by name, each with `skills` (checked papers in force) and `is_away` that day."""
    begin = start_of(on)
    papers = Credential.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on),
        staff_id=OuterRef("pk"), kind__in=SPECIAL, checked_at__isnull=False, valid_from__lte=on,
    )  # fmt: skip
    away = Absence.objects.filter(
        staff_id=OuterRef("pk"), away_from__lt=begin + timedelta(days=1), away_until__gt=begin
    )
    people = registry.list_staff(actor, organisation_id).filter(
        is_active=True, profession__in=[Staff.Profession.NURSE, Staff.Profession.DOCTOR]
    )
    named = Case(When(detail="", then=F("kind")), default=F("detail"), output_field=CharField())
    skills = ArraySubquery(papers.annotate(named=named).values("named"))
    version = Board.objects.filter(organisation_id=OuterRef("organisation_id"), on=on).values("version")
    rows = people.annotate(skills=skills, is_away=Exists(away), board_version=Subquery(version))
    return list(rows.order_by("-profession", "name", "pk")[:MOST])


def house_of(one: Staff) -> Organisation:
    """The institution of somebody on a board, with the board's version, read with them."""
    one.organisation.board_version = one.board_version
    return one.organisation


def list_assignments(actor: Actor, day: date, staff_ids: Sequence[int]) -> list[Assignment]:
    """Their visits of a day, with what the blocks say."""
    begin = start_of(day)
    return list(
        Assignment.objects.filter(
            staff_id__in=staff_ids,
            is_active=True,
            visit__planned_from__gte=begin,
            visit__planned_from__lt=begin + timedelta(days=1),
        )
        .select_related("visit__order__household", "visit__resident")
        .order_by("visit__planned_from")
    )


def list_absences(staff_ids: Sequence[int], day: date) -> list[Absence]:
    """Who of them is away at some time of a day."""
    begin = start_of(day)
    return list(
        Absence.objects.filter(
            staff_id__in=staff_ids, away_from__lt=begin + timedelta(days=1), away_until__gt=begin
        ).order_by("away_from")
    )


def list_visit_offers(visit_id: int) -> list[Offer]:
    """Every offer of a visit in sight, newest first."""
    return list(Offer.objects.filter(visit_id=visit_id).select_related("staff").order_by("-offered_at", "rank"))


def houses(actor: Actor, on: date | None = None) -> list[Organisation]:
    """The institutions whose boards the actor plans, by name; with a day, each with `board_version`."""
    rows = Organisation.objects.filter(pk__in=actor.organisation_ids, is_active=True).order_by("name", "pk")
    if on is not None:
        rows = rows.annotate(
            board_version=Subquery(Board.objects.filter(organisation_id=OuterRef("pk"), on=on).values("version"))
        )
    return list(rows)


def orders_named(actor: Actor, order_ids: Iterable[int]) -> dict[int, Order]:
    """Orders in sight by id, with what a line about them says."""
    rows = orders_in_sight(actor).filter(pk__in=list(order_ids)).select_related("resident", "household", "visit")
    return {order.pk: order for order in rows}


def staff_named(staff_ids: Iterable[int]) -> dict[int, str]:
    """Staff id → name, for lines about people already in sight."""
    return dict(Staff.objects.filter(pk__in=list(staff_ids)).values_list("pk", "name"))


def crew_of(order: Order) -> list[int]:
    """Who goes to an order in sight, the lead first."""
    rows = Assignment.objects.filter(visit__order=order, is_active=True).order_by("-is_lead", "pk")
    return list(rows.values_list("staff_id", flat=True))


def day_of(order: Order) -> datetime:
    """When an order is planned, else when it was wished."""
    visit = order.visit if hasattr(order, "visit") else None
    return visit.planned_from if visit else order.wanted_from
