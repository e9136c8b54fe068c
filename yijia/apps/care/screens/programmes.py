"""Programmes as values: what a place offers and on what grounds, the ward of an institution, what is due by household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words, queries
from yijia.apps.care.screens.common import is_own
from yijia.apps.care.screens.episodes import (
    EpisodeRow,
    activities_of,
    house_name,
    names_of,
    recorded,
    row_of,
    whole_day,
)
from yijia.apps.care.screens.packages import Card, cards
from yijia.base import audit, policy_names
from yijia.base.errors import NotFound
from yijia.base.words import listed, sentence
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission, may
from yijia.core.programmes.diagram import Diagram, draw, steps
from yijia.core.programmes.duties import is_soon
from yijia.core.programmes.households import by_household
from yijia.core.programmes.lifecycle import State
from yijia.core.programmes.model import Part, Programme

AHEAD = timedelta(days=7)
"""How far ahead the due list looks."""


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One programme in the list."""

    code: str
    name: str
    mission: str
    running: int
    is_money_known: bool


@dataclass(frozen=True, slots=True)
class GroundRow:
    """What one part stands on."""

    part: Any
    evidence: str
    place: str
    sources: str
    note: str


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One programme: drawn, and every part in words with its grounds."""

    code: str
    name: str
    place: str
    diagram: Diagram
    steps: list[dict[str, Any]]
    arrows: list[tuple[Any, str]]
    boxes: list[tuple[Any, str]]
    conditions: list[dict[str, Any]]
    grades: list[str]
    instruments: list[str]
    papers: list[str]
    provider: list[tuple[str, str]]
    plan: list[dict[str, str]]
    verdicts: list[dict[str, Any]]
    cycle: list[str]
    money: list[str]
    ending: list[str]
    writes: list[str]
    exclusions: list[str]
    grounds: list[GroundRow]
    stops: list[str]
    running: int
    packages: list[Card]
    may_apply: bool
    is_own: bool
    looks: int | None


@dataclass(frozen=True, slots=True)
class Ward:
    """All beds of an institution: what is late comes first."""

    rows: list[EpisodeRow]
    programmes: list[tuple[str, str]]
    chosen: str
    occupied: int
    due_today: int
    late: int
    worsening: int
    houses: list[tuple[str, str]]
    house: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """One thing to do in one home."""

    episode_id: int
    who: str
    what: str
    programme: str
    due_at: datetime
    due_day: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Home:
    """One home with everything due there: one trip finishes it."""

    place: str
    rows: list[DueRow]


@dataclass(frozen=True, slots=True)
class DueList:
    """What is due in the coming days, by household."""

    homes: list[Home]
    count: int
    late: int
    programmes: list[tuple[str, str]]
    chosen: str
    houses: list[tuple[str, str]]
    house: str


def programmes(request: HttpRequest) -> list[ProgrammeRow]:
    """Every programme of the reader's place, with how many run in sight."""
    running = queries.count_by_programme(request.actor)
    found = queries.programmes_of(place_of(request), business_date(request.at))
    return [
        ProgrammeRow(
            one.code,
            episode_words.of(one.words),
            one.mission,
            running.get(one.code, 0),
            queries.money_known(one, request.at),
        )
        for one in found
    ]


def programme(request: HttpRequest, code: str) -> ProgrammePage:
    """One programme of the reader's place.

    Raises      NotFound: the place has none of that name
    """
    on = business_date(request.at)
    one = queries.programme_for(code, place_of(request), on)
    if not isinstance(one, Programme):
        raise NotFound
    picture = draw(one)
    return ProgrammePage(
        code=one.code, name=episode_words.of(one.words), place=_named(one.jurisdiction), diagram=picture,
        arrows=[(arrow, str(episode_words.ARROWS[arrow.event])) for arrow in picture.arrows],
        boxes=[(box, episode_words.episode_state(box.state)) for box in picture.boxes], steps=_steps(one),
        conditions=[
            {"text": episode_words.of(c.words), "rule": c.rule.text if c.rule else "", "cases": [episode_words.of(case.words) for case in c.any_of]}
            for c in one.eligibility
        ],
        grades=[episode_words.of(grade.words) for grade in one.grading.grades] if one.grading else [],
        instruments=list(one.grading.instruments) if one.grading else [], papers=[episode_words.of(paper.words) for paper in one.papers],
        provider=_provider(one), plan=_plan(one), verdicts=_verdicts(one), cycle=_cycle(one), money=_money(one),
        ending=[episode_words.of(reason.words) for reason in one.ending.reasons] if one.ending else [],
        writes=[episode_words.of(text) for text in one.ending.writes] if one.ending else [],
        exclusions=[episode_words.of(e.words) for e in one.exclusions], grounds=_grounds(one),
        stops=[sentence(stop) for stop in queries.not_known(one, "", request.at)], running=queries.count_by_programme(request.actor).get(one.code, 0),
        may_apply=may(request.actor, Permission.EPISODE_APPLY) and bool(request.actor.resident_ids), packages=cards(one, request.at),
        is_own=is_own(request.actor), looks=one.qualification.visits if one.qualification else None,
    )  # fmt: skip


