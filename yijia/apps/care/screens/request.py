"""The three steps of a request, for the resident, the family, the desk and the hospital alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yijia.apps.care import drafts, forms, queries, words
from yijia.apps.care.screens.common import bill, is_own, item_names, named, need_name
from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.base import audit
from yijia.base.words import sentence
from yijia.core.calendar import at_local, business_date
from yijia.core.catalogue.area import Area, clock, open_at
from yijia.core.people import masking
from yijia.core.permissions import SYSTEM, Role
from yijia.core.pricing.facts import Breakdown, Payer
from yijia.core.refusal import Refusal

STEPS = (_("需要什么"), _("哪天、谁来"), _("看价格"))
SLOT_MIN = 120
FEW = 8
NEAR = 3
"""Institutions shown at first; an elder's screen holds few things."""


@dataclass(frozen=True, slots=True)
class NeedStep:
    """What do you need, in words an elder uses."""

    steps: tuple[Any, ...]
    form: forms.NeedForm
    needs: list[dict[str, Any]]
    more: list[dict[str, Any]]
    who: str
    has_choice: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """One window of one institution."""

    value: str
    starts_at: datetime
    ends_at: datetime
    is_picked: bool


@dataclass(frozen=True, slots=True)
class House:
    """An institution that answers: its price and windows, or why not."""

    name: str
    phone: str
    away_km: Any
    total_fen: int | None
    patient_fen: int | None
    slots: list[Slot]
    refusal: str


@dataclass(frozen=True, slots=True)
class WhenStep:
    """Who can come when, and for how much."""

    steps: tuple[Any, ...]
    form: forms.WhenForm
    who: str
    need: str
    items: list[dict[str, Any]]
    day: date
    first_day: date
    last_day: date
    houses: list[House]
    more: list[House]  # farther away, folded
    is_more_picked: bool
    refused: list[House]
    refused_count: int
    common_refusal: str  # the one reason that holds for everybody near, as where the place's fee is not known


@dataclass(frozen=True, slots=True)
class CheckStep:
    """What will be sent: read it, answer, send."""

    steps: tuple[Any, ...]
    form: forms.CheckForm
    who: str
    need: str
    items: list[str]
    institution: str
    starts_at: datetime
    ends_at: datetime
    bill: dict[str, Any] | None
    staff_needed: int
    refusal: str
    is_price_new: bool  # the price is not the one that was agreed to; sending again agrees to this one
    for_desk: bool
    handover: dict[str, Any] | None


def people(request: HttpRequest) -> list[tuple[str, str]]:
    """For whom one may ask: oneself and family, or the one the desk or the hospital has in hand."""
    draft = drafts.current(request)
    if is_own(request.actor):
        return [(str(person.pk), person.name) for person in registry.list_my_residents(request.actor)]
    if not draft.get("resident_id"):
        return []
    person = registry.get_resident(request.actor, draft["resident_id"])
    return [(str(person.pk), masking.name(person.name))]


def need_form(request: HttpRequest, data: Any = None) -> forms.NeedForm:
    """Step one's form, filled with what was typed before."""
    draft = drafts.current(request)
    typed = {"resident": draft.get("resident_id"), "need": draft.get("need"), "description": draft.get("description")}
    initial = {
        name: str(value) for name, value in typed.items() if value
    }  # an empty word would hide the form's own default
    needs = [(need.code, named(need)) for need in catalogue.list_needs(business_date(request.at))]
    return forms.NeedForm(
        data, initial=initial, residents=people(request), needs=[*needs, (queries.UNSURE, words.UNSURE)]
    )


def need_step(request: HttpRequest, form: forms.NeedForm | None = None) -> NeedStep:
    """The page of step one; on record when it names somebody else than oneself."""
    form = form or need_form(request)
    picked = str(form["need"].value() or "")
    options = [
        {"value": code, "label": label, "is_picked": code == picked}
        for code, label in form.fields["need"].choices
        if code != queries.UNSURE
    ]
    residents = form.fields["resident"].choices
    few = options[:FEW] + [option for option in options[FEW:] if option["is_picked"]]
    return NeedStep(
        STEPS,
        form,
        few,
        [option for option in options if option not in few],
        residents[0][1] if len(residents) == 1 else "",
        len(residents) > 1,
    )


