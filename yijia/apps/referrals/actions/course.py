"""The person comes, goes back with a plan, and the community takes over: an episode, so that due work appears."""

from collections.abc import Sequence
from datetime import datetime

from yijia.apps.care import actions as care_actions
from yijia.apps.care import queries as care
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.models import Episode
from yijia.apps.referrals import queries, words
from yijia.apps.referrals.actions.common import (
    apply_event,
    lines,
    link,
    locked,
    need,
    only,
    unlink,
    write_document,
)
from yijia.apps.referrals.models import Referral
from yijia.apps.registry.models import Organisation
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import Refused, refuse_if
from yijia.core.calendar import business_date
from yijia.core.permissions import SYSTEM, Actor, Permission
from yijia.core.programmes.lifecycle import Event as EpisodeEvent
from yijia.core.programmes.lifecycle import State as EpisodeState
from yijia.core.referrals.lifecycle import Event
from yijia.core.refusal import Refusal

P = Permission
_RUNS = (EpisodeState.ACTIVE, EpisodeState.SUSPENDED, EpisodeState.RENEWING)


@action("referrals.arrive")
def arrive_referral(*, referral_id: int, version: int | None = None, by: Actor, at: datetime) -> Referral:
    """The person is there: the episode at home stands as referred, a hospital bed takes its slot.

    Raises      Forbidden; NotFound; Stale; Refused: referrals.not_yours, .admitted_elsewhere, .wrong_status
    Source      REF-08 in docs/rules/referrals.md
    """
    need(by, P.REFERRAL_ANSWER)
    referral = locked(by, referral_id, version)
    with scope.whole_system():
        only(by, referral.taker)
        referral.arrived_at, referral.arrived_by_id = at, by.user_id
        apply_event(referral, Event.ARRIVE, facts={"organisation": _name(referral.taker)}, by=by, at=at)
        _leave_home(referral, at)
        if referral.wants == Referral.Wants.BED:
            _admit(referral, at)
        return referral


@action("referrals.return")
def return_referral(
    *, referral_id: int, plan: str, back_to_id: int, programme: str, conditions: Sequence[str], medicines: Sequence[str] = (), course: str = "",
    version: int | None = None, by: Actor, at: datetime,
) -> Referral:  # fmt: skip
    """Give the person back with a plan, to an institution that can give the programme the plan needs.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: referrals.not_yours, .no_plan, .nobody_to_ask, .cannot_give
    Source      REF-09 in docs/rules/referrals.md
    """
    need(by, P.REFERRAL_ANSWER)
    referral = locked(by, referral_id, version)
    faults = Faults()
    faults.text("plan", plan, 4000)
    faults.text("course", course, 4000)
    problems = lines(faults, "conditions", conditions, is_needed=True)
    drugs = lines(faults, "medicines", medicines)
    faults.settle()
    with scope.whole_system():
        only(by, referral.taker)
        house = Organisation.objects.filter(pk=back_to_id, is_active=True).first()
        if house is None or house.pk == referral.taker_id:
            raise Refused(Refusal("referrals.nobody_to_ask"))
        found = refuse_if(care.programme_for(programme, house.jurisdiction, business_date(at)))
        if care.provider_unmet(found, house, business_date(at)):
            raise Refused(
                Refusal(
                    "referrals.cannot_give",
                    {**house.called("house"), "programme": found.words.zh, "programme_en": found.words.en},
                )
            )
        referral.plan, referral.back_to, referral.back_programme = plan.strip(), house, programme
        if house.pk not in referral.parties:
            referral.parties = [*referral.parties, house.pk]
        facts = {"organisation": house.name, "programme": programme}
        apply_event(referral, Event.RETURN, met={"plan_written": bool(referral.plan)}, facts=facts, by=by, at=at)
        write_document(
            referral, referral.taker, words.RETURN_TITLE, referral.reason, conditions=problems, medicines=drugs,
            course="\n".join(text for text in (course.strip(), referral.plan) if text), by=by, at=at,
        )  # fmt: skip
        _discharge(referral, at)
        link(referral.resident_id, house.pk, at)
        return referral


