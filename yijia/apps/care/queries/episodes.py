"""Reading episodes: every read starts from the episodes in the actor's sight."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value

from yijia.apps.agreements import queries as agreements
from yijia.apps.agreements.models import Agreement
from yijia.apps.care import seams
from yijia.apps.care.models import Duty, Episode, EpisodeEvent, Occupancy, Order
from yijia.apps.care.queries.programmes import paid_by, programme_for
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation, Resident, Staff, Team
from yijia.base import editions, scope
from yijia.base.errors import NotFound
from yijia.core.calendar import add_months, age_on, business_date
from yijia.core.permissions import Actor, Reach, covers, reach
from yijia.core.policy import Editions
from yijia.core.programmes import load as programmes
from yijia.core.programmes.lifecycle import OPEN, State
from yijia.core.programmes.model import Programme
from yijia.core.programmes.slots import BED
from yijia.core.programmes.vocabulary import PERSON
from yijia.core.refusal import Refusal

RUNNING = (State.ACTIVE.value, State.RENEWING.value)
FAMILY_DOCTOR = "family_doctor"


def episodes_in_sight(actor: Actor) -> QuerySet[Episode]:
    """Episodes the actor may know of; out of sight is as good as absent."""
    rows = Episode.objects.all()
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS:
            return rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            return rows.filter(registry.within(actor.jurisdiction))
        case _:
            return rows.none()


def get_episode(actor: Actor, episode_id: int) -> Episode:
    """One episode with its person, home, institution and people.

    Raises      NotFound: absent or out of the actor's scope
    """
    rows = episodes_in_sight(actor).select_related("resident", "household", "organisation", "team", "lead", "nurse")
    found = seams.with_referral(rows).filter(pk=episode_id).first()
    if found is None:
        raise NotFound
    return found


def open_referral(episode: Episode) -> seams.OpenReferral | None:
    """The referral under way of an episode the caller holds."""
    return seams.referral_of(seams.with_referral(Episode.objects.all()).get(pk=episode.pk))


def paid_by_of(order: Order) -> frozenset[str]:
    """What pays for an order's visit already: the programme whose plan it was made for, as its place writes it that day."""
    if order.channel != Order.Channel.PLAN:
        return frozenset()
    episode = Episode.objects.filter(duties__order=order).first()
    if episode is None:
        return frozenset()
    programme = programme_for(episode.programme, episode.jurisdiction, business_date(order.wanted_from))
    return frozenset() if isinstance(programme, Refusal) else paid_by(programme)


def houses_for(programme: Programme, place: str, on: date, most: int = 100) -> list[Organisation]:
    """Institutions of a place that may give a programme, by name."""
    rows = Organisation.objects.filter(registry.within(place), is_active=True).order_by("name")
    circles, live = circles_of(programme, on), live_list(programme, [house.pk for house in rows], on)
    return [house for house in rows if not provider_unmet(programme, house, on, circles, live)][:most]


def houses_with_episodes(actor: Actor, most: int = 200) -> list[Organisation]:
    """Institutions with open episodes in the actor's sight, by name."""
    mine = episodes_in_sight(actor).filter(organisation=OuterRef("pk"), state__in=[state.value for state in OPEN])
    return list(Organisation.objects.filter(Exists(mine), is_active=True).order_by("name", "id")[:most])


def person_row(
    resident: Resident,
    place: str,
    stated: Mapping[str, Any],
    on: date,
    *,
    has_family_doctor: bool,
    is_in_hospital: bool,
) -> dict[str, Any]:
    """The person as programmes ask: what was stated, and what the register knows, which comes before it."""
    return {  # what was stated was checked when it was written; this runs for every episode each night
        **_NOTHING,
        **stated,
        "age_years": age_on(resident.born_on, on) if resident.born_on <= on else 0,
        "is_alive": resident.died_on is None,
        "is_permanent_resident": covers(resident.jurisdiction, place) or covers(place, resident.jurisdiction),
        "is_insured": resident.insured_class != Resident.InsuredClass.NONE,
        "is_disabled_elder": resident.is_disabled_elder,
        "disability_kind": resident.disability_kind or None,
        "disability_grade": resident.disability_grade,
        "has_family_doctor": has_family_doctor,
        "is_in_hospital": is_in_hospital,
    }


