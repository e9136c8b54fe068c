"""What was written, and where each field came from; the service sheet and what a cycle promised and gave."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.care import episode_forms, episode_words, queries
from yijia.apps.care.screens.common import item_names
from yijia.base import audit, editions
from yijia.base.templatetags.yijia import yuan
from yijia.base.words import sentence
from yijia.base.words import unit as unit_word
from yijia.core.calendar import business_date
from yijia.core.permissions import Permission, Reach, may, reach
from yijia.core.policy import Value
from yijia.core.programmes.fulfilment import Item, fulfilled
from yijia.core.programmes.model import Programme
from yijia.core.programmes.vocabulary import READING
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record; `before` is what it said until it was put right."""

    label: str
    value: str
    before: str


@dataclass(frozen=True, slots=True)
class Source:
    """The visit a record was taken from: its number, who was there, when, and where to look."""

    number: str
    who: str
    at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record, old ones included."""

    pk: int
    code: str
    cycle_no: int
    kind: str
    what: str
    on: date
    by: str
    note: str
    verdict: str
    is_corrected: bool
    may_correct: bool
    is_void: bool
    why: str
    source: Source | None
    house: str
    fields: list[Field]
    orders: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    stops: list[str]
    total: str
    before_total: str
    is_passed: bool
    persons: tuple[int, ...]


def lines_of(request: HttpRequest, row: queries.Episode, programme: Programme | None) -> list[RecordLine]:
    """Every record of an episode, newest first."""
    may_correct = may(request.actor, Permission.EPISODE_RECORD)
    own = row.organisation_id
    lines = [
        line_of(one, programme, may_correct and one.organisation_id == own, _house(one) if row.setting else "")
        for one in queries.records_of(request.actor, row)
    ]
    if reach(request.actor) is not Reach.PEOPLE:
        return lines
    said = [_("本地没有写明收费依据的，这个周期不收费。")]  # what to find and write into policy is the staff's matter
    return [replace(line, stops=said) if line.stops else line for line in lines]


def _house(one: queries.EpisodeRecord) -> str:
    return (
        str(one.organisation.name_en or one.organisation.name)
        if episode_words.in_english()
        else str(one.organisation.name)
    )


def line_of(one: queries.EpisodeRecord, programme: Programme | None, may_correct: bool, house: str = "") -> RecordLine:
    """One record as a line.

    house       who wrote it, of an episode that has been at several institutions
    """
    line = programme.activity(one.activity) if programme and one.activity else None
    content, english = one.content, episode_words.in_english()
    is_corrected = hasattr(one, "corrected_by")
    fees = [
        {"label": fee["en" if english else "zh"], "quantity": fee["quantity"], "amount_fen": fee["amount_fen"]}
        for fee in content.get("lines", ())
    ]
    return RecordLine(
        one.pk, one.kind, one.cycle_no, str(episode_words.RECORDS[one.kind]), episode_words.of(line.words) if line else _left_for(content), one.on,
        one.written_by.display_name if one.written_by else _("平台"), content.get("note") or content.get("summary") or "",
        _verdict(one, programme), is_corrected, may_correct and one.kind == "service" and not is_corrected and not one.is_void, one.is_void,
        _why(one, programme), source_of(one), house, fields_of(one), _orders(content), fees,
        [sentence(Refusal(stop["code"], stop["facts"])) for stop in content.get("stopped", ())], _yuan(content.get("total_fen")),
        _yuan(content.get("before_fen")), bool(one.is_passed), tuple(one.persons),
    )  # fmt: skip


def _left_for(content: dict[str, Any]) -> str:
    """Where somebody was referred to, and by which referral; empty on every other record."""
    return " · ".join(text for text in (content.get("to"), content.get("referral")) if text)


def _why(one: queries.EpisodeRecord, programme: Programme | None) -> str:
    """The reason of a record; of a closing one the programme's own words for it."""
    return episode_words.reason(programme, one.content.get("reason", ""))


def _yuan(fen: int | None) -> str:
    return yuan(fen) if fen is not None else ""


