"""Handing on inside an alliance as values: whom one may ask, whom one is asked to take over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from yijia.apps.care import episode_words, queries
from yijia.apps.care.screens.common import Head, head, recorded
from yijia.apps.care.transfer_forms import OfferForm, TakeOverForm
from yijia.base.errors import NotFound
from yijia.core.calendar import business_date


@dataclass(frozen=True, slots=True)
class Offer:
    """The page on which an ally is asked."""

    head: Head
    form: OfferForm
    refusal: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One person whom an ally asks to take over."""

    pk: int
    number: str
    who: str
    programme: str
    from_house: str
    since: datetime
    reason: str
    summary: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The page on which one is taken over."""

    one: Asked
    form: TakeOverForm
    refusal: str


def offer(request: HttpRequest, episode_id: int, form: OfferForm | None = None, refusal: str = "") -> Offer:
    """Whom the reader's institution may ask about one episode."""
    row = queries.get_episode(request.actor, episode_id)
    programme = queries.programme_of(row, business_date(request.at))
    return Offer(head(request, row, programme), form or offer_form(request, episode_id), refusal)


def offer_form(request: HttpRequest, episode_id: int, data: Any = None) -> OfferForm:
    """The form with the allies of the episode's institution."""
    row, on = queries.get_episode(request.actor, episode_id), business_date(request.at)
    allies = queries.allies_of(queries.programme_of(row, on), row.organisation_id, on)
    english = episode_words.in_english()
    return OfferForm(data, houses=[(str(one.pk), (one.name_en or one.name) if english else one.name) for one in allies])


def asked(request: HttpRequest) -> list[Asked]:
    """Everybody the reader's institution is asked to take over; on record."""
    return [_asked(row, request) for row in recorded(request, "care.asked", queries.asked_of(request.actor))]


def _asked(row: queries.Episode, request: HttpRequest) -> Asked:
    content = queries.referral_for_system(row)
    programme = queries.programme_of(row, business_date(request.at))
    house = row.organisation
    name = (house.name_en or house.name) if episode_words.in_english() else house.name
    return Asked(
        row.pk, row.number, row.resident.name, episode_words.of(programme.words), name, row.state_at, content.get("reason", ""),
        content.get("summary", ""),
    )  # fmt: skip


def take_over(request: HttpRequest, episode_id: int, form: TakeOverForm | None = None, refusal: str = "") -> TakeOver:
    """One of them, with the form to take the person over. Raises NotFound: the reader's institution is not asked."""
    row = next((one for one in queries.asked_of(request.actor) if one.pk == episode_id), None)
    if row is None:
        raise NotFound
    recorded(request, "care.asked", [row])
    initial = {"lead_id": request.actor.staff_id, "setting": queries.referral_for_system(row)["setting"]}
    return TakeOver(_asked(row, request), form or take_over_form(request, initial=initial), refusal)


def take_over_form(request: HttpRequest, data: Any = None, initial: dict[str, Any] | None = None) -> TakeOverForm:
    """The form with the reader's own people."""
    staff = queries.staff_of(min(request.actor.organisation_ids, default=0))
    return TakeOverForm(data, staff=staff, initial=initial)