_NOTHING: Mapping[str, Any] = dict.fromkeys(PERSON)


def person_row_for_system(resident: Resident, place: str, stated: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """As `person_row`, reading contract and hospital stay; needs the whole system's sight."""
    held = set(
        Occupancy.objects.filter(resident=resident, is_active=True, during__contains=at).values_list("kind", "slot")
    )
    paper = Agreement.objects.filter(
        resident=resident, kind=Agreement.Kind.FAMILY_DOCTOR, signed_at__isnull=False, revoked_at__isnull=True
    )
    on = business_date(at)
    has_paper = paper.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on)).exists()
    return person_row(
        resident, place, stated, on, has_family_doctor=has_paper or (Occupancy.Kind.EPISODE, FAMILY_DOCTOR) in held,
        is_in_hospital=(Occupancy.Kind.HOSPITAL, BED) in held,
    )  # fmt: skip


def circles_of(programme: Programme, on: date) -> tuple[frozenset[int], ...]:
    """The alliances among whose members a programme's people are handed on; none where it names none."""
    if programme.provider is None or not programme.provider.alliance:
        return ()
    with scope.whole_system():
        return agreements.allied_for_system(programme.provider.alliance, on)


def live_list(programme: Programme, organisation_ids: Sequence[int], on: date) -> Mapping[int, bool]:
    """Which institutions are on the programme's live list that day; of those absent the register's own word counts."""
    asked = programme.provider
    return seams.designated(organisation_ids, asked.designation, on) if asked and asked.designation else {}


def allies_of(programme: Programme, organisation_id: int, on: date) -> list[Organisation]:
    """Institutions that may take a person of this programme over from one of them, by name."""
    found = {pk for circle in circles_of(programme, on) if organisation_id in circle for pk in circle}
    return list(Organisation.objects.filter(pk__in=found - {organisation_id}, is_active=True).order_by("name", "id"))


def asked_of(actor: Actor) -> list[Episode]:
    """Episodes that the actor's institution is asked to take over, oldest first."""
    with scope.whole_system():
        rows = Episode.objects.filter(asked_id__in=actor.organisation_ids, state=State.REFERRED)
        return list(rows.select_related("resident", "organisation").order_by("state_at", "id"))


def provider_unmet(
    programme: Programme,
    house: Organisation,
    on: date,
    circles: tuple[frozenset[int], ...] | None = None,
    listed_now: Mapping[int, bool] | None = None,
) -> tuple[str, ...]:
    """What an institution lacks to give a programme; the words are `words.PROVIDER`.

    circles, listed_now     the programme's alliances and its live list, where the caller asks for many institutions
    """
    asked = programme.provider
    if asked is None:
        return ()
    live = live_list(programme, [house.pk], on) if listed_now is None else listed_now
    listed = live.get(house.pk, asked.designation is None or asked.designation in house.service_modes)
    if not listed and house.pk not in live:
        known = circles_of(programme, on) if circles is None else circles
        listed = any(house.pk in circle for circle in known)
    modes = set(house.service_modes)
    expired = house.licence_valid_until is not None and house.licence_valid_until <= on
    return tuple(
        name
        for name, lacks in (
            ("inactive", not house.is_active),
            ("licence", asked.needs_licence and (not house.licence_no or expired)),
            ("kind", bool(asked.kinds) and house.kind not in asked.kinds),
            ("level", bool(asked.levels) and house.level not in asked.levels),
            ("service_mode", not set(asked.service_modes) <= modes),
            ("designation", not listed),
        )
        if lacks
    )


def papers_from(episode: Episode, on: date) -> date:
    """The day on which the papers asked for today must hold: today, or the first day of the cycle that a renewal begins."""
    return max(on, episode.cycle_until) if episode.state == State.RENEWING and episode.cycle_until else on


def valid_papers(episode: Episode, on: date) -> set[str]:
    """Kinds of the episode's papers that are signed and in force."""
    rows = Agreement.objects.filter(
        pk__in=episode.papers, signed_at__isnull=False, revoked_at__isnull=True, resident_id=episode.resident_id
    )
    return set(rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on)).values_list("kind", flat=True))


