"""The green channel as values: what runs, one call with its seconds and promises, the button."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.referrals import forms, queries, words
from yijia.apps.referrals.screens.referrals import house_name
from yijia.apps.registry import queries as registry
from yijia.base import audit
from yijia.core.calendar import business_date
from yijia.core.permissions import Permission, may
from yijia.core.referrals import clock
from yijia.core.referrals.emergency import OPEN, OTHERS_ONLY, TABLE, Event, State


def seconds_words(seconds: int) -> str:
    """A span to the second."""
    if seconds < 60:
        return _("%(s)s 秒") % {"s": seconds}
    minutes, rest = divmod(seconds, 60)
    if minutes < 60 and not rest:
        return _("%(m)s 分钟") % {"m": minutes}
    if minutes < 60:
        return _("%(m)s 分 %(s)s 秒") % {"m": minutes, "s": rest}
    hours, minutes = divmod(minutes, 60)
    return _("%(h)s 小时 %(m)s 分") % {"h": hours, "m": minutes}


def recorded(request: HttpRequest, name: str, found: list[queries.EmergencyCall]) -> list[queries.EmergencyCall]:
    """The calls, after the people in them are put on record."""
    audit.read(
        request.actor, request.at, name, subject_type="referrals.emergencycall", subject_ids=[row.pk for row in found],
        resident_ids=[row.resident_id for row in found],
    )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise beside what happened."""

    label: Any
    promised: str
    taken: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in a list."""

    pk: int
    number: str
    who: str
    where: str
    home: str
    asked: str
    tone: str
    word: Any
    called_at: datetime
    is_open: bool
    is_breach: bool
    promises: list[PromiseLine]


@dataclass(frozen=True, slots=True)
class Calls:
    """The list, what runs first."""

    rows: list[CallRow]
    running: int
    people_url: str  # where whoever may press finds the person


def _promises(call: queries.EmergencyCall, at: datetime) -> list[PromiseLine]:
    happened = {"answer": call.answered_at, "arrive": call.reached_at}
    is_open = State(call.state) in OPEN
    found = []
    for step, seconds in call.promised.items():
        until = at if is_open else call.state_at
        said = clock.response(call.called_at, happened[step], seconds, until)
        if said.is_kept is None and not is_open:
            continue
        tone, word = {True: ("done", _("守时")), False: ("bad", _("已违约")), None: ("wait", _("计时中"))}[said.is_kept]
        found.append(PromiseLine(words.PROMISES[step], seconds_words(seconds), seconds_words(said.seconds), tone, word))
    return found


def row_of(call: queries.EmergencyCall, at: datetime) -> CallRow:
    """One call as a line of a list; a promise that is broken by now shows at once."""
    tone, word = words.CALL_STATES[call.state]
    promises = _promises(call, at)
    is_breach = bool(call.is_breach) or any(line.tone == "bad" for line in promises)
    return CallRow(
        call.pk, call.number, call.resident.name, call.where, house_name(call.organisation), house_name(call.asked), tone, word, call.called_at,
        State(call.state) in OPEN, is_breach, promises,
    )  # fmt: skip


def calls(request: HttpRequest) -> Calls:
    """Every call in sight, what runs first."""
    found = recorded(request, "referrals.calls", queries.list_calls(request.actor))
    rows = [row_of(call, request.at) for call in found]
    presses = may(request.actor, Permission.EMERGENCY_CALL) and may(request.actor, Permission.HOME_VIEW)
    return Calls(rows, sum(row.is_open for row in rows), reverse("homes:people") if presses else "")


@dataclass(frozen=True, slots=True)
class StepButton:
    """One step the reader may write down now."""

    code: str
    label: Any
    field: Any
    is_needed: bool
    is_danger: bool


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call with its log."""

    row: CallRow
    hotline: str
    agreement: str
    has_partner: bool
    help: str
    due_at: datetime | None
    ground: str
    ended: Any
    log: list[tuple[Any, str, datetime, str, str]]
    steps: list[StepButton]


def call_page(request: HttpRequest, call_id: int) -> CallPage:
    """One call: every step with its second, promises, and what can be written down now."""
    actor, at = request.actor, request.at
    call = queries.get_call(actor, call_id)
    recorded(request, "referrals.call", [call])
    log = [
        (
            words.CALL_EVENTS[one.event],
            seconds_words(one.seconds),
            one.at,
            house_name(one.organisation) or _("系统"),
            _said(one),
        )
        for one in queries.events_of_call(call)
    ]
    is_open = State(call.state) in OPEN
    reference = "" if call.due_ground == clock.Ground.POLICY else call.due_reference
    return CallPage(
        row=row_of(call, at), hotline=str(call.agreement.terms.get("hotline", "")) if call.agreement else "",
        agreement=call.agreement.number if call.agreement else "", has_partner=call.asked_id is not None, help=call.help,
        due_at=call.due_at if is_open else None, ground=str(words.GROUNDS[clock.Ground(call.due_ground)]) % {"reference": reference} if is_open else "",
        ended=words.ENDED.get(call.ended_reason, call.ended_reason), log=log, steps=_steps(request, call),
    )  # fmt: skip


def _said(one: queries.EmergencyEvent) -> str:
    return next((str(one.facts[name]) for name in ("help", "reason", "note", "where") if one.facts.get(name)), "")


def _steps(request: HttpRequest, call: queries.EmergencyCall) -> list[StepButton]:
    actor = request.actor
    if not actor.organisation_ids & set(call.parties):
        return []
    is_helper = call.asked_id is None or call.asked_id in actor.organisation_ids
    return [
        StepButton(
            move.event.value,
            words.CALL_EVENTS[move.event],
            words.CALL_FIELDS[move.event],
            bool(move.needs),
            move.event is Event.STAND_DOWN,
        )
        for move in TABLE.open_moves(State(call.state), actor)
        if is_helper or move.event not in OTHERS_ONLY
    ]


@dataclass(frozen=True, slots=True)
class Press:
    """The button's page: who, and whom it calls."""

    resident_id: int
    who: str
    partner: str
    hotline: str
    promised: str
    running_url: str
    form: forms.PressForm


def press_page(request: HttpRequest, resident_id: int) -> Press:
    """One button; whom it calls and what they promised."""
    actor = request.actor
    resident = registry.get_resident(actor, resident_id)
    home_id = min(actor.organisation_ids, default=0)
    standing = next(iter(queries.partners_for_calls(home_id, business_date(request.at))), None)
    partner_id = standing.partner_id if standing else None
    houses = registry.organisations_for_system([partner_id]) if partner_id else {}
    answer_s = next((one.response_s for one in standing.duties if one.response_s), None) if standing else None
    running = next((one for one in queries.open_calls_of(actor) if one.resident_id == resident_id), None)
    audit.read(actor, request.at, "referrals.press", subject_type="registry.resident", resident_ids=[resident_id])
    return Press(
        resident_id, resident.name, house_name(houses.get(partner_id)) if partner_id else "",
        str(standing.terms.get("hotline", "")) if standing else "", seconds_words(answer_s) if answer_s else "",
        reverse("referrals:call", args=[running.pk]) if running else "",
        forms.PressForm(request.POST if request.method == "POST" else None, initial={"where": request.GET.get("where", "")[:120]}),
    )  # fmt: skip
