"""Every (state × event) pair of every table, the rights of every move, and the table's own checks."""

from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijia.core.catalogue.lifecycle import FILINGS, ITEMS
from yijia.core.lifecycle import Move, Table
from yijia.core.orders import lifecycle as orders
from yijia.core.orders.document import lifecycles
from yijia.core.orders.lifecycle import Event, State
from yijia.core.permissions import NOBODY, SYSTEM, Actor, Permission, Role
from yijia.core.refusal import Refusal
from yijia.core.supervision.lifecycle import (
    COMPLAINTS,
    REVIEWS,
    ComplaintEvent,
    ComplaintState,
    ReviewEvent,
    ReviewState,
)
from yijia.core.visits.lifecycle import ALARMS, OFFERS

TABLES: list[Table[Any, Any]] = [orders.TABLE, ITEMS, FILINGS, OFFERS, ALARMS, COMPLAINTS, REVIEWS]

# What may happen in each state, written by hand: state → {event: next state}.
EXPECTED: dict[str, dict[str, dict[str, str]]] = {
    "orders": {  # ORDER-01
        "draft": {"submit": "submitted", "cancel": "cancelled"},
        "submitted": {"accept": "accepted", "reject": "rejected", "cancel": "cancelled"},
        "rejected": {},
        "accepted": {"sign": "signed", "cancel": "cancelled"},
        "signed": {"dispatch": "dispatching", "cancel": "cancelled"},
        "dispatching": {"assign": "assigned", "cancel": "cancelled"},
        "assigned": {"depart": "departed", "release": "dispatching", "cancel": "cancelled"},
        "departed": {"arrive": "arrived", "release": "dispatching", "cancel": "cancelled"},
        "arrived": {"pass_reassessment": "in_service", "abort": "aborted", "no_show": "aborted"},
        "in_service": {"complete": "completed", "abort": "aborted"},
        "aborted": {"close": "closed"},
        "completed": {"confirm": "confirmed", "hold": "under_review"},
        "confirmed": {"price": "priced", "hold": "under_review"},
        "under_review": {"clear": "confirmed", "dismiss": "aborted"},
        "priced": {"settle": "settled"},
        "settled": {"rate": "rated", "close": "closed"},
        "rated": {"close": "closed"},
        "closed": {},
        "cancelled": {},
    },
    "catalogue": {
        "picked": {"submit": "submitted", "withdraw": "withdrawn"},
        "submitted": {"publish": "published", "return": "returned", "withdraw": "withdrawn"},
        "returned": {"submit": "submitted", "withdraw": "withdrawn"},
        "published": {"withdraw": "withdrawn"},
        "withdrawn": {},
    },
    "filings": {
        "draft": {"submit": "submitted"},
        "submitted": {"review": "reviewed", "return": "returned"},
        "returned": {"submit": "submitted"},
        "reviewed": {"publish": "published", "return": "returned"},
        "published": {"supersede": "superseded", "expire": "expired"},
        "superseded": {},
        "expired": {},
    },
    "offers": {
        "offered": {"accept": "accepted", "decline": "declined", "expire": "expired", "withdraw": "withdrawn"},
        "accepted": {},
        "declined": {},
        "expired": {},
        "withdrawn": {},
    },
    "sos": {
        "raised": {"acknowledge": "acknowledged"},
        "acknowledged": {"respond": "responding", "close": "closed"},
        "responding": {"close": "closed"},
        "closed": {},
    },
    "complaints": {
        "filed": {"assign": "assigned"},
        "assigned": {"assign": "assigned", "answer": "answered"},
        "answered": {"reopen": "reopened", "close": "closed"},
        "reopened": {"assign": "assigned"},
        "closed": {},
    },
    "reviews": {"open": {"clear": "cleared", "reject": "rejected"}, "cleared": {}, "rejected": {}},
}

PAIRS = [(table, state, event) for table in TABLES for state, event in product(table.states, table.events)]


class Everything(dict[str, bool]):
    """Facts of which each is true."""

    def get(self, key: str, default: Any = None) -> Any:  # type: ignore[override]
        return True