def for_due_lists(ids: Iterable[int]) -> QuerySet[Episode]:
    """Episodes with as much of them and their people as a due list asks, in order."""
    wanted = (
        "organisation_id", "programme", "jurisdiction", "resident_id", "household_id", "state", "stated", "grade", "package", "team_id", "activated_at",
        "cycle_until", "next_due_at", "next_activity", "resident__born_on", "resident__died_on", "resident__jurisdiction",
        "resident__insured_class", "resident__is_disabled_elder", "resident__disability_kind", "resident__disability_grade",
    )  # fmt: skip
    return Episode.objects.filter(pk__in=list(ids)).select_related("resident").only(*wanted).order_by("pk")


def timeline_of(actor: Actor, episode: Episode) -> list[EpisodeEvent]:
    """Every step, oldest first, those at an institution before this one included."""
    mine = episodes_in_sight(actor).filter(pk=episode.pk)
    rows = EpisodeEvent.objects.select_related("by").order_by("at", "id")
    if not episode.setting:  # it has been at one institution only
        return list(rows.filter(episode__in=mine))
    if not mine.exists():
        return []
    with scope.whole_system():
        return list(rows.filter(episode=episode.pk))


def open_duties_of(actor: Actor, episode: Episode) -> list[Duty]:
    """What is due in one episode, soonest first."""
    mine = episodes_in_sight(actor).filter(pk=episode.pk)
    return list(Duty.objects.filter(episode__in=mine, state=Duty.State.OPEN).select_related("order").order_by("due_at"))


@dataclass(frozen=True, slots=True)
class EpisodeFilters:
    """What a list of episodes is narrowed to; empty means everything in sight."""

    text: str = ""
    programme: str = ""
    states: tuple[str, ...] = ()
    organisation_id: int | None = None


def list_episodes(actor: Actor, filters: EpisodeFilters, *, page: int | str = 1, size: int = 20) -> Page:
    """One page of episodes in sight: what is due soonest first, closed ones last."""
    rows = episodes_in_sight(actor).select_related("resident", "organisation", "lead", "nurse", "team")
    if filters.programme:
        rows = rows.filter(programme=filters.programme)
    if filters.states:
        rows = rows.filter(state__in=filters.states)
    if filters.organisation_id:
        rows = rows.filter(organisation_id=filters.organisation_id)
    if text := filters.text.replace("\0", "").strip():
        rows = rows.filter(
            Q(number__startswith=text) | Q(resident__name=text) | Q(resident__pinyin_initials__istartswith=text)
        )
    return Paginator(rows.order_by("next_due_at", "-id"), size).get_page(page)


def count_by_programme(actor: Actor, resident_id: int | None = None) -> dict[str, int]:
    """How many open episodes in sight each programme has, of everybody or of one resident."""
    rows = episodes_in_sight(actor).filter(state__in=[state.value for state in OPEN])
    if resident_id is not None:
        rows = rows.filter(resident_id=resident_id)
    return dict(rows.order_by().values_list("programme").annotate(n=Count("id")))


def duties_in_sight(actor: Actor) -> QuerySet[Duty]:
    """Open duties the actor may know of, with what a list shows."""
    rows = Duty.objects.filter(state=Duty.State.OPEN)
    match reach(actor):
        case Reach.ALL:
            pass
        case Reach.ORGANISATIONS:
            rows = rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.PEOPLE:
            rows = rows.filter(resident_id__in=actor.resident_ids)
        case Reach.JURISDICTION:
            rows = rows.filter(registry.within(actor.jurisdiction, "organisation__jurisdiction"))
        case _:
            rows = rows.none()
    return rows


