"""Offers: held out to ranked nurses, answered, expired, withdrawn; the first who are enough go."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yijia.apps.visits.actions.common import (
    ask,
    local_words,
    locked,
    move,
    must_be,
    number,
    tell_family,
    tell_staff,
)
from yijia.apps.visits.models import Assignment, Offer, Visit
from yijia.apps.visits.queries import Candidates, candidates_for_system, crew, door_code, term
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import NotFound, Refused, refuse_if
from yijia.base.rows import Given, Statement
from yijia.core.dispatch.rank import Reason
from yijia.core.gate import facts as gate
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import SYSTEM, Actor, Permission, may
from yijia.core.policy.frozen import plain
from yijia.core.refusal import Refusal
from yijia.core.visits.lifecycle import OFFERS, OfferEvent, OfferState

NO_TIME = frozenset({"dispatch.time_taken", "dispatch.no_time_to_travel"})
BY_NOBODY_ELSE = frozenset({"dispatch.resident_refuses", "dispatch.nurse_refuses"})


@action("offers.make")
def offer(
    *,
    visit_id: int,
    staff_ids: Sequence[int],
    answer_until: datetime | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> list[Offer]:
    """Hold a visit out to one or several nurses, each of whom the ranking lets go.

    answer_until    by default the term's minutes from now, but not beyond the beginning of the visit

    Raises      NotFound, Stale, Refused: offers.not_a_candidate, offers.already_made, offers.no_time_to_answer, offers.nobody_chosen
    """
    visit = locked(by, visit_id, version)
    must_be(visit, Event.ASSIGN, "dispatching")
    found = candidates_for_system(visit.order_id)
    until = answer_until or _until(visit, at)
    if until <= at:
        raise Refused(Refusal("offers.no_time_to_answer"))
    if not staff_ids:
        raise Refused(Refusal("offers.nobody_chosen"))
    visit.version += 1
    visit.save(update_fields=["version"])
    return _hold_out(visit, found, list(dict.fromkeys(staff_ids)), until, by=by, at=at)


def _until(visit: Visit, at: datetime) -> datetime:
    minutes = term("offer", visit.order.jurisdiction, business_date(at))["answer_min"]
    return min(at + timedelta(minutes=int(minutes)), visit.planned_from)


def _hold_out(
    visit: Visit, found: Candidates, staff_ids: Sequence[int], until: datetime, *, by: Actor, at: datetime
) -> list[Offer]:
    ranked = {one.staff_id: one for one in found.ranking.ranked}
    waiting = set(
        Offer.objects.filter(visit=visit, staff_id__in=staff_ids, state=OfferState.OFFERED).values_list("staff_id", flat=True)
    )  # fmt: skip
    for pk in staff_ids:
        if pk not in found.staff:
            raise NotFound
        if pk not in ranked:
            reasons = tuple(reason.code for reason in found.ranking.why_not(pk))
            raise Refused(Refusal("offers.not_a_candidate", {"name": found.staff[pk].name, "reasons": reasons}))
        if pk in waiting:
            raise Refused(Refusal("offers.already_made", {"name": found.staff[pk].name}))
    made = Offer.objects.bulk_create(
        Offer(
            organisation_id=visit.organisation_id, visit=visit, staff_id=pk, rank=ranked[pk].place, reasons=_kept(ranked[pk].reasons),
            offered_at=at, offered_by_id=by.user_id, answer_until=until,
        )
        for pk in staff_ids
    )  # fmt: skip
    facts = {"number": number(visit), "when": local_words(visit.planned_from), "until": local_words(until)}
    for pk in staff_ids:
        tell_staff(found.staff[pk], "offer", at=at, **facts)
    return made


def _kept(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [
        {
            "code": reason.code,
            "facts": {k: plain(v) if isinstance(v, int | str) else str(v) for k, v in reason.facts.items()},
        }
        for reason in reasons
    ]


@action("offers.answer")
def answer_offer(*, offer_id: int, is_accepted: bool, reason: str = "", by: Actor, at: datetime) -> Offer:
    """The nurse's own yes or no. When enough have said yes the visit is assigned and the other offers are withdrawn.

    Raises      NotFound: not this nurse's offer; Refused: offers.too_late, offers.withdrawn, offers.time_taken, orders.gate_red
    """
    visit_id = Offer.objects.filter(pk=offer_id, staff_id=by.staff_id).values_list("visit_id", flat=True).first()
    if visit_id is None:
        raise NotFound
    visit = locked(SYSTEM, visit_id)
    held = Offer.objects.select_for_update(of=("self",)).select_related("staff").get(pk=offer_id)
    if not is_accepted:
        _settle(held, OfferEvent.DECLINE, {}, by=by, at=at, reason=reason)
        return held
    found = candidates_for_system(visit.order_id, only=[held.staff_id])
    free = not (NO_TIME & {r.code for r in found.ranking.why_not(held.staff_id)})
    _settle(held, OfferEvent.ACCEPT, {"still_open": at < held.answer_until, "time_free": free}, by=by, at=at)
    must_be(visit, Event.ASSIGN, "dispatching")
    take(visit, found, held.staff_id, by=by, at=at)
    close_when_enough(visit, found, by=by, at=at)
    return held


def _settle(
    held: Offer, event: OfferEvent, facts: dict[str, bool], *, by: Actor, at: datetime, reason: str = ""
) -> None:
    outcome = OFFERS.attempt(OfferState(held.state), event, by, facts)
    held.state = refuse_if(outcome)
    held.answered_at, held.answered_by_id, held.decline_reason = at, by.user_id, reason.strip()[:200]
    held.save(update_fields=["state", "answered_at", "answered_by", "decline_reason"])


def take(visit: Visit, found: Candidates, staff_id: int, *, by: Actor, at: datetime) -> Assignment:
    """Give the nurse's time to the visit; the gate is asked about her, and the database has the last word on her time.

    Raises      Refused: orders.gate_red, offers.time_taken, offers.refused_each_other
    """
    if staff_id not in found.facts:
        raise NotFound
    ask(found.reports[staff_id])
    against = {reason.code for reason in found.ranking.why_not(staff_id)}
    if against & BY_NOBODY_ELSE:
        raise Refused(Refusal("offers.refused_each_other", {"name": found.staff[staff_id].name}))
    if against & NO_TIME:
        raise Refused(Refusal("offers.time_taken", {"name": found.staff[staff_id].name}))
    buffer_s = int(term("travel", visit.order.jurisdiction, business_date(visit.planned_from))["buffer_s"])
    during = DateTimeTZRange(visit.planned_from - timedelta(seconds=buffer_s), visit.planned_until, "[)")
    is_lead = not Assignment.objects.filter(visit=visit, is_active=True, is_lead=True).exists()
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                organisation_id=visit.organisation_id, visit=visit, staff_id=staff_id, during=during, is_lead=is_lead,
                assigned_at=at, assigned_by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError as error:
        code = "offers.already_assigned" if "assignment_once" in str(error) else "offers.time_taken"
        raise Refused(Refusal(code, {"name": found.staff[staff_id].name})) from error


def close_when_enough(visit: Visit, found: Candidates, *, by: Actor, at: datetime) -> bool:
    """Assign the order once as many go as must: the gate is asked about all of them together.

    Raises      Refused: orders.gate_red
    """
    team = crew(visit.pk)
    if len(team) < found.needed:
        return False
    ask(found.question.with_staff(found.facts.get(one.staff_id, gate.Staff(staff_id=one.staff_id)) for one in team))
    move(visit, Event.ASSIGN, met={"gate_green"}, facts={"staff_ids": [one.staff_id for one in team]}, by=by, at=at)
    withdraw(visit, "withdrawn", at=at)
    names = "、".join(one.staff.name for one in team)
    for one in team:
        tell_staff(one.staff, "assigned", at=at, number=number(visit), when=local_words(visit.planned_from))
    tell_family(visit, "coming", at=at, names=names, when=local_words(visit.planned_from), code=door_code(visit))
    return True


def withdraw(visit: Visit, template: str, *, at: datetime, but: Iterable[int] = ()) -> int:
    """Take back what is still held out for a visit, and say so; how many were taken back."""
    open_offers = list(
        Offer.objects.select_related("staff")
        .filter(visit=visit, state=OfferState.OFFERED)
        .exclude(staff_id__in=list(but))
    )
    for held in open_offers:
        _settle(held, OfferEvent.WITHDRAW, {}, by=SYSTEM, at=at)
        tell_staff(held.staff, template, at=at, number=number(visit), when=local_words(visit.planned_from))
    return len(open_offers)


@action("offers.withdraw")
def withdraw_offer(*, offer_id: int, by: Actor, at: datetime) -> Offer:
    """Take one offer back.

    Raises      NotFound, Refused: offers.over
    """
    held = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("staff", "visit__order")
        .filter(pk=offer_id)
        .first()
    )
    if (
        held is None
        or (not by.is_system and held.organisation_id not in by.organisation_ids)
        or not may(by, Permission.VISIT_OFFER)
    ):
        raise NotFound
    _settle(held, OfferEvent.WITHDRAW, {}, by=by, at=at)
    tell_staff(held.staff, "withdrawn", at=at, number=number(held.visit), when=local_words(held.visit.planned_from))
    return held


_EXPIRED = Statement(
    lambda: (
        Offer.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=OfferState.OFFERED, answer_until__lte=Given("at"))
        .order_by("id")[:500]
    )
)


@action("offers.expire")
def expire_offers(*, by: Actor, at: datetime) -> list[Offer]:
    """Close the offers whose time to answer has passed."""
    expired = _EXPIRED.ask(at=at)
    for held in expired:
        _settle(held, OfferEvent.EXPIRE, {}, by=by, at=at)
    return expired
