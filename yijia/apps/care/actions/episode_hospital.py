"""Hospital stays as they are reported, often late: the bed at home ends where the stay begins, nothing written is lost."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from yijia.apps.care import queries
from yijia.apps.care.actions.episode_duties import refresh
from yijia.apps.care.actions.episode_end import HOSPITALISED, end_episode, settle_episode
from yijia.apps.care.actions.episode_moves import need, note_event, programme_of
from yijia.apps.care.actions.episode_run import suspend_episode
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.models import Episode, EpisodeRecord, Occupancy
from yijia.apps.registry import queries as registry
from yijia.base import outbox, scope
from yijia.base.actions import action
from yijia.base.errors import NotFound, Refused
from yijia.core.calendar import business_date
from yijia.core.permissions import SYSTEM, Actor, Permission
from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.slots import BED, slot_key
from yijia.core.refusal import Refusal

P = Permission


@action("episodes.report_admission")
def report_admission(
    *, resident_id: int, organisation_id: int, admitted_at: datetime, hospital: str, reason: str = "", by: Actor, at: datetime
) -> Occupancy:  # fmt: skip
    """A person was admitted to hospital, now or some days ago: the bed at home ends at that hour.

    Where the programme settles before admission the account is made first. Records written during the stay stay, and are named
    in the step so that somebody looks at them before they are paid.

    Raises      Forbidden; NotFound; Invalid; Refused: episodes.stay_overlaps
    """
    need(by, P.EPISODE_RUN, P.EPISODE_ASSESS)
    registry.get_resident(by, resident_id)
    faults = Faults()
    faults.text("hospital", hospital, 80, is_needed=True)
    if admitted_at > at:
        faults.add("admitted_at", "in_the_future")
    faults.settle()
    with scope.whole_system():
        news = {
            "resident_id": resident_id, "organisation_id": organisation_id, "hospital": hospital.strip(), "admitted_at": admitted_at.isoformat(),
        }  # fmt: skip
        outbox.publish("residents.admitted", news, at=at, organisation_id=organisation_id)
        for episode in queries.open_episodes_for_system(resident_id):
            _admitted(episode, admitted_at, hospital.strip(), reason.strip(), at)
        try:
            with transaction.atomic():
                return Occupancy.objects.create(
                    organisation_id=organisation_id, resident_id=resident_id, kind=Occupancy.Kind.HOSPITAL, slot=BED, slot_key=slot_key(BED),
                    place=hospital.strip(), during=(admitted_at, None), noted_at=at, noted_by_id=by.user_id,
                )  # fmt: skip
        except IntegrityError as error:
            if "occupancy_once" not in str(error):
                raise
            raise Refused(Refusal("episodes.stay_overlaps", {"hospital": hospital.strip()})) from error


@action("episodes.report_discharge")
def report_discharge(*, resident_id: int, discharged_at: datetime, by: Actor, at: datetime) -> Occupancy:
    """The stay is over; suspended episodes may be resumed.

    Raises      Forbidden; NotFound: no stay is open; Invalid: before the admission
    """
    need(by, P.EPISODE_RUN, P.EPISODE_ASSESS)
    registry.get_resident(by, resident_id)
    with scope.whole_system():
        rows = Occupancy.objects.select_for_update().filter(
            resident_id=resident_id, kind=Occupancy.Kind.HOSPITAL, is_active=True
        )
        stay = rows.filter(during__endswith=None).first()
        if stay is None:
            raise NotFound
        faults = Faults()
        if discharged_at <= stay.during.lower or discharged_at > at:
            faults.add("discharged_at", "ends_before_start")
        faults.settle()
        stay.during = (stay.during.lower, discharged_at)
        stay.save(update_fields=["during"])
        return stay


def _admitted(episode: Episode, admitted_at: datetime, hospital: str, reason: str, at: datetime) -> None:
    """What a stay does to one episode, by its programme: suspend, end, or nothing."""
    programme = programme_of(episode, at)
    begun = State(episode.state) in (State.ACTIVE, State.RENEWING)
    does = programme.ending.on_hospital if programme.ending else "none"
    if does == "none" or not begun:
        _cut(episode, admitted_at)
        return
    late = EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.SERVICE, written_at__gt=admitted_at)
    during_stay = list(queries.standing_records(late).values_list("pk", flat=True))
    facts = {
        "hospital": hospital, "admitted_on": business_date(admitted_at).isoformat(), "days_late": (business_date(at) - business_date(admitted_at)).days,
        "records_during_stay": during_stay, "reason": reason,
    }  # fmt: skip
    note_event(episode, "admitted", episode.state, facts, SYSTEM, at)
    if does == "suspend" and Event.SUSPEND in programme.events:
        suspend_episode(episode_id=episode.pk, reason=HOSPITALISED, by=SYSTEM, at=at)
    else:
        settle_episode(episode_id=episode.pk, by=SYSTEM, at=at)
        end_episode(episode_id=episode.pk, reason=HOSPITALISED, by=SYSTEM, at=at)
    _cut(episode, admitted_at)
    refresh([Episode.objects.select_related("resident").get(pk=episode.pk)], at)


def _cut(episode: Episode, admitted_at: datetime) -> None:
    """The bed at home was empty from the admission on."""
    rows = Occupancy.objects.select_for_update().filter(episode=episode, slot=BED, is_active=True)
    for row in rows.filter(Q(during__endswith=None) | Q(during__endswith__gt=admitted_at)):
        if row.during.lower >= admitted_at:
            row.is_active = False
        else:
            row.during = (row.during.lower, admitted_at)
        row.save(update_fields=["during", "is_active"])
