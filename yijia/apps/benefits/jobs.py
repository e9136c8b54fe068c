"""What benefits do by themselves: look again after a life event, and at everybody every night."""

from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from yijia.apps.benefits import actions, queries
from yijia.apps.registry import actions as registry
from yijia.base import clock, outbox, scope
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM


@outbox.on("residents.registered")
def look_at_new(event: OutboxEvent, at: datetime) -> None:
    actions.review_person(resident_id=event.payload["resident_id"], because="registered", by=SYSTEM, at=at)


@outbox.on("residents.died")
def look_at_dead(event: OutboxEvent, at: datetime) -> None:
    actions.review_person(resident_id=event.payload["resident_id"], because="death", by=SYSTEM, at=at)


@outbox.on("residents.fact_changed")
def look_at_changed(event: OutboxEvent, at: datetime) -> None:
    payload = event.payload
    actions.review_person(resident_id=payload["resident_id"], because=payload["kind"], by=SYSTEM, at=at)


@outbox.on("cases.decided")
def record_grade(event: OutboxEvent, at: datetime) -> None:
    """A decided grade becomes a dated fact; that is the life event which opens or ends what hangs on it."""
    payload = event.payload
    if payload.get("resident_id") is None or payload.get("level") is None:
        return  # a decision without a grade: refused, or of another procedure
    if payload.get("is_draft"):
        return  # an instrument nobody compared with its original: told again when the letter is issued officially
    until = payload.get("valid_until")
    registry.record_fact(
        resident_id=payload["resident_id"], kind="care_grade", code=payload["instrument"], level=int(payload["level"]),
        from_on=date.fromisoformat(payload.get("valid_from") or payload["starts_on"]), until_on=date.fromisoformat(until) if until else None,
        source=f"#{payload['case_id']}", by=SYSTEM, at=at,
    )  # fmt: skip


def run_pass(region: str, at: datetime) -> dict[str, int]:
    """Everybody of a region, a batch a transaction: a fall in the middle loses one batch, and the next run takes it up.

    Run twice in a night, or by two workers at once, it makes nothing twice.
    """
    by, on = replace(SYSTEM, jurisdiction=region), clock.business_date(at)
    counts, after = {"people": 0, "found": 0, "moved": 0}, 0
    with scope.whole_system():
        while people := queries.people_to_review(region, after, queries.batch_size(on)):
            changed = actions.review_people(resident_ids=people, because="nightly", by=by, at=at)
            counts["people"] += len(people)
            counts["found"] += sum(row.found_on == on and row.version <= 2 for row in changed)
            counts["moved"] += len(changed)
            after = people[-1]
        actions.note_pass(region=region, counts=counts, by=by, at=at)
    return counts


@app.periodic(cron="30 18 * * *")  # 02:30 in China
@app.task(queue="default", queueing_lock="benefits.nightly", name="benefits.nightly")
def nightly(timestamp: int) -> None:
    run_pass(settings.REGION, clock.now())


def take_snapshot(region: str, at: datetime) -> str:
    """Write the region's register as a population to try policies on; its name."""
    with scope.whole_system():
        return actions.take_snapshot(region=region, by=replace(SYSTEM, jurisdiction=region), at=at)[0]


@app.periodic(cron="30 19 1 * *")  # 03:30 in China, once a month
@app.task(queue="default", queueing_lock="benefits.snapshot", name="benefits.snapshot")
def monthly_snapshot(timestamp: int) -> None:
    take_snapshot(settings.REGION, clock.now())
