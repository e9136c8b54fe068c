"""Reading what was written in episodes: records that count, where they came from, orders behind them, accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from yijia.apps.care import seams
from yijia.apps.care.models import Duty, Episode, EpisodeEvent, EpisodeRecord, Order
from yijia.apps.care.queries.episodes import RUNNING, episodes_in_sight, programme_for
from yijia.apps.registry.models import Staff
from yijia.base import scope
from yijia.base.errors import NotFound
from yijia.base.rows import Given, Statement
from yijia.core.permissions import Actor
from yijia.core.programmes.duties import Done
from yijia.core.programmes.lifecycle import State
from yijia.core.programmes.model import Activity, Programme
from yijia.core.programmes.week import monday_of
from yijia.core.refusal import Refusal

_CALLED_OFF = ("draft", "cancelled", "rejected", "aborted")
_PAID = ("settled", "rated", "closed")


def standing_records(rows: QuerySet[EpisodeRecord]) -> QuerySet[EpisodeRecord]:
    """Records that count: neither taken back nor corrected by a later one."""
    return rows.filter(corrected_by__isnull=True, is_void=False)


def done_by_person(resident_ids: Iterable[int], since: date) -> dict[int, list[Done]]:
    """What was done for many people by whichever programme, oldest first; needs the whole system's sight."""
    rows = standing_records(EpisodeRecord.objects.filter(resident_id__in=list(resident_ids), on__gte=since))
    rows = rows.filter(kind=EpisodeRecord.Kind.SERVICE).order_by("on", "id")
    found: dict[int, list[Done]] = {}
    for resident_id, on, serves, next_on in rows.values_list("resident_id", "on", "serves", "next_on"):
        found.setdefault(resident_id, []).append(Done(on, tuple(serves), next_on))
    return found


def done_for_system(resident_id: int, since: date) -> list[Done]:
    """What was done for one person by whichever programme at whichever institution, oldest first: days and kinds, nothing else."""
    with scope.whole_system():
        return done_by_person([resident_id], since).get(resident_id, [])


def records_of(actor: Actor, episode: Episode) -> list[EpisodeRecord]:
    """Every record, newest first, corrected ones included, and those another institution wrote before it handed the person over.

    Source      PROG-29 in docs/rules/programmes.md
    """
    mine = episodes_in_sight(actor).filter(pk=episode.pk)
    rows = EpisodeRecord.objects.select_related("episode", "written_by", "corrected_by").order_by("-on", "-id")
    if not episode.setting:  # it has been at one institution only
        return list(rows.filter(episode__in=mine))
    if not mine.exists():
        return []
    with scope.whole_system():
        handed = Q(episode=episode.pk)
        for former, until in seams.former(episode.client_id):
            handed |= Q(episode=former, written_at__lte=until)
        return list(rows.filter(handed).select_related("organisation"))


def settlement_of(episode: Episode, cycle_no: int | None = None) -> EpisodeRecord | None:
    """The settlement of a cycle, the running one unless another is named; None where there is none."""
    rows = standing_records(EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.SETTLEMENT))
    return rows.filter(cycle_no=episode.cycle_no if cycle_no is None else cycle_no).order_by("-id").first()


def ordered_in(episode: Episode, cycle_no: int) -> list[Order]:
    """Orders that were made for the episode in a cycle and not called off, in order of their number."""
    began = EpisodeEvent.objects.filter(episode=episode, event__in=["activate", "renew"])
    starts = dict(began.order_by("id").values_list("cycle_no", "at"))
    rows = Order.objects.filter(duties__episode=episode).exclude(state__in=_CALLED_OFF)
    if cycle_no in starts:
        rows = rows.filter(wanted_from__gte=starts[cycle_no])
    if cycle_no + 1 in starts:
        rows = rows.filter(wanted_from__lt=starts[cycle_no + 1])
    return list(rows.distinct().order_by("pk"))


