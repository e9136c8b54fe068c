"""Direct assignment by the dispatcher, and giving a visit back when somebody falls ill."""

from collections.abc import Sequence
from datetime import datetime

from yijia.apps.visits.actions.common import (
    local_words,
    locked,
    move,
    must_be,
    number,
    own_assignment,
    tell_family,
    tell_staff,
)
from yijia.apps.visits.actions.offers import close_when_enough, offer, take, withdraw
from yijia.apps.visits.models import Assignment, Visit
from yijia.apps.visits.queries import candidates_for_system, crew, term
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, NotFound, Refused
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import Actor, Permission, Role, may
from yijia.core.refusal import Refusal


@action("visits.assign")
def assign(*, visit_id: int, staff_ids: Sequence[int], version: int | None = None, by: Actor, at: datetime) -> Visit:
    """Send these nurses, the first as lead, without asking them; what the gate or the clock forbids stays forbidden.

    Raises      NotFound, Stale, Refused: orders.gate_red (too few for a visit by two, or a nurse is red), offers.time_taken
    """
    if not may(by, Permission.DISPATCH_PLAN):
        raise Forbidden(Permission.DISPATCH_PLAN)
    visit = locked(by, visit_id, version)
    must_be(visit, Event.ASSIGN, "dispatching")
    if not staff_ids:
        raise Refused(Refusal("offers.nobody_chosen"))
    found = candidates_for_system(visit.order_id, only=staff_ids)
    there = {one.staff_id for one in crew(visit.pk)}
    for pk in dict.fromkeys(staff_ids):
        if pk not in there:
            take(visit, found, pk, by=by, at=at)
    if not close_when_enough(visit, found, by=by, at=at):
        raise Refused(Refusal("offers.too_few", {"needed": found.needed, "chosen": len(crew(visit.pk))}))
    return visit


@action("visits.release")
def release(
    *,
    visit_id: int,
    reason: str,
    staff_id: int | None = None,
    is_offered_again: bool = False,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Visit:
    """Take a nurse off a visit (or everybody), before arrival; the order looks for a nurse again.

    staff_id            a nurse releases herself; the dispatcher names one, or None for all
    is_offered_again    hold it out at once to the best ranked who are left

    Raises      NotFound, Forbidden, Stale, Refused: visits.no_reason, orders.wrong_status
    """
    if not reason.strip():
        raise Refused(Refusal("visits.no_reason"))
    visit = locked(by, visit_id, version)
    if by.role is Role.NURSE:
        staff_id = own_assignment(by, visit).staff_id
    elif not may(by, Permission.DISPATCH_PLAN):
        raise Forbidden(Permission.DISPATCH_PLAN)
    must_be(visit, Event.RELEASE, "dispatching", "assigned", "departed")
    leaving = [one for one in crew(visit.pk) if staff_id in (None, one.staff_id)]
    if not leaving:
        raise NotFound
    free(leaving, reason, by=by, at=at)
    for one in leaving:
        if one.staff_id != by.staff_id:
            tell_staff(one.staff, "released", at=at, number=number(visit), when=local_words(visit.planned_from))
    if visit.order.state != "dispatching":
        visit.departed_at = visit.departed_by = None
        move(
            visit,
            Event.RELEASE,
            by=by,
            at=at,
            facts={"staff_ids": [one.staff_id for one in leaving]},
            reason=reason.strip()[:200],
        )
        tell_family(visit, "changing", at=at, when=local_words(visit.planned_from))
    else:
        visit.version += 1
        visit.save(update_fields=["version"])
    if is_offered_again and may(by, Permission.VISIT_OFFER):
        most = int(term("offer", visit.order.jurisdiction, business_date(at))["again_most"])
        best = [one.staff_id for one in candidates_for_system(visit.order_id).ranking.ranked[:most]]
        if best and visit.planned_from > at:
            offer(visit_id=visit.pk, staff_ids=best, by=by, at=at)
            visit.refresh_from_db(fields=["version"])
    return visit


def free(leaving: Sequence[Assignment], reason: str, *, by: Actor, at: datetime) -> None:
    """Give the time back; a lead who leaves hands the lead to whoever stays."""
    for one in leaving:
        one.is_active, one.released_at, one.released_by_id, one.release_reason = (
            False,
            at,
            by.user_id,
            reason.strip()[:200],
        )
        one.save(update_fields=["is_active", "released_at", "released_by", "release_reason"])
    rest = Assignment.objects.filter(visit_id=leaving[0].visit_id, is_active=True).order_by("id")
    if any(one.is_lead for one in leaving) and (first := rest.first()) is not None:
        first.is_lead = True
        first.save(update_fields=["is_lead"])


@action("visits.free")
def free_visit(*, order_id: int, by: Actor, at: datetime) -> Visit | None:
    """After an order was cancelled: withdraw what was held out and give the nurses their time back."""
    visit = (
        Visit.objects.select_for_update(of=("self",))
        .select_related("order", "resident")
        .filter(order_id=order_id)
        .first()
    )
    if visit is None:
        return None
    withdraw(visit, "cancelled", at=at)
    team = crew(visit.pk)
    if team:
        free(team, "cancelled", by=by, at=at)
    for one in team:
        tell_staff(one.staff, "cancelled", at=at, number=number(visit), when=local_words(visit.planned_from))
    return visit
