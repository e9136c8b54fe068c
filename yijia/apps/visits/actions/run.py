"""On the way and at the door: depart, arrive, look again, or stop."""

from dataclasses import replace
from datetime import datetime
from hmac import compare_digest

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yijia.apps.care.models import Assessment
from yijia.apps.registry import queries as registry
from yijia.apps.visits.actions.common import (
    ask,
    keep_fix,
    local_words,
    locked,
    move,
    must_be,
    own_assignment,
    tell_family,
)
from yijia.apps.visits.models import Assignment, Fix, Visit
from yijia.apps.visits.queries import (
    WRONG_CODE,
    crew,
    door_code,
    gate_question_for_system,
    minutes,
    term,
    wrong_codes_for_system,
)
from yijia.base import audit, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, Refused
from yijia.base.rows import Given, Statement
from yijia.base.words import say
from yijia.core.gate import facts as gate
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal
from yijia.core.visits.place import NOWHERE, Place

ON_DUTY = ("departed", "arrived", "in_service")


@action("visits.depart")
def depart(*, visit_id: int, place: Place = NOWHERE, by: Actor, at: datetime) -> Visit:
    """The nurse sets out; the whole gate is asked again, so that what expired since assignment stops it.

    Raises      NotFound, Refused: visits.too_early, visits.elsewhere, orders.gate_red, and those of `care.step`
    """
    visit = locked(by, visit_id)
    mine = own_assignment(by, visit)
    must_be(visit, Event.DEPART, "assigned")
    earliest = visit.planned_from - minutes(
        "visit_times", "depart_earliest_min", visit.order.jurisdiction, business_date(at)
    )
    if at < earliest:
        raise Refused(Refusal("visits.too_early", {"from": local_words(earliest)}))
    _not_elsewhere(visit, mine)
    _ask_again(visit, at)
    visit.departed_at, visit.departed_by_id = at, by.user_id
    move(visit, Event.DEPART, met={"gate_green"}, by=by, at=at)
    keep_fix(visit, mine, Fix.Kind.DEPART, place, at=at)
    return visit


def _not_elsewhere(visit: Visit, mine: Assignment) -> None:
    for other in _ELSEWHERE.ask(staff_id=mine.staff_id, visit_id=visit.pk):
        raise Refused(Refusal("visits.elsewhere", {"number": other.visit.order.number}))


_ELSEWHERE = Statement(
    lambda: (
        Assignment.objects.filter(staff_id=Given("staff_id"), is_active=True, visit__order__state__in=ON_DUTY)
        .exclude(visit_id=Given("visit_id"))
        .select_related("visit__order")
        .order_by("pk")[:1]
    )
)


def _ask_again(visit: Visit, at: datetime) -> None:
    """The gate as of the day of departure, when that is later than the day planned."""
    question = gate_question_for_system(visit.order_id)
    on = max(question.facts.order.visit_on, business_date(at))
    known = question.facts
    late = replace(known.order, visit_on=on, visit_ends_on=max(known.order.visit_ends_on, on))
    question = replace(question, facts=replace(known, order=late))
    team = [one.staff_id for one in crew(visit.pk)]
    staff = registry.staff_facts_for_system(staff_ids=team, on=on)
    ask(question.with_staff(staff.get(pk, gate.Staff(staff_id=pk)) for pk in team))


@action("visits.arrive")
def arrive(
    *, visit_id: int, code: str = "", has_no_code: bool = False, place: Place = NOWHERE, by: Actor, at: datetime
) -> Visit:
    """At the door: where the phone is, and the six digits the family reads out.

    has_no_code     nobody could read it out; allowed, and it lowers the evidence score, as a missing location does

    Raises      NotFound, Invalid: no code; Refused: visits.wrong_door_code, visits.door_code_locked, visits.too_early_to_arrive,
                and those of `care.step`
    """
    visit = locked(by, visit_id)
    mine = own_assignment(by, visit)
    must_be(visit, Event.ARRIVE, "departed")
    earliest = visit.planned_from - minutes(
        "visit_times", "arrive_earliest_min", visit.order.jurisdiction, business_date(at)
    )
    if at < earliest:
        raise Refused(Refusal("visits.too_early_to_arrive", {"from": local_words(earliest)}))
    given = "".join(code.split())
    if given:
        _try_code(visit, given, by=by, at=at)
    if not given and not has_no_code:
        raise Invalid({"code": [say("请输入家属读出的六位数字；家属读不出时勾选下面一项。")]})
    visit.is_door_code_given = True if given else None
    visit.arrived_at, visit.arrived_by_id = at, by.user_id
    move(visit, Event.ARRIVE, by=by, at=at)
    keep_fix(visit, mine, Fix.Kind.ARRIVE, place, at=at)
    return visit


