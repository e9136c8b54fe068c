"""A plan, a proposal, and what became of them, as pages."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yijia.apps.dispatch import queries, words
from yijia.apps.visits.screens import need_words
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.words import sentence
from yijia.core.people import masking
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal

FIGURES = ("served", "unserved", "late", "overtime", "travel", "continuity", "wishes")
MOST_SHOWN = 200
LONG = 8


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan in one line of the board."""

    plan_id: int
    kind: str
    state: str
    word: str
    number: int | None
    progress: int
    changes: int
    refused: int
    who: str
    when: datetime

    @property
    def is_running(self) -> bool:
        return self.state in ("queued", "planning", "publishing")


@dataclass(frozen=True, slots=True)
class Line:
    """What a plan does with one visit."""

    order_id: int
    name: str
    need: str
    township: str
    number: str
    from_at: datetime
    from_before: datetime | None
    who: str
    who_before: str
    why: str

    @property
    def is_new(self) -> bool:
        return not self.who_before

    @property
    def is_moved(self) -> bool:
        return bool(self.who_before) and self.from_before != self.from_at


@dataclass(frozen=True, slots=True)
class Left:
    """A visit that is not served, and why: the sentence, then how many people each rule keeps from it."""

    order_id: int
    name: str
    need: str
    township: str
    number: str
    wanted_from: datetime
    wanted_until: datetime
    sentence: str
    counts: list[tuple[str, int]]
    people: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure before and after."""

    label: str
    before: int
    after: int
    unit: str
    tone: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan in full."""

    plan_id: int
    house_id: int
    on: date
    kind: str
    state: str
    progress: int
    number: int | None
    freedom: str
    figures: list[Figure]
    lines: list[Line]
    more: int
    left: list[Left]
    outcome: list[tuple[Line, str]]
    is_stale: bool
    changed_by: str
    changed_at: datetime | None
    may_undo: bool
    asked_by: str
    published_by: str
    published_at: datetime | None

    @property
    def is_running(self) -> bool:
        return self.state in ("queued", "planning", "publishing")

    @property
    def changes(self) -> int:
        return len(self.lines) + self.more

    @property
    def is_long(self) -> bool:
        """Whether publishing takes longer than a page should: the worker does it."""
        return self.changes > LONG


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """One proposal to what has happened."""

    plan_id: int
    place: int
    sentence: str
    effects: list[str]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Answers:
    """The proposals, or why there are none."""

    on: date
    house_id: int
    event: str
    title: str
    cards: list[AnswerCard]
    none: str
    order_id: int | None


def plan_card(plan: Any) -> PlanCard:
    """A plan already in sight."""
    who = plan.published_by or plan.asked_by
    return PlanCard(
        plan.pk, plan.kind, plan.state, str(words.PLAN_STATES[plan.state]), plan.number, plan.progress, len(plan.stops), len(plan.outcome),
        who.display_name if who else "", plan.published_at or plan.computed_at or plan.asked_at,
    )  # fmt: skip


def plan_page(*, actor: Actor, at: datetime, plan_id: int) -> PlanPage:
    """One plan of a day in sight. Raises NotFound."""
    plan = queries.get_plan(actor, plan_id)
    refused = {row["order"]: row for row in plan.outcome}
    named = _Names(actor, at, plan.stops[:MOST_SHOWN], [row["order"] for row in plan.unserved], plan.unserved)
    last = queries.last_change(plan.organisation_id, plan.on)
    version = last.version if last else 0
    lines = [named.line(stop) for stop in plan.stops[:MOST_SHOWN] if stop["order"] in named.orders]
    return PlanPage(
        plan.pk, plan.organisation_id, plan.on, plan.kind, plan.state, plan.progress, plan.number, str(words.FREEDOMS.get(plan.freedom, "")),
        _figures(plan.figures), [line for line in lines if line.order_id not in refused], max(0, len(plan.stops) - MOST_SHOWN),
        [named.left(row) for row in plan.unserved if row["order"] in named.orders],
        [(line, _said(refused[line.order_id])) for line in lines if line.order_id in refused],
        plan.state == "draft" and version != plan.board_version, last.by.display_name if last and last.by else "", last.at if last else None,
        plan.state == "published" and plan.kind != "undo" and queries.published_before(plan) is not None,
        plan.asked_by.display_name if plan.asked_by else "", plan.published_by.display_name if plan.published_by else "", plan.published_at,
    )  # fmt: skip


