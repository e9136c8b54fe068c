"""The end of a visit: complete, score the evidence, hear the family, be rated."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from yijia.apps.care import actions as care_actions
from yijia.apps.care.models import EpisodeRecord, OrderItem
from yijia.apps.visits.actions.common import (
    keep_fix,
    local_words,
    locked,
    move,
    must_be,
    number,
    own_assignment,
    tell_family,
    tell_house,
)
from yijia.apps.visits.actions.run import end_time
from yijia.apps.visits.models import EvidenceScore, Fix, Rating, Record, Visit, VisitFile
from yijia.apps.visits.queries import evidence_facts_for_system, minutes, term, told_for_system, weights
from yijia.base import accounts, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, Refused
from yijia.base.rows import Given, Statement
from yijia.base.words import say
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import SYSTEM, Actor, Permission, Reach, reach
from yijia.core.policy.frozen import plain
from yijia.core.refusal import Refusal
from yijia.core.visits.evidence import Confirmation, Score, Verdict, score
from yijia.core.visits.place import NOWHERE, Place


@action("visits.complete")
def complete(*, visit_id: int, place: Place = NOWHERE, by: Actor, at: datetime) -> Visit:
    """Check out. The evidence is scored as if the family will confirm; weak even so goes to review at once.

    Raises      NotFound, Refused: orders.no_record, orders.signature_missing, visits.nothing_done, visits.waste_not_said
    """
    visit = locked(by, visit_id)
    mine = own_assignment(by, visit)
    must_be(visit, Event.COMPLETE, "in_service")
    record = Record.objects.filter(visit=visit).first()
    signed = set(VisitFile.objects.filter(visit=visit).exclude(kind="photo").values_list("kind", flat=True))
    met = {
        name
        for name, holds in (
            ("record_written", record is not None),
            ("both_signed", {"nurse_signature", "family_signature"} <= signed),
        )
        if holds
    }
    if record is not None:
        _is_whole(visit, record)
    visit.finished_at, visit.finished_by_id = at, by.user_id
    move(visit, Event.COMPLETE, met=met, by=by, at=at)
    keep_fix(visit, mine, Fix.Kind.FINISH, place, at=at)
    end_time(visit, at)
    if record is not None and record.waste_returned is False:
        tell_house(visit.organisation, "waste", at=at, number=number(visit), when=local_words(at))
        _publish("visits.waste_not_returned", visit, at)
    found = rescore(visit, Confirmation.CONFIRMED, at)
    _publish("visits.completed", visit, at, score=found.score)
    if found.verdict is Verdict.WEAK:
        hold(visit, found, at)
    else:
        until = local_words(at + confirm_within(visit, at))
        tell_family(visit, "confirm", at=at, when=local_words(visit.planned_from), until=until)
    return visit


def _is_whole(visit: Visit, record: Record) -> None:
    done = [code for code, entry in record.items_done.items() if entry["done"]]
    if not done or not OrderItem.objects.filter(order_id=visit.order_id, item_code__in=done).exists():
        raise Refused(Refusal("visits.nothing_done"))
    if record.waste_returned is None:
        raise Refused(Refusal("visits.waste_not_said"))


def confirm_within(visit: Visit, at: datetime) -> timedelta:
    """How long the family may take."""
    return 60 * minutes("visit_confirm", "hours", visit.order.jurisdiction, business_date(at))


def rescore(visit: Visit, confirmation: Confirmation, at: datetime) -> Score:
    """Score the evidence and keep the result."""
    found = score(
        evidence_facts_for_system(visit, confirmation),
        weights(visit.order.jurisdiction, business_date(visit.planned_from)),
    )
    EvidenceScore.objects.update_or_create(
        visit=visit,
        defaults={
            "organisation_id": visit.organisation_id, "score": found.score, "verdict": found.verdict.value, "edition": found.edition, "scored_at": at,
            "findings": [{"code": f.code.value, "points": f.points, "facts": plain(f.facts)} for f in found.findings],
        },
    )  # fmt: skip
    return found


def hold(visit: Visit, found: Score, at: datetime, words: str = "") -> None:
    """Weak evidence goes to a person; nothing is priced before the review."""
    codes = [finding.code.value for finding in found.findings]
    move(
        visit, Event.HOLD, by=SYSTEM, at=at, facts={"score": found.score, "findings": codes}, reason=words.strip()[:200]
    )
    _publish("visits.evidence_weak", visit, at, score=found.score, findings=codes)


def _publish(name: str, visit: Visit, at: datetime, **facts: object) -> None:
    payload = {
        "visit_id": visit.pk,
        "order_id": visit.order_id,
        "organisation_id": visit.organisation_id,
        "resident_id": visit.resident_id,
    } | facts
    outbox.publish(name, payload, at=at, organisation_id=visit.organisation_id)


@action("visits.confirm")
def confirm(*, visit_id: int, is_done: bool = True, words: str = "", by: Actor, at: datetime) -> Visit:
    """The family's word: it was done, or something is wrong, which sends the visit to review.

    Raises      NotFound, Forbidden: a proxy without the right to confirm; Refused as `care.step`, visits.no_reason
    """
    visit = locked(by, visit_id)
    _may_speak(visit, by, Permission.VISIT_CONFIRM, at)
    must_be(visit, Event.CONFIRM, "completed")
    if not is_done and not words.strip():
        raise Refused(Refusal("visits.no_reason"))
    visit.confirmed_at, visit.confirmed_by_id, visit.is_confirmed_by_family = at, by.user_id, is_done
    found = rescore(visit, Confirmation.CONFIRMED if is_done else Confirmation.DISPUTED, at)
    _settle(visit, found, is_disputed=not is_done, by=by, at=at, words=words)
    return visit


def _settle(visit: Visit, found: Score, *, is_disputed: bool, by: Actor, at: datetime, words: str = "") -> None:
    if is_disputed or found.verdict is Verdict.WEAK:
        hold(visit, found, at, words)
        return
    move(visit, Event.CONFIRM, by=by, at=at, facts={"by_family": visit.is_confirmed_by_family})
    _publish("visits.confirmed", visit, at, score=found.score)


def _may_speak(visit: Visit, by: Actor, permission: Permission, at: datetime) -> None:
    """A proxy speaks only where the resident allowed it."""
    if reach(by) is Reach.PEOPLE and not (
        by.user_id and accounts.family_may(by.user_id, visit.resident_id, "confirm", at)
    ):
        raise Forbidden(permission)


@action("visits.hand_on")
def hand_on(*, order_id: int, by: Actor, at: datetime) -> list[EpisodeRecord]:
    """Give a confirmed visit's record to the programmes of the person: entered once, it is theirs too.

    Raises      Forbidden: not the platform
    Source      PROG-14 in docs/rules/programmes.md
    """
    visit = Visit.objects.filter(order_id=order_id).first()
    told = told_for_system(visit) if visit is not None else None
    return [] if told is None else care_actions.record_visit(order_id=order_id, told=told, by=by, at=at)


_UNSPOKEN = Statement(
    lambda: (
        Visit.objects.filter(order__state="completed", finished_at__lte=Given("at"), confirmed_at__isnull=True)
        .select_related("order")
        .order_by("finished_at")[:500]
    )
)


@action("visits.auto_confirm")
def auto_confirm(*, by: Actor, at: datetime) -> list[Visit]:
    """Visits the family has not spoken about in time count as silently confirmed; the silence lowers the score."""
    settled = []
    for one in _UNSPOKEN.ask(at=at):
        if one.finished_at + confirm_within(one, at) > at:
            continue
        visit = locked(by, one.pk)
        if visit.order.state != "completed" or visit.confirmed_at is not None:
            continue
        visit.confirmed_at, visit.confirmed_by_id, visit.is_confirmed_by_family = at, by.user_id, False
        _settle(visit, rescore(visit, Confirmation.SILENT, at), is_disputed=False, by=by, at=at)
        settled.append(visit)
    return settled


@action("visits.rate")
def rate(*, visit_id: int, stars: int, tags: Sequence[str] = (), words: str = "", by: Actor, at: datetime) -> Rating:
    """The family's rating, once, after the bill is settled.

    Raises      NotFound, Forbidden, Invalid, Refused: orders.already_rated, orders.wrong_status
    """
    visit = locked(by, visit_id)
    _may_speak(visit, by, Permission.VISIT_RATE, at)
    if isinstance(stars, bool) or not 1 <= stars <= 5:
        raise Invalid({"stars": [say("请给一到五颗星")]})
    known = {tag["code"] for tag in term("rating_tags", visit.order.jurisdiction, business_date(at))["tags"]}
    if set(tags) - known:
        raise Invalid({"tags": [say("没有这个标签")]})
    move(visit, Event.RATE, by=by, at=at, facts={"stars": stars})
    made = Rating.objects.create(
        organisation_id=visit.organisation_id, visit=visit, stars=stars, tags=sorted(set(tags)), words=words.strip()[:2000],
        rated_at=at, rated_by_id=by.user_id,
    )  # fmt: skip
    _publish("visits.rated", visit, at, stars=stars)
    return made
