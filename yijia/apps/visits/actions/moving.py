"""Many visits rearranged at once: who goes and when, each through the gate; and who cannot come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yijia.apps.care.queries import orders_in_sight
from yijia.apps.registry import queries as registry
from yijia.apps.visits.actions.assigning import free
from yijia.apps.visits.actions.common import ask, local_words, locked, move, number, tell_both, tell_family, tell_staff
from yijia.apps.visits.actions.offers import NO_TIME, take, withdraw
from yijia.apps.visits.actions.opening import open_visit
from yijia.apps.visits.models import Absence, Assignment, Visit
from yijia.apps.visits.queries import Candidates, Sheet, candidates_for_system, crew, door_code, sheet_for_system, term
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, NotFound, Refused, Stale
from yijia.core.calendar import Span
from yijia.core.gate import facts as gate
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal

MOVABLE = ("signed", "dispatching", "assigned", "departed")


@dataclass(frozen=True, slots=True)
class Wish:
    """Who shall go to an order's home, the lead first, and when; nobody = it looks for a nurse again.

    versions    of the order and of its visit (None: not opened) as last seen; None asks nothing
    """

    order_id: int
    staff_ids: tuple[int, ...]
    planned_from: datetime
    versions: tuple[int, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a wish: applied, or the refusal that kept the visit as it was; and how it stood before.

    is_loose    it could not even be put back, and looks for a nurse now
    """

    order_id: int
    refusal: Refusal | None
    staff_before: tuple[int, ...]
    from_before: datetime | None
    is_loose: bool = False


@dataclass(slots=True)
class _Job:
    """One wish on its way."""

    wish: Wish
    visit: Visit
    told: bool  # the family had been told who comes and when
    staff_before: tuple[int, ...]
    from_before: datetime
    until_before: datetime
    team: list[Assignment]  # who goes, as far as this transaction knows, the lead first
    is_new: bool = False  # the visit was made here: nobody was asked or sent before
    left: list[Assignment] = field(default_factory=list)
    refusal: Refusal | None = None
    is_loose: bool = False

    @property
    def is_retimed(self) -> bool:
        return self.visit.planned_from != self.from_before


@action("visits.rearrange")
def rearrange(*, wishes: Sequence[Wish], reason: str = "", by: Actor, at: datetime) -> list[Moved]:
    """Give each visit the nurses and the time wished, all at once, so that two visits may change places.

    What the gate, the clock or somebody else's change forbids stays as it was and is told with its refusal; the rest is
    applied. Nurses and families get one message each about what changed for them.

    Raises      Forbidden: without the right to plan
    Source      DISPATCH-18 in docs/rules/dispatch.md
    """
    if not may(by, Permission.DISPATCH_PLAN):
        raise Forbidden(Permission.DISPATCH_PLAN)
    done: dict[int, Moved] = {}
    jobs: list[_Job] = []
    seen = _seen(wishes, by=by)
    sheet = sheet_for_system({wish.order_id: wish.staff_ids for wish in wishes if wish.order_id in seen})
    for wish in sorted(wishes, key=lambda wish: wish.order_id):
        try:
            with transaction.atomic():
                jobs.append(_begin(wish, seen, sheet, by=by, at=at))
        except Refused as refused:
            done[wish.order_id] = Moved(wish.order_id, refused.refusal, (), None)
        except Stale:
            done[wish.order_id] = Moved(wish.order_id, Refusal("dispatch.visit_changed_since"), (), None)
        except NotFound:
            done[wish.order_id] = Moved(wish.order_id, Refusal("dispatch.visit_gone", {}), (), None)
    for job in jobs:
        _loosen(job, reason, by=by, at=at)
    for job in sorted(jobs, key=lambda job: job.wish.planned_from):
        _settle(job, sheet, by=by, at=at)
    for job in jobs:
        _tell(job, at=at)
        done[job.wish.order_id] = Moved(job.wish.order_id, job.refusal, job.staff_before, job.from_before, job.is_loose)
    return [done[wish.order_id] for wish in wishes]


def _seen(wishes: Sequence[Wish], *, by: Actor) -> dict[int, Mapping[str, Any]]:
    """The orders wished about that are in sight: state, version and visit."""
    rows = orders_in_sight(by).filter(pk__in=[wish.order_id for wish in wishes])
    return {row["pk"]: row for row in rows.order_by().values("pk", "state", "version", "visit", "visit__version")}