def when_items(request: HttpRequest) -> list[tuple[str, str]]:
    """The items that answer the need, as the place's catalogue names them, those that somebody nearby offers first."""
    draft = drafts.current(request)
    person = registry.get_resident(request.actor, draft["resident_id"])
    known = catalogue.items(business_date(request.at), person.jurisdiction)
    return [(code, named(item)) for code, item in known.items() if draft["need"] in item.needs and item.is_home_allowed]


def when_step(request: HttpRequest, form: forms.WhenForm | None = None) -> WhenStep:
    """The page of step two: what is asked for decides who can come and for how much."""
    draft = drafts.current(request)
    person = registry.get_resident(request.actor, draft["resident_id"])
    today = business_date(request.at)
    choices = when_items(request)
    names = dict(choices)
    day = _day(request, draft, today)
    actor = SYSTEM if request.actor.role is Role.DOCTOR else request.actor
    near = catalogue.offers_for(actor, draft["need"], person.household, person, day)
    offered = [code for code in names if any(code in offer.item_codes for offer in near if offer.outside is None)]
    asked = (
        [code for code in (request.POST or request.GET).getlist("item") if code in names]
        or [c for c in draft.get("items", {}) if c in names]
        or offered[:1]
    )
    answers = (
        catalogue.offers_for(actor, None, person.household, person, day, item_codes=dict.fromkeys(asked, 1))
        if asked
        else []
    )
    slot = str((request.POST or {}).get("slot") or draft.get("slot", ""))
    houses = [_house(offer, day, slot, request.at) for offer in answers]
    coming, refused = ([house for house in houses if bool(house.refusal) is is_no] for is_no in (False, True))
    common = {house.refusal for house in refused[:NEAR]}
    form = form or forms.WhenForm(items=choices, initial={"item": asked, "day": day})
    boxes = [
        {"value": code, "label": names[code], "is_picked": code in asked, "is_offered": code in offered}
        for code in names
        if code in offered or code in asked
    ]
    return WhenStep(
        STEPS, form, _who(request, person), need_name(draft["need"], today, person.jurisdiction), boxes, day, today, today + timedelta(days=60),
        coming[:NEAR], coming[NEAR:], any(slot.is_picked for house in coming[NEAR:] for slot in house.slots),
        refused[:FEW], len(refused), common.pop() if len(common) == 1 and not coming else "",
    )  # fmt: skip


def _who(request: HttpRequest, person: Any) -> str:
    return person.name if is_own(request.actor) else masking.name(person.name)


def _day(request: HttpRequest, draft: Mapping[str, Any], today: date) -> date:
    text = str((request.POST or request.GET).get("day") or draft.get("day", ""))
    try:
        return min(max(date.fromisoformat(text), today), today + timedelta(days=60))
    except ValueError:
        return today + timedelta(days=1)


def _house(offer: catalogue.Offer, day: date, picked: str, at: datetime) -> House:
    refusal = offer.outside or (offer.bill if isinstance(offer.bill, Refusal) else None)
    slots: list[Slot] = []
    if refusal is None and offer.area is not None:
        slots, closed = _slots(offer.organisation.pk, offer.area, day, picked, at)
        refusal = closed if not slots else None
    priced = offer.bill if isinstance(offer.bill, Breakdown) else None
    return House(
        named(offer.organisation), offer.organisation.phone, offer.away_km, priced.total_fen if priced else None,
        priced.by_payer[Payer.PATIENT] if priced else None, slots, sentence(refusal) if refusal else "",
    )  # fmt: skip


def _slots(organisation_id: int, area: Area, day: date, picked: str, at: datetime) -> tuple[list[Slot], Refusal | None]:
    """Windows of two hours within the opening hours; when there is none, why."""
    found, why = [], None
    for begin in range(area.opens_min, area.closes_min, SLOT_MIN):
        end = min(begin + SLOT_MIN, area.closes_min)
        if end - begin < SLOT_MIN // 2:
            continue
        starts_at, ends_at = _at(day, begin), _at(day, end)
        closed = open_at(area, start=starts_at, end=ends_at, asked_at=at)
        if closed is None:
            value = f"{organisation_id}@{clock(begin)}-{clock(end)}"
            found.append(Slot(value, starts_at, ends_at, value == picked))
        else:
            why = closed
    return found, why