def ward(request: HttpRequest) -> Ward:
    """The beds of the reader's institution, most pressing first."""
    on, place = business_date(request.at), place_of(request)
    bedded = [one for one in queries.programmes_of(place, on) if one.slots and State.SUSPENDED in one.states]
    chosen = request.GET.get("programme", "")
    beds = [one.code for one in bedded if "bed" in one.slots or one.code == "elder_bed"]
    wanted = [chosen] if chosen in {one.code for one in bedded} else beds
    houses, house = _houses(request)
    found = queries.beds_of(request.actor, house or 0, wanted)
    shown = recorded(request, "care.ward", found)
    return ward_of(request.actor, shown, request.at, place, chosen, houses, house, offered=beds)


def _houses(request: HttpRequest) -> tuple[list[tuple[str, str]], int | None]:
    """Institutions to choose from, for whoever sees a whole place, and the one that is shown."""
    own = request.actor.organisation_ids
    if own:
        return [], min(own)
    found = queries.houses_with_episodes(request.actor)
    known = {str(house.pk): house.pk for house in found}
    asked = request.GET.get("house", "")
    return [(str(house.pk), house_name(house)) for house in found], known.get(asked, next(iter(known.values()), None))


def ward_of(
    actor: Actor, found: list[queries.Episode], at: datetime, place: str, chosen: str, houses: Sequence[tuple[str, str]] = (), house: int | None = None, offered: Sequence[str] = ()
) -> Ward:  # fmt: skip
    """A ward put together from its beds."""
    names, activities = names_of(place, business_date(at)), activities_of(place, business_date(at))
    rows = [row_of(episode, at, names, activities) for episode in found]
    rows.sort(key=lambda row: (not row.is_late, not row.is_worsening))  # the rest stay by what is due first
    occupied = [row for row in rows if row.state in queries.RUNNING]
    soon = sum(is_soon(row.due_at, at) for row in occupied)
    late, worse = sum(row.is_late for row in occupied), sum(row.is_worsening for row in occupied)
    choices = sorted((code, name) for code, name in names.items() if code in offered)
    return Ward(rows, choices, chosen, len(occupied), soon, late, worse, list(houses), str(house or ""))


def due(request: HttpRequest) -> DueList:
    """What is due in the coming days, by household, the most pressing home first."""
    on, place = business_date(request.at), place_of(request)
    chosen = request.GET.get("programme", "").replace("\0", "")[:40]
    houses, house = _houses(request)
    found = queries.due_duties(
        request.actor, until=request.at + AHEAD, programme=chosen, organisation_id=house if houses else None
    )
    audit.read(
        request.actor,
        request.at,
        "care.due",
        subject_type="care.duty",
        subject_ids=[d.pk for d in found],
        resident_ids=[d.resident_id for d in found],
    )
    homes, late = grouped(found, request.at, place)
    return DueList(
        homes, len(found), late, sorted(names_of(place, on).items()), chosen, houses, str(house or "") if houses else ""
    )