def _begin(wish: Wish, seen: Mapping[int, Mapping[str, Any]], sheet: Sheet, *, by: Actor, at: datetime) -> _Job:
    """Lock what is to move, and see that it may."""
    order = seen.get(wish.order_id)
    if order is None:
        raise NotFound
    if wish.versions is not None and wish.versions != (order["version"], order["visit__version"]):
        raise Stale
    if order["state"] not in MOVABLE:
        raise Refused(Refusal("orders.wrong_status", {"status": order["state"], "event": Event.ASSIGN.value}))
    is_new = order["visit"] is None
    if is_new:
        question = sheet.questions[wish.order_id]
        visit = open_visit(
            order_id=wish.order_id,
            planned_from=wish.planned_from,
            version=order["version"],
            question=question,
            by=by,
            at=at,
        )
        visit.order.household, visit.organisation = question.order.household, question.order.organisation
        visit.resident = question.order.resident
    else:
        visit = locked(by, order["visit"], order["visit__version"])
        if visit.order.version != order["version"]:
            raise Stale
    if not visit.order.wanted_from <= wish.planned_from < visit.order.wanted_until and (
        wish.planned_from != visit.planned_from
    ):
        raise Refused(Refusal("visits.outside_window"))
    team = [] if is_new else crew(visit.pk)
    before = tuple(one.staff_id for one in team)
    if visit.order.state == "departed" and before == wish.staff_ids:
        raise Refused(Refusal("orders.wrong_status", {"status": visit.order.state, "event": Event.ASSIGN.value}))
    told = visit.order.state in ("assigned", "departed")
    return _Job(wish, visit, told, before, visit.planned_from, visit.planned_until, team, is_new)


def _loosen(job: _Job, reason: str, *, by: Actor, at: datetime) -> None:
    """Free whoever leaves, and give the time back of whoever stays, so that another visit may have it."""
    visit, wish = job.visit, job.wish
    job.left = [one for one in job.team if one.staff_id not in wish.staff_ids]
    job.team = [one for one in job.team if one.staff_id in wish.staff_ids]
    if job.is_new:
        return
    length = visit.planned_until - visit.planned_from
    visit.planned_from, visit.planned_until = wish.planned_from, wish.planned_from + length
    if job.team:
        Assignment.objects.filter(pk__in=[one.pk for one in job.team]).update(during=DateTimeTZRange(empty=True))
    if job.left:
        free(job.left, reason or "moved", by=by, at=at)
    if job.told and set(job.staff_before) != set(wish.staff_ids):
        visit.departed_at = visit.departed_by = None
        facts = {"staff_ids": [one.staff_id for one in job.left]}
        move(visit, Event.RELEASE, by=by, at=at, facts=facts, reason=reason)
    else:
        visit.version += 1
        visit.save()


def _settle(job: _Job, sheet: Sheet, *, by: Actor, at: datetime) -> None:
    """Give the visit its nurses; when that is not allowed, put it back; when that fails too, it looks for a nurse."""
    visit = job.visit
    try:
        with transaction.atomic():
            found = sheet.of(visit.order_id, job.wish.staff_ids, Span(visit.planned_from, visit.planned_until))
            job.team = _seat(job, found, job.wish.staff_ids, by=by, at=at)
    except Refused as refused:
        job.refusal, job.is_new = refused.refusal, False
        visit.refresh_from_db()
        visit.planned_from, visit.planned_until = job.from_before, job.until_before
        visit.version += 1
        visit.save()
        job.team = crew(visit.pk)
        try:
            with transaction.atomic():
                job.team = _seat(
                    job, candidates_for_system(visit.order_id, only=job.staff_before), job.staff_before, by=by, at=at
                )
        except Refused:
            job.is_loose = True
            job.team = []
            rest = crew(visit.pk)
            if rest:
                free(rest, "moved", by=by, at=at)
            if visit.order.state == "assigned":
                move(visit, Event.RELEASE, by=by, at=at, facts={"staff_ids": [one.staff_id for one in rest]})


