"""How an episode begins: applied for, assessed, qualified, signed, activated; or turned down."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from yijia.apps.care import queries, seams, words
from yijia.apps.care.actions.episode_duties import refresh
from yijia.apps.care.actions.episode_moves import (
    apply_event,
    hold,
    locked_episode,
    need,
    next_number,
    note_event,
    programme_of,
)
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.actions.submit import demand_proxy
from yijia.apps.care.models import Episode, EpisodeEvent, EpisodeRecord
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation, ResidentLink, Staff, Team
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import Invalid, NotFound, Refused, refuse_if
from yijia.core.calendar import add_months, business_date
from yijia.core.permissions import Actor, Permission
from yijia.core.programmes.admission import Admission, grade_of, judge
from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.model import Programme
from yijia.core.programmes.vocabulary import PERSON, STATED
from yijia.core.refusal import Refusal

P = Permission


@action("episodes.apply")
def apply_for_programme(
    *,
    client_id: uuid.UUID,
    programme: str,
    resident_id: int,
    organisation_id: int,
    stated: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Episode:
    """Ask an institution for a programme; asked again while one is open, it is the same episode.

    stated      what the applicant says, by column of `care_person`; the register's own columns are never stated

    Raises      Forbidden; NotFound; Invalid: a column that cannot be stated; Refused: programmes.*, orders.proxy_scope
    """
    need(by, P.EPISODE_APPLY)
    resident = registry.get_resident(by, resident_id)
    demand_proxy(by, resident_id, "order", at)
    said = checked_statement(stated or {})
    with scope.whole_system():
        house = Organisation.objects.filter(pk=organisation_id, is_active=True).first()
        if house is None:
            raise NotFound
        found: Programme = refuse_if(queries.programme_for(programme, house.jurisdiction, business_date(at)))
        if found.provider and found.provider.designation and not by.is_system:
            kind = resident.disability_kind
            refuse_if(seams.way_in(found.provider.designation, house.pk, resident.pk, kind, business_date(at)))
        episode = Episode(
            organisation=house, number=next_number(at), client_id=client_id, programme=found.code, jurisdiction=house.jurisdiction,
            resident=resident, household_id=resident.household_id, state_at=at, stated=said, created_at=at, created_by_id=by.user_id,
        )  # fmt: skip
        try:
            with transaction.atomic():
                episode.save()
        except IntegrityError as error:
            if "episode_open_once" not in str(error) and "client_id" not in str(error):
                raise
            same = Episode.objects.filter(client_id=client_id, resident=resident).first() or (
                Episode.objects.exclude(state=State.CLOSED)
                .filter(resident=resident, programme=found.code, organisation=house)
                .first()
            )
            if same is None:
                raise NotFound from error
            return same
        ResidentLink.objects.get_or_create(
            resident=resident, organisation=house, kind=ResidentLink.Kind.ORDER, until_on=None, defaults={"since_on": business_date(at)}
        )  # fmt: skip
        note_event(episode, "apply", State.APPLIED, {"stated": sorted(said)}, by, at)
        return episode


@action("episodes.assess")
def assess_episode(*, episode_id: int, version: int | None = None, by: Actor, at: datetime) -> Episode:
    """Take an application up, when the institution may give the programme at all.

    Raises      Forbidden; NotFound; Stale; Refused: episodes.provider_unfit, episodes.wrong_status
    """
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    return apply_event(episode, programme, Event.ASSESS, met=provider_met(episode, programme, at), by=by, at=at)


@action("episodes.qualify")
def qualify(
    *,
    episode_id: int,
    persons: Sequence[int],
    is_passed: bool,
    stated: Mapping[str, Any] | None = None,
    grade: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
) -> EpisodeRecord:
    """Record a qualification visit, or the look at a renewal: who was there, what is the case, which grade, whether it passes.

    Raises      Forbidden; NotFound; Invalid; Refused episodes.wrong_status
    """
    need(by, P.EPISODE_ASSESS)
    episode = locked_episode(by, episode_id)
    programme = programme_of(episode, at)
    if episode.state not in (State.ASSESSING, State.RENEWING):
        raise Refused(Refusal("episodes.wrong_status", {"status": episode.state, "event": "qualify"}))
    said = checked_statement(stated or {})
    there = set(
        Staff.objects.filter(pk__in=persons, organisation_id=episode.organisation_id).values_list("pk", flat=True)
    )
    faults = Faults()
    if not there or there != set(persons):
        faults.add("persons", "persons")
    if grade and grade not in programme.grades:
        faults.add("grade", "unknown_grade")
    faults.text("note", note, 2000)
    faults.settle()
    episode.stated = {**episode.stated, **said}
    with scope.whole_system():
        row = queries.person_row_for_system(episode.resident, episode.jurisdiction, episode.stated, at)
    episode.grade = grade or grade_of(programme, row) or episode.grade
    episode.version += 1
    episode.save(update_fields=["stated", "grade", "version"])
    kind = EpisodeRecord.Kind.QUALIFICATION if episode.state == State.ASSESSING else EpisodeRecord.Kind.REVIEW
    return EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=kind, cycle_no=episode.cycle_no,
        on=business_date(at), persons=sorted(there), content={"stated": said, "grade": episode.grade, "note": note.strip()},
        is_passed=is_passed, written_at=at, written_by_id=by.user_id,
    )  # fmt: skip


@action("episodes.agree")
def agree_episode(*, episode_id: int, version: int | None = None, by: Actor, at: datetime) -> Episode:
    """The person may have it, somebody qualified has looked, the papers are signed.

    Raises      Forbidden; NotFound; Stale; Refused: episodes.not_eligible, .not_qualified, .no_papers, .wrong_status
    """
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    met, facts = ready(episode, programme, at)
    with_facts = {"unmet": facts["unmet"], "grade": episode.grade}
    return _with_reasons(episode, programme, Event.AGREE, met, facts, with_facts, by, at)


@action("episodes.activate")
def activate_episode(
    *,
    episode_id: int,
    lead_id: int | None = None,
    nurse_id: int | None = None,
    team_id: int | None = None,
    registered_no: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Episode:
    """Begin: people are named, the register number is in, the slot is taken. Of two at the same second one is refused.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: episodes.provider_unfit, .no_team, .not_registered,
                .limit_reached, .slot_taken, .wrong_status
    """
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    name_people(episode, lead_id, nurse_id, team_id)
    faults = Faults()
    faults.text("registered_no", registered_no, 40)
    faults.settle()
    episode.registered_no = registered_no.strip()
    reached = limit_reached(episode, programme, at)
    met = {
        **provider_met(episode, programme, at), "team_named": team_fits(episode, programme),
        "registered": programme.registration is None or bool(episode.registered_no), "within_limits": reached is None, "slot_free": True,
    }  # fmt: skip
    first = episode.activated_at is None
    if first:
        episode.activated_at, episode.activated_by_id = at, by.user_id
    episode.cycle_no += 1
    on = business_date(at)
    episode.cycle_from, episode.cycle_until = on, cycle_end(programme, on)
    facts = cycle_facts(episode, programme)
    roles = {"roles": sorted(programme.provider.roles) if programme.provider else []}
    _with_reasons(episode, programme, Event.ACTIVATE, met, roles, facts, by, at)
    hold(episode, programme, by, at)
    refresh([episode], at)
    return episode


@action("episodes.turn_down")
def turn_down_episode(*, episode_id: int, reason: str, version: int | None = None, by: Actor, at: datetime) -> Episode:
    """End what has not begun: not eligible, withdrawn, or the person died.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: episodes.no_reason, .wrong_status
    """
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    faults = Faults()
    faults.text("reason", reason, 200)
    faults.settle()
    episode.end_reason, episode.ended_on = "turned_down", business_date(at)
    met = {"reason_given": bool(reason.strip())}
    return apply_event(episode, programme, Event.TURN_DOWN, met=met, facts={"reason": reason.strip()}, by=by, at=at)


# --- what the moves need; shared with renewal


def checked_statement(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Raises      Invalid: a column that is not there, is the register's own, or has another type"""
    for name, content in stated.items():
        if name not in STATED or not PERSON[name].accepts(content):
            raise Invalid({f"stated.{name}": [str(words.FAULTS["not_stated"])]}, {f"stated.{name}": ["not_stated"]})
    return dict(stated)