@action("referrals.take_over")
def take_over_referral(*, referral_id: int, version: int | None = None, by: Actor, at: datetime) -> Referral:
    """The community goes on: the referred episode is taken back, or a new one of the plan's programme begins.

    Raises      Forbidden; NotFound; Stale; Refused: referrals.not_yours, .wrong_status, programmes.*, episodes.*
    Source      REF-09 in docs/rules/referrals.md
    """
    need(by, P.REFERRAL_ASK)
    referral = locked(by, referral_id, version)
    with scope.whole_system():
        only(by, referral.back_to)
        left = referral.episode
        if left is not None and left.organisation_id == referral.back_to_id and left.state == EpisodeState.REFERRED:
            episode = care_actions.take_back_episode(episode_id=left.pk, referral=referral.number, by=by, at=at)
        else:
            episode = _begin(referral, by, at)
        referral.back_episode = episode
        facts = {"episode": episode.number, "programme": episode.programme}
        taker_id = referral.taker_id
        apply_event(referral, Event.TAKE_OVER, met={"episode_made": True}, facts=facts, by=by, at=at)
        unlink(referral, taker_id, at)
        return referral


@action("referrals.close")
def close_referral(*, referral_id: int, reason: str, version: int | None = None, by: Actor, at: datetime) -> Referral:
    """End it where nobody has to go on: recovered, moved on, or the community cannot take over.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: referrals.not_yours, .no_reason, .wrong_status
    """
    need(by, P.REFERRAL_ANSWER)
    referral = locked(by, referral_id, version)
    faults = Faults()
    faults.text("reason", reason, 300)
    faults.settle()
    with scope.whole_system():
        only(by, referral.taker)
        end(referral, reason.strip(), by, at)
        return referral


def end(referral: Referral, reason: str, by: Actor, at: datetime) -> None:
    """Close an arrived or returned referral this transaction has locked."""
    referral.ended_reason = reason
    apply_event(referral, Event.CLOSE, met={"reason_given": bool(reason)}, facts={"reason": reason}, by=by, at=at)
    _discharge(referral, at)
    unlink(referral, referral.taker_id, at)


def _begin(referral: Referral, by: Actor, at: datetime) -> Episode:
    """A new episode of the plan's programme, taken up at once where the institution may give it."""
    episode = care_actions.apply_for_programme(
        client_id=referral.client_id, programme=referral.back_programme, resident_id=referral.resident_id, organisation_id=referral.back_to_id or 0,
        by=by, at=at,
    )  # fmt: skip
    if episode.state == EpisodeState.APPLIED:
        care_actions.assess_episode(episode_id=episode.pk, by=by, at=at)
    if referral.episode_id is not None:  # it goes on from another one, whose records come along
        Episode.objects.filter(pk=episode.pk).update(setting="home")
    return Episode.objects.get(pk=episode.pk)


def _leave_home(referral: Referral, at: datetime) -> None:
    """The episode the person comes from waits as referred, where its programme knows that state."""
    episode = referral.episode
    if episode is None or episode.state not in _RUNS:
        return
    programme = refuse_if(care.programme_for(episode.programme, episode.jurisdiction, business_date(at)))
    if EpisodeEvent.REFER in programme.events:
        told = {"to": _name(referral.taker)[:80], "reason": referral.reason[:200], "referral": referral.number}
        care_actions.refer_episode(episode_id=episode.pk, **told, by=SYSTEM, at=at)


def _admit(referral: Referral, at: datetime) -> None:
    """A hospital stay begins.

    Raises      Refused referrals.admitted_elsewhere: another one is open
    """
    taker = referral.taker
    assert taker is not None
    stay = queries.stay_of(referral.resident_id)
    if stay is not None:
        if stay.place != taker.name:
            raise Refused(Refusal("referrals.admitted_elsewhere", {"hospital": stay.place}))
        return
    care_actions.report_admission(
        resident_id=referral.resident_id, organisation_id=taker.pk, admitted_at=at, hospital=taker.name, reason=referral.reason, by=SYSTEM, at=at
    )  # fmt: skip


def _discharge(referral: Referral, at: datetime) -> None:
    """The stay at the taker's ends with the referral; one somewhere else is not ours to end."""
    stay = queries.stay_of(referral.resident_id)
    taker = referral.taker
    if stay is None or taker is None or stay.place != taker.name or stay.during.lower >= at:
        return
    care_actions.report_discharge(resident_id=referral.resident_id, discharged_at=at, by=SYSTEM, at=at)


def _name(house: Organisation | None) -> str:
    return house.name if house else ""
