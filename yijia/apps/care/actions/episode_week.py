"""The week agreed with a person: which mode of care, on which days, how long; and what a week has used of its ceiling."""

from collections.abc import Sequence
from datetime import datetime

from yijia.apps.care import words
from yijia.apps.care.actions.episode_duties import DAY_MIN, refresh
from yijia.apps.care.actions.episode_moves import locked_episode, need, note_event, programme_of
from yijia.apps.care.models import EpisodeRecord
from yijia.base.actions import action
from yijia.base.errors import Invalid, Refused, refuse_if
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission
from yijia.core.programmes.lifecycle import State
from yijia.core.programmes.week import Slot, used_by, weigh
from yijia.core.refusal import Refusal

P = Permission


@action("episodes.plan_week")
def plan_week(*, episode_id: int, mode: str, slots: Sequence[Slot], by: Actor, at: datetime) -> EpisodeRecord:
    """Agree on a week: what is due follows it from today. A newer plan takes the older one's place; both stay readable.

    A mode in which nobody comes to the home has no visits; every other one has at least one.

    Raises      Forbidden; NotFound; Invalid; Refused: episodes.wrong_status, episodes.no_week, programmes.week_unknown: the place has
                not said how much; programmes.week_over: with the figure and its source
    Source      PROG-25 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RUN, P.EPISODE_ASSESS)
    episode = locked_episode(by, episode_id)
    programme = programme_of(episode, at)
    if not programme.modes:
        raise Refused(
            Refusal("episodes.no_week", {"programme_zh": programme.words.zh, "programme_en": programme.words.en})
        )
    if episode.state in (State.APPLIED, State.CLOSING, State.CLOSED):
        raise Refused(Refusal("episodes.wrong_status", {"status": episode.state, "event": "plan_week"}))
    chosen = next((one for one in programme.modes if one.code == mode), None)
    wrong = "" if chosen else "unknown_mode"
    if chosen is not None and (bool(slots) != chosen.at_home or not all(_is_sound(slot) for slot in slots)):
        wrong = "week_slots"
    if wrong:
        field = "mode" if wrong == "unknown_mode" else "slots"
        raise Invalid({field: [str(words.FAULTS[wrong])]}, {field: [wrong]})
    used = used_by(slot.minutes for slot in slots)
    if slots:
        refuse_if(weigh(programme, episode.grade, used))
    content = {
        "mode": mode, "visits": used.visits, "minutes": used.minutes,
        "slots": [{"weekday": slot.weekday, "starts": f"{slot.starts:%H:%M}", "minutes": slot.minutes} for slot in sorted(slots, key=lambda s: (s.weekday, s.starts))],
    }  # fmt: skip
    record = EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.WEEK,
        cycle_no=episode.cycle_no, on=business_date(at), content=content, written_at=at, written_by_id=by.user_id,
    )  # fmt: skip
    note_event(
        episode, "plan_week", episode.state, {"mode": mode, "visits": used.visits, "minutes": used.minutes}, by, at
    )
    refresh([episode], at)
    return record


def _is_sound(slot: Slot) -> bool:
    return 1 <= slot.weekday <= 7 and 0 < slot.minutes <= DAY_MIN