def due_duties(
    actor: Actor, *, until: datetime, team_id: int | None = None, programme: str = "", organisation_id: int | None = None, most: int = 200
) -> list[Duty]:  # fmt: skip
    """The most pressing duties that may be done until an instant, of a team or of all in sight."""
    rows = duties_in_sight(actor).filter(due_at__lt=until)
    if team_id is not None:
        rows = rows.filter(team_id=team_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    if programme:
        rows = rows.filter(programme=programme)
    wanted = (
        "household_id",
        "resident_id",
        "episode_id",
        "programme",
        "activity",
        "opens_on",
        "due_at",
        "order_id",
        "resident__name",
        "household__address_masked",
        "household__township",
    )
    return list(rows.select_related("resident", "household").only(*wanted).order_by("due_at", "id")[:most])


def beds_of(actor: Actor, organisation_id: int, slots_of: Iterable[str]) -> list[Episode]:
    """Running and suspended episodes of an institution in the programmes named, most pressing first."""
    rows = episodes_in_sight(actor).filter(organisation_id=organisation_id, programme__in=list(slots_of))
    rows = rows.filter(state__in=[State.ACTIVE, State.RENEWING, State.SUSPENDED, State.REFERRED, State.AGREED])
    wanted = (
        "number", "state", "programme", "resident_id", "next_due_at", "next_activity", "is_worsening", "cycle_from", "cycle_until", "jurisdiction", "resident__name",
        "lead__name", "nurse__name", "organisation__name", "organisation__name_en", "version", "team_id",
    )  # fmt: skip
    found = rows.select_related("resident", "lead", "nurse", "organisation").only(*wanted)
    return list(found.order_by("next_due_at", "id"))


def has_open_stay(resident_id: int) -> bool:
    """Whether a hospital stay that the reader's institution reported is not over yet."""
    rows = Occupancy.objects.filter(resident_id=resident_id, kind=Occupancy.Kind.HOSPITAL, is_active=True)
    return rows.filter(during__endswith=None).exists()


def open_episodes_for_system(resident_id: int) -> list[Episode]:
    """Every episode of a person that is not closed."""
    rows = Episode.objects.filter(resident_id=resident_id, state__in=[state.value for state in OPEN])
    return list(rows.select_related("resident", "organisation").order_by("id"))


def running_ids_for_system(after: int = 0, most: int = 5000) -> list[int]:
    """Ids of running episodes in order, a chunk at a time."""
    rows = Episode.objects.filter(state__in=RUNNING, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:most])


def ended_cycles_for_system(on: date) -> list[int]:
    """Active episodes whose cycle is over."""
    rows = Episode.objects.filter(state=State.ACTIVE, cycle_until__lte=on)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def of_age_for_system(on: date) -> list[Episode]:
    """Begun episodes of the programmes that end at an age, of people who have reached the youngest such age."""
    ages = _age_limits(editions.current())
    rows = Episode.objects.filter(state__in=[State.ACTIVE, State.SUSPENDED, State.RENEWING, State.REFERRED])
    found = Q(pk__in=[])
    for code, age in ages.items():
        found |= Q(programme=code, resident__born_on__lte=add_months(on, -12 * age))
    return list(rows.filter(found).select_related("resident", "organisation").order_by("pk"))


@lru_cache(maxsize=4)
def _age_limits(tree: Editions) -> dict[str, int]:
    """Programme → the lowest age at which any place ends it."""
    ages: dict[str, int] = {}
    for value in tree.all_values:
        ending = value.value.get("ending") if value.key.startswith(programmes.PREFIX) and value.value else None
        age = ending.get("until_age") if ending else None
        if age is not None:
            code = value.key.removeprefix(programmes.PREFIX)
            ages[code] = min(age, ages.get(code, age))
    return ages


def duty_of_order_for_system(order_id: int) -> Duty | None:
    """The duty an order was made for."""
    return Duty.objects.select_related("episode").filter(order_id=order_id).first()


def staff_of(organisation_id: int) -> list[Staff]:
    """Who may be named responsible: active staff of an institution."""
    return list(
        Staff.objects.filter(organisation_id=organisation_id, is_active=True).order_by("profession", "name", "id")
    )


def left_behind(organisation_ids: Iterable[int]) -> list[Staff]:
    """Staff of institutions who are off duty and still answer for open episodes, each with how many (`carries`)."""
    mine = Q(state__in=[state.value for state in OPEN]) & (Q(lead=OuterRef("pk")) | Q(nurse=OuterRef("pk")))
    count = Episode.objects.filter(mine).order_by().annotate(_=Value(1)).values("_").annotate(n=Count("pk")).values("n")
    rows = Staff.objects.filter(organisation_id__in=list(organisation_ids), is_active=False)
    return list(rows.annotate(carries=Subquery(count)).filter(carries__gt=0).order_by("name", "id"))


def teams_of(organisation_id: int) -> list[Team]:
    """Teams of an institution, by name."""
    return list(Team.objects.filter(organisation_id=organisation_id).order_by("name", "id"))
