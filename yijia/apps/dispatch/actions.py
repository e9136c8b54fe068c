"""What changes a board: plans asked for, drafted, published and undone; single moves; answers to the running day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from procrastinate.contrib.django import app

from yijia.apps.dispatch import queries
from yijia.apps.dispatch.models import Board, BoardChange, Plan
from yijia.apps.visits import actions as visits
from yijia.base.actions import action
from yijia.base.clock import SHANGHAI, business_date
from yijia.base.errors import NotFound, Refused, refuse_if
from yijia.core.calendar import start_of
from yijia.core.permissions import Actor, Permission, require
from yijia.core.policy.frozen import plain
from yijia.core.refusal import Refusal

FREEDOMS = ("new", "times", "all")


def _house(by: Actor, organisation_id: int) -> int:
    """An institution whose board the actor may change. Raises Forbidden, NotFound."""
    refuse_if(require(by, Permission.DISPATCH_PLAN))
    if not by.is_system and organisation_id not in by.organisation_ids:
        raise NotFound
    return organisation_id


def _locked(organisation_id: int, on: date) -> Board:
    Board.objects.get_or_create(organisation_id=organisation_id, on=on)
    return Board.objects.select_for_update().get(organisation_id=organisation_id, on=on)


def _changed(board: Board, kind: str, facts: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """A change of the board: its new version, with who made it."""
    board.version += 1
    board.save(update_fields=["version"])
    BoardChange.objects.create(
        organisation_id=board.organisation_id, on=board.on, version=board.version, kind=kind, facts=dict(facts), at=at, by_id=by.user_id,
    )  # fmt: skip
    return board.version


def _others(organisation_id: int, on: date) -> dict[str, str]:
    """Who changed the board last and when, for a refusal's sentence."""
    last = queries.last_change(organisation_id, on)
    who = last.by.display_name if last and last.by else ""
    return {"who": who, "when": f"{last.at.astimezone(SHANGHAI):%H:%M}" if last else ""}


@action("dispatch.ask_plan")
def ask_plan(*, organisation_id: int, on: date, freedom: str = "new", seed: int = 1, by: Actor, at: datetime) -> Plan:
    """Have a day planned: the worker computes a draft, which changes nothing until it is published.

    Raises      NotFound, Refused: dispatch.day_over, dispatch.planning_already
    """
    _house(by, organisation_id)
    if on < business_date(at):
        raise Refused(Refusal("dispatch.day_over"))
    board = _locked(organisation_id, on)
    running = Plan.objects.filter(
        organisation_id=organisation_id, on=on, state__in=[Plan.State.QUEUED, Plan.State.PLANNING]
    )
    if running.filter(asked_at__gt=at - timedelta(minutes=10)).exists():
        raise Refused(Refusal("dispatch.planning_already"))
    plan = Plan.objects.create(
        organisation_id=organisation_id, on=on, kind=Plan.Kind.DAY, state=Plan.State.QUEUED, board_version=board.version,
        freedom=freedom if freedom in FREEDOMS else "new", seed=seed, asked_at=at, asked_by_id=by.user_id,
    )  # fmt: skip
    app.configure_task("dispatch.plan_day").defer(plan_id=plan.pk)
    return plan


@action("dispatch.note_progress")
def note_progress(*, plan_id: int, progress: int, by: Actor, at: datetime) -> list[Plan]:
    """How far the worker has come; nothing worth an entry in the audit."""
    Plan.objects.filter(pk=plan_id).update(progress=min(99, max(0, progress)), state=Plan.State.PLANNING)
    return []


@action("dispatch.keep_draft")
def keep_draft(*, plan_id: int, draft: queries.Draft, board_version: int, by: Actor, at: datetime) -> Plan:
    """The draft the worker found."""
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    plan.stops, plan.figures, plan.unserved = draft.stops, draft.figures, draft.unserved
    plan.state, plan.progress, plan.computed_at, plan.board_version = Plan.State.DRAFT, 100, at, board_version
    plan.save()
    return plan


@action("dispatch.fail_plan")
def fail_plan(*, plan_id: int, by: Actor, at: datetime) -> Plan:
    """The worker could not plan the day; the dispatcher is told to try again."""
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    plan.state, plan.computed_at = Plan.State.FAILED, at
    plan.save(update_fields=["state", "computed_at"])
    return plan


