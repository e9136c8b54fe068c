"""The agreed week as values: mode, days, what the place allows, what this week has used."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words, queries
from yijia.apps.care.screens.common import Head, head
from yijia.apps.care.week_forms import WEEKDAYS, WeekForm
from yijia.base import policy_names
from yijia.base.words import sentence
from yijia.core.calendar import business_date
from yijia.core.programmes.model import Cadence, Part, Programme
from yijia.core.programmes.week import ceiling, used_by
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Agreed:
    """The week that stands, with this week's use of it; `stop` says why there is none, or why nothing is counted."""

    mode: str
    slots: list[tuple[Any, str, int]]
    visits: int
    minutes: int
    used_visits: int
    used_minutes: int
    most: str
    source: str
    stop: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The page on which a week is agreed."""

    head: Head
    form: WeekForm
    agreed: Agreed
    refusal: str


def agreed(row: queries.Episode, programme: Programme | None, on: date) -> Agreed | None:
    """The agreed week of an episode; None for a programme without modes."""
    if programme is None or not programme.modes:
        return None
    week = queries.week_of(row)
    content = week.content if week else {"mode": "", "slots": [], "visits": 0, "minutes": 0}
    mode = next((episode_words.of(one.words) for one in programme.modes if one.code == content["mode"]), "")
    line = next((one for one in programme.plan if one.cadence is Cadence.WEEKLY), None)
    used = used_by(queries.used_in_week(row, line.code, on) if line else ())
    most = ceiling(programme, row.grade)
    slots = [(WEEKDAYS[slot["weekday"]], slot["starts"], slot["minutes"]) for slot in content["slots"]]
    return Agreed(
        mode, slots, content["visits"], content["minutes"], used.visits, used.minutes, "" if isinstance(most, Refusal) else _most(most),
        policy_names.titles(programme.grounds[Part.WEEK].sources) if Part.WEEK in programme.grounds else "",
        sentence(most) if isinstance(most, Refusal) else "",
    )  # fmt: skip


def _most(most: Any) -> str:
    parts = [
        _("%(n)s 次") % {"n": most.visits} if most.visits is not None else "",
        _("%(n)s 分钟") % {"n": most.minutes} if most.minutes is not None else "",
    ]
    return " / ".join(part for part in parts if part)


def plan(request: HttpRequest, episode_id: int, form: WeekForm | None = None, refusal: str = "") -> Plan:
    """The week of one episode, to agree on; the form begins with the week that stands."""
    row = queries.get_episode(request.actor, episode_id)
    on = business_date(request.at)
    programme = queries.programme_of(row, on)
    week = queries.week_of(row)
    initial: dict[str, Any] = {"mode": week.content["mode"]} if week else {}
    for slot in week.content["slots"] if week else ():
        initial |= {f"starts_{slot['weekday']}": slot["starts"], f"minutes_{slot['weekday']}": slot["minutes"]}
    shown = agreed(row, programme, on) or Agreed("", [], 0, 0, 0, 0, "", "", "")
    return Plan(head(request, row, programme), form or WeekForm(modes=programme.modes, initial=initial), shown, refusal)


def form_of(request: HttpRequest, episode_id: int) -> WeekForm:
    """What was typed."""
    row = queries.get_episode(request.actor, episode_id)
    return WeekForm(request.POST, modes=queries.programme_of(row, business_date(request.at)).modes)
