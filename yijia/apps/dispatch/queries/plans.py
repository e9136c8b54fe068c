"""Boards' versions, plans and changes."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from yijia.apps.care import queries as care
from yijia.apps.care.models import Order
from yijia.apps.dispatch.models import Board, BoardChange, Plan
from yijia.apps.visits.models import Absence
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, reach


def _plans(actor: Actor) -> QuerySet[Plan]:
    rows = Plan.objects.select_related("asked_by", "published_by", "organisation")
    if reach(actor) is Reach.ALL:
        return rows
    return rows.filter(organisation_id__in=actor.organisation_ids)


def board_version(organisation_id: int, on: date) -> int:
    """The version of a day's board; 0 when nobody has changed anything on it."""
    return Board.objects.filter(organisation_id=organisation_id, on=on).values_list("version", flat=True).first() or 0


def get_plan(actor: Actor, plan_id: int) -> Plan:
    """One plan or proposal in sight. Raises NotFound."""
    found = _plans(actor).filter(pk=plan_id).first()
    if found is None:
        raise NotFound
    return found


def plan_for_system(plan_id: int) -> Plan | None:
    """One plan, for the job that computes or publishes it."""
    return Plan.objects.filter(pk=plan_id).first()


def latest_plans(actor: Actor, organisation_id: int, on: date, *, most: int = 8) -> list[Plan]:
    """A day's plans that matter still: those computed, drafted or published, newest first."""
    rows = _plans(actor).filter(organisation_id=organisation_id, on=on).exclude(state=Plan.State.DISCARDED)
    return list(rows.exclude(kind=Plan.Kind.LIVE, state=Plan.State.DRAFT).order_by("-asked_at", "-pk")[:most])


def published_before(plan: Plan) -> Plan | None:
    """The newest published version of the same day, if it is this one: only that one can be undone."""
    newest = (
        Plan.objects.filter(organisation_id=plan.organisation_id, on=plan.on, state=Plan.State.PUBLISHED)
        .order_by("-number")
        .first()
    )
    return newest if newest is not None and newest.pk == plan.pk else None


def last_change(organisation_id: int, on: date) -> BoardChange | None:
    """Who changed a day's board last."""
    rows = BoardChange.objects.select_related("by").filter(organisation_id=organisation_id, on=on)
    return rows.order_by("-version").first()


def board_of(actor: Actor, order_id: int) -> tuple[int, date]:
    """The institution and day on whose board an order in sight stands. Raises NotFound."""
    rows = care.orders_in_sight(actor).filter(pk=order_id)
    found = rows.values_list("organisation_id", "visit__planned_from", "wanted_from").first()
    if found is None:
        raise NotFound
    return found[0], business_date(found[1] or found[2])


def versions_of(order_ids: Iterable[int]) -> dict[int, list[int | None]]:
    """Order → its version and its visit's, as they are now."""
    rows = Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "version", "visit__version")
    return {pk: [order, visit] for pk, order, visit in rows}


def is_away_for_system(staff_id: int, at: datetime) -> bool:
    """Whether somebody is noted as absent at an instant."""
    return Absence.objects.filter(staff_id=staff_id, away_from__lte=at, away_until__gt=at).exists()