def provider_met(episode: Episode, programme: Programme, at: datetime) -> dict[str, bool]:
    """Whether the institution may give it; what it lacks raises with its names.

    Raises      Refused episodes.provider_unfit
    """
    lacks = queries.provider_unmet(programme, episode.organisation, business_date(at))
    if lacks:
        raise Refused(
            Refusal("episodes.provider_unfit", {"lacks": lacks, **episode.organisation.called("institution")})
        )
    return {"provider_fit": True}


def admission_of(episode: Episode, programme: Programme, at: datetime) -> Admission:
    """Whether the person may have it today; a renewing bed does not hold the person's own stay against it."""
    with scope.whole_system():
        return judge(
            programme, queries.person_row_for_system(episode.resident, episode.jurisdiction, episode.stated, at)
        )


def ready(episode: Episode, programme: Programme, at: datetime) -> tuple[dict[str, bool], dict[str, Any]]:
    """What AGREE and RENEW need, and the names of what is missing."""
    admission = admission_of(episode, programme, at)
    kind = EpisodeRecord.Kind.QUALIFICATION if episode.state == State.ASSESSING else EpisodeRecord.Kind.REVIEW
    looks = queries.standing_records(
        EpisodeRecord.objects.filter(episode=episode, kind=kind, cycle_no=episode.cycle_no)
    )
    passed = [row for row in looks if row.is_passed]
    seen_by = {person for row in passed for person in row.persons}
    asked = programme.qualification
    needs_look = asked is not None or kind == EpisodeRecord.Kind.REVIEW
    visits = max(asked.visits or 1 if asked else 1, 1) if kind == EpisodeRecord.Kind.QUALIFICATION else 1
    persons = max(asked.persons or 1 if asked else 1, 1) if kind == EpisodeRecord.Kind.QUALIFICATION else 1
    signed = queries.valid_papers(episode, queries.papers_from(episode, business_date(at)))
    unsigned = tuple(paper.kind for paper in programme.papers if paper.kind not in signed)
    met = {
        "eligible": admission.verdict is True,
        "qualified": not needs_look or (len(passed) >= visits and len(seen_by) >= persons),
        "papers_signed": not unsigned,
    }
    return met, {
        "unmet": list(admission.unmet), "visits": visits, "persons": persons, "unsigned": list(unsigned),
        "conditions_zh": "；".join(a.condition.words.zh for a in admission.answers if a.verdict is not True),
        "conditions_en": "; ".join(a.condition.words.en for a in admission.answers if a.verdict is not True),
    }  # fmt: skip