def _try_code(visit: Visit, given: str, *, by: Actor, at: datetime) -> None:
    """Compare a code, a few times only; each wrong one is on record, also for the count.

    Raises      Refused: visits.wrong_door_code, visits.door_code_locked
    """
    most = int(term("door_code", visit.order.jurisdiction, business_date(at))["most_tries"])
    tried = wrong_codes_for_system(visit)
    if tried >= most:
        raise Refused(Refusal("visits.door_code_locked", {"most": most}))
    if compare_digest(given.encode(), door_code(visit).encode()):
        return
    audit.note(
        verb="refused", name=WRONG_CODE, by=by, at=at, subject_type=WRONG_CODE, subject_ids=[visit.pk],
        resident_ids=[visit.resident_id], organisation_id=visit.organisation_id, facts={"tries": tried + 1},
    )  # fmt: skip
    left = most - tried - 1
    raise Refused(
        Refusal("visits.wrong_door_code", {"left": left})
        if left
        else Refusal("visits.door_code_locked", {"most": most})
    )


@action("visits.reassess")
def pass_reassessment(
    *, visit_id: int, is_identified: bool, is_well: bool, is_safe: bool, note: str = "", by: Actor, at: datetime
) -> Visit:
    """The look on site: the right person, fit for the items, in a safe place; only then does service begin.

    Raises      NotFound, Refused: orders.identity_not_checked, orders.reassessment_failed, and those of `care.step`
    """
    visit = locked(by, visit_id)
    own_assignment(by, visit)
    must_be(visit, Event.PASS_REASSESSMENT, "arrived")
    met = {
        name
        for name, holds in (("identity_checked", is_identified), ("reassessment_passed", is_well and is_safe))
        if holds
    }
    visit.started_at, visit.started_by_id = at, by.user_id
    move(visit, Event.PASS_REASSESSMENT, met=met, by=by, at=at)
    Assessment.objects.create(
        organisation_id=visit.organisation_id, order_id=visit.order_id, kind=Assessment.Kind.ON_SITE, is_passed=True,
        answers={"is_identified": is_identified, "is_well": is_well, "is_safe": is_safe}, note=note.strip(), assessed_at=at, assessed_by_id=by.user_id,
    )  # fmt: skip
    return visit


@action("visits.abort")
def abort(*, visit_id: int, reason: str, note: str = "", place: Place = NOWHERE, by: Actor, at: datetime) -> Visit:
    """Stop at the door or in service, for a reason of the list; there is no bill for what was not done.

    Raises      NotFound, Invalid: not a reason; Refused as `care.step`
    """
    visit = locked(by, visit_id)
    known = {entry["code"] for entry in term("abort_reasons", visit.order.jurisdiction, business_date(at))["reasons"]}
    if reason not in known:
        raise Invalid({"reason": [say("请选一个原因")]})
    return _stop(visit, Event.ABORT, reason, note, place, by=by, at=at)


@action("visits.no_show")
def no_show(*, visit_id: int, note: str = "", place: Place = NOWHERE, by: Actor, at: datetime) -> Visit:
    """Nobody opened.

    Raises      NotFound, Refused as `care.step`
    """
    return _stop(locked(by, visit_id), Event.NO_SHOW, "no_show", note, place, by=by, at=at)


def _stop(visit: Visit, event: Event, reason: str, note: str, place: Place, *, by: Actor, at: datetime) -> Visit:
    team = crew(visit.pk)
    mine = own_assignment(by, visit) if by.staff_id else next(iter(team), None)
    if visit.started_at:
        visit.finished_at, visit.finished_by_id = at, by.user_id
    move(visit, event, met={"reason_given"}, facts={"reason_code": reason}, reason=note.strip()[:200], by=by, at=at)
    if mine is not None:
        keep_fix(visit, mine, Fix.Kind.FINISH, place, at=at)
    end_time(visit, at)
    tell_family(visit, "stopped", at=at, when=local_words(visit.planned_from))
    outbox.publish(
        "visits.stopped",
        {"visit_id": visit.pk, "order_id": visit.order_id, "reason_code": reason},
        at=at,
        organisation_id=visit.organisation_id,
    )
    return visit


def end_time(visit: Visit, at: datetime) -> None:
    """What is left of the nurses' time after an early end is theirs again."""
    for one in crew(visit.pk):
        if one.during.lower < at < one.during.upper:
            one.during = DateTimeTZRange(one.during.lower, at, "[)")
            one.save(update_fields=["during"])


@action("visits.track")
def track(*, visit_id: int, place: Place, by: Actor, at: datetime) -> Fix:
    """Where the nurse is while on duty; outside duty a location is refused and not kept.

    Raises      NotFound, Refused: visits.off_duty, visits.bad_place
    """
    visit = locked(by, visit_id)
    mine = own_assignment(by, visit)
    if visit.order.state not in ON_DUTY:
        raise Refused(Refusal("visits.off_duty"))
    return keep_fix(visit, mine, Fix.Kind.TRACK, place, at=at)
