"""What is due in an episode, kept up to date; the order made for it, the record that finishes it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from yijia.apps.care import episode_words, queries, words
from yijia.apps.care.actions.episode_moves import locked_episode, need, programme_of
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.actions.submit import submit_order
from yijia.apps.care.models import Contact, Duty, Episode, EpisodeRecord, Order
from yijia.apps.registry.models import Staff
from yijia.base import editions, outbox, scope
from yijia.base.actions import action
from yijia.base.errors import Invalid, NotFound, Refused, refuse_if
from yijia.base.words import listed
from yijia.core.calendar import age_on, at_local, business_date, start_of
from yijia.core.permissions import Actor, Permission
from yijia.core.policy import plain
from yijia.core.programmes.duties import Course, Done, Due, due_list
from yijia.core.programmes.lifecycle import State
from yijia.core.programmes.model import Activity, Cadence, Programme
from yijia.core.programmes.verdicts import Judged, judge, uncontrolled_in_a_row
from yijia.core.programmes.vocabulary import READING
from yijia.core.programmes.week import used_by, weigh
from yijia.core.refusal import Refusal

P = Permission
LOOK_BACK = timedelta(days=800)
"""How far back records are read for what is due: a calendar year, and the one before it."""

_MORNING = timedelta(hours=9)


def refresh(episodes: Iterable[Episode], at: datetime) -> int:
    """Compute the due lists of these episodes and put the differences on record; how many rows changed.

    The episodes carry their resident. Sees the whole system: a record of any programme may finish a duty of this one.
    """
    rows = list(episodes)
    with scope.whole_system():
        done = queries.done_by_person({row.resident_id for row in rows}, business_date(at) - LOOK_BACK)
        kept: dict[int, dict[str, Kept]] = {}
        open_duties = Duty.objects.filter(episode__in=[row.pk for row in rows], state=Duty.State.OPEN)
        for pk, episode_id, activity, *rest in open_duties.values_list(
            "pk", "episode_id", "activity", "opens_on", "due_at", "team_id"
        ):
            kept.setdefault(episode_id, {})[activity] = (pk, *rest)
        weeks = queries.weekdays_by_episode(row.pk for row in rows)
        programmes: dict[tuple[str, str], Programme | Refusal] = {}
        fresh: list[Duty] = []
        moved: list[Duty] = []
        dropped: list[int] = []
        touched: list[Episode] = []
        for row in rows:
            dues = _dues(row, programmes, done.get(row.resident_id, []), weeks.get(row.pk, frozenset()), at)
            mine = kept.get(row.pk, {})
            for due in dues:
                _compare(row, due, mine.pop(due.activity, None), fresh, moved, at)
            dropped += [pk for pk, *_ in mine.values()]
            wanted = (dues[0].due_at, dues[0].activity) if dues else (None, "")
            if (row.next_due_at, row.next_activity) != wanted:
                row.next_due_at, row.next_activity = wanted
                touched.append(row)
        Duty.objects.filter(pk__in=dropped).update(state=Duty.State.DROPPED, state_at=at)
        Duty.objects.bulk_create(fresh, batch_size=2000)
        Duty.objects.bulk_update(moved, ["opens_on", "due_at", "team_id", "state_at"], batch_size=1000)
        Episode.objects.bulk_update(touched, ["next_due_at", "next_activity"], batch_size=1000)
    return len(fresh) + len(moved) + len(dropped)


Kept = tuple[Any, ...]
"""An open duty as it stands: id, opens_on, due_at, team."""


def _dues(
    row: Episode,
    programmes: dict[tuple[str, str], Programme | Refusal],
    done: list[Done],
    weekdays: frozenset[int],
    at: datetime,
) -> tuple[Due, ...]:
    has_ended = row.state == State.CLOSING and row.ended_on is not None
    if (row.state not in queries.RUNNING and not has_ended) or row.activated_at is None:
        return ()
    on, key = business_date(at), (row.programme, row.jurisdiction)
    if key not in programmes:
        programmes[key] = queries.programme_for(*key, on)
    programme = programmes[key]
    if isinstance(programme, Refusal):
        return ()
    ended_at = start_of(row.ended_on) if has_ended and row.ended_on else None
    course = Course(row.activated_at, row.grade, row.cycle_until, ended_at, row.package, weekdays)
    if not any(line.for_whom for line in programme.plan):
        return due_list(programme, course, {}, done, on).dues
    person = queries.person_row(
        row.resident, row.jurisdiction, row.stated, on, has_family_doctor=row.programme == queries.FAMILY_DOCTOR, is_in_hospital=False
    )  # fmt: skip
    return due_list(programme, course, person, done, on).dues


def _compare(row: Episode, due: Due, old: Kept | None, fresh: list[Duty], moved: list[Duty], at: datetime) -> None:
    if old is None:
        fresh.append(
            Duty(
                organisation_id=row.organisation_id, episode_id=row.pk, resident_id=row.resident_id, household_id=row.household_id,
                team_id=row.team_id, programme=row.programme, activity=due.activity, opens_on=due.opens_on, due_at=due.due_at, state_at=at,
            )
        )  # fmt: skip
    elif old[1:] != (due.opens_on, due.due_at, row.team_id):
        moved.append(Duty(pk=old[0], opens_on=due.opens_on, due_at=due.due_at, team_id=row.team_id, state_at=at))


@action("episodes.refresh_due")
def refresh_due(*, after: int = 0, most: int = 5000, by: Actor, at: datetime) -> list[int]:
    """One chunk of the nightly computation; the ids it looked at, empty at the end."""
    need(by, P.EPISODE_RUN)
    ids = queries.running_ids_for_system(after, most)
    refresh(queries.for_due_lists(ids), at)
    return ids


@action("episodes.record")
def record_service(
    *,
    episode_id: int,
    activity: str,
    persons: Sequence[int],
    note: str = "",
    reading: Mapping[str, Any] | None = None,
    is_worse: bool = False,
    minutes: int | None = None,
    is_beyond: bool = False,
    order_id: int | None = None,
    by: Actor,
    at: datetime,
) -> EpisodeRecord:
    """Write down one service; it finishes what is due of its kind in every programme of the person, entered once.

    reading     of a follow-up: column of `care_reading` → value; age and earlier verdicts are the platform's to know
    minutes     how long it took; asked of a line with an agreed week
    is_beyond   it lies beyond the week's ceiling and is not counted against it: whoever asked for it pays

    Raises      Forbidden; NotFound; Invalid; Refused: episodes.wrong_status, programmes.reading_incomplete, programmes.week_over
    Source      PROG-06, PROG-09, PROG-26, PROG-30, PROG-32 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RECORD)
    episode = locked_episode(by, episode_id)
    programme = programme_of(episode, at)
    line = programme.activity(activity)
    is_after = line is not None and line.cadence is Cadence.AFTER
    if episode.state not in ((State.CLOSING,) if is_after else queries.RUNNING):
        raise Refused(Refusal("episodes.wrong_status", {"status": episode.state, "event": "record"}))
    there = _present(episode, persons)
    faults = Faults()
    if line is None:
        faults.add("activity", "unknown_activity")
    if not there:
        faults.add("persons", "persons")
    elif line is not None and not line.fits(there.values()):
        faults.add(
            "persons", "other_hands", roles=listed(episode_words.ROLES_ASKED.get(role, role) for role in line.roles)
        )
    faults.text("note", note, 4000)
    is_weekly = line is not None and line.cadence is Cadence.WEEKLY
    if (is_weekly and minutes is None) or (minutes is not None and not 0 < minutes <= DAY_MIN):
        faults.add("minutes", "minutes")
    is_measured = any(answer not in (None, "") for answer in (reading or {}).values())
    if not (note.strip() or is_measured or minutes is not None):
        faults.add("note", "says_nothing")
    faults.settle()
    assert line is not None
    if is_weekly and not is_beyond:
        refuse_if(weighed(episode, programme, line.code, business_date(at), minutes or 0))
    judged = judged_reading(episode, programme, line, reading, business_date(at))
    timed = {} if minutes is None else {"minutes": minutes, "is_beyond": is_beyond}
    record = EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.SERVICE,
        activity=line.code, serves=[line.code, *line.resolves], cycle_no=episode.cycle_no, on=business_date(at), persons=list(there),
        content={"note": note.strip(), "reading": plain(dict(reading or {})), "is_worse": is_worse, **timed}, order_id=order_id,
        verdict=judged.verdict.id if judged else "", is_controlled=judged.verdict.is_controlled if judged else None,
        next_on=judged.next_on if judged else None, written_at=at, written_by_id=by.user_id,
    )  # fmt: skip
    count_record(episode, programme, record, is_worse or bool(judged and judged.verdict.refers), at)
    return record


