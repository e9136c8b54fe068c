"""How an episode ends: the reason, the account, the closing record; by itself when somebody dies or comes of age."""

from datetime import datetime, timedelta
from uuid import uuid5

from yijia.apps.care import episode_words, queries
from yijia.apps.care.actions.end import cancel_order
from yijia.apps.care.actions.episode_account import settle_cycle
from yijia.apps.care.actions.episode_begin import apply_for_programme
from yijia.apps.care.actions.episode_duties import refresh
from yijia.apps.care.actions.episode_moves import (
    apply_event,
    locked_episode,
    need,
    note_event,
    programme_of,
    release,
)
from yijia.apps.care.actions.episode_run import review_episode
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.models import Duty, Episode, EpisodeRecord
from yijia.apps.catalogue import queries as catalogue
from yijia.base.actions import action
from yijia.base.errors import Refused
from yijia.core.calendar import age_on, business_date
from yijia.core.catalogue.area import serves
from yijia.core.orders.lifecycle import BEFORE_ARRIVAL
from yijia.core.permissions import SYSTEM, Actor, Permission
from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.model import Programme
from yijia.core.refusal import Refusal

P = Permission
DIED, CAME_OF_AGE, HOSPITALISED, CYCLE_END, MOVED = "died", queries.CAME_OF_AGE, "hospitalised", "cycle_end", "moved"


@action("episodes.end")
def end_episode(
    *, episode_id: int, reason: str, note: str = "", version: int | None = None, by: Actor, at: datetime
) -> Episode:
    """Stop for good, by one of the programme's reasons: the slot is free, open visits are called off, the account follows.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: episodes.no_reason, .unknown_reason, .wrong_status
    """
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    faults = Faults()
    faults.text("note", note, 1000)
    faults.settle()
    known = {one.code for one in programme.ending.reasons} if programme.ending else set()
    if reason and reason not in known and not by.is_system:
        raise Refused(Refusal("episodes.unknown_reason", {"reason": reason}))
    episode.end_reason, episode.ended_on = reason or "", business_date(at)
    facts = {"reason": reason, "note": note.strip()}
    apply_event(episode, programme, Event.END, met={"reason_given": bool(reason)}, facts=facts, by=by, at=at)
    release(episode, at)
    _call_off(episode, at)
    refresh([episode], at)
    return episode


@action("episodes.settle")
def settle_episode(*, episode_id: int, by: Actor, at: datetime) -> EpisodeRecord:
    """Put the account of the running cycle together from the price rules; what has no good price is named, not guessed.

    Before a hospital admission it is done while the episode still runs.

    Raises      Forbidden; NotFound; Refused episodes.wrong_status
    Source      PROG-03 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RUN)
    episode = locked_episode(by, episode_id)
    if episode.state in (State.APPLIED, State.ASSESSING, State.AGREED, State.CLOSED):
        raise Refused(Refusal("episodes.wrong_status", {"status": episode.state, "event": "settle"}))
    programme = programme_of(episode, at)
    return settle_cycle(episode, programme, episode.cycle_no, by, at)


@action("episodes.write_closing")
def write_closing(*, episode_id: int, summary: str, advice: str = "", by: Actor, at: datetime) -> EpisodeRecord:
    """Write what the programme asks for at the end.

    Raises      Forbidden; NotFound; Invalid: no summary; Refused episodes.wrong_status
    """
    need(by, P.EPISODE_RECORD, P.EPISODE_RUN)
    episode = locked_episode(by, episode_id)
    programme = programme_of(episode, at)
    if episode.state != State.CLOSING:
        raise Refused(Refusal("episodes.wrong_status", {"status": episode.state, "event": "write_closing"}))
    faults = Faults()
    faults.text("summary", summary, 4000, is_needed=True)
    faults.text("advice", advice, 2000)
    faults.settle()
    wanted = [{"zh": one.zh, "en": one.en} for one in programme.ending.writes] if programme.ending else []
    counted = EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.SERVICE)
    by_line: dict[str, int] = {}
    for row in queries.standing_records(counted):
        by_line[row.activity] = by_line.get(row.activity, 0) + 1
    content = {
        "summary": summary.strip(),
        "advice": advice.strip(),
        "writes": wanted,
        "served": by_line,
        "reason": episode.end_reason,
    }
    return EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.CLOSING,
        cycle_no=episode.cycle_no, on=business_date(at), content=content, written_at=at, written_by_id=by.user_id,
    )  # fmt: skip


@action("episodes.close")
def close_episode(*, episode_id: int, version: int | None = None, by: Actor, at: datetime) -> Episode:
    """Nothing is left to write or to settle, no order waits for money, and what comes after the end is done.

    Raises      Forbidden; NotFound; Stale; Refused: episodes.no_closing_record, .not_settled, .orders_open, .aftercare_due, .wrong_status
    """
    episode = locked_episode(by, episode_id, version)
    written = queries.standing_records(EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.CLOSING))
    settled = queries.settlement_of(episode) is not None
    met = {"closing_written": written.exists(), "settled": settled}
    _demand_aftercare(episode, programme_of(episode, at), at)
    if settled and (waiting := queries.unpaid_orders_of(episode)):
        raise Refused(Refusal("episodes.orders_open", {"numbers": [order.number for order in waiting]}))
    return apply_event(episode, programme_of(episode, at), Event.CLOSE, met=met, by=by, at=at)


def _demand_aftercare(episode: Episode, programme: Programme, at: datetime) -> None:
    """What comes after the end is done first, as long as its days last; later its absence stands in the record, and the file is closed.

    Raises      Refused episodes.aftercare_due
    Source      PROG-21 in docs/rules/programmes.md
    """
    days = programme.ending.aftercare_days if programme.ending else None
    waiting = (
        Duty.objects.filter(episode=episode, state=Duty.State.OPEN).first() if episode.state == State.CLOSING else None
    )
    if waiting is None or days is None or episode.ended_on is None:
        return
    if business_date(at) <= episode.ended_on + timedelta(days=days):
        line = programme.activity(waiting.activity)
        names = {"activity_zh": line.words.zh, "activity_en": line.words.en} if line else {}
        raise Refused(Refusal("episodes.aftercare_due", {"activity": waiting.activity, "days": days, **names}))
    Duty.objects.filter(pk=waiting.pk).update(state=Duty.State.DROPPED, state_at=at)


@action("episodes.end_for")
def end_for(*, resident_id: int, reason: str, by: Actor, at: datetime) -> list[Episode]:
    """End whatever runs for a person: the platform's own act when somebody has died. Nothing written is lost.

    Raises      Forbidden: not the platform
    """
    need(by, P.EPISODE_RUN)
    ended = []
    for found in queries.open_episodes_for_system(resident_id):
        episode = locked_episode(by, found.pk)
        programme = programme_of(episode, at)
        episode.end_reason, episode.ended_on = reason, business_date(at)
        event = Event.END if State(episode.state) in _BEGUN else Event.TURN_DOWN
        if episode.state != State.CLOSING:
            apply_event(episode, programme, event, met={"reason_given": True}, facts={"reason": reason}, by=by, at=at)
            release(episode, at)
            _call_off(episode, at)
            refresh([episode], at)
            ended.append(episode)
    return ended


@action("episodes.move_for")
def move_for(*, resident_id: int, by: Actor, at: datetime) -> list[Episode]:
    """Somebody moved: what runs follows them; what is given at home and cannot reach the new home ends, and the rest is told.

    Closing record and account stay to be finished. Gives the episodes that ended.

    Raises      Forbidden: not the platform
    Source      PROG-18 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RUN)
    ended = []
    for found in queries.open_episodes_for_system(resident_id):
        episode = locked_episode(by, found.pk)
        if episode.state == State.CLOSING:
            continue
        home = episode.resident.household
        episode.household = home
        episode.save(update_fields=["household"])
        Duty.objects.filter(episode=episode, state=Duty.State.OPEN).update(household=home)
        programme = programme_of(episode, at)
        area = catalogue.area_for_system(episode.organisation_id)
        away = area is not None and serves(area, township=home.township, lon=home.lon, lat=home.lat) is not None
        at_home = any(line.at_home and line.package in ("", episode.package) for line in programme.plan)
        is_out = away and at_home and State(episode.state) in _BEGUN
        note_event(episode, "moved", episode.state, {"is_out_of_area": is_out}, by, at)
        if is_out:
            ended.append(end_episode(episode_id=episode.pk, reason=MOVED, by=by, at=at))
    return ended