def _with_reasons(
    episode: Episode, programme: Programme, event: Event, met: dict[str, bool], reasons: dict[str, Any], facts: dict[str, Any], by: Actor, at: datetime
) -> Episode:  # fmt: skip
    """As `apply_event`; a refusal carries the reasons."""
    try:
        return apply_event(episode, programme, event, met=met, facts=facts, by=by, at=at)
    except Refused as refused:
        refused.refusal = Refusal(refused.refusal.code, {**reasons, **refused.refusal.facts})
        raise


def name_people(episode: Episode, lead_id: int | None, nurse_id: int | None, team_id: int | None) -> None:
    """Put the responsible people on the row, all of the episode's own institution.

    Raises      Invalid: somebody is not on duty there
    """
    for field, model, pk in (("lead", Staff, lead_id), ("nurse", Staff, nurse_id), ("team", Team, team_id)):
        if pk is None:
            continue
        row = model.objects.filter(pk=pk, organisation_id=episode.organisation_id).first()
        if row is None or (isinstance(row, Staff) and not row.is_active):
            raise Invalid({field: [str(words.FAULTS["not_on_duty"])]}, {field: ["not_on_duty"]})
        setattr(episode, field, row)


def team_fits(episode: Episode, programme: Programme) -> bool:
    """Whether the named people cover the professions the programme asks for."""
    asked = set(programme.provider.roles) if programme.provider else set()
    return asked <= {person.profession for person in (episode.lead, episode.nurse) if person is not None}


def cycle_end(programme: Programme, from_on: date) -> date | None:
    """The first day after a cycle that begins on a day; None where the place's own number is not known."""
    cycle = programme.cycle
    if cycle is None:
        return None
    if cycle.months is not None:
        return add_months(from_on, cycle.months)
    return None if cycle.max_days is None else from_on + timedelta(days=cycle.max_days)


def cycle_facts(episode: Episode, programme: Programme) -> dict[str, Any]:
    """What the step of a new cycle writes down."""
    return {
        "cycle": episode.cycle_no, "from": _day(episode.cycle_from), "until": _day(episode.cycle_until), "grade": episode.grade,
        "is_new_case": episode.cycle_no == 1 or (programme.cycle is not None and programme.cycle.renewal == "new_case"),
    }  # fmt: skip


def limit_reached(episode: Episode, programme: Programme, at: datetime) -> dict[str, Any] | None:
    """The yearly limit this beginning would break; an unknown limit breaks nothing."""
    limits, on = programme.limits, business_date(at)
    if limits is None or limits.annual_times is None:
        return None
    begun = EpisodeEvent.objects.filter(
        episode__resident_id=episode.resident_id, episode__programme=episode.programme, event__in=[Event.ACTIVATE, Event.RENEW], at__year=on.year
    )  # fmt: skip
    with scope.whole_system():
        count = begun.count()
    return {"limit": limits.annual_times, "count": count} if count >= limits.annual_times else None


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
