"""Pages of agreements between institutions: the list, one agreement, its paper, one duty, one breach, the form of terms."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.agreements import cooperation_words as words
from yijia.apps.agreements import forms, queries
from yijia.base.clock import business_date
from yijia.base.templatetags.states import STATES
from yijia.base.words import sentence
from yijia.core.agreements import terms
from yijia.core.agreements.duties import Duty, Sense, Window
from yijia.core.agreements.lifecycle import TABLE, Event, State
from yijia.core.permissions import Permission, may

PER_PAGE = 20
_MOVED_BY_HAND = (Event.OFFER, Event.DECLINE, Event.SUSPEND, Event.RESUME, Event.END)


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement in the list, with what is due under it now."""

    id: int
    title: str
    other: str
    number: str
    until: date
    state: str
    breaches: int
    dues: tuple[str, ...]
    blocked: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Agreements in sight."""

    page: Page
    lines: tuple[Line, ...]
    kind: str
    kinds: tuple[tuple[str, Any], ...]
    state: str
    states: tuple[tuple[str, Any], ...]
    breached: bool
    may_draft: tuple[tuple[str, Any], ...]


def _zh_or_en() -> str:
    return "en" if words.is_english() else "zh"


def house(row: Any, side: str) -> str:
    """A side's name in the reader's language."""
    one = row.organisation if side == terms.FIRST else row.partner
    if one is None:
        return str((row.authority or {}).get(_zh_or_en(), ""))
    return str(one.name_en or one.name) if words.is_english() else str(one.name)


def owed(duty: Duty) -> str:
    """How much is owed, in words: twice a month, within 10 minutes."""
    if duty.sense is Sense.WITHIN:
        return _("%(minutes)s 分钟内") % {"minutes": (duty.response_s or 0) // 60}
    per = {"period": words.PERIODS[duty.period.value], "number": duty.quantity}
    if duty.sense is Sense.AT_LEAST:
        return _("%(period)s至少 %(number)s") % per
    return (
        _("%(period)s %(number)s 以内不得拒收") if duty.sense is Sense.UP_TO else _("%(period)s最多 %(number)s")
    ) % per


def titles(row: Any) -> dict[str, str]:
    """Each duty's name in the reader's language, as the paper words it."""
    return {duty["code"]: duty["title"][_zh_or_en()] for duty in row.text.get("duties", ())}


def overview(request: HttpRequest) -> Overview:
    """The list: what is breached first, what is due under each."""
    actor, today = request.actor, business_date(request.at)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    kind, state = kind if kind in words.KINDS else "", state if state in set(State) else ""
    breached = request.GET.get("breached") == "1"
    page = Paginator(queries.list_cooperations(actor, kind=kind, state=state, breached=breached), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    measures = queries.measured_many(rows, today)
    return Overview(
        page, tuple(_line(row, measures[row.pk], request) for row in rows), kind, tuple(words.KINDS.items()), state,
        tuple((code, word) for code, (_tone, word) in STATES["cooperation"].items()), breached, _may_draft(request),
    )  # fmt: skip


def _may_draft(request: HttpRequest) -> tuple[tuple[str, Any], ...]:
    if may(request.actor, Permission.COOPERATION_MANAGE):
        return tuple(words.KINDS.items())
    return (
        (("designation", words.KINDS["designation"]),) if may(request.actor, Permission.COOPERATION_SUPERVISE) else ()
    )


def _line(row: Any, measured: dict[str, tuple[Window, ...]], request: HttpRequest) -> Line:
    side, today = queries.side_of(row, request.actor), business_date(request.at)
    others = [house(row, one) for one in terms.SIDES if one != side]
    why = queries.blocked(row, today) if row.state in (State.IN_FORCE, State.SIGNED) else None
    running = row.state == State.IN_FORCE
    dues = [_due(name, windows[-1], today) for name, windows in _named(row, measured) if running and windows]
    return Line(
        row.pk, str(words.KINDS[row.kind]), " · ".join(others), row.number, row.valid_until, row.state, row.open_breaches,
        tuple(due for due in dues if due), sentence(why) if why else "",
    )  # fmt: skip


def _named(row: Any, measured: dict[str, tuple[Window, ...]]) -> list[tuple[str, tuple[Window, ...]]]:
    names = titles(row)
    return [(names.get(code, code), windows) for code, windows in measured.items()]


def _due(title: str, window: Window, today: date) -> str:
    """What is still to be done in the period that runs; nothing where the duty asks nothing now."""
    duty = window.duty
    if duty.sense is not Sense.AT_LEAST or window.verdict is True or window.span.until_on <= today:
        return ""
    return _("%(title)s %(done)s/%(owed)s，%(until)s 前") % {
        "title": title, "done": window.done, "owed": duty.quantity, "until": window.span.until_on.isoformat(),
    }  # fmt: skip


# --- one agreement


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty with the period that runs and how earlier ones went."""

    code: str
    title: str
    by: str
    owed: str
    done: str
    tone: str
    word: str
    missed: int