@action("episodes.order_duty")
def order_duty(
    *, duty_id: int, wanted_from: datetime | None = None, home_risk: Mapping[str, str] | None = None, guardian_present: bool | None = None,
    by: Actor, at: datetime,
) -> Duty:  # fmt: skip
    """Make the order for a duty on the ordinary way: gate, quote, dispatch. What stops it is kept beside the duty in words.

    Raises      Forbidden; NotFound; Refused: episodes.no_order_needed, episodes.already_ordered
    """
    need(by, P.EPISODE_RUN)
    duty = (
        queries.duties_in_sight(by)
        .select_for_update(of=("self",))
        .select_related("episode__resident")
        .filter(pk=duty_id)
        .first()
    )
    if duty is None:
        raise NotFound
    episode = duty.episode
    programme = programme_of(episode, at)
    line = programme.activity(duty.activity)
    if line is None or not line.items or line.need is None:
        raise Refused(Refusal("episodes.no_order_needed", {"activity": duty.activity}))
    if duty.order_id is not None:
        raise Refused(Refusal("episodes.already_ordered"))
    unknown = _not_in_catalogue(line, episode, at)
    if unknown is not None:
        duty.refusal, duty.state_at = {"code": unknown.code, "facts": plain(dict(unknown.facts))}, at
        duty.save(update_fields=["refusal", "state_at"])
        return duty
    start = (
        wanted_from
        or _agreed_start(episode, duty)
        or start_of(max(duty.opens_on, business_date(at) + timedelta(days=1))) + _MORNING
    )
    try:
        order = submit_order(
            client_id=uuid.uuid5(episode.client_id, f"{duty.activity}:{duty.pk}"), resident_id=episode.resident_id,
            organisation_id=episode.organisation_id, need=line.need, items=dict(line.items), wanted_from=start,
            wanted_until=start + timedelta(hours=2), home_risk=home_risk, guardian_present=guardian_present, channel=Order.Channel.PLAN,
            paid_by=queries.paid_by(programme), by=by, at=at,
        )  # fmt: skip
    except Refused as refused:
        duty.refusal = {"code": refused.refusal.code, "facts": plain(dict(refused.refusal.facts))}
    except Invalid as wrong:
        duty.refusal = {"code": "episodes.order_invalid", "facts": {"fields": sorted(wrong.fields)}}
    else:
        duty.order, duty.refusal = order, None
    duty.state_at = at
    duty.save(update_fields=["order", "refusal", "state_at"])
    return duty