@pytest.mark.parametrize(("table", "state", "event"), PAIRS, ids=lambda part: getattr(part, "area", part))
def test_each_pair(table: Table[Any, Any], state: Any, event: Any) -> None:
    """ORDER-01"""
    outcome = table.step(state, event, Everything())
    expected = EXPECTED[table.area][state].get(event)
    if expected is None:
        assert isinstance(outcome, Refusal)
        assert outcome.code in table.codes()
        assert outcome.facts == {"status": state.value, "event": event.value}
        assert outcome.code != f"{table.area}.wrong_status" or not table.is_over(state)
    else:
        assert outcome == expected


NEEDED = [
    (table, state, move, fact) for table in TABLES for move in table.moves for state in sorted(move.source) for fact in sorted(move.needs)
]  # fmt: skip


@pytest.mark.parametrize(("table", "state", "move", "fact"), NEEDED, ids=lambda part: getattr(part, "area", None))
@pytest.mark.parametrize("value", [False, None])
def test_each_needed_fact(table: Table[Any, Any], state: Any, move: Move[Any, Any], fact: str, value: Any) -> None:
    """ORDER-03 ORDER-04 ORDER-05 ORDER-06 ORDER-08 ORDER-10 ORDER-11"""
    facts = dict.fromkeys(move.needs, True) | {fact: value}
    outcome = table.step(state, move.event, facts)
    assert isinstance(outcome, Refusal)
    assert outcome.code == move.needs[fact]
    del facts[fact]
    assert table.step(state, move.event, facts) == outcome
    facts[fact] = True
    assert table.step(state, move.event, facts) == move.target


NAMED = [
    (State.ARRIVED, Event.CANCEL, "orders.nurse_has_arrived"),  # ORDER-07
    (State.IN_SERVICE, Event.CANCEL, "orders.nurse_has_arrived"),
    (State.COMPLETED, Event.CANCEL, "orders.service_has_ended"),
    (State.ABORTED, Event.CANCEL, "orders.service_has_ended"),
    (State.CANCELLED, Event.CANCEL, "orders.over"),
    (State.SUBMITTED, Event.DISPATCH, "orders.not_assessed"),  # ORDER-03
    (State.ACCEPTED, Event.ASSIGN, "orders.not_signed"),  # ORDER-04
    (State.ARRIVED, Event.COMPLETE, "orders.not_reassessed"),  # ORDER-08
    (State.IN_SERVICE, Event.NO_SHOW, "orders.service_has_begun"),  # ORDER-09
    (State.UNDER_REVIEW, Event.SETTLE, "orders.under_review"),  # ORDER-10
    (State.COMPLETED, Event.PRICE, "orders.not_confirmed"),
    (State.ABORTED, Event.PRICE, "orders.aborted"),
    (State.RATED, Event.RATE, "orders.already_rated"),  # ORDER-12
    (State.CLOSED, Event.RATE, "orders.over"),
    (State.DRAFT, Event.RATE, "orders.wrong_status"),
]


@pytest.mark.parametrize(("state", "event", "code"), NAMED)
def test_named_refusals(state: State, event: Event, code: str) -> None:
    outcome = orders.step(state, event)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_cancellation_ends_at_the_door() -> None:
    """ORDER-07"""
    assert {s for s in State if orders.TABLE.find(s, Event.CANCEL)} == orders.BEFORE_ARRIVAL
    assert State.REJECTED in orders.FULL_REFUND


def test_a_nurse_is_held_from_assignment_to_the_end_of_service() -> None:
    """ORDER-05"""
    assert {"assigned", "departed", "arrived", "in_service"} == orders.HOLDS_NURSE


def actor(role: Role, *permissions: Permission) -> Actor:
    return Actor(user_id=1, role=role, permissions=frozenset(permissions))


def test_open_moves_follow_the_rights() -> None:
    """ORDER-13"""
    nurse = actor(Role.NURSE, Permission.VISIT_RUN, Permission.VISIT_ANSWER_OFFER)
    assert [m.event for m in orders.open_moves(State.ASSIGNED, nurse)] == [Event.RELEASE, Event.DEPART]
    assert [m.event for m in orders.open_moves(State.ASSIGNED, nurse, {})] == [Event.RELEASE]
    assert orders.open_moves(State.SUBMITTED, nurse) == ()
    assert orders.open_moves(State.CLOSED, SYSTEM) == ()
    clerk = actor(Role.CLERK, Permission.ORDER_CREATE_ON_BEHALF)
    assert [m.event for m in orders.open_moves(State.DRAFT, clerk)] == [Event.SUBMIT]