def grouped(found: list[queries.Duty], at: datetime, place: str) -> tuple[list[Home], int]:
    """Duties home by home, and how many are late."""
    names, activities = names_of(place, business_date(at)), activities_of(place, business_date(at))
    rows = [
        (d.household_id, _where(d), DueRow(d.episode_id, d.resident.name, activities.get(d.activity, d.activity), names.get(d.programme, d.programme), d.due_at, whole_day(d.due_at), d.due_at < at))
        for d in found
    ]  # fmt: skip
    homes = by_household(rows, lambda row: row[0], lambda row: row[2].due_at)
    return [Home(group[0][1], [row for _, _, row in group]) for _, group in homes], sum(
        row.is_late for _, _, row in rows
    )


def _where(duty: queries.Duty) -> str:
    """The masked address; where the mask leaves nothing of it, the township before it."""
    home = duty.household
    return f"{home.township} {home.address_masked}" if home.address_masked.startswith("*") else home.address_masked


def _named(jurisdiction: str) -> str:
    return policy_names.of_place(jurisdiction)[episode_words.in_english()]


def place_of(request: HttpRequest) -> str:
    """The jurisdiction whose programmes the reader sees."""
    return request.actor.jurisdiction or "CN"


def _provider(one: Programme) -> list[tuple[str, str]]:
    asked = one.provider
    if asked is None:
        return []
    found = [
        (_("机构类别"), listed(episode_words.KINDS.get(kind, kind) for kind in asked.kinds)),
        (_("要有的人员"), listed(episode_words.ROLES_ASKED.get(role, role) for role in asked.roles)),
        (_("执业许可"), _("须在有效期内") if asked.needs_licence else ""),
        (_("定点名单"), _("须在名单内") if asked.designation else ""),
    ]
    if one.qualification is not None:
        visits, persons = one.qualification.visits, one.qualification.persons
        found.append(
            (_("上门核查"), _("%(visits)s 次，%(persons)s 人") % {"visits": visits or "—", "persons": persons or "—"})
        )
    return [(label, text) for label, text in found if text]


def _plan(one: Programme) -> list[dict[str, str]]:
    return [
        {
            "what": episode_words.of(line.words), "often": episode_words.cadence(line, one),
            "who": listed(episode_words.ROLES_ASKED.get(role, role) for role in line.roles),
            "where": _("上门") if line.at_home else _("门诊或电话"), "rule": line.for_whom.text if line.for_whom else "",
        }
        for line in one.plan
    ]  # fmt: skip


def _steps(one: Programme) -> list[dict[str, Any]]:
    """The lifecycle from top to bottom in words."""
    arrow = episode_words.ARROWS
    return [
        {
            "state": episode_words.episode_state(step.state), "onward": arrow[step.onward] if step.onward else "",
            "asides": [(arrow[into], episode_words.episode_state(state), arrow[back]) for into, state, back in step.asides],
        }
        for step in steps(one)
    ]  # fmt: skip


def _verdicts(one: Programme) -> list[dict[str, Any]]:
    return [
        {"text": episode_words.of(v.words), "rule": v.rule.text, "days": v.next_days, "is_urgent": v.is_urgent}
        for v in (one.follow_up.verdicts if one.follow_up else ())
    ]


def _cycle(one: Programme) -> list[str]:
    if one.cycle is None:
        return [_("没有周期，一直服务到结束。")]
    if one.cycle.months:
        length = _("每周期 %(n)s 个月") % {"n": one.cycle.months}
    else:
        length = (
            _("每周期最长 %(n)s 天") % {"n": one.cycle.max_days}
            if one.cycle.max_days
            else _("一个周期多长，本地还不知道")
        )
    return [
        length,
        str(episode_words.RENEWAL[one.cycle.renewal]),
        _("期满前 %(n)s 天提醒续期评估") % {"n": one.cycle.review_before_days},
    ]


def _money(one: Programme) -> list[str]:
    if one.money is not None and one.money.is_free:
        return [_("不向个人收费。")]
    return [
        f"{episode_words.of(fee.words)}（{episode_words.PER[fee.per]}）"
        for fee in (one.money.fees if one.money else ())
    ]


def _grounds(one: Programme) -> list[GroundRow]:
    return [
        GroundRow(
            episode_words.PARTS[part.value], ground.evidence.value, _named(ground.jurisdiction), policy_names.titles(ground.sources),
            ground.note or "",
        )
        for part, ground in one.grounds.items()
        if part is not Part.COUNTS
    ]  # fmt: skip