def answers(
    *, actor: Actor, at: datetime, plans: list[Any], event: str, on: date, house_id: int, order_id: int | None = None
) -> Answers:
    """The proposals just made, best first."""
    named = _Names(actor, at, [stop for plan in plans for stop in plan.stops], [], [])
    cards = [
        AnswerCard(
            plan.pk, place, _headline(plan, named), list(_effects(plan.figures["added"])), [named.line(stop) for stop in plan.stops if stop["order"] in named.orders]
        )
        for place, plan in enumerate(plans, 1)
    ]  # fmt: skip
    return Answers(on, house_id, event, str(words.EVENTS[event]), cards, str(words.NO_ANSWER[event]), order_id)


def _headline(plan: Any, named: "_Names") -> str:
    added = plan.figures["added"]
    if added["unserved"] and not any(stop["staff"] for stop in plan.stops):
        return str(words.RELEASE_ALL)
    first = next((stop for stop in plan.stops if stop["staff"]), None)
    who = named.who(first["staff"]) if first else ""
    return str(words.GOES) % {"who": who, "n": len(plan.stops)}


def _effects(added: Mapping[str, int]) -> Iterable[str]:
    for name, text in words.EFFECTS.items():
        if added.get(name):
            yield str(text) % {"n": added[name], "sign": "+" if added[name] > 0 else "−", "m": abs(added[name])}
    if not added.get("moved") and not added.get("other_nurse") and not added.get("unserved"):
        yield str(words.NOBODY_ELSE)


def _figures(figures: Mapping[str, Mapping[str, int]]) -> list[Figure]:
    if "before" not in figures:
        return []
    before, after = figures["before"], figures["after"]
    found = []
    for name in FIGURES:
        label, unit = words.FIGURES[name]
        gain = (after[name] - before[name]) if name == "served" else (before[name] - after[name])
        if name == "travel" and after["served"] > before["served"]:
            gain = 0  # more homes are more road: not a loss
        found.append(
            Figure(
                str(label), before[name], after[name], str(unit), "done" if gain > 0 else "wait" if gain < 0 else "idle"
            )
        )
    return found


def _said(row: Mapping[str, Any]) -> str:
    return sentence(Refusal(row["code"], row["facts"]))


class _Names:
    """Names of the homes and people a plan speaks of, read once."""

    def __init__(
        self, actor: Actor, at: datetime, stops: list[Any], left: list[int], unserved: Iterable[Mapping[str, Any]]
    ) -> None:
        ids = {stop["order"] for stop in stops} | set(left)
        self.orders = queries.orders_named(actor, ids)
        people = {pk for stop in stops for pk in (*stop["staff"], *stop["was"]["staff"])}
        people |= {stop["why"]["staff"] for stop in stops if "staff" in (stop.get("why") or {})}
        people |= {int(pk) for row in unserved for pk in row["reasons"]}
        self.staff = queries.staff_named(people)
        audit.read(
            actor, at, "dispatch.plan", subject_type="care.order", subject_ids=sorted(self.orders), resident_ids=sorted({o.resident_id for o in self.orders.values()})
        )  # fmt: skip

    def who(self, staff_ids: Iterable[int]) -> str:
        return "、".join(self.staff.get(pk, "") for pk in staff_ids)

    def line(self, stop: Mapping[str, Any]) -> Line:
        order = self.orders[stop["order"]]
        before = stop["was"]["from"]
        return Line(
            order.pk, masking.name(order.resident.name), _need(order), order.household.township, order.number, datetime.fromisoformat(stop["from"]),
            datetime.fromisoformat(before) if before else None, self.who(stop["staff"]), self.who(stop["was"]["staff"]), self.why(stop.get("why") or {}),
        )  # fmt: skip

    def why(self, reason: Mapping[str, Any]) -> str:
        """The reason a proposal gives for one change; empty for none, and for the visit that was asked about."""
        if "code" not in reason:
            return ""
        cause = self.orders.get(reason.get("order", 0))
        who = masking.name(cause.resident.name) if cause else self.who([reason["staff"]] if "staff" in reason else [])
        return str(words.BECAUSE[reason["code"]]) % {"who": who}

    def left(self, row: Mapping[str, Any]) -> Left:
        order = self.orders[row["order"]]
        counts = Counter(row["reasons"].values())
        return Left(
            order.pk, masking.name(order.resident.name), _need(order), order.household.township, order.number, order.wanted_from, order.wanted_until,
            str(words.LEFT[row["code"]]), [(str(words.WHYS[code]), n) for code, n in counts.most_common()],
            [(self.staff.get(int(pk), ""), str(words.WHYS[code])) for pk, code in row["reasons"].items() if int(pk) in self.staff],
        )  # fmt: skip


def _need(order: Any) -> str:
    return need_words(order.need, order.jurisdiction, business_date(order.wanted_from))