def _agreed_start(episode: Episode, duty: Duty) -> datetime | None:
    """When the agreed week has the visit begin, on the duty's day; None where no week was agreed."""
    week = queries.week_of(episode)
    day = business_date(duty.due_at - timedelta(minutes=1))
    slots = [slot for slot in (week.content["slots"] if week else ()) if slot["weekday"] == day.isoweekday()]
    return at_local(day, time.fromisoformat(slots[0]["starts"])) if slots else None


DAY_MIN = 24 * 60


def weighed(episode: Episode, programme: Programme, activity: str, on: date, minutes: int) -> Refusal | None:
    """Why a visit of so many minutes does not fit into its week any more; a ceiling nobody wrote stops no care.

    Source      PROG-26 in docs/rules/programmes.md
    """
    found = weigh(programme, episode.grade, used_by([*queries.used_in_week(episode, activity, on), minutes]))
    return found if found is not None and found.code == "programmes.week_over" else None


def _not_in_catalogue(line: Activity, episode: Episode, at: datetime) -> Refusal | None:
    """Why the place has no price item for a line of the plan, or None."""
    for code in line.items:
        found = editions.current().lookup(f"item:{code}", jurisdiction=episode.jurisdiction, on=business_date(at))
        if isinstance(found, Refusal):
            return found
    return None


