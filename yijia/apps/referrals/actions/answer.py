"""What an asked institution says: a bed or slot, yes, no; the first yes counts, and a yes taken back is seen."""

from datetime import datetime

from yijia.apps.care.actions.faults import Faults
from yijia.apps.referrals.actions.common import (
    answers_for_update,
    apply_event,
    count_answer,
    link,
    locked,
    need,
    own_standing,
    unlink,
)
from yijia.apps.referrals.models import Referral, ReferralAnswer
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import Refused
from yijia.core.permissions import Actor, Permission
from yijia.core.referrals.lifecycle import TABLE, Answer, Event, State, no_event
from yijia.core.refusal import Refusal

P = Permission


@action("referrals.offer")
def offer_place(
    *, referral_id: int, place: str, starts_at: datetime, version: int | None = None, by: Actor, at: datetime
) -> Referral:
    """Name the bed or slot that is kept, and from when; said again, it is another one.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: referrals.not_asked, .no_place_named, .taken
    Source      REF-03 in docs/rules/referrals.md
    """
    need(by, P.REFERRAL_ANSWER)
    referral = locked(by, referral_id, version)
    _still_free(referral, Event.OFFER)
    faults = Faults()
    faults.text("place", place, 80)
    faults.settle()
    with scope.whole_system():
        own = own_standing(by, answers_for_update(referral))
        own.answer, own.place, own.starts_at = Answer.OFFERED.value, place.strip(), starts_at
        _answered(own, by, at)
        facts = {"place": own.place, "starts_at": starts_at.isoformat(), "organisation": own.organisation.name}
        apply_event(referral, Event.OFFER, met={"place_named": bool(own.place)}, facts=facts, by=by, at=at)
        own.save()
        return referral


@action("referrals.accept")
def accept_referral(*, referral_id: int, version: int | None = None, by: Actor, at: datetime) -> Referral:
    """Take the person into the bed or slot that was kept. Of two at once the first takes; the others are released.

    Raises      Forbidden; NotFound; Stale; Refused: referrals.not_asked, .no_offer, .taken
    Source      REF-04 in docs/rules/referrals.md
    """
    need(by, P.REFERRAL_ANSWER)
    referral = locked(by, referral_id, version)
    _still_free(referral, Event.ACCEPT)
    with scope.whole_system():
        answers = answers_for_update(referral)
        own = own_standing(by, answers)
        met = {"offer_stands": own.answer == Answer.OFFERED}
        referral.taker = own.organisation
        facts = {"organisation": own.organisation.name, "place": own.place}
        apply_event(referral, Event.ACCEPT, met=met, facts=facts, by=by, at=at)
        own.answer = Answer.ACCEPTED.value
        _answered(own, by, at)
        own.save()
        others = [one for one in answers if one.pk != own.pk and one.answer in (Answer.ASKED, Answer.OFFERED)]
        for one in others:
            one.answer = Answer.RELEASED.value
        ReferralAnswer.objects.bulk_update(others, ["answer"])
        link(referral.resident_id, own.organisation_id, at)
        count_answer(referral, own, 1, at)
        return referral


@action("referrals.decline")
def decline_referral(*, referral_id: int, reason: str, version: int | None = None, by: Actor, at: datetime) -> Referral:
    """Say no, with the reason. The last one's no refuses the referral; who had taken the person breaks off, in everybody's sight.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: referrals.not_asked, .no_reason, .has_arrived
    Source      REF-04, REF-07 in docs/rules/referrals.md
    """
    need(by, P.REFERRAL_ANSWER)
    referral = locked(by, referral_id, version)
    faults = Faults()
    faults.text("reason", reason, 300)
    faults.settle()
    if not reason.strip():
        raise Refused(Refusal("referrals.no_reason"))
    _still_free(referral, Event.REFUSE)
    with scope.whole_system():
        answers = answers_for_update(referral)
        own = own_standing(by, answers)
        others = [one for one in answers if one.pk != own.pk]
        was = Answer(own.answer)
        event = no_event(was, [Answer(one.answer) for one in others])
        own.answer, own.reason = Answer.REFUSED.value, reason.strip()
        _answered(own, by, at)
        own.save()
        if was is Answer.ACCEPTED:
            referral.taker = None
        if event is Event.BREAK_OFF:
            _ask_again(others)
        if event is Event.REFUSE:
            referral.ended_reason = own.reason
        facts = {"reason": own.reason, "organisation": own.organisation.name, "after_accepting": was is Answer.ACCEPTED}
        apply_event(referral, event, met={"reason_given": True}, facts=facts, by=by, at=at)
        count_answer(referral, own, 0, at)
        if was is Answer.ACCEPTED:
            unlink(referral, own.organisation_id, at)
        return referral


def _still_free(referral: Referral, event: Event) -> None:
    """Say what the table says before looking at anybody's answer: the slower of two hears who was first.

    Raises      Refused: the table's codes
    """
    state = State(referral.state)
    if TABLE.find(state, event) is None:
        refusal = TABLE.step(state, event)
        assert isinstance(refusal, Refusal)
        taker = referral.taker.name if referral.taker else "—"
        raise Refused(Refusal(refusal.code, {**refusal.facts, "taker": taker}))


def _answered(own: ReferralAnswer, by: Actor, at: datetime) -> None:
    own.answered_at, own.answered_by_id = at, by.user_id


def _ask_again(others: list[ReferralAnswer]) -> None:
    """Who was released when somebody accepted is asked again; what was kept then is no longer kept."""
    again = [one for one in others if one.answer == Answer.RELEASED]
    for one in again:
        one.answer, one.place, one.starts_at = Answer.ASKED.value, "", None
    ReferralAnswer.objects.bulk_update(again, ["answer", "place", "starts_at"])
