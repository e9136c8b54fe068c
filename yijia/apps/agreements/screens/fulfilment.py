"""Pages of one duty and of one breach: the periods, the events behind them, what was said."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.agreements import cooperation_words as words
from yijia.apps.agreements import forms, queries
from yijia.apps.agreements.screens.cooperations import BreachLine, breach_line, done, house, owed, titles, up, verdict
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.core.agreements.duties import Duty, Sense
from yijia.core.agreements.lifecycle import BREACHES, BreachEvent, BreachState
from yijia.core.permissions import Permission, may

_EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class WindowLine:
    """One period of a duty."""

    from_on: date
    until_on: date
    done: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event that counted."""

    id: int
    at: Any
    what: str
    source: str
    by: str


@dataclass(frozen=True, slots=True)
class DutyPage:
    """One duty: its periods, the events behind them, and the form to record one by hand."""

    id: int
    number: str
    title: str
    owed: str
    by: str
    windows: tuple[WindowLine, ...]
    events: tuple[Happening, ...]
    code: str
    form: Any


def duty(request: HttpRequest, cooperation_id: int, code: str, form: Any = None) -> DutyPage:
    row = queries.get_cooperation(request.actor, cooperation_id)
    known = duty_of(row, code)
    windows = queries.measured(row, business_date(request.at)).get(code, ())
    if (
        form is None
        and queries.side_of(row, request.actor)
        and may(request.actor, Permission.COOPERATION_MANAGE)
        and windows
    ):
        form = forms.PerformForm(duty=known, initial={"source_id": uuid4(), "happened_at": request.at})
    events = queries.list_performances(row, code)[:_EVENTS_SHOWN]
    return DutyPage(
        row.pk, row.number, titles(row).get(code, code), owed(known), house(row, known.owed_by),
        tuple(WindowLine(w.span.from_on, w.span.until_on, done(w), *verdict(w)) for w in reversed(windows)),
        tuple(_happening(e, known) for e in events), code, form,
    )  # fmt: skip


def duty_of(row: Any, code: str) -> Duty:
    """A duty of the paper. Raises NotFound."""
    found = next((duty for duty in queries.duties_of(row) if duty.code == code), None)
    if found is None:
        raise NotFound
    return found


def _happening(event: Any, known: Duty) -> Happening:
    source = str(words.SOURCES.get(event.source_type, "")) or f"{event.source_type} {event.source_id}"
    return Happening(
        event.pk, event.happened_at, _what(event, known), source, event.by.display_name if event.by else ""
    )


def _what(event: Any, known: Duty) -> str:
    if hasattr(event, "uncounted"):
        return _("已撤销，不再计入")
    if known.sense is Sense.WITHIN:
        return _("无人应答") if event.seconds is None else _("%(minutes)s 分钟应答") % {"minutes": up(event.seconds)}
    if event.quantity == 0 and known.sense is Sense.UP_TO:
        return _("拒收")
    return _("计 %(n)s") % {"n": event.quantity}


@dataclass(frozen=True, slots=True)
class BreachPage:
    """One breach: what was owed, the events it rests on, what was said, and what may be said now."""

    line: BreachLine
    cooperation_id: int
    number: str
    duty: str
    events: tuple[Happening, ...]
    answer: str
    answered_at: Any
    answered_by: str
    decision: str
    decided_at: Any
    decided_by: str
    may_answer: bool
    decisions: tuple[str, ...]
    form: Any


def breach(request: HttpRequest, breach_id: int, form: Any = None) -> BreachPage:
    actor = request.actor
    row = queries.get_breach(actor, breach_id)
    whole, own = row.cooperation, queries.side_of(row.cooperation, actor) == row.owed_by
    known = next((duty for duty in queries.duties_of(whole) if duty.code == row.duty), None)
    events = queries.list_performances(whole, ids=row.evidence) if known is not None else ()
    open_ = {m.event for m in BREACHES.open_moves(BreachState(row.state), actor)}
    judged = tuple(e.value for e in (BreachEvent.UPHOLD, BreachEvent.EXCUSE) if e in open_ and not own)
    may_answer = BreachEvent.ANSWER in open_ and own
    return BreachPage(
        breach_line(whole, row), whole.pk, whole.number, row.duty, tuple(_happening(e, known) for e in events if known),
        row.answer, row.answered_at, row.answered_by.display_name if row.answered_by else "", row.decision, row.decided_at,
        row.decided_by.display_name if row.decided_by else "", may_answer, judged,
        (form or forms.BreachForm()) if may_answer or judged else None,
    )  # fmt: skip