@action("dispatch.discard_plan")
def discard_plan(*, plan_id: int, by: Actor, at: datetime) -> Plan:
    """Throw a draft away. Raises NotFound, Refused: dispatch.plan_over"""
    plan = _draft(by, plan_id)
    plan.state = Plan.State.DISCARDED
    plan.save(update_fields=["state"])
    return plan


def _draft(by: Actor, plan_id: int, *states: str) -> Plan:
    """A plan that waits for its dispatcher, locked."""
    plan = queries.get_plan(by, plan_id)
    _house(by, plan.organisation_id)
    board = _locked(plan.organisation_id, plan.on)
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.state not in (states or (Plan.State.DRAFT, Plan.State.FAILED)):
        raise Refused(Refusal("dispatch.plan_over"))
    plan.board = board
    return plan


def _still_the_same(plan: Plan, *, is_forced: bool) -> None:
    """Refuse when the board has changed since the plan was made."""
    if plan.board.version != plan.board_version and not is_forced:
        raise Refused(Refusal("dispatch.newer_board", _others(plan.organisation_id, plan.on)))


@action("dispatch.ask_publish")
def ask_publish(*, plan_id: int, is_forced: bool = False, by: Actor, at: datetime) -> Plan:
    """Have the worker publish a long plan. Raises as `publish`."""
    plan = _draft(by, plan_id, Plan.State.DRAFT)
    _still_the_same(plan, is_forced=is_forced)
    plan.state, plan.asked_by_id, plan.progress = Plan.State.PUBLISHING, by.user_id, 0
    plan.save(update_fields=["state", "asked_by", "progress"])
    app.configure_task("dispatch.publish").defer(plan_id=plan.pk)
    return plan


@action("dispatch.publish")
def publish(*, plan_id: int, is_forced: bool = False, by: Actor, at: datetime) -> Plan:
    """Put a draft into force: every visit it moves goes through gate, window and clock; what cannot be applied is kept as it was
    and listed with its reason.

    is_forced    apply it though the board has changed since; visits that somebody changed stay as they are now

    Raises      NotFound, Refused: dispatch.plan_over, dispatch.newer_board
    Source      DISPATCH-18, DISPATCH-20 in docs/rules/dispatch.md
    """
    plan = _draft(by, plan_id, Plan.State.DRAFT, Plan.State.PUBLISHING)
    _still_the_same(plan, is_forced=is_forced or plan.state == Plan.State.PUBLISHING)
    return _publish(plan, "publish", by=by, at=at)


def _publish(plan: Plan, kind: str, *, by: Actor, at: datetime) -> Plan:
    if plan.kind == Plan.Kind.LIVE and plan.cause.get("event") == "sick":
        _note_sick(plan.cause["staff"], plan.on, by=by, at=at)
    done = visits.rearrange(wishes=[_wish(stop) for stop in plan.stops], reason=f"plan {plan.pk}", by=by, at=at)
    applied = {one.order_id for one in done if one.refusal is None}
    plan.outcome = [
        {"order": one.order_id, "code": one.refusal.code, "facts": _plain(one.refusal.facts), "is_loose": one.is_loose}
        for one in done
        if one.refusal is not None
    ]
    now = queries.versions_of(applied)
    plan.stops = [
        stop | ({"now": now[stop["order"]]} if stop["order"] in now else {"is_refused": True}) for stop in plan.stops
    ]
    facts = {"plan": plan.pk, "orders": sorted(applied)[:50]}
    plan.number = _changed(plan.board, kind, facts, by=by, at=at)
    plan.state, plan.published_at, plan.published_by_id = Plan.State.PUBLISHED, at, by.user_id
    plan.save()
    return plan


def _wish(stop: Mapping[str, Any]) -> visits.Wish:
    order_version, visit_version = stop["versions"]
    return visits.Wish(
        stop["order"], tuple(stop["staff"]), datetime.fromisoformat(stop["from"]), (order_version, visit_version)
    )


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in facts.items()}