@dataclass(frozen=True, slots=True)
class Side:
    """One party as the page names it."""

    label: str
    name: str
    licence: date | None
    has_signed: bool


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One breach in a list."""

    id: int
    title: str
    fault: str
    by: str
    from_on: date
    until_on: date
    figures: str
    state: str


@dataclass(frozen=True, slots=True)
class MoveButton:
    """One step the reader may take."""

    code: str
    label: Any
    needs_reason: bool
    is_danger: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement: where it stands, what is owed and done, what was missed, what may be done next."""

    id: int
    title: str
    number: str
    state: str
    sides: tuple[Side, ...]
    valid_from: date
    valid_until: date
    force_from: date | None
    ended_on: date | None
    blocked: str
    is_whole: bool
    gap: str
    duties: tuple[DutyLine, ...]
    breaches: tuple[BreachLine, ...]
    terms: tuple[tuple[str, str], ...]
    events: tuple[dict[str, Any], ...]
    moves: tuple[MoveButton, ...]
    may_sign: bool
    may_redraft: bool
    may_renew: bool
    renews: tuple[int, str] | None
    renewed_by: tuple[int, str] | None


def agreement(request: HttpRequest, cooperation_id: int) -> Agreement:
    actor, today = request.actor, business_date(request.at)
    row = queries.get_cooperation(actor, cooperation_id)
    side, signed = queries.side_of(row, actor), queries.counting_signatures(row)
    steps, follows = queries.list_events(row), queries.renewal_of(row)
    breaches = list(queries.list_breaches(actor, cooperation_id=row.pk))
    moves = tuple(
        MoveButton(
            m.event.value, words.BUTTONS[m.event.value], "reason_given" in m.needs, m.event in (Event.END, Event.SUSPEND)
        )
        for m in TABLE.open_moves(State(row.state), actor)
        if m.event in _MOVED_BY_HAND and not (side is None and m.event in (Event.OFFER, Event.DECLINE))
    )  # fmt: skip
    why = queries.blocked(row, today) if not TABLE.is_over(State(row.state)) else None
    return Agreement(
        id=row.pk, title=str(words.KINDS[row.kind]), number=row.number, state=row.state,
        sides=tuple(_side(row, one, one in signed) for one in terms.SIDES), valid_from=row.valid_from, valid_until=row.valid_until,
        force_from=row.force_from, ended_on=row.ended_on, blocked=sentence(why) if why else "", is_whole=queries.is_whole(row),
        gap=_gap(row), duties=_duties(row, today, [b.duty for b in breaches]), breaches=tuple(breach_line(row, b) for b in breaches),
        terms=_terms(row, today), events=tuple(_step(e) for e in steps), moves=moves,
        may_sign=side is not None and side not in signed and row.state == State.OFFERED,
        may_redraft=side is not None and row.state in (State.DRAFTED, State.OFFERED),
        may_renew=side is not None and row.force_from is not None and follows is None,
        renews=(row.renews.pk, row.renews.number) if row.renews else None,
        renewed_by=(follows.pk, follows.number) if follows else None,
    )  # fmt: skip


def _side(row: Any, side: str, has_signed: bool) -> Side:
    one = row.organisation if side == terms.FIRST else row.partner
    return Side(str(words.SIDES[side]), house(row, side), one.licence_valid_until if one else None, has_signed)


def _gap(row: Any) -> str:
    """The days between the old agreement and its renewal that nothing covered."""
    if row.renews is None or row.force_from is None:
        return ""
    last = row.renews.ended_on or row.renews.valid_until
    if row.force_from <= last:
        return ""
    return _("续签晚于到期，%(from)s 至 %(until)s 前一日没有协议。") % {
        "from": last.isoformat(),
        "until": row.force_from.isoformat(),
    }


def _terms(row: Any, today: date) -> tuple[tuple[str, str], ...]:
    """The fields as agreed, under the names the text gives them today."""
    template = queries.template_for(row.kind, row.jurisdiction, today)
    asked = getattr(template, "value", {}).get("fields", ())
    shown = []
    for field in asked:
        value = row.terms.get(field["code"])
        if value is not None:
            said = (
                field["options"][value][_zh_or_en()]
                if field["type"] == "choice" and value in field["options"]
                else str(value)
            )
            shown.append((field["label"][_zh_or_en()], said))
    return tuple(shown)


def _duties(row: Any, today: date, missed: list[str]) -> tuple[DutyLine, ...]:
    names, measured = titles(row), queries.measured(row, today)
    return tuple(
        _duty_line(duty, names.get(duty.code, duty.code), measured.get(duty.code, ()), missed.count(duty.code))
        for duty in queries.duties_of(row)
    )