def _at(day: date, minutes: int) -> datetime:
    return (
        at_local(day, time(minutes // 60, minutes % 60))
        if minutes < 1440
        else at_local(day + timedelta(days=1), time(0))
    )


def window(draft: Mapping[str, Any]) -> tuple[int, datetime, datetime]:
    """Institution, start and end of the picked window."""
    organisation, _at_sign, span = str(draft["slot"]).partition("@")
    begin, _dash, end = span.partition("-")
    day = date.fromisoformat(draft["day"])
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (begin, end)]
    return int(organisation), _at(day, minutes[0]), _at(day, minutes[1])


def check_form(request: HttpRequest, data: Any = None) -> forms.CheckForm:
    """Step three's form with the questions of the place."""
    draft = drafts.current(request)
    person = registry.get_resident(request.actor, draft["resident_id"])
    questions = queries.home_risk_questions(person.jurisdiction, date.fromisoformat(draft["day"]))
    typed = draft.get("check", {})
    return forms.CheckForm(
        data,
        questions=questions,
        for_desk=request.actor.role is Role.CLERK,
        initial=typed,
        must=request.actor.role is not Role.DOCTOR,
    )


def check_step(request: HttpRequest, form: forms.CheckForm | None = None, refusal: Refusal | None = None) -> CheckStep:
    """The page of step three; the price is asked anew, because a filing may have ended since."""
    draft = drafts.current(request)
    person = registry.get_resident(request.actor, draft["resident_id"])
    organisation_id, start, end = window(draft)
    day = date.fromisoformat(draft["day"])
    house = registry.organisations_for_system([organisation_id])[organisation_id]
    form = form or check_form(request)
    answers, company = form.so_far()
    answer = queries.asked(person, house, draft["items"], (start, end), home_risk=answers, guardian_present=company)
    shown = answer.price
    if isinstance(shown, Refusal):
        refusal, shown = refusal or shown, None
    audit.read(
        request.actor,
        request.at,
        "care.request",
        subject_type="registry.resident",
        subject_ids=[person.pk],
        resident_ids=[person.pk],
    )
    return CheckStep(
        STEPS, form, _who(request, person), need_name(draft["need"], day, person.jurisdiction),
        list(item_names(draft["items"], day, person.jurisdiction).values()), named(house), start, end,
        bill(shown, day, person.jurisdiction) if shown else None, answer.staff_needed, sentence(refusal) if refusal else "",
        refusal is not None and refusal.code == "orders.price_changed",
        request.actor.role is Role.CLERK, draft.get("handover"),
    )  # fmt: skip


def is_ready(request: HttpRequest, step: int) -> bool:
    """Whether the steps before this one were filled."""
    draft = drafts.current(request)
    wanted = ("resident_id", "need") if step == 2 else ("resident_id", "need", "items", "day", "slot")
    return all(draft.get(name) for name in wanted)


def order_facts(request: HttpRequest, form: forms.CheckForm) -> dict[str, Any]:
    """What the request amounts to, as the action takes it."""
    draft = drafts.current(request)
    organisation_id, start, end = window(draft)
    given = form.cleaned_data
    return {
        "client_id": draft["client_id"], "resident_id": draft["resident_id"], "organisation_id": organisation_id, "need": draft["need"],
        "items": draft["items"], "wanted_from": start, "wanted_until": end, "prescription": given["prescription"],
        "guardian_present": form.has_company(), "home_risk": form.answers() or None, "quoted_fen": given["quoted_fen"],
    }  # fmt: skip


def handover_facts(handed: Mapping[str, Any]) -> dict[str, Any]:
    """What the hospital typed, as the action takes it."""
    return dict(handed) | {"discharged_on": date.fromisoformat(handed["discharged_on"])}
