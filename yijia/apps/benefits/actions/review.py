"""Entitlement without application: look at people, find what they may have, follow what they have, stop what ended."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from yijia.apps.benefits import queries, words
from yijia.apps.benefits.actions import months, moving, telling
from yijia.apps.benefits.actions.months import Seen
from yijia.apps.benefits.models import BenefitEvent, Entitlement, NightlyPass
from yijia.apps.registry import queries as registry
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.core import benefits
from yijia.core.benefits import Month, Scheme, Verdict
from yijia.core.benefits.lifecycle import OPEN, Event, State
from yijia.core.calendar import age_on
from yijia.core.permissions import Actor


@action("benefits.review_person")
def review_person(*, resident_id: int, because: str, by: Actor, at: datetime) -> list[Entitlement]:
    """Look at one person after a life event: candidates found, standing entitlements followed, months paid, stopped or asked back.

    because     nightly, birthday, death, or the kind of the fact that changed
    Returns     the entitlements that are new or moved; run again at once, it returns none

    Raises      NotFound
    """
    return review(resident_id, because, by, at)


@action("benefits.review_people")
def review_people(*, resident_ids: Sequence[int], because: str, by: Actor, at: datetime) -> list[Entitlement]:
    """Look at several people, locked in ascending order so that two runs never wait for each other in a ring.

    Returns     the entitlements that are new or moved
    """
    return _looked(resident_ids, because, by, at)


@action("benefits.note_pass")
def note_pass(*, region: str, counts: dict[str, int], by: Actor, at: datetime) -> NightlyPass:
    """Write down what a run over everybody looked at and found."""
    on = business_date(at)
    return NightlyPass.objects.create(on=on, region=region, counts=counts, ran_at=at, ran_by_id=by.user_id)


def review(resident_id: int, because: str, by: Actor, at: datetime) -> list[Entitlement]:
    """The work of `review_person`, inside a running action."""
    return _looked([resident_id], because, by, at)


def _looked(resident_ids: Sequence[int], because: str, by: Actor, at: datetime) -> list[Entitlement]:
    """Read people, facts and entitlements together, three questions however many they are; then decide for each."""
    on = business_date(at)
    changed: list[Entitlement] = []
    with transaction.atomic():
        people = moving.lock_residents(resident_ids)
        facts = registry.standing_facts_for_system([person.pk for person in people])
        open_rows: dict[int, list[Entitlement]] = {person.pk: [] for person in people}
        locked = Entitlement.objects.select_for_update(of=("self",)).filter(resident__in=people, state__in=OPEN)
        for row in locked.order_by("pk"):
            open_rows[row.resident_id].append(row)
        for person in people:
            standing, rows = facts.get(person.pk, ()), open_rows[person.pk]
            seen = Seen(person, standing, on, queries.aside(person, standing, rows, on))
            changed += _follow(rows, seen, by, at)
            changed += _find(rows, seen, because, by, at)
    return changed


def _follow(rows: list[Entitlement], seen: Seen, by: Actor, at: datetime) -> list[Entitlement]:
    changed = []
    for row in rows:
        before = (row.state, row.version)
        if row.state == State.APPROVED:
            orders = months.pay(row, seen, by=by, at=at)
            if orders or (row.state, row.version) != before:
                changed.append(row)
        elif (gone := _gone(row, seen)) is not None:
            moving.move(row, Event.DROP, by=by, at=at, noted={"because": gone}, reason=gone)
            changed.append(row)
        elif row.state == State.FOUND:  # found before and not told: a telephone may have come since
            telling.check_and_tell(row, seen, by=by, at=at)
            if (row.state, row.version) != before:
                changed.append(row)
    return changed


def _gone(row: Entitlement, seen: Seen) -> str | None:
    """Why somebody on the way to a decision no longer qualifies; None while they do, now or in the months asked about."""
    if seen.person.died_on is not None and seen.person.died_on <= seen.today:
        return "death"
    if months.since(seen, row.scheme, row.office, seen.today) is not None:
        return None
    facts = queries.facts_of(seen.person, seen.standing, seen.today, office=row.office)
    offer = queries.offer(facts.get("hukou"), seen.person.jurisdiction, seen.today)
    answer = queries.answers(facts, offer, seen.today, seen.aside).get(row.scheme)
    if answer is not None and answer.qualifies:
        return None
    if _is_ahead(row, seen):
        return None
    return "benefit.not_met" if answer is None else answer.because.value


def _is_ahead(row: Entitlement, seen: Seen) -> bool:
    """Whether the person was asked before the birthday and it is still to come."""
    return row.since_on > seen.today


def _find(rows: list[Entitlement], seen: Seen, because: str, by: Actor, at: datetime) -> list[Entitlement]:
    if seen.person.died_on is not None and seen.person.died_on <= seen.today:
        return []
    facts = queries.facts_of(seen.person, seen.standing, seen.today)
    offer = queries.offer(facts.get("hukou"), seen.person.jurisdiction, seen.today)
    have = {(row.scheme, row.office) for row in rows}
    answers = queries.answers(facts, offer, seen.today, seen.aside)
    dues = queries.dues_in(facts, offer, Month.of(seen.today), seen.aside)
    found = []
    for code, today in answers.items():
        scheme = today.scheme
        office = queries.office_of(scheme, facts.get("hukou"), seen.person.jurisdiction)
        if scheme.in_kind or scheme.rule is None or (code, office) in have:
            continue
        answer = _qualifying(today, dues[code].entitlement, facts, offer, seen)
        row = None if answer is None else _candidate(answer, office, seen, because, by, at)
        if row is not None:
            found.append(row)
    return found


def _qualifying(
    today: benefits.Entitlement, month: benefits.Entitlement, facts: dict[str, Any], offer: benefits.Offer, seen: Seen
) -> benefits.Entitlement | None:
    """The answer by which somebody is found: of today, of this month (the birthday is still to come), or as far ahead as the place asks."""
    for answer in (today, month):
        if answer.qualifies:
            return answer
    ahead = queries.first_ahead(today.scheme, seen.today)
    if ahead == seen.today:
        return None
    later = queries.answers(facts, offer, ahead, seen.aside)[today.code]
    return later if later.qualifies else None


def _candidate(
    answer: benefits.Entitlement, office: str, seen: Seen, because: str, by: Actor, at: datetime
) -> Entitlement | None:
    scheme = answer.scheme
    ahead = queries.first_ahead(scheme, seen.today)
    first = months.since(seen, scheme.code, office, ahead)
    if first is None:
        return None
    value = scheme.value
    try:
        with transaction.atomic():
            row = Entitlement.objects.create(
                resident=seen.person, scheme=scheme.code, policy_key=scheme.key, name=scheme.zh[:80], name_en=scheme.en[:160],
                jurisdiction=scheme.jurisdiction, office=office, state=State.FOUND, state_at=at, payment=scheme.payment,
                amount_fen=answer.amount_fen, unit=answer.unit.value if answer.unit else "", found_on=seen.today,
                found_by=_event(because, scheme, seen, first.first)[:20], since_on=first.first, why=words.stored(answer.conjuncts),
                edition=value.edition, evidence=value.evidence.value,
            )  # fmt: skip
    except IntegrityError:  # another worker found the same a moment ago
        return None
    BenefitEvent.objects.create(
        entitlement=row, event="find", from_state="", to_state=State.FOUND, facts={"because": row.found_by, "since": str(first)}, at=at, by_id=by.user_id
    )  # fmt: skip
    outbox.publish(
        "benefits.found", {"entitlement_id": row.pk, "resident_id": row.resident_id, "scheme": row.scheme}, at=at
    )
    telling.check_and_tell(row, seen, by=by, at=at)
    return row


def _event(because: str, scheme: Scheme, seen: Seen, since_on: date) -> str:
    """The life event by which somebody was found: a birthday says so itself, what should have been found earlier is `missed`."""
    if because != "nightly":
        return because
    least = scheme.parameters.get("min_age")
    is_this_month = since_on >= seen.today.replace(day=1)
    if least is not None and is_this_month and age_on(seen.person.born_on, Month.of(since_on).last) == least:
        return "birthday"
    return "nightly" if is_this_month else "missed"


def holds(seen: Seen, row: Entitlement) -> bool:
    """Whether the person qualifies now, or will in the month the entitlement starts."""
    due = seen.due(row.scheme, row.office, Month.of(max(row.since_on, seen.today.replace(day=1))))
    return due is not None and due.entitlement.verdict in (Verdict.GRANTED, Verdict.HELD)
