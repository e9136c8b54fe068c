"""A programme drawn: its states on a fixed plan, an arrow for each move it keeps."""

from dataclasses import dataclass

from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.model import Programme

WIDTH, HEIGHT = 1104, 380
BOX_W, BOX_H = 132, 44
_MARGIN = 20

_PLACES: dict[State, tuple[int, int]] = {
    State.APPLIED: (16, 168),
    State.ASSESSING: (204, 168),
    State.AGREED: (392, 168),
    State.ACTIVE: (580, 168),
    State.SUSPENDED: (416, 32),
    State.RENEWING: (744, 32),
    State.REFERRED: (580, 304),
    State.CLOSING: (768, 168),
    State.CLOSED: (956, 168),
}
_MAIN = (State.APPLIED, State.ASSESSING, State.AGREED, State.ACTIVE, State.CLOSING, State.CLOSED)
_ROUND = {State.SUSPENDED: Event.RESUME, State.RENEWING: Event.RENEW, State.REFERRED: Event.TAKE_BACK}
_INTO = {State.SUSPENDED: Event.SUSPEND, State.RENEWING: Event.REVIEW, State.REFERRED: Event.REFER}


@dataclass(frozen=True, slots=True)
class Box:
    """One state: its top left corner, and its middle for the word."""

    state: State
    x: int
    y: int
    middle_x: int
    middle_y: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """One move between two states: a path, and where its word stands: on the middle, or beginning or ending there."""

    event: Event
    source: State
    target: State
    path: str
    label_x: int
    label_y: int
    anchor: str = "middle"  # middle, start, end


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything a template needs to draw."""

    top: int
    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the main line, for a narrow page.

    onward      the move to the next state; None at the end
    asides      states one goes into from here and comes back from: the way in, the state, the way back
    """

    state: State
    onward: Event | None
    asides: tuple[tuple[Event, State, Event], ...]


def steps(programme: Programme) -> tuple[Step, ...]:
    """The same lifecycle from top to bottom, as it is read on a telephone."""
    kept = [state for state in _MAIN if state in programme.states]
    asides = tuple((_INTO[state], state, back) for state, back in _ROUND.items() if state in programme.states)
    following = [*kept[1:], None]
    return tuple(
        Step(state, _onward(programme, state, then) if then else None, asides if state is State.ACTIVE else ())
        for state, then in zip(kept, following, strict=True)
    )


def _onward(programme: Programme, state: State, then: State) -> Event:
    found = (move.event for move in programme.moves if state in move.source and move.target is then)
    return next(event for event in found if event is not Event.TURN_DOWN)


def draw(programme: Programme) -> Diagram:
    """The programme's lifecycle as boxes and arrows; a move it does not keep is not drawn."""
    boxes = tuple(
        Box(state, x, y, x + BOX_W // 2, y + BOX_H // 2)
        for state, (x, y) in _PLACES.items()
        if state in programme.states
    )
    arrows = [
        _arrow(move.event, source, move.target)
        for move in programme.moves
        for source in State
        if source in move.source and source in programme.states and not (move.event is Event.END and source is not State.ACTIVE)
        and not (move.event is Event.TURN_DOWN and source is not State.ASSESSING)
        and not (source is not State.ACTIVE and move.event in (Event.SUSPEND, Event.REFER))
    ]  # fmt: skip
    top = min(box.y for box in boxes) - _MARGIN
    return Diagram(top, WIDTH, HEIGHT - top, BOX_W, BOX_H, boxes, tuple(arrows))


_APART = 26
"""How far apart the two arrows of a there-and-back stand."""

_SIDE = {State.SUSPENDED: -27, State.RENEWING: 27}
"""Which half of the middle box the arrows of a state use, so that none cross."""


def _arrow(event: Event, source: State, target: State) -> Arrow:
    if event is Event.TURN_DOWN:
        (x1, y1), (x2, y2) = _foot(source), _foot(target)
        return Arrow(event, source, target, f"M{x1} {y1} V364 H{x2} V{y2 + 2}", (x1 + x2) // 2 - 160, 358)
    (ax, ay), (bx, by) = _PLACES[source], _PLACES[target]
    if ay == by:
        x1, x2, y = ax + BOX_W, bx - 2, ay + BOX_H // 2
        return Arrow(event, source, target, f"M{x1} {y} H{x2}", (x1 + x2) // 2, y - 8)
    away = ay == _PLACES[State.ACTIVE][1]  # from the main line outwards, or back
    outer = target if away else source
    half = (-1 if away else 1) * _APART // 2
    on_line, on_outer = _SIDE.get(outer, 0) + half, half
    x1 = ax + BOX_W // 2 + (on_line if away else on_outer)
    x2 = bx + BOX_W // 2 + (on_outer if away else on_line)
    y1, y2 = (ay, by + BOX_H + 2) if ay > by else (ay + BOX_H, by - 2)
    off = 9 if abs(x1 - x2) < BOX_W // 2 else 18  # a slanting line comes nearer to its word
    beside, anchor = (off, "start") if half > 0 else (-off, "end")
    return Arrow(event, source, target, f"M{x1} {y1} L{x2} {y2}", (x1 + x2) // 2 + beside, (y1 + y2) // 2 + 4, anchor)


def _foot(state: State) -> tuple[int, int]:
    x, y = _PLACES[state]
    return x + BOX_W // 2, y + BOX_H
