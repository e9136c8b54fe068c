"""Asking for a referral: who can be asked, the programme the person leaves, and what the records already say."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from yijia.apps.care import episode_words
from yijia.apps.care import queries as care
from yijia.apps.care.seams import OpenReferral
from yijia.apps.referrals import forms, queries, words
from yijia.apps.referrals.screens.referrals import house_name
from yijia.apps.registry import queries as registry
from yijia.apps.visits import queries as visits
from yijia.base import audit
from yijia.base.errors import NotFound
from yijia.base.words import is_english, unit
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor
from yijia.core.programmes.lifecycle import Event
from yijia.core.programmes.model import Programme
from yijia.core.programmes.vocabulary import PERSON
from yijia.core.referrals.lifecycle import BEFORE_ARRIVAL, State

NOTES = 3
"""How many of the last notes the course begins with."""

_NO_PROBLEM = frozenset(
    {"is_diagnosed", "is_stable", "is_destitute", "home_is_suitable", "wants_it", "has_other_listed_case", "has_disability_proof", "lives_at_home", "takes_medicines"}
)  # fmt: skip
"""Answers of an assessment that say nothing about what is the matter."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The request form's page.

    left        the episode the person leaves, as number and address; None when the page was not reached from one
    """

    resident_id: int
    who: str
    readings: list[tuple[str, str, str]]
    form: forms.RequestForm
    left: tuple[str, str] | None


def request_page(request: HttpRequest, resident_id: int) -> Asking:
    """Ask for somebody: institutions that can be asked, and what the records already know."""
    actor, on = request.actor, business_date(request.at)
    resident = registry.get_resident(actor, resident_id)
    if len(actor.organisation_ids) != 1:
        raise NotFound
    house = registry.get_organisation(actor, min(actor.organisation_ids))
    choices = [(str(one.pk), house_name(one)) for one in queries.askable(house)]
    is_home = queries.is_care_home(house)
    partners = [str(one.partner_id) for one in queries.partners_for_calls(house.pk, on)] if is_home else []
    choices.sort(key=lambda one: one[0] not in partners)
    running = {} if is_home else _leavable(actor, resident_id, on)
    chosen = running.get(request.GET.get("episode", "")) or (
        next(iter(running.values())) if len(running) == 1 else None
    )
    initial: dict[str, Any] = {"urgency": "routine", "wants": "bed", "direction": "up", "asked": partners}
    if chosen is not None and request.method == "GET":
        initial |= {"episode": chosen[0].pk, **_known(actor, *chosen)}
    form = forms.RequestForm(
        request.POST if request.method == "POST" else None, houses=choices, initial=initial,
        episodes=[(key, f"{episode_words.of(programme.words)} · {row.number}") for key, (row, programme) in running.items()],
    )  # fmt: skip
    for name in ("conditions", "course") if chosen else ():
        form.fields[name].widget.attrs["data-zh"] = ""  # what the records say, as they say it
    audit.read(
        actor, request.at, "referrals.request_page", subject_type="registry.resident", resident_ids=[resident_id]
    )
    found = [] if is_home else queries.readings_of(resident, on)  # a care home keeps no visit records
    known = visits.vitals(resident.jurisdiction, on)
    readings = [
        (known[one.code].en if is_english() else one.name, f"{one.value} {unit(one.unit)}", one.at.date().isoformat())
        for one in found
    ]
    asked_from = running.get(request.GET.get("episode", ""))
    left = (asked_from[0].number, reverse("care:episode", args=[asked_from[0].pk])) if asked_from else None
    return Asking(resident_id, resident.name, readings, form, left)


def _leavable(actor: Actor, resident_id: int, on: date) -> dict[str, tuple[care.Episode, Programme]]:
    """The running programmes somebody may leave by being referred, by episode, as a form names them."""
    found = {}
    for row in care.leavable_of(actor, resident_id):
        programme = care.programme_for(row.programme, row.jurisdiction, on)
        if isinstance(programme, Programme) and Event.REFER in programme.events:
            found[str(row.pk)] = row, programme
    return found


def _known(actor: Actor, row: care.Episode, programme: Programme) -> dict[str, str]:
    """What the assessment found and the last notes say, for the doctor to complete: a document of this place, so in Chinese."""
    stated = [PERSON[name].zh for name, answer in row.stated.items() if answer is True and name not in _NO_PROBLEM]
    grades = programme.grading.grades if programme.grading else ()
    graded = next((grade.words.zh for grade in grades if grade.code == row.grade), "")
    notes = [
        f"{one.on:%Y-%m-%d} {_what(programme, one.activity)}：{one.content['note']}"
        for one in care.records_of(actor, row)
        if one.content.get("note") and not one.is_void and not hasattr(one, "corrected_by")
    ]
    head = f"{programme.words.zh}{f'（{graded}）' if graded else ''}，{row.number}"
    return {"conditions": "\n".join(stated), "course": "\n".join([head, *reversed(notes[:NOTES])])}


def _what(programme: Programme, activity: str) -> str:
    line = programme.activity(activity) if activity else None
    return line.words.zh if line else "评估"


def told_of(told: dict[str, Any]) -> OpenReferral:
    """An open referral as the page of the episode it leaves shows it."""
    state = State(told["state"])
    tone, word = words.STATES[state]
    due_at = datetime.fromisoformat(told["due_at"]) if told["due_at"] else None
    url = reverse("referrals:referral", args=[told["pk"]])
    return OpenReferral(told["number"], url, tone, str(word), due_at, state not in BEFORE_ARRIVAL)


def door(resident_id: int, episode_id: int) -> str:
    """Where a referral is asked for, from an episode."""
    return f"{reverse('referrals:ask', args=[resident_id])}?episode={episode_id}"