def _verdict(one: queries.EpisodeRecord, programme: Programme | None) -> str:
    verdicts = programme.follow_up.verdicts if programme and programme.follow_up else ()
    return next((episode_words.of(v.words) for v in verdicts if v.id == one.verdict), "")


def _orders(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"number": one["number"], "url": reverse("care:order", args=[one["order_id"]]), "state": one["state"], "charged_fen": one["charged_fen"], "voucher": one["voucher"]}
        for one in content.get("orders", ())
    ]  # fmt: skip


def source_of(one: queries.EpisodeRecord) -> Source | None:
    """Where a record came from; None for one that was typed here."""
    kept = one.content.get("source")
    if not kept:
        return None
    at = datetime.fromisoformat(kept["at"]) if "T" in kept["at"] else None
    join = ", " if episode_words.in_english() else "、"
    return Source(kept["number"], join.join(kept.get("who", ())), at, reverse("care:order", args=[kept["order_id"]]))


def fields_of(one: queries.EpisodeRecord) -> list[Field]:
    """What was measured, asked and done, each with what it said before a correction."""
    content, before = one.content, one.content.get("before", {})
    found = [
        Field(
            episode_forms.column_word(name, is_reading=True),
            _said(value, READING[name].unit),
            _said(before[name], READING[name].unit) if before.get(name) is not None else "",
        )
        for name, value in content.get("reading", {}).items()
        if name in READING
    ]
    for code, kept in content.get("vitals", {}).items():
        if code not in content.get("reading", {}):
            found.append(Field(vital_word(code, one.on), _said(kept["value"], kept["unit"]), ""))
    items = content.get("items", {})
    names = item_names(list(items), one.on, one.episode.jurisdiction) if items else {}
    found += [Field(names[code], _("做了") if is_done else _("没做"), "") for code, is_done in items.items()]
    if content.get("minutes") is not None:
        found.append(Field(_("时长"), _("%(n)s 分钟") % {"n": content["minutes"]}, ""))
    if content.get("advice"):
        found.append(Field(_("交代"), content["advice"], ""))
    if before.get("note"):
        found.append(Field(_("记录原来写的"), before["note"], ""))
    return found


def _said(value: Any, unit: str | None) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return f"{value} {unit_word(unit)}" if unit else str(value)


def vital_word(code: str, on: date) -> str:
    """A vital sign's name in the reader's language."""
    found = editions.current().lookup(f"vital:{code}", jurisdiction="CN", on=on)
    return str(found.value["en" if episode_words.in_english() else "zh"]) if isinstance(found, Value) else code


@dataclass(frozen=True, slots=True)
class Use:
    """One programme that took a visit's record over."""

    programme: str
    what: str
    verdict: str
    url: str
    is_corrected: bool


def uses_of(request: HttpRequest, order: queries.Order) -> list[Use]:
    """What the record of an order's visit filled, corrections included."""
    found = []
    for one in queries.records_of_order(request.actor, order.pk):
        programme = queries.programme_for(one.episode.programme, one.episode.jurisdiction, one.on)
        if isinstance(programme, Programme):
            line = programme.activity(one.activity)
            what = episode_words.of(line.words) if line else one.activity
            url = reverse("care:episode_sheet", args=[one.episode_id])
            is_corrected = hasattr(one, "corrected_by")
            found.append(Use(episode_words.of(programme.words), what, _verdict(one, programme), url, is_corrected))
    return found


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One line of the plan in the running cycle: promised, given, and on which days, each with the order of its visit."""

    what: str
    often: str
    promised: int | None
    given: int
    is_kept: bool | None
    days: list[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The service sheet of one episode: what was promised and given in the cycle, then every visit of a month with its source."""

    pk: int
    number: str
    who: str
    programme: str
    institution: str
    month: str
    months: list[str]
    kept: list[KeptLine]
    from_on: date
    until_on: date
    is_served: bool
    rows: list[RecordLine]
    minutes: int
    count: int
    join: str