@action("dispatch.undo")
def undo(*, plan_id: int, by: Actor, at: datetime) -> Plan:
    """Put back what the newest published plan changed, where the visit has not begun and nobody has changed it since.

    Raises      NotFound, Refused: dispatch.plan_over, dispatch.not_newest
    Source      DISPATCH-21 in docs/rules/dispatch.md
    """
    plan = _draft(by, plan_id, Plan.State.PUBLISHED)
    if queries.published_before(plan) is None or plan.kind == Plan.Kind.UNDO:
        raise Refused(Refusal("dispatch.not_newest"))
    stops = [
        {
            "order": stop["order"], "staff": stop["was"]["staff"], "from": stop["was"]["from"] or stop["from"], "versions": stop["now"],
            "was": {"staff": stop["staff"], "from": stop["from"]},
        }
        for stop in plan.stops
        if "now" in stop
    ]  # fmt: skip
    back = Plan.objects.create(
        organisation_id=plan.organisation_id, on=plan.on, kind=Plan.Kind.UNDO, state=Plan.State.DRAFT, board_version=plan.board.version,
        cause={"event": "undo", "plan": plan.pk}, stops=stops, asked_at=at, asked_by_id=by.user_id, computed_at=at,
    )  # fmt: skip
    back.board = plan.board
    return _publish(back, "undo", by=by, at=at)


@action("dispatch.move")
def move(
    *, order_id: int, staff_ids: Sequence[int], planned_from: datetime, versions: tuple[int, int | None], by: Actor, at: datetime
) -> BoardChange:  # fmt: skip
    """Give one visit other nurses or another time, as dragged on the board.

    Raises      NotFound, Refused: dispatch.visit_changed with who changed it, and whatever forbids the move
    Source      DISPATCH-18 in docs/rules/dispatch.md
    """
    organisation_id, on = queries.board_of(by, order_id)
    board = _locked(_house(by, organisation_id), on)
    wish = visits.Wish(order_id, tuple(dict.fromkeys(staff_ids)), planned_from, versions)
    (done,) = visits.rearrange(wishes=[wish], reason="moved", by=by, at=at)
    if done.refusal is not None:
        changed = done.refusal.code == "dispatch.visit_changed_since"
        raise Refused(Refusal("dispatch.visit_changed", _others(organisation_id, on)) if changed else done.refusal)
    _changed(board, "move", {"orders": [order_id]}, by=by, at=at)
    return BoardChange.objects.get(organisation_id=organisation_id, on=on, version=board.version)


@action("dispatch.propose")
def propose(
    *, organisation_id: int, on: date, event: str, order_id: int | None = None, staff_id: int | None = None, minutes: int = 0,
    by: Actor, at: datetime,
) -> list[Plan]:  # fmt: skip
    """Up to three answers to what has just happened, each a draft that can be put into force; nothing changes yet.

    Raises      NotFound, Refused: dispatch.day_over, and dispatch.left_* for an order that no plan can hold
    Source      DISPATCH-14, DISPATCH-16 in docs/rules/dispatch.md
    """
    _house(by, organisation_id)
    if on < business_date(at):
        raise Refused(Refusal("dispatch.day_over"))
    version = queries.board_version(organisation_id, on)
    facts, found = queries.answers(
        by, organisation_id, on, at, event=event, order_id=order_id, staff_id=staff_id, minutes=minutes
    )
    if event in ("insert", "emergency") and (code := facts.left.get(order_id or 0)):
        raise Refused(Refusal(code))
    if event == "sick" and staff_id is not None and not found:  # nothing to move: she is away from now on
        _note_sick(staff_id, on, by=by, at=at)
    cause = {"event": event, "order": order_id, "staff": staff_id, "minutes": minutes}
    return Plan.objects.bulk_create(
        Plan(
            organisation_id=organisation_id, on=on, kind=Plan.Kind.LIVE, state=Plan.State.DRAFT, board_version=version,
            cause=cause | {"place": place}, stops=answer.stops, figures={"added": answer.figures}, asked_at=at, asked_by_id=by.user_id, computed_at=at,
        )
        for place, answer in enumerate(found, 1)
    )  # fmt: skip


def _note_sick(staff_id: int, on: date, *, by: Actor, at: datetime) -> None:
    """The nurse who called in sick is away from now until the end of the day."""
    away_from = max(at, start_of(on))
    away_until = start_of(on) + timedelta(days=1)
    if not queries.is_away_for_system(staff_id, away_from):
        visits.note_absence(staff_id=staff_id, away_from=away_from, away_until=away_until, reason="sick", by=by, at=at)