def unpaid_orders_of(episode: Episode) -> list[Order]:
    """Orders of the episode whose money is not settled yet."""
    rows = Order.objects.filter(duties__episode=episode).exclude(state__in=[*_CALLED_OFF, *_PAID])
    return list(rows.distinct().order_by("pk"))


def records_in_sight(actor: Actor) -> QuerySet[EpisodeRecord]:
    """Records of episodes the actor may know of."""
    return EpisodeRecord.objects.filter(episode__in=episodes_in_sight(actor))


def sources_in_sight(actor: Actor, resident_id: int, since: date) -> dict[tuple[date, str], int]:
    """(day, kind) → the order whose visit finished it, of the records of a person that the actor may know of."""
    rows = standing_records(records_in_sight(actor).filter(resident_id=resident_id, on__gte=since, order__isnull=False))
    found: dict[tuple[date, str], int] = {}
    for on, serves, order_id in rows.order_by("id").values_list("on", "serves", "order_id"):
        found |= {(on, kind): order_id for kind in serves}
    return found


def get_record(actor: Actor, episode: Episode, record_id: int) -> EpisodeRecord:
    """One service record of an episode in sight.

    Raises      NotFound
    """
    rows = records_in_sight(actor).filter(episode=episode, kind=EpisodeRecord.Kind.SERVICE)
    found = rows.filter(pk=record_id).first()
    if found is None:
        raise NotFound
    return found


def records_of_order(actor: Actor, order_id: int) -> list[EpisodeRecord]:
    """What one visit's record filled, corrections included, oldest first."""
    rows = records_in_sight(actor).filter(order_id=order_id).select_related("episode", "written_by", "corrected_by")
    return list(rows.order_by("id"))


def leavable_of(actor: Actor, resident_id: int) -> list[Episode]:
    """A person's episodes in sight that a referral may take them out of, oldest first."""
    states = [State.ACTIVE, State.SUSPENDED, State.RENEWING]
    return list(episodes_in_sight(actor).filter(resident_id=resident_id, state__in=states).order_by("pk"))


def running_at_for_system(resident_id: int, organisation_id: int) -> list[Episode]:
    """A person's running episodes at one institution, oldest first."""
    return _RUNNING.ask(resident_id=resident_id, organisation_id=organisation_id)


_RUNNING = Statement(
    lambda: (
        Episode.objects.filter(
            resident_id=Given("resident_id"), organisation_id=Given("organisation_id"), state__in=RUNNING
        )
        .select_related("resident", "organisation")
        .order_by("pk")
    )
)


def follow_ups_due_for_system(resident_id: int, organisation_id: int, on: date) -> list[Programme]:
    """Programmes of a person at an institution whose follow-up may be done on a day."""
    found = []
    for episode in running_at_for_system(resident_id, organisation_id):
        programme = programme_for(episode.programme, episode.jurisdiction, on)
        if isinstance(programme, Refusal) or programme.follow_up is None:
            continue
        due = Duty.objects.filter(
            episode=episode, activity=programme.follow_up.activity, state=Duty.State.OPEN, opens_on__lte=on
        )
        if due.exists():
            found.append(programme)
    return found


def opened_on(episode: Episode, activity: str) -> date | None:
    """The day on which the window of a line that is due opened; None where it is not due."""
    rows = Duty.objects.filter(episode=episode, activity=activity, state=Duty.State.OPEN)
    return rows.values_list("opens_on", flat=True).first()


def latest_values(episode: Episode, since: date) -> EpisodeRecord | None:
    """The newest standing record of the person at the institution, since a day, that a visit filled with measured values."""
    rows = EpisodeRecord.objects.filter(
        resident_id=episode.resident_id, organisation_id=episode.organisation_id, on__gte=since, order__isnull=False
    )
    return standing_records(rows).exclude(content__reading={}).order_by("-on", "-id").first()


