"""How an episode ends: the reason, the account, the closing record; by itself when somebody dies or comes of age."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.care import episode_words, queries
from yijia.apps.care.actions.end import cancel_order
from yijia.apps.care.actions.episode_duties import refresh
from yijia.apps.care.actions.episode_moves import apply_event, locked_episode, need, programme_of, release, stops
from yijia.apps.care.actions.episode_run import review_episode
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.models import Duty, Episode, EpisodeRecord
from yijia.base import editions
from yijia.base.actions import action
from yijia.base.errors import Refused
from yijia.core.calendar import age_on, business_date
from yijia.core.orders.lifecycle import BEFORE_ARRIVAL
from yijia.core.permissions import SYSTEM, Actor, Permission
from yijia.core.policy import plain
from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.model import Fee, Part, Programme
from yijia.core.refusal import Refusal

P = Permission
DIED, CAME_OF_AGE, HOSPITALISED, CYCLE_END = "died", "came_of_age", "hospitalised", "cycle_end"


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
    return EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.SETTLEMENT,
        cycle_no=episode.cycle_no, on=business_date(at), content=account(episode, programme, at), written_at=at, written_by_id=by.user_id,
    )  # fmt: skip


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
    """Nothing is left to write or to settle.

    Raises      Forbidden; NotFound; Stale; Refused: episodes.no_closing_record, .not_settled, .wrong_status
    """
    episode = locked_episode(by, episode_id, version)
    written = queries.standing_records(EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.CLOSING))
    met = {"closing_written": written.exists(), "settled": queries.settlement_of(episode) is not None}
    return apply_event(episode, programme_of(episode, at), Event.CLOSE, met=met, by=by, at=at)


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


@action("episodes.sweep")
def sweep_episodes(*, by: Actor, at: datetime) -> list[Episode]:
    """Each night: cycles that are over go to review, or end where the programme has none; who is past its age ends.

    Raises      Forbidden: not the platform
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
        if ending and ending.until_age is not None and age_on(episode.resident.born_on, on) >= ending.until_age:
            swept.append(end_episode(episode_id=episode.pk, reason=CAME_OF_AGE, by=by, at=at))
    return swept


_BEGUN = frozenset({State.ACTIVE, State.SUSPENDED, State.RENEWING, State.REFERRED})


def account(episode: Episode, programme: Programme, at: datetime) -> dict[str, Any]:
    """The cycle's fees by the price rules: lines, total, and what stops money, each with its facts."""
    if programme.money is not None and programme.money.is_free:
        return {"lines": [], "total_fen": 0, "stopped": [], "is_free": True}
    stopped = [refusal] if (refusal := stops(programme, Part.MONEY, "money", at)) else []
    lines = []
    for fee in programme.money.fees if programme.money else ():
        quantity = _quantity(episode, programme, fee)
        price = editions.current().demand(
            fee.key, use="money", jurisdiction=episode.jurisdiction, on=business_date(at), insured_class=None
        )
        if isinstance(price, Refusal):
            stopped.append(price)
            continue
        amount = _amount(price.value)
        if amount is None:
            stopped.append(Refusal("programmes.no_amount", {"key": fee.key}))
            continue
        lines.append(
            {"key": fee.key, "zh": fee.words.zh, "en": fee.words.en, "quantity": quantity, "unit_fen": amount, "amount_fen": amount * quantity,
             "edition": price.edition}
        )  # fmt: skip
    total = None if stopped else sum(line["amount_fen"] for line in lines)
    told = [{"code": one.code, "facts": plain(dict(one.facts))} for one in stopped]
    return {"lines": lines, "total_fen": total, "stopped": told, "is_free": False}


def _amount(value: Any) -> int | None:
    price = value.get("price") if isinstance(value, Mapping) else None
    amount = price.get("amount_fen") if isinstance(price, Mapping) else None
    return amount if isinstance(amount, int) else None


def _quantity(episode: Episode, programme: Programme, fee: Fee) -> int:
    if fee.per != "visit":
        return 1
    lines = [line.code for line in programme.plan if fee.key.removeprefix("item:") in line.items]
    rows = queries.standing_records(EpisodeRecord.objects.filter(episode=episode, cycle_no=episode.cycle_no))
    served = rows.filter(kind=EpisodeRecord.Kind.SERVICE).values_list("serves", flat=True)
    return sum(any(code in serves for code in lines) for serves in served)


def _call_off(episode: Episode, at: datetime) -> None:
    """Cancel the visits ordered for the episode that nobody has arrived at yet."""
    for duty in Duty.objects.filter(episode=episode, state=Duty.State.OPEN, order__isnull=False).select_related(
        "order"
    ):
        if duty.order.state in BEFORE_ARRIVAL:
            cancel_order(order_id=duty.order_id, reason=episode_words.EPISODE_OVER, by=SYSTEM, at=at)