@action("episodes.sweep")
def sweep_episodes(*, by: Actor, at: datetime) -> list[Episode]:
    """Each night: cycles that are over go to review, or end where the programme has none; who is past its age ends.

    Who is past the age of one programme is put down for the one that follows it, at the same institution where that may give it.

    Raises      Forbidden: not the platform
    Source      PROG-13, PROG-19 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RUN)
    on = business_date(at)
    swept = []
    for episode_id in queries.ended_cycles_for_system(on):
        episode = locked_episode(by, episode_id)
        if Event.REVIEW in programme_of(episode, at).events:
            swept.append(review_episode(episode_id=episode_id, by=by, at=at))
        else:
            swept.append(end_episode(episode_id=episode_id, reason=CYCLE_END, by=by, at=at))
    for episode in queries.of_age_for_system(on):
        ending = programme_of(episode, at).ending
        if ending is None or ending.until_age is None or age_on(episode.resident.born_on, on) < ending.until_age:
            continue
        swept.append(end_episode(episode_id=episode.pk, reason=CAME_OF_AGE, by=by, at=at))
        if ending.follows is not None:
            _follow(episode, ending.follows, by, at)
    return swept


def _follow(episode: Episode, code: str, by: Actor, at: datetime) -> None:
    """Ask for the programme that comes after; nothing that was stated is lost, and the person still has to sign."""
    found = queries.programme_for(code, episode.jurisdiction, business_date(at))
    if isinstance(found, Refusal) or queries.provider_unmet(found, episode.organisation, business_date(at)):
        return
    apply_for_programme(
        client_id=uuid5(episode.client_id, code), programme=code, resident_id=episode.resident_id, organisation_id=episode.organisation_id,
        stated=episode.stated, by=by, at=at,
    )  # fmt: skip


_BEGUN = frozenset({State.ACTIVE, State.SUSPENDED, State.RENEWING, State.REFERRED})


def _call_off(episode: Episode, at: datetime) -> None:
    """Cancel the visits ordered for the episode that nobody has arrived at yet."""
    for duty in Duty.objects.filter(episode=episode, state=Duty.State.OPEN, order__isnull=False).select_related(
        "order"
    ):
        if duty.order.state in BEFORE_ARRIVAL:
            cancel_order(order_id=duty.order_id, reason=episode_words.EPISODE_OVER, by=SYSTEM, at=at)