def _present(episode: Episode, persons: Sequence[int]) -> dict[int, str]:
    """Profession by person; empty when one of them is not of the house."""
    staff = Staff.objects.filter(pk__in=persons, organisation_id=episode.organisation_id).order_by("pk")
    there = dict(staff.values_list("pk", "profession"))
    return there if set(there) == set(persons) else {}


def judged_reading(
    episode: Episode, programme: Programme, line: Activity, reading: Mapping[str, Any] | None, on: date, before: EpisodeRecord | None = None
) -> Judged | None:  # fmt: skip
    """The verdict on a reading, None for a line that is not the programme's follow-up.

    before      the record that is put right; only those older than it count as earlier

    Raises      Invalid: a value of another type; Refused programmes.reading_incomplete, programmes.no_verdict
    """
    follow_up = programme.follow_up
    if follow_up is None or follow_up.activity != line.code:
        return None
    earlier = queries.standing_records(
        EpisodeRecord.objects.filter(episode=episode, activity=line.code, is_controlled__isnull=False)
    )
    if before is not None:
        earlier = earlier.filter(pk__lt=before.pk)
    history = list(earlier.order_by("on", "id").values_list("is_controlled", flat=True))
    known = {"age_years": age_on(episode.resident.born_on, on), "uncontrolled_before": uncontrolled_in_a_row(history)}
    try:
        row = READING.row({"is_intractable_reaction": False, **(reading or {}), **known})
    except ValueError as error:
        raise Invalid({"reading": [str(words.FAULTS["bad_reading"])]}, {"reading": ["bad_reading"]}) from error
    judged: Judged = refuse_if(judge(follow_up, row, on))
    return judged


def count_record(episode: Episode, programme: Programme, record: EpisodeRecord, is_worse: bool, at: datetime) -> None:
    """Count it, close the duties it finishes, look ahead."""
    if programme.counts and programme.counts.contact:
        Contact.objects.create(
            organisation_id=episode.organisation_id,
            resident_id=episode.resident_id,
            kind=programme.counts.contact,
            on=record.on,
        )
    with scope.whole_system():
        finished = Duty.objects.filter(
            resident_id=episode.resident_id, activity__in=record.serves, state=Duty.State.OPEN, opens_on__lte=record.on
        )
        finished.update(state=Duty.State.DONE, record=record, state_at=at)
        Episode.objects.filter(pk=episode.pk).update(is_worsening=is_worse)
        episode.is_worsening = is_worse
        refresh(running_of(episode), at)
    told = {"episode_id": episode.pk, "resident_id": episode.resident_id, "record_id": record.pk}
    outbox.publish("episodes.recorded", told, at=at, organisation_id=episode.organisation_id)
    if is_worse:
        news = {"episode_id": episode.pk, "programme": episode.programme, "verdict": record.verdict}
        outbox.publish("episodes.worse", news, at=at, organisation_id=episode.organisation_id)


def running_of(episode: Episode) -> list[Episode]:
    """The person's running episodes; the one at hand first, as the caller holds it."""
    with scope.whole_system():
        others = Episode.objects.filter(resident_id=episode.resident_id, state__in=queries.RUNNING).exclude(
            pk=episode.pk
        )
        return (
            [episode, *others.select_related("resident")]
            if episode.state != State.CLOSED
            else list(others.select_related("resident"))
        )
