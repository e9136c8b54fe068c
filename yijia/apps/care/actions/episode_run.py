"""How an episode runs on: suspended and resumed, reviewed and renewed, referred and taken back, handed to others."""

from datetime import datetime

from django.db.models import F, Q

from yijia.apps.care import queries, words
from yijia.apps.care.actions.episode_account import settle_cycle
from yijia.apps.care.actions.episode_begin import (
    cycle_end,
    cycle_facts,
    limit_reached,
    name_people,
    provider_met,
    ready,
)
from yijia.apps.care.actions.episode_duties import refresh
from yijia.apps.care.actions.episode_moves import (
    apply_event,
    hold,
    locked_episode,
    need,
    note_event,
    programme_of,
    release,
)
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.models import Episode, EpisodeEvent, EpisodeRecord
from yijia.apps.registry.models import Staff
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission, in_scope
from yijia.core.programmes.lifecycle import OPEN, Event, State
from yijia.core.refusal import Refusal

P = Permission


@action("episodes.suspend")
def suspend_episode(*, episode_id: int, reason: str, version: int | None = None, by: Actor, at: datetime) -> Episode:
    """Stop for a while: the slot is free for something else, nothing is due.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: episodes.no_reason, .wrong_status, .not_in_programme
    """
    episode = locked_episode(by, episode_id, version)
    _short(reason)
    met = {"reason_given": bool(reason.strip())}
    apply_event(
        episode, programme_of(episode, at), Event.SUSPEND, met=met, facts={"reason": reason.strip()}, by=by, at=at
    )
    release(episode, at)
    refresh([episode], at)
    return episode


@action("episodes.resume")
def resume_episode(*, episode_id: int, version: int | None = None, by: Actor, at: datetime) -> Episode:
    """Go on after a suspension, when the slot is free again.

    Raises      Forbidden; NotFound; Stale; Refused: episodes.slot_taken, .provider_unfit, .wrong_status
    """
    return _back(episode_id, Event.RESUME, version, by, at)


@action("episodes.review")
def review_episode(*, episode_id: int, version: int | None = None, by: Actor, at: datetime) -> Episode:
    """Open the look at a renewal; where the place asks for a new case, the old papers no longer count.

    Raises      Forbidden; NotFound; Stale; Refused: episodes.wrong_status, .not_in_programme, .renewal_too_early
    Source      PROG-13, PROG-24 in docs/rules/programmes.md
    """
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    opens_on = queries.renewal_opens(episode, programme)
    if episode.state == State.ACTIVE and opens_on is not None and business_date(at) < opens_on:
        days = programme.cycle.review_before_days if programme.cycle else 0
        raise Refused(Refusal("episodes.renewal_too_early", {"from": opens_on.isoformat(), "days": days}))
    if programme.cycle is not None and programme.cycle.renewal == "new_case":
        episode.papers = []
    apply_event(episode, programme, Event.REVIEW, facts={"cycle": episode.cycle_no}, by=by, at=at)
    return episode


@action("episodes.renew")
def renew_episode(
    *, episode_id: int, registered_no: str = "", version: int | None = None, by: Actor, at: datetime
) -> Episode:
    """A new cycle, after its own look and papers; the one behind gets its account. Signed late, it begins that day, the gap is written down.

    Raises      Forbidden; NotFound; Stale; Refused: episodes.not_eligible, .not_qualified, .no_papers, .limit_reached
    Source      PROG-13 in docs/rules/programmes.md
    """
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    _short(registered_no)
    met, reasons = ready(episode, programme, at)
    if "not_in_hospital" in reasons["unmet"] and len(reasons["unmet"]) == 1:
        raise Refused(Refusal("episodes.slot_taken", {"slot": "bed", "holder": "", "holder_kind": "hospital"}))
    on = business_date(at)
    ended_on = episode.cycle_until
    from_on = max(on, ended_on) if ended_on else on
    gap_days = (on - ended_on).days if ended_on and on > ended_on else 0
    met |= {**provider_met(episode, programme, at), "within_limits": limit_reached(episode, programme, at) is None}
    ended = episode.cycle_no
    episode.cycle_no += 1
    episode.cycle_from, episode.cycle_until = from_on, cycle_end(programme, from_on)
    if registered_no.strip():
        episode.registered_no = registered_no.strip()
    facts = {**cycle_facts(episode, programme), "gap_days": gap_days}
    try:
        apply_event(episode, programme, Event.RENEW, met=met, facts=facts, by=by, at=at)
    except Refused as refused:
        refused.refusal = Refusal(refused.refusal.code, {**reasons, **refused.refusal.facts})
        raise
    settle_cycle(episode, programme, ended, by, at)
    refresh([episode], at)
    return episode


