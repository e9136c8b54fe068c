"""A referral begins, or is taken back by whoever asked."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from yijia.apps.care import queries as care
from yijia.apps.care.actions.faults import Faults
from yijia.apps.referrals import queries, words
from yijia.apps.referrals.actions.common import (
    apply_event,
    house_of,
    lines,
    locked,
    need,
    next_number,
    note_event,
    only,
    start_clock,
    unlink,
    write_document,
)
from yijia.apps.referrals.models import Referral, ReferralAnswer
from yijia.apps.registry import queries as registry
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import NotFound, Refused
from yijia.core.permissions import Actor, Permission
from yijia.core.referrals.lifecycle import BEFORE_ARRIVAL, OPEN, Event
from yijia.core.refusal import Refusal

P = Permission
_OPEN = [state.value for state in OPEN]
_WAITS = [state.value for state in BEFORE_ARRIVAL]


@action("referrals.request")
def request_referral(
    *, client_id: uuid.UUID, resident_id: int, direction: str, urgency: str, wants: str, asked: Sequence[int], reason: str,
    conditions: Sequence[str], medicines: Sequence[str] = (), course: str = "", department: str = "", episode_id: int | None = None,
    by: Actor, at: datetime,
) -> Referral:  # fmt: skip
    """Ask one or several institutions to take a person; the summary goes along. Asked again while one is open, it is the same one.

    asked       institutions, any of which may take the person; the first to accept does
    episode_id  the programme they leave: it stands as referred from their arrival on

    Raises      Forbidden; NotFound; Invalid by field; Refused: referrals.person_died, .nobody_to_ask
    Source      REF-01, REF-02, REF-14 in docs/rules/referrals.md
    """
    need(by, P.REFERRAL_ASK)
    house = house_of(by)
    resident = registry.get_resident(by, resident_id)
    episode = care.get_episode(by, episode_id) if episode_id is not None else None
    faults = Faults()
    for field, given, choices in (
        ("direction", direction, Referral.Direction.values), ("urgency", urgency, Referral.Urgency.values), ("wants", wants, Referral.Wants.values),
    ):  # fmt: skip
        if given not in choices:
            faults.add(field, "required")
    faults.text("reason", reason, 300, is_needed=True)
    faults.text("course", course, 4000)
    faults.text("department", department, 60)
    problems = lines(faults, "conditions", conditions, is_needed=True)
    drugs = lines(faults, "medicines", medicines)
    if not asked:
        faults.add("asked", "required")
    faults.settle()
    if resident.died_on is not None:
        raise Refused(Refusal("referrals.person_died"))
    if episode is not None and episode.resident_id != resident.pk:
        raise NotFound
    with scope.whole_system():
        same = Referral.objects.filter(client_id=client_id, organisation=house).first()
        if same is not None:
            return same
        houses = {one.pk: one for one in queries.askable(house)}
        if not set(asked) <= set(houses):
            raise Refused(Refusal("referrals.nobody_to_ask"))
        referral = Referral(
            number=next_number("R", at), client_id=client_id, resident=resident, organisation=house, parties=[house.pk, *sorted(set(asked))],
            jurisdiction=house.jurisdiction, direction=direction, urgency=urgency, wants=wants, department=department.strip(), reason=reason.strip(),
            episode=episode, state_at=at, created_at=at, created_by_id=by.user_id,
        )  # fmt: skip
        start_clock(referral, at)
        try:
            with transaction.atomic():
                referral.save()
        except IntegrityError as error:
            if "referral_open_once" not in str(error) and "client_id" not in str(error):
                raise
            open_one = Referral.objects.filter(
                resident=resident, organisation=house, direction=direction, state__in=_OPEN
            )
            found = open_one.first()
            if found is None:
                raise NotFound from error
            if episode is not None:  # the same matter, now known to be this episode's
                waits = Referral.objects.filter(pk=found.pk, episode__isnull=True, state__in=_WAITS)
                waits.update(episode=episode)
            return found
        ReferralAnswer.objects.bulk_create(
            [ReferralAnswer(referral=referral, organisation_id=pk) for pk in sorted(set(asked))]
        )
        write_document(
            referral, house, words.SUMMARY_TITLE, referral.reason, conditions=problems, medicines=drugs, course=course, by=by, at=at
        )  # fmt: skip
        note_event(referral, "request", "", at, None, {"asked": sorted(set(asked)), "urgency": urgency}, by, at)
        return referral


@action("referrals.withdraw")
def withdraw_referral(
    *, referral_id: int, reason: str, version: int | None = None, by: Actor, at: datetime
) -> Referral:
    """Take the request back before the person has come.

    Raises      Forbidden; NotFound; Stale; Invalid; Refused: referrals.not_yours, .has_arrived, .no_reason
    """
    need(by, P.REFERRAL_ASK)
    referral = locked(by, referral_id, version)
    only(by, referral.organisation)
    faults = Faults()
    faults.text("reason", reason, 300)
    faults.settle()
    with scope.whole_system():
        referral.ended_reason = reason.strip()
        taker_id = referral.taker_id
        met = {"reason_given": bool(reason.strip())}
        apply_event(referral, Event.WITHDRAW, met=met, facts={"reason": referral.ended_reason}, by=by, at=at)
        unlink(referral, taker_id, at)
        return referral
