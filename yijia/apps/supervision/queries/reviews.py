"""Visits whose evidence waits for a person, with what the person must look at."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from yijia.apps.care import queries as care
from yijia.apps.supervision.models import EvidenceReview
from yijia.apps.supervision.queries.complaints import holidays, visible
from yijia.apps.visits.models import Assignment, EvidenceScore, Record, VisitFile
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.core.calendar import add_working_days
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import Actor
from yijia.core.policy import Value
from yijia.core.visits import evidence


def list_reviews(actor: Actor, *, state: str = "", is_late_on: date | None = None) -> QuerySet[EvidenceReview]:
    """Reviews in sight, the nearest deadline first."""
    rows = EvidenceReview.objects.filter(visible(actor, "visit__resident_id")).select_related(
        "visit", "visit__order", "visit__resident", "organisation", "decided_by"
    )
    if state:
        rows = rows.filter(state=state)
    if is_late_on:
        rows = rows.filter(state="open", due_on__lt=is_late_on)
    return rows.order_by("due_on", "id") if state == "open" else rows.order_by("-opened_at", "-id")


def get_review(actor: Actor, review_id: int) -> EvidenceReview:
    """One review with its visit. Raises NotFound."""
    rows = EvidenceReview.objects.filter(visible(actor, "visit__resident_id")).select_related(
        "visit", "visit__order", "visit__order__household", "visit__resident", "organisation", "decided_by"
    )
    found = rows.filter(pk=review_id).first()
    if found is None:
        raise NotFound
    return found


def made_visit(actor: Actor, review: EvidenceReview) -> bool:
    """Whether the actor was one of those who went: by staff row or by account."""
    went = Assignment.objects.filter(visit_id=review.visit_id, is_active=True)
    mine = went.filter(staff__user_id=actor.user_id) if actor.user_id else went.none()
    return mine.exists() or (actor.staff_id is not None and went.filter(staff_id=actor.staff_id).exists())


def review_deadline(jurisdiction: str, on: date) -> date:
    """The last day for a decision; the same day where the place states no term."""
    value = editions.current().lookup("term:review_days", jurisdiction=jurisdiction, on=on)
    return (
        add_working_days(on, int(value.value["days"]), holidays(jurisdiction, on)) if isinstance(value, Value) else on
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a reviewer looks at.

    findings        [{text, points, facts}], the heaviest first
    held_because    the family's words, when the family disputed
    """

    score: int | None
    threshold: int | None
    findings: list[dict[str, Any]]
    edition: str
    evidence: str
    crew: list[tuple[str, str]]
    done: dict[str, bool]
    notes: str
    signatures: list[tuple[str, str, str, datetime]]
    is_code_right: bool | None
    held_because: str


def facts_of(review: EvidenceReview, *, english: bool) -> Facts:
    """Score, findings, record and signatures of the visit under review."""
    visit = review.visit
    score = EvidenceScore.objects.filter(visit=visit).first()
    record = Record.objects.filter(visit=visit).first()
    value = editions.current().lookup(
        evidence.KEY, jurisdiction=visit.order.jurisdiction, on=business_date(visit.planned_from)
    )
    said = value.value["findings"] if isinstance(value, Value) else {}
    language = "en" if english else "zh"
    crew = Assignment.objects.filter(visit=visit, is_active=True).select_related("staff").order_by("-is_lead", "id")
    files = VisitFile.objects.filter(visit=visit).exclude(kind="photo").order_by("added_at")
    held = care.last_event_for_system(visit.order_id, Event.HOLD)
    return Facts(
        score=score.score if score else None, threshold=value.value["threshold"] if isinstance(value, Value) else None,
        findings=[
            {"text": said.get(f["code"], {}).get(language, f["code"]), "points": f["points"], "facts": f["facts"]} for f in (score.findings if score else [])
        ],
        edition=score.edition if score else "", evidence=value.evidence.value if isinstance(value, Value) else "missing",
        crew=[(row.staff.name, row.staff.badge_no) for row in crew], done={c: bool(e.get("done")) for c, e in (record.items_done if record else {}).items()},
        notes=record.notes if record else "", signatures=[(row.kind, row.signer, row.witness, row.added_at) for row in files],
        is_code_right=visit.is_door_code_given, held_because=str(held.facts.get("reason", "")) if held else "",
    )  # fmt: skip
