"""Who comes from outside, the log at the door, and the rounds that a partner owes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from yijia.apps.agreements.screens import cooperations
from yijia.apps.care import episode_words
from yijia.apps.care import queries as care
from yijia.apps.homes import forms, queries
from yijia.apps.homes.screens.shared import VisitLine, house_name, recorded, visit_line
from yijia.base import scope
from yijia.base.words import sentence
from yijia.core.agreements import terms
from yijia.core.calendar import business_date
from yijia.core.permissions import Permission, may
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class GateLine:
    """One coming in."""

    pk: int
    visitor: str
    house: str
    purpose: str
    who: str
    in_at: datetime
    out_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outside:
    """Visits of outside staff today and in the coming days, and who is in the house."""

    today: list[VisitLine]
    coming: list[VisitLine]
    gate: list[GateLine]
    inside: int
    form: forms.Form
    may_run: bool


def outside(request: HttpRequest, form: forms.Form | None = None) -> Outside:
    """Who comes today and later, and the log at the door; `form` holds what was typed."""
    actor, on = request.actor, business_date(request.at)
    lines = [visit_line(row, on) for row in queries.visits_for_home(actor, request.at)]
    gate = [_gate(row) for row in queries.gate_of_day(actor, on)]
    recorded(request, "homes.outside", [line.resident_id for line in lines])
    return Outside(
        [line for line in lines if line.is_today], [line for line in lines if not line.is_today], gate, sum(line.out_at is None for line in gate),
        form or forms.VisitorForm(), may(actor, Permission.HOME_RUN),
    )  # fmt: skip


def _gate(row: Any) -> GateLine:
    return GateLine(
        row.pk, row.visitor, row.house, row.purpose, row.resident.name if row.resident else "", row.signed_in_at, row.signed_out_at
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One period of a duty: how many rounds were made of how many owed."""

    from_on: date
    last_on: date
    done: int
    owed: int
    tone: str
    is_running: bool
    days_left: int
    is_late: bool
    is_unjudged: bool


@dataclass(frozen=True, slots=True)
class RoundAccount:
    """One agreement that owes rounds."""

    number: str
    partner: str
    url: str
    duty_url: str
    owed: str
    running: PeriodLine | None
    earlier: list[PeriodLine]
    blocked: str


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A round that is due for one person."""

    resident_id: int
    who: str
    what: str
    house: str
    due_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class Rounds:
    """What the partner owes, and whose rounds are due."""

    accounts: list[RoundAccount]
    due: list[DutyLine]
    late: int


def rounds(request: HttpRequest) -> Rounds:
    """Rounds owed under each agreement in its own months, and rounds of programmes due for those who live here."""
    actor, at, on = request.actor, request.at, business_date(request.at)
    accounts = [_account(one, on, request) for one in queries.accounts_of(actor, on)]
    with scope.whole_system():
        rows = queries.rounds_due_for_home(actor, at)
    due = [_duty(row, at) for row in rows]
    recorded(request, "homes.rounds", [line.resident_id for line in due])
    return Rounds(accounts, due, sum(line.is_late for line in due))


def _account(one: queries.Account, on: date, request: HttpRequest) -> RoundAccount:
    lines = [_period(window, on) for window in one.windows]
    side = terms.SECOND if one.row.organisation_id in request.actor.organisation_ids else terms.FIRST
    why = cooperations.queries.blocked(one.row, on)
    return RoundAccount(
        one.row.number, cooperations.house(one.row, side), reverse("agreements:cooperation", args=[one.row.pk]),
        reverse("agreements:cooperation_duty", args=[one.row.pk, one.duty.code]), cooperations.owed(one.duty),
        next((line for line in lines if line.is_running), None), [line for line in reversed(lines) if not line.is_running][:6],
        sentence(why) if isinstance(why, Refusal) else "",
    )  # fmt: skip


def _period(window: Any, on: date) -> PeriodLine:
    owed, is_running = window.duty.quantity or 0, window.span.holds(on)
    tone = "done" if window.verdict else "bad" if window.verdict is False else "wait"
    return PeriodLine(
        window.span.from_on, window.span.until_on - timedelta(days=1), window.done, owed, tone, is_running, max(0, (window.span.until_on - on).days),
        window.verdict is False, window.verdict is None and not is_running,
    )  # fmt: skip


def _duty(row: Any, at: datetime) -> DutyLine:
    found = care.programme_for(row.programme, row.episode.jurisdiction, business_date(at))
    line = None if isinstance(found, Refusal) else found.activity(row.activity)
    what = row.activity if line is None else episode_words.of(line.words)
    return DutyLine(row.resident_id, row.resident.name, what, house_name(row.organisation), row.due_at, row.due_at < at)