def _duty_line(duty: Duty, title: str, windows: tuple[Window, ...], missed: int) -> DutyLine:
    tone, word = verdict(windows[-1]) if windows else ("idle", _("未开始"))
    return DutyLine(
        duty.code, title, str(words.SIDES[duty.owed_by]), owed(duty), done(windows[-1]) if windows else "—", tone, word, missed,
    )  # fmt: skip


def done(window: Window) -> str:
    """What was done in a period, beside what was owed."""
    if window.duty.sense is Sense.WITHIN:
        return _("%(n)s 次") % {"n": len(window.events)}
    return f"{window.done}/{window.duty.quantity}"


def verdict(window: Window) -> tuple[str, str]:
    """How a period stands: tone and word."""
    if window.verdict is None:
        return ("idle", _("暂停过，不考核")) if window.is_suspended else ("wait", _("本期进行中"))
    return ("done", _("已达到")) if window.verdict else ("bad", _("未达到"))


def breach_line(row: Any, breach: Any) -> BreachLine:
    """One breach as a line of a list."""
    return BreachLine(
        breach.pk, titles(row).get(breach.duty, breach.duty), str(words.FAULT_NAMES[breach.fault]), house(row, breach.owed_by),
        breach.from_on, breach.until_on, _figures(breach), breach.state,
    )  # fmt: skip


def _figures(breach: Any) -> str:
    if breach.fault == "late":
        return _("约定 %(owed)s 分钟内，实际 %(done)s 分钟") % {"owed": breach.owed // 60, "done": up(breach.done)}
    if breach.fault == "unanswered":
        return _("约定 %(owed)s 分钟内，无人应答") % {"owed": breach.owed // 60}
    return _("约定 %(owed)s，实际 %(done)s") % {"owed": breach.owed, "done": breach.done}


def up(seconds: int) -> str:
    """Minutes with the part of one that made an answer late."""
    whole, rest = divmod(seconds, 60)
    return str(whole) if not rest else f"{seconds / 60:.1f}"


def _step(event: Any) -> dict[str, Any]:
    who, is_bound = (
        str(words.SIDES.get(event.side, event.side)),
        event.event == Event.SIGN and event.to_state == State.SIGNED,
    )
    tone = {"end": "bad", "suspend": "bad", "expire": "idle"}.get(event.event, "done")
    named = f"{who} {event.by.display_name}" if event.by and event.side != "system" and not is_bound else who
    text = _("双方签齐") if is_bound else str(words.STEPS[event.event])
    return {"at": event.at, "text": text, "by": "" if is_bound else named, "note": event.reason, "tone": tone}


# --- its paper


@dataclass(frozen=True, slots=True)
class PartySign:
    """One signature, and whether it still fits the words."""

    id: int
    side: str
    name: str
    post: str
    method: str
    witness: str
    place: str
    at: Any
    has_image: bool
    is_sound: bool
    counts: bool
    sm3: str
    certificate: str


@dataclass(frozen=True, slots=True)
class PaperPage:
    """The words as frozen, the signatures under them, and the form to sign."""

    id: int
    title: str
    number: str
    state: str
    clauses: tuple[dict[str, str], ...]
    is_whole: bool
    sm3: str
    edition: str
    evidence: str
    signatures: tuple[PartySign, ...]
    form: Any
    house: str


def paper(request: HttpRequest, cooperation_id: int, form: Any = None) -> PaperPage:
    row = queries.get_cooperation(request.actor, cooperation_id)
    side, signed = queries.side_of(row, request.actor), queries.counting_signatures(row)
    if form is None and side is not None and side not in signed and row.state == State.OFFERED:
        form = forms.PartySignForm(initial={"method": "glass", "name": request.user.display_name})
    said = row.text[_zh_or_en()]
    return PaperPage(
        row.pk, said["title"], row.number, row.state, tuple(said["clauses"]), queries.is_whole(row), bytes(row.text_sm3).hex(),
        row.template_edition, row.text["template"]["evidence"], tuple(_sign(row, s) for s in queries.list_party_signatures(row)), form,
        house(row, side) if side else "",
    )  # fmt: skip


def _sign(row: Any, signature: Any) -> PartySign:
    place = "" if signature.lon is None or signature.lat is None else f"{signature.lat:.4f}, {signature.lon:.4f}"
    return PartySign(
        signature.pk, str(words.SIDES[signature.side]), signature.name, signature.post, str(words.METHODS[signature.method]), signature.witness,
        place, signature.signed_at, signature.image_id is not None, queries.is_sound(signature),
        bytes(signature.text_sm3) == bytes(row.text_sm3), bytes(signature.sm3).hex(), queries.certificate_words(signature),
    )  # fmt: skip
