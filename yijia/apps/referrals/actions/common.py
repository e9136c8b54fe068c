"""What the actions of a referral share: the lock, the one place that moves it, numbers, links, documents."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from yijia.apps.agreements import actions as agreements
from yijia.apps.care.actions.faults import Faults
from yijia.apps.referrals import queries
from yijia.apps.referrals.models import Document, Referral, ReferralAnswer, ReferralEvent
from yijia.apps.registry.models import Organisation, Resident, ResidentLink
from yijia.base import outbox
from yijia.base.crypto import sm3
from yijia.base.errors import Forbidden, NotFound, Refused, Stale
from yijia.base.models import User
from yijia.core.calendar import business_date, local
from yijia.core.permissions import SYSTEM, Actor, Permission, may
from yijia.core.referrals import document
from yijia.core.referrals.lifecycle import TABLE, Answer, Event, State
from yijia.core.refusal import Refusal

LINK = ResidentLink.Kind.REFERRAL


def need(by: Actor, permission: Permission) -> None:
    """Raises      Forbidden: the actor lacks the right"""
    if not by.is_system and not may(by, permission):
        raise Forbidden(permission)


def house_of(by: Actor) -> Organisation:
    """The institution the actor works for.

    Raises      NotFound: none, or several
    """
    if len(by.organisation_ids) != 1:
        raise NotFound
    return Organisation.objects.get(pk=next(iter(by.organisation_ids)))


def locked(by: Actor, referral_id: int, version: int | None = None) -> Referral:
    """The referral, locked until the transaction ends; the episode it leaves is read later, in the whole system's sight.

    Raises      NotFound: absent or out of scope; Stale: it changed since
    """
    rows = queries.referrals_in_sight(by).select_related("resident", "organisation", "taker", "back_to")
    found = rows.select_for_update(of=("self",)).filter(pk=referral_id).first()
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise Stale
    return found


def only(by: Actor, house: Organisation | None) -> None:
    """Raises      Refused referrals.not_yours: the step belongs to another institution"""
    if not by.is_system and (house is None or house.pk not in by.organisation_ids):
        raise Refused(Refusal("referrals.not_yours", house.called("house") if house else {"house": "—"}))


def apply_event(
    referral: Referral, event: Event, *, met: Mapping[str, bool] | None = None, facts: Mapping[str, Any] | None = None, by: Actor, at: datetime
) -> Referral:  # fmt: skip
    """Move a referral this transaction has locked; its next clock starts, and whatever else was set on the row is saved.

    Raises      Forbidden; Refused: the table's codes
    Source      REF-03, REF-05 in docs/rules/referrals.md
    """
    before = State(referral.state)
    outcome = TABLE.attempt(before, event, by, met)
    if isinstance(outcome, Refusal):
        if outcome.code == "permission.missing":
            raise Forbidden(Permission(outcome.facts["permission"]))
        taker = referral.taker.name if referral.taker else "—"
        raise Refused(Refusal(outcome.code, {**outcome.facts, "taker": taker}))
    began_at, due_at = referral.state_at, referral.due_at
    if outcome is not before:
        referral.state, referral.state_at = outcome.value, at
        start_clock(referral, at)
    referral.version += 1
    referral.save()
    note_event(referral, event.value, before.value, began_at, due_at, facts, by, at)
    return referral


def start_clock(referral: Referral, at: datetime) -> None:
    """The deadline of the state just entered."""
    found = queries.limit_for(referral, State(referral.state), at)
    referral.due_at, referral.due_ground, referral.due_reference = found.due_at, found.ground.value, found.reference


def note_event(
    referral: Referral, event: str, before: str, began_at: datetime, due_at: datetime | None, facts: Mapping[str, Any] | None, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Write a step down with its clock, and tell it."""
    ReferralEvent.objects.create(
        referral=referral, organisation_id=next(iter(by.organisation_ids), None), event=event, from_state=before, to_state=referral.state,
        due_at=due_at, seconds=int((at - began_at).total_seconds()), facts=dict(facts or {}), at=at, by_id=by.user_id,
    )  # fmt: skip
    news = {
        "referral_id": referral.pk,
        "resident_id": referral.resident_id,
        "from_state": before,
        "to_state": referral.state,
    }
    outbox.publish(f"referrals.{event}", news, at=at, organisation_id=referral.organisation_id)


