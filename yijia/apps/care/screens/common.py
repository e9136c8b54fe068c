"""What several pages about orders say the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from yijia.apps.care import episode_words, queries, words
from yijia.apps.catalogue import queries as catalogue
from yijia.base import audit, editions
from yijia.base.templatetags.yijia import yuan
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.policy import Value
from yijia.core.pricing.facts import Breakdown, Kind, Line, Payer, Reason
from yijia.core.programmes.model import Programme


def named(row: Any) -> str:
    """The name of a policy row or an institution in the reader's language."""
    if hasattr(row, "name_en"):
        return str(row.name_en if words.is_english() else row.name)
    return str(row.en if words.is_english() else row.zh)


def need_name(code: str, on: date, jurisdiction: str) -> str:
    """A need in an elder's words."""
    if code == queries.UNSURE:
        return str(words.UNSURE)
    return next((named(need) for need in catalogue.list_needs(on, jurisdiction) if need.code == code), code)


def item_names(codes: Mapping[str, int] | Sequence[str], on: date, jurisdiction: str) -> dict[str, str]:
    """Item code → name; a code that has left the catalogue keeps its code."""
    known = catalogue.items(on, jurisdiction)
    return {code: named(known[code]) if code in known else code for code in codes}


def is_own(actor: Actor) -> bool:
    """Whether the reader is the resident or family, to whom names are shown in full."""
    return reach(actor) is Reach.PEOPLE


def term(name: str, field: str, jurisdiction: str, on: date) -> int | None:
    """A deadline of policy, or None where the place states none."""
    value = editions.current().lookup(f"term:{name}", jurisdiction=jurisdiction, on=on)
    return int(value.value[field]) if isinstance(value, Value) else None


def deadline(order: queries.Order) -> datetime | None:
    """By when somebody must act on an order that waits, or None."""
    on = business_date(order.created_at)
    if order.state == "draft" and (minutes := term("call_back", "minutes", order.jurisdiction, on)) is not None:
        return order.created_at + timedelta(minutes=minutes)
    if order.state == "submitted" and (hours := term("first_assessment", "hours", order.jurisdiction, on)) is not None:
        return min(order.state_at + timedelta(hours=hours), order.wanted_from)
    return None


def is_call_back(order: queries.Order) -> bool:
    """Whether somebody only asked to be called."""
    return order.state == "draft" and order.need == queries.UNSURE


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a list: what · who · when · state · next step."""

    pk: int
    number: str
    need: str
    resident: str
    institution: str
    wanted_from: datetime
    wanted_until: datetime
    state: str
    channel: Any
    following: Any
    due_at: datetime | None
    total_fen: int | None
    created_at: datetime
    description: str
    is_call_back: bool


def row(order: queries.Order) -> Row:
    """An order as a list shows it."""
    return Row(
        pk=order.pk, number=order.number, need=need_name(order.need, business_date(order.created_at), order.jurisdiction), resident=order.resident.name,
        institution=named(order.organisation), wanted_from=order.wanted_from, wanted_until=order.wanted_until, state=order.state,
        channel=words.CHANNELS[order.channel], following=words.NEXT.get(order.state, ""), due_at=deadline(order), total_fen=order.quote_total_fen,
        created_at=order.created_at, description=order.description, is_call_back=is_call_back(order),
    )  # fmt: skip


def bill(breakdown: Breakdown, on: date, jurisdiction: str, *, provisional: bool = True) -> dict[str, Any]:
    """The price in plain words: one sentence, then lines with the filed price beside, then who pays."""
    lines = [_line(line, on, jurisdiction) for line in breakdown.lines]
    patient = breakdown.by_payer[Payer.PATIENT]
    joined = (", " if words.is_english() else "、").join(
        f"{line['label']} {yuan(line['amount_fen'])}" for line in lines
    )
    sentence = gettext("你付 %(amount)s，因为%(why)s。") % {"amount": yuan(patient), "why": joined}
    payers = [
        {"label": words.PAYERS[payer.value], "amount_fen": fen, "because": _because(breakdown, payer)}
        for payer, fen in breakdown.by_payer.items()
        if fen or payer is Payer.PATIENT
    ]
    return {
        "sentence": sentence,
        "lines": lines,
        "total_fen": breakdown.total_fen,
        "payers": payers,
        "provisional": provisional,
        "patient_fen": patient,
    }


def _line(line: Line, on: date, jurisdiction: str) -> dict[str, Any]:
    label = words.VISIT_FEE if line.kind is Kind.VISIT_FEE else item_names([line.code], on, jurisdiction)[line.code]
    known = editions.current().sources
    sources = [known[code] for code in line.sources if code in known]
    rule = " · ".join(part for part in (_said(reason) for reason in line.reasons) if part)
    return {
        "label": str(label), "code": "" if line.code == line.kind else line.code, "detail": "", "quantity": int(line.quantity) if line.quantity == int(line.quantity) else line.quantity,
        "filed_fen": line.filed_unit_fen, "charged_fen": line.unit_fen, "amount_fen": line.amount_fen, "rule": rule,
        "sources": [{"title": s.title, "clause": line.clause or "", "url": s.url if (s.url or "").startswith("https://") else "", "evidence": s.level.value} for s in sources],
    }  # fmt: skip


def _because(breakdown: Breakdown, payer: Payer) -> str:
    """Why this payer pays: the reasons about payers, each once."""
    codes = {reason.code for line in breakdown.lines for reason in line.reasons if line.payers.get(payer)} & set(
        words.PAYING
    )
    return " ".join(str(words.PAYING[code]) for code in sorted(codes))


def _said(reason: Reason) -> str:
    sentence = words.BECAUSE.get(reason.code)
    return str(sentence) % {"filing": reason.facts.get("filing", "—")} if sentence else ""


def recorded(request: HttpRequest, name: str, found: Any) -> list[queries.Episode]:
    """The episodes, after the people in them are put on record."""
    shown = list(found)
    audit.read(
        request.actor, request.at, name, subject_type="care.episode", subject_ids=[row.pk for row in shown], resident_ids=[row.resident_id for row in shown]
    )  # fmt: skip
    return shown


@dataclass(frozen=True, slots=True)
class Head:
    """What a form about one episode says of it."""

    pk: int
    number: str
    who: str
    programme: str


def head(request: HttpRequest, row: queries.Episode, programme: Programme) -> Head:
    """The episode a form is about; the person is put on record."""
    recorded(request, "care.episode_form", [row])
    return Head(row.pk, row.number, row.resident.name, episode_words.of(programme.words))