def _seat(
    job: _Job, found: Candidates, staff_ids: tuple[int, ...], *, by: Actor, at: datetime
) -> list[Assignment]:  # fmt: skip
    """Who goes then, the lead first."""
    visit = job.visit
    there = {one.staff_id: one for one in job.team}
    for pk in staff_ids:
        against = {reason.code for reason in found.ranking.why_not(pk)}
        if pk in there:
            _keep(there[pk], visit, against, found.staff[pk].name)
        elif "dispatch.absent" in against:
            raise Refused(Refusal("offers.is_away", {"name": found.staff[pk].name}))
        else:
            there[pk] = take(visit, found, pk, by=by, at=at)
            there[pk].staff = found.staff[pk]
    if not staff_ids:
        return []
    if len(staff_ids) < found.needed:
        raise Refused(Refusal("offers.too_few", {"needed": found.needed, "chosen": len(staff_ids)}))
    ask(found.question.with_staff(found.facts.get(pk, gate.Staff(staff_id=pk)) for pk in staff_ids))
    if not job.is_new:
        _lead(visit, staff_ids[0])
    if visit.order.state == "dispatching":
        move(visit, Event.ASSIGN, met={"gate_green"}, facts={"staff_ids": list(staff_ids)}, by=by, at=at)
        if not job.is_new:
            withdraw(visit, "withdrawn", at=at, but=staff_ids)
    if not job.is_new:
        withdraw(visit, "assigned", at=at)
    return [there[pk] for pk in staff_ids]


def _keep(one: Assignment, visit: Visit, against: set[str], name: str) -> None:
    """The nurse who stays has the new time, if it is free."""
    if against & NO_TIME:
        raise Refused(Refusal("offers.time_taken", {"name": name}))
    buffer_s = int(term("travel", visit.order.jurisdiction, business_date(visit.planned_from))["buffer_s"])
    one.during = DateTimeTZRange(visit.planned_from - timedelta(seconds=buffer_s), visit.planned_until, "[)")
    try:
        with transaction.atomic():
            one.save(update_fields=["during"])
    except IntegrityError as error:
        raise Refused(Refusal("offers.time_taken", {"name": name})) from error


def _lead(visit: Visit, staff_id: int) -> None:
    rows = Assignment.objects.filter(visit=visit, is_active=True)
    if not rows.filter(staff_id=staff_id, is_lead=True).exists():
        rows.update(is_lead=False)
        rows.filter(staff_id=staff_id).update(is_lead=True)


def _tell(job: _Job, *, at: datetime) -> None:
    """One message to whom something changed: nurses who come, stay or leave; the family once about the whole move."""
    visit, team = job.visit, job.team
    here = {one.staff_id for one in team}
    when, before, order_no = local_words(visit.planned_from), local_words(job.from_before), number(visit)
    for one in job.left:
        if one.staff_id not in here:
            tell_staff(one.staff, "released", at=at, number=order_no, when=before)
    for one in team:
        if one.staff_id not in job.staff_before:
            tell_staff(one.staff, "assigned", at=at, number=order_no, when=when)
        elif job.is_retimed:
            tell_staff(one.staff, "moved_staff", at=at, number=order_no, when=when, before=before)
    names = "、".join(one.staff.name for one in team)
    if not team:
        if job.told:
            tell_family(visit, "changing", at=at, when=before)
    elif job.told and job.is_retimed:
        tell_both(
            visit,
            "moved",
            at=at,
            before=job.from_before,
            when=visit.planned_from,
            names=names,
            code=door_code(visit),
            phone=visit.organisation.phone,
        )
    elif here != set(job.staff_before):
        tell_family(visit, "coming", at=at, names=names, when=when, code=door_code(visit))


@action("visits.note_absence")
def note_absence(
    *, staff_id: int, away_from: datetime, away_until: datetime, reason: str = "", by: Actor, at: datetime
) -> Absence:
    """Somebody cannot come: they are planned for nothing while it lasts. What they already had is for the dispatcher to move.

    Raises      NotFound, Forbidden, Refused: visits.bad_absence
    """
    if not may(by, Permission.DISPATCH_PLAN):
        raise Forbidden(Permission.DISPATCH_PLAN)
    person = registry.get_staff(by, staff_id)
    if away_until <= away_from:
        raise Refused(Refusal("visits.bad_absence"))
    return Absence.objects.create(
        organisation_id=person.organisation_id, staff=person, away_from=away_from, away_until=away_until, reason=reason.strip()[:200],
        noted_at=at, noted_by_id=by.user_id,
    )  # fmt: skip