def count_answer(referral: Referral, own: ReferralAnswer, taken: int, at: datetime) -> None:
    """Put an answer on the account of whatever the two institutions promised: how fast, and that nobody is turned away.

    Source      REF-05 in docs/rules/referrals.md
    """
    quick = queries.promise_between(
        referral.organisation_id, own.organisation_id, [queries.ANSWERED], business_date(at)
    )
    if quick is not None:
        count(quick, at, "referrals.answer", own.pk, seconds=int((at - referral.created_at).total_seconds()))
    room = queries.promise_between(referral.organisation_id, own.organisation_id, [queries.CAPACITY], business_date(at))
    if room is not None:
        count(room, at, "referrals.referral", f"{referral.pk}-{taken}", quantity=taken)


def count(promise: queries.Promise, at: datetime, source_type: str, source_id: str | int, **counted: Any) -> None:
    """Tell an agreement what was done under it; what was told before stays as it was told."""
    given = {"agreement_id": promise.agreement_id, "duty": promise.duty.code, "happened_at": at, "by": SYSTEM, "at": at}
    try:
        agreements.record_performance(**given, source_type=source_type, source_id=source_id, **counted)
    except Refused as refused:
        if refused.refusal.code != "cooperations.counted_otherwise":
            raise


def answers_for_update(referral: Referral) -> list[ReferralAnswer]:
    """Every asked institution's answer, locked behind the referral's own lock."""
    return list(ReferralAnswer.objects.filter(referral=referral).select_related("organisation").order_by("pk"))


def own_standing(by: Actor, answers: Sequence[ReferralAnswer]) -> ReferralAnswer:
    """The actor's institution's answer, when it may still say anything.

    Raises      Refused referrals.not_asked
    """
    own = queries.own_answer(by, answers)
    if own is None or own.answer in (Answer.REFUSED, Answer.RELEASED):
        raise Refused(Refusal("referrals.not_asked"))
    return own


def link(resident_id: int, organisation_id: int, at: datetime) -> None:
    """Let an institution see the person it takes care of."""
    ResidentLink.objects.get_or_create(
        resident_id=resident_id, organisation_id=organisation_id, kind=LINK, until_on=None, defaults={"since_on": business_date(at)}
    )  # fmt: skip


def unlink(referral: Referral, organisation_id: int | None, at: datetime) -> None:
    """The institution's part is over; another referral that still needs the link keeps it."""
    if organisation_id is None:
        return
    others = Referral.objects.filter(resident_id=referral.resident_id, state__in=["accepted", "arrived", "returned"])
    if others.filter(taker_id=organisation_id).exclude(pk=referral.pk).exists():
        return
    links = ResidentLink.objects.filter(resident_id=referral.resident_id, organisation_id=organisation_id, kind=LINK)
    links.filter(until_on__isnull=True).update(until_on=business_date(at))


def write_document(
    referral: Referral, house: Organisation, title: str, reason: str, *, conditions: Sequence[str], medicines: Sequence[str], course: str,
    by: Actor, at: datetime,
) -> Document:  # fmt: skip
    """Put what is known into one FHIR document and keep it as it is sent."""
    person: Resident = referral.resident
    author = User.objects.filter(pk=by.user_id).values_list("display_name", flat=True).first() or house.name
    made = document.bundle(
        document.Summary(
            uuid.uuid4(), at, title, document.Person(str(person.pk), person.name, person.sex, person.born_on),
            document.Author(author, house.code, house.name), reason, tuple(conditions), tuple(queries.readings_of(person, business_date(at), organisation_id=house.pk)),
            tuple(medicines), tuple(str(one) for one in person.allergies), course,
        )
    )  # fmt: skip
    canonical = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return Document.objects.create(
        referral=referral, bundle=made, digest=sm3(canonical).hex(), written_at=at, written_by_id=by.user_id
    )


def next_number(prefix: str, at: datetime) -> str:
    """A number nobody else has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('referrals_number')")
        return f"{prefix}{local(at):%y%m%d}-{cursor.fetchone()[0]:05d}"


def lines(faults: Faults, field: str, texts: Sequence[str], *, is_needed: bool = False) -> list[str]:
    """Lines of a list that say something, each of a length that can be read."""
    said = [text.strip() for text in texts if text.strip()]
    if is_needed and not said:
        faults.add(field, "required")
    for text in said:
        faults.text(field, text, LINE)
    if len(said) > LINES:
        faults.add(field, "too_long", most=LINES)
    return said


LINE = 200
LINES = 30