@action("episodes.refer")
def refer_episode(
    *, episode_id: int, to: str, reason: str, summary: str = "", referral: str | None, by: Actor, at: datetime
) -> Episode:
    """The person is at another institution; the slot is free while they are there.

    referral    number of the referral by which they arrived; None when an ally was asked to go on with the same episode

    Raises      Forbidden; NotFound; Invalid; Refused: episodes.no_reason, .wrong_status
    Source      REF-14 in docs/rules/referrals.md
    """
    episode = locked_episode(by, episode_id)
    faults = Faults()
    faults.text("to", to, 80, is_needed=True)
    faults.text("reason", reason, 200)
    faults.text("summary", summary, 4000)
    faults.settle()
    met = {"reason_given": bool(reason.strip())}
    facts = {"reason": reason.strip(), "to": to.strip(), **({"referral": referral} if referral else {})}
    apply_event(episode, programme_of(episode, at), Event.REFER, met=met, facts=facts, by=by, at=at)
    release(episode, at)
    EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.REFERRAL,
        cycle_no=episode.cycle_no, on=business_date(at), content={**facts, "summary": summary.strip()}, written_at=at, written_by_id=by.user_id,
    )  # fmt: skip
    refresh([episode], at)
    return episode


@action("episodes.take_back")
def take_back_episode(
    *, episode_id: int, referral: str = "", version: int | None = None, by: Actor, at: datetime
) -> Episode:
    """The person is back from where they were referred.

    referral    number of the referral that gives them back; while one is open they come back through it only

    Raises      Forbidden; NotFound; Stale; Refused: episodes.still_referred, .slot_taken, .provider_unfit, .wrong_status
    Source      REF-14 in docs/rules/referrals.md
    """
    under_way = queries.open_referral(locked_episode(by, episode_id, version))
    if under_way is not None and under_way.is_gone and under_way.number != referral:
        raise Refused(Refusal("episodes.still_referred", {"number": under_way.number}))
    return _back(episode_id, Event.TAKE_BACK, version, by, at)


@action("episodes.name_people")
def name_responsible(
    *, episode_id: int, lead_id: int | None = None, nurse_id: int | None = None, team_id: int | None = None, reason: str = "",
    version: int | None = None, by: Actor, at: datetime,
) -> Episode:  # fmt: skip
    """Change who is responsible for one episode, or its team; whoever is left out stays. The change and its reason are written down.

    Raises      Forbidden; NotFound; Stale; Invalid: somebody is not on duty at the institution
    """
    need(by, P.EPISODE_RUN)
    episode = locked_episode(by, episode_id, version)
    _short(reason)
    before = {"lead": episode.lead_id, "nurse": episode.nurse_id, "team": episode.team_id}
    name_people(episode, lead_id, nurse_id, team_id)
    episode.version += 1
    episode.save(update_fields=["lead", "nurse", "team", "version"])
    note_event(episode, "name_people", episode.state, {"before": before, "reason": reason.strip()}, by, at)
    if team_id is not None:
        refresh([episode], at)
    return episode


@action("episodes.transfer")
def transfer_episodes(*, from_staff_id: int, to_staff_id: int, reason: str, by: Actor, at: datetime) -> list[Episode]:
    """Hand every open episode of one member of staff to another of the same profession, all or none.

    Raises      Forbidden; NotFound; Invalid; Refused: episodes.other_profession
    """
    need(by, P.EPISODE_RUN)
    faults = Faults()
    faults.text("reason", reason, 200, is_needed=True)
    faults.settle()
    old, new = (Staff.objects.filter(pk=pk).first() for pk in (from_staff_id, to_staff_id))
    if (
        old is None
        or new is None
        or old.organisation_id != new.organisation_id
        or not in_scope(by, organisation_id=old.organisation_id)
    ):
        raise NotFound
    if old.pk == new.pk or not new.is_active:
        raise Invalid({"to_staff_id": [str(words.FAULTS["not_on_duty"])]}, {"to_staff_id": ["not_on_duty"]})
    if old.profession != new.profession:
        raise Refused(Refusal("episodes.other_profession", {"name": new.name, "profession": new.profession}))
    theirs = Episode.objects.filter(Q(lead=old) | Q(nurse=old), state__in=[state.value for state in OPEN])
    moved = list(theirs.select_for_update().order_by("pk"))
    rows = Episode.objects.filter(pk__in=[row.pk for row in moved])
    rows.update(version=F("version") + 1)
    rows.filter(lead=old).update(lead=new)
    rows.filter(nurse=old).update(nurse=new)
    EpisodeEvent.objects.bulk_create(
        [
            EpisodeEvent(
                organisation_id=row.organisation_id, episode=row, event="transfer", from_state=row.state, to_state=row.state, cycle_no=row.cycle_no,
                at=at, by_id=by.user_id, role=by.role.value if by.role else "system", facts={"from": old.pk, "to": new.pk, "reason": reason.strip()},
            )
            for row in moved
        ],
        batch_size=1000,
    )  # fmt: skip
    news = {"from_staff_id": old.pk, "to_staff_id": new.pk, "count": len(moved)}
    outbox.publish("episodes.transferred", news, at=at, organisation_id=old.organisation_id)
    return moved


def _back(episode_id: int, event: Event, version: int | None, by: Actor, at: datetime) -> Episode:
    episode = locked_episode(by, episode_id, version)
    programme = programme_of(episode, at)
    met = {**provider_met(episode, programme, at), "slot_free": True}
    apply_event(episode, programme, event, met=met, by=by, at=at)
    hold(episode, programme, by, at)
    refresh([episode], at)
    return episode


def _short(text: str) -> None:
    faults = Faults()
    faults.text("reason", text, 200)
    faults.settle()