def test_a_missing_right_is_named_before_a_missing_fact() -> None:
    """ORDER-13"""
    family = actor(Role.FAMILY, Permission.ORDER_CANCEL)
    refusal = orders.attempt(State.SUBMITTED, Event.ACCEPT, family)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "permission.missing"
    assert refusal.facts["permission"] == "order:assess"
    assert orders.attempt(State.SUBMITTED, Event.CANCEL, family) == State.CANCELLED


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.area)
def test_nobody_moves_anything_and_the_platform_moves_everything(table: Table[Any, Any]) -> None:
    for state in table.states:
        assert table.open_moves(state, NOBODY) == ()
        assert {m.event for m in table.open_moves(state, SYSTEM)} == set(EXPECTED[table.area][state])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.area)
def test_the_diagram_shows_each_pair_once(table: Table[Any, Any]) -> None:
    lines = table.diagram().splitlines()
    drawn = [line for line in lines if ": " in line]
    assert len(drawn) == len(set(drawn)) == sum(len(events) for events in EXPECTED[table.area].values())
    assert len(table.listing().splitlines()) == len(table.moves) + 2


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_no_walk_leaves_the_table(events: list[Event]) -> None:
    state = State.DRAFT
    seen = [state]
    for event in events:
        outcome = orders.step(state, event, Everything())
        if not isinstance(outcome, Refusal):
            state = outcome
            seen.append(state)
    if State.SETTLED in seen:
        path = [s for s in seen if s is not State.UNDER_REVIEW]
        for must in (State.ACCEPTED, State.SIGNED, State.ASSIGNED, State.IN_SERVICE, State.CONFIRMED):
            assert path.index(must) < path.index(State.SETTLED)


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    OUT = "out"


class Turn(StrEnum):
    GO = "go"
    STOP = "stop"


def row(event: Turn, source: Light, target: Light) -> Move[Light, Turn]:
    return Move(event, frozenset({source}), target, Permission.ORDER_VIEW)


ON, OFF = row(Turn.GO, Light.RED, Light.GREEN), row(Turn.STOP, Light.GREEN, Light.OUT)

FAULTY: list[tuple[str, dict[str, Any]]] = [
    ("moves twice", {"moves": (ON, OFF, ON)}),
    ("cannot be reached", {"moves": (ON, row(Turn.STOP, Light.GREEN, Light.RED))}),
    ("cannot be left", {"terminal": frozenset()}),
    ("can be left", {"terminal": frozenset({Light.OUT, Light.GREEN})}),
    ("no move uses", {"moves": (ON, row(Turn.GO, Light.GREEN, Light.OUT))}),
    ("starts nowhere", {"moves": (ON, OFF, Move(Turn.GO, frozenset(), Light.RED, Permission.ORDER_VIEW))}),
    ("names a pair that moves", {"named": ((frozenset({Light.RED}), frozenset({Turn.GO}), "x.y"),)}),
]


@pytest.mark.parametrize(("message", "change"), FAULTY)
def test_a_faulty_table_is_refused(message: str, change: dict[str, Any]) -> None:
    sound: dict[str, Any] = {
        "area": "light",
        "states": Light,
        "events": Turn,
        "initial": Light.RED,
        "terminal": frozenset({Light.OUT}),
        "moves": (ON, OFF),
    }
    Table(**sound)
    with pytest.raises(ValueError, match=message):
        Table(**(sound | change))


def test_a_move_may_ask_for_a_role() -> None:
    move = Move(
        Turn.GO,
        frozenset({Light.RED}),
        Light.GREEN,
        Permission.ORDER_VIEW,
        roles=frozenset({Role.NURSE}),
    )
    assert move.open_to(actor(Role.NURSE, Permission.ORDER_VIEW))
    assert not move.open_to(actor(Role.DOCTOR, Permission.ORDER_VIEW))


def test_the_document_shows_these_tables() -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules" / "orders.md").read_text(encoding="utf-8")
    assert text.endswith(lifecycles())


def test_complaint_and_review_rules() -> None:
    """ORDER-14 ORDER-15 ORDER-02 ORDER-12"""
    refusal = COMPLAINTS.step(ComplaintState.ASSIGNED, ComplaintEvent.CLOSE)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "complaints.not_answered"
    refusal = REVIEWS.step(ReviewState.OPEN, ReviewEvent.CLEAR, {"reason_given": True, "other_person": False})
    assert isinstance(refusal, Refusal)
    assert refusal.code == "reviews.own_visit"