def sheet(request: HttpRequest, episode_id: int) -> Sheet:
    """The sheet for whoever reads the episode; on record."""
    row = queries.get_episode(request.actor, episode_id)
    audit.read(
        request.actor, request.at, "care.sheet", subject_type="care.episode", subject_ids=[row.pk], resident_ids=[row.resident_id]
    )  # fmt: skip
    on = business_date(request.at)
    found = queries.programme_for(row.programme, row.jurisdiction, on)
    programme = found if isinstance(found, Programme) else None
    rows = [one for one in queries.records_of(request.actor, row) if one.kind == queries.EpisodeRecord.Kind.SERVICE]
    months = sorted({f"{one.on:%Y-%m}" for one in rows}, reverse=True)
    asked = request.GET.get("month", "")
    month = asked if asked in months else months[0] if months else ""
    shown = [line_of(one, programme, False) for one in rows if f"{one.on:%Y-%m}" == month]
    standing = [
        one for one in rows if f"{one.on:%Y-%m}" == month and not one.is_void and not hasattr(one, "corrected_by")
    ]
    from_on = row.cycle_from or business_date(row.created_at)
    kept, is_served = _kept(request, row, programme, from_on, on)
    return Sheet(
        row.pk, row.number, row.resident.name, episode_words.of(programme.words) if programme else row.programme, house_of(row), month, months, kept,
        from_on, row.cycle_until or on + timedelta(days=1), is_served, shown, sum(one.content.get("minutes") or 0 for one in standing), len(standing),
        ", " if episode_words.in_english() else "、",
    )  # fmt: skip


def house_of(row: queries.Episode) -> str:
    """The institution's name in the reader's language."""
    house = row.organisation
    return str(house.name_en or house.name) if episode_words.in_english() else str(house.name)


def _kept(
    request: HttpRequest, row: queries.Episode, programme: Programme | None, from_on: date, on: date
) -> tuple[list[KeptLine], bool]:
    if programme is None or row.activated_at is None:
        return [], False
    until_on = row.cycle_until or max(on + timedelta(days=1), from_on)
    person = queries.person_row(
        row.resident, row.jurisdiction, row.stated, on, has_family_doctor=row.programme == queries.FAMILY_DOCTOR, is_in_hospital=False
    )  # fmt: skip
    done = queries.done_for_system(row.resident_id, from_on)
    found = fulfilled(programme, row.grade, person, done, from_on, until_on, row.package)
    orders = queries.sources_in_sight(request.actor, row.resident_id, from_on)
    return [_line(item, programme, row.grade, orders) for item in found.items], found.is_served


def _line(item: Item, programme: Programme, grade: str, orders: dict[tuple[date, str], int]) -> KeptLine:
    often = episode_words.cadence(item.line, programme, grade)
    days = []
    for one in item.done:
        order_id = orders.get((one.on, item.line.code))
        days.append((one.on, reverse("care:order", args=[order_id]) if order_id else ""))
    return KeptLine(
        episode_words.of(item.line.words),
        often,
        item.promised,
        item.given,
        item.is_kept if item.promised else None,
        days,
    )


def measured(row: queries.Episode, programme: Programme, at: datetime) -> dict[str, tuple[Any, str]]:
    """What a visit has measured since the follow-up fell due: column → value and the words for where it came from."""
    if programme.follow_up is None:
        return {}
    since = queries.opened_on(row, programme.follow_up.activity)
    found = queries.latest_values(row, since) if since is not None else None
    if found is None:
        return {}
    source = source_of(found)
    said = _("来自 %(day)s 上门 %(number)s（%(who)s）") % {
        "day": f"{found.on:%Y-%m-%d}", "number": source.number if source else "", "who": source.who if source else "",
    }  # fmt: skip
    return {name: (value, said) for name, value in found.content["reading"].items()}


def before(row: queries.Episode, programme: Programme) -> dict[str, str]:
    """What the follow-up before this one measured, in words: column → “上次 2025-05-17：132”."""
    if programme.follow_up is None:
        return {}
    found = queries.last_reading(row, programme.follow_up.activity)
    if found is None:
        return {}
    said = _("上次 %(day)s：%(value)s")
    return {
        name: said % {"day": f"{found.on:%Y-%m-%d}", "value": _said(value, None)}
        for name, value in found.content["reading"].items()
        if value is not None
    }