def last_reading(episode: Episode, activity: str) -> EpisodeRecord | None:
    """The newest standing follow-up of an episode that measured something, whoever wrote it; None before the first."""
    rows = EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.SERVICE, activity=activity)
    return standing_records(rows).exclude(content__reading={}).order_by("-on", "-id").first()


def week_of(episode: Episode) -> EpisodeRecord | None:
    """The week agreed with the person that stands now; None before one was agreed."""
    rows = EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.WEEK)
    return rows.order_by("-id").first()


def weekdays_by_episode(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Episode → the days of its agreed week, Monday is 1; one without a plan is absent."""
    rows = EpisodeRecord.objects.filter(episode__in=list(ids), kind=EpisodeRecord.Kind.WEEK).order_by("id")
    found = rows.values_list("episode_id", "content")
    return {pk: frozenset(slot["weekday"] for slot in content["slots"]) for pk, content in found}


def used_in_week(episode: Episode, activity: str, on: date) -> list[int]:
    """Minutes of each visit of a line in the week of a day, those that somebody pays beyond the ceiling left out."""
    first = monday_of(on)
    rows = standing_records(
        EpisodeRecord.objects.filter(episode=episode, activity=activity, on__range=(first, first + timedelta(days=6)))
    )
    kept = rows.filter(kind=EpisodeRecord.Kind.SERVICE).values_list("content", flat=True)
    return [content.get("minutes") or 0 for content in kept if not content.get("is_beyond")]


def referral_for_system(episode: Episode) -> dict[str, Any]:
    """What was written when the episode was last handed on: to, reason, summary; inside an alliance also where the person is to be (setting)."""
    with scope.whole_system():
        rows = EpisodeRecord.objects.filter(episode=episode.pk, kind=EpisodeRecord.Kind.REFERRAL).order_by("-id")
        found = rows.values_list("content", flat=True).first()
        offers = EpisodeEvent.objects.filter(episode=episode.pk, event="offer_transfer").order_by("-id")
        offered = offers.values_list("facts", flat=True).first()
    return {**(found or {}), "setting": (offered or {}).get("setting", "")}


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a cycle as the books read it."""

    episode_id: int
    number: str
    organisation_id: int
    resident_id: int
    cycle_no: int
    content: dict[str, Any]


def account_for_system(record_id: int) -> Account | None:
    """An account by its record; None where there is none."""
    row = (
        EpisodeRecord.objects.select_related("episode").filter(pk=record_id, kind=EpisodeRecord.Kind.SETTLEMENT).first()
    )
    if row is None:
        return None
    return Account(
        row.episode_id, row.episode.number, row.organisation_id, row.resident_id, row.cycle_no, dict(row.content)
    )


def accounts_of_for_system(resident_id: int) -> list[int]:
    """The newest account of each cycle of a person's episodes, by record, oldest first."""
    rows = EpisodeRecord.objects.filter(resident_id=resident_id, kind=EpisodeRecord.Kind.SETTLEMENT).order_by("id")
    newest = {(episode, cycle): pk for pk, episode, cycle in rows.values_list("pk", "episode_id", "cycle_no")}
    return sorted(newest.values())


def stops_of_accounts(episode: Episode) -> list[dict[str, Any]]:
    """What stopped the newest account of each cycle of an episode the reader was given."""
    newest: dict[int, list[dict[str, Any]]] = {}
    rows = EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.SETTLEMENT).order_by("id")
    for cycle_no, content in rows.values_list("cycle_no", "content"):
        newest[cycle_no] = content.get("stopped", [])
    return [stop for _, stops in sorted(newest.items()) for stop in stops]


def first_fit(line: Activity, staff_ids: Iterable[int | None]) -> int | None:
    """The first of these people who may do a line of a plan; None: none of them.

    Source      PROG-32 in docs/rules/programmes.md
    """
    asked = [pk for pk in staff_ids if pk is not None]
    professions = dict(Staff.objects.filter(pk__in=asked).values_list("pk", "profession"))
    return next((pk for pk in asked if pk in professions and line.fits([professions[pk]])), None)
