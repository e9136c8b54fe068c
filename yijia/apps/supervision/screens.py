"""The pages of complaints and reviews, each as a value."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.money import queries as money
from yijia.apps.supervision import queries, words
from yijia.apps.visits import queries as visits
from yijia.base import audit, roles
from yijia.base.clock import business_date
from yijia.base.templatetags.yijia import yuan
from yijia.core.people import masking
from yijia.core.permissions import Permission, Reach, may, reach
from yijia.core.supervision.lifecycle import COMPLAINTS, ComplaintState

PAGE = 20


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One complaint in a list."""

    id: int
    number: str
    kind: str
    who: str
    institution: str
    owner: str
    due_on: date
    filed_at: datetime
    state: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Complaints:
    rows: list[ComplaintRow]
    page: Page
    late: int
    is_own: bool
    may_file: bool
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """One complaint with its steps and what the reader may do."""

    row: ComplaintRow
    version: int
    text: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    order_id: int | None
    order_number: str
    events: list[dict[str, Any]]
    moves: frozenset[str]
    owners: list[tuple[int, str]]
    is_own: bool
    may_see_bill: bool


@dataclass(frozen=True, slots=True)
class FilePage:
    """The form of a new complaint, with the order filled in."""

    orders: list[tuple[int, str]]
    order_id: int | None
    kind: str
    client_id: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One visit in the review queue."""

    id: int
    number: str
    who: str
    institution: str
    score: int
    planned_from: datetime
    due_on: date
    state: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Reviews:
    """The queue, the complaints that are owed, and what money waits for."""

    rows: list[ReviewRow]
    page: Page
    state: str
    holds: int
    complaints: int
    late_complaints: int


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One visit under review, with everything a judgement needs."""

    row: ReviewRow
    version: int
    visit_id: int
    order_id: int
    facts: queries.Facts
    findings: list[dict[str, Any]]
    items: list[tuple[str, bool]]
    signatures: list[dict[str, Any]]
    times: list[tuple[str, datetime | None]]
    fixes: list[dict[str, Any]]
    reason: str
    decided_at: datetime | None
    decided_by: str
    is_mine: bool
    quoted: str


def house(row: Any) -> str:
    """An institution's name in the reader's language."""
    return str(row.name_en if words.is_english() else row.name)


def _row(complaint: Any, today: date) -> ComplaintRow:
    return ComplaintRow(
        complaint.pk, complaint.number, str(words.KINDS[complaint.kind]), complaint.resident.name, house(complaint.organisation),
        complaint.owner.display_name if complaint.owner else str(words.NOBODY), complaint.due_on, complaint.filed_at, complaint.state,
        complaint.state in queries.OPEN and complaint.due_on < today,
    )  # fmt: skip


def complaints(request: HttpRequest, wanted: dict[str, Any]) -> Complaints:
    """Complaints in sight, what is owed first."""
    actor, today = request.actor, business_date(request.at)
    found = queries.list_complaints(
        actor,
        state=wanted.get("state") or "",
        kind=wanted.get("kind") or "",
        is_late_on=today if wanted.get("late") else None,
        is_mine=bool(wanted.get("mine")),
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    audit.read(
        actor,
        request.at,
        "complaints.list",
        subject_type="supervision.complaint",
        subject_ids=[r.pk for r in rows],
        resident_ids=[r.resident_id for r in rows],
    )
    late = queries.list_complaints(actor, is_late_on=today).count()
    is_own = reach(actor) is Reach.PEOPLE
    return Complaints(
        [_row(row, today) for row in rows],
        page,
        late,
        is_own,
        may(actor, Permission.COMPLAINT_FILE),
        any(wanted.values()),
    )


def complaint(request: HttpRequest, complaint_id: int) -> ComplaintPage:
    """One complaint. Raises NotFound."""
    actor, today = request.actor, business_date(request.at)
    found = queries.get_complaint(actor, complaint_id)
    audit.read(
        actor,
        request.at,
        "complaints.get",
        subject_type="supervision.complaint",
        subject_ids=[found.pk],
        resident_ids=[found.resident_id],
    )
    moves = frozenset(move.event.value for move in COMPLAINTS.open_moves(ComplaintState(found.state), actor))
    if "answer" in moves and found.owner_id != actor.user_id:
        moves -= {"answer"}
    owners = queries.list_owners(found, today) if "assign" in moves else []
    if found.state == ComplaintState.ASSIGNED:  # to be replaced by somebody else only
        owners = [owner for owner in owners if owner.user_id != found.owner_id]
    return ComplaintPage(
        row=_row(found, today), version=found.version, text=found.text, answer=found.answer, answered_at=found.answered_at,
        answered_by=found.answered_by.display_name if found.answered_by else "", order_id=found.order_id, order_number=found.order.number if found.order else "",
        events=[_event(event) for event in queries.list_events(actor, found)], moves=moves,
        owners=[(owner.user_id, f"{owner.name}（{roles.label(owner.role)}）") for owner in owners], is_own=reach(actor) is Reach.PEOPLE,
        may_see_bill=may(actor, Permission.BILL_VIEW) or may(actor, Permission.LEDGER_VIEW),
    )  # fmt: skip


def _event(event: Any) -> dict[str, Any]:
    note = event.note if event.event != "assign" else ""
    text = str(words.EVENTS[event.event])
    return {
        "at": event.at, "text": text % {"note": event.note} if event.event == "assign" else text, "by": event.by.display_name if event.by else "", "note": note,
        "tone": "wait" if event.event in ("file", "reopen") else "done",
    }  # fmt: skip


def file_page(request: HttpRequest, order_id: int | None, kind: str) -> FilePage:
    """The orders one may complain about, the chosen one first filled in."""
    orders = queries.orders_to_name(request.actor)
    is_own = reach(request.actor) is Reach.PEOPLE
    shown = [(order.pk, _order_words(order, is_own)) for order in orders]
    if order_id is not None and order_id not in dict(shown):
        found = money.money_of_order(request.actor, order_id)
        shown.insert(0, (found.pk, _order_words(found, is_own)))
    audit.read(
        request.actor,
        request.at,
        "complaints.new",
        subject_type="care.order",
        subject_ids=[order.pk for order in orders],
        resident_ids=[order.resident_id for order in orders],
    )
    return FilePage(shown, order_id, kind if kind in words.KINDS else "", str(uuid.uuid4()))


def _order_words(order: Any, is_own: bool) -> str:
    on = business_date(order.wanted_from)
    need = next((n for n in catalogue.list_needs(on, order.jurisdiction) if n.code == order.need), None)
    said = order.need if need is None else need.en if words.is_english() else need.zh
    who = order.resident.name if is_own else masking.name(order.resident.name)
    return f"{on:%Y-%m-%d} {said} · {who} · {house(order.organisation)} · {order.number}"


def _review_row(review: Any, today: date) -> ReviewRow:
    visit = review.visit
    return ReviewRow(
        review.pk, visit.order.number, visit.resident.name, house(review.organisation), review.score, visit.planned_from, review.due_on, review.state,
        review.state == "open" and review.due_on < today,
    )  # fmt: skip


def reviews(request: HttpRequest) -> Reviews:
    """Visits waiting for a person, the nearest deadline first; `state=` shows those decided."""
    actor, today = request.actor, business_date(request.at)
    state = request.GET.get("state", "open")
    state = state if state in ("open", "cleared", "rejected") else "open"
    page = Paginator(queries.list_reviews(actor, state=state), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    audit.read(
        actor,
        request.at,
        "reviews.list",
        subject_type="supervision.evidencereview",
        subject_ids=[r.pk for r in rows],
        resident_ids=[r.visit.resident_id for r in rows],
    )
    return Reviews(
        [_review_row(row, today) for row in rows], page, state, money.list_holds(actor).count(), queries.list_complaints(actor, state="open").count(),
        queries.list_complaints(actor, is_late_on=today).count(),
    )  # fmt: skip


def review(request: HttpRequest, review_id: int) -> ReviewPage:
    """One visit under review. Raises NotFound."""
    actor, today = request.actor, business_date(request.at)
    found = queries.get_review(actor, review_id)
    visit = found.visit
    audit.read(
        actor,
        request.at,
        "reviews.get",
        subject_type="supervision.evidencereview",
        subject_ids=[found.pk],
        resident_ids=[visit.resident_id],
    )
    facts = queries.facts_of(found, english=words.is_english())
    items = catalogue.items(business_date(visit.planned_from), visit.order.jurisdiction)
    names = {code: (item.en if words.is_english() else item.zh) for code, item in items.items()}
    return ReviewPage(
        row=_review_row(found, today), version=found.version, visit_id=visit.pk, order_id=visit.order_id, facts=facts,
        findings=[{"text": f["text"], "points": f["points"], "detail": finding_detail(f["facts"])} for f in facts.findings],
        items=[(names.get(code, code), is_done) for code, is_done in facts.done.items()],
        signatures=[{"kind": str(words.SIGNATURES[kind]), "signer": signer, "witness": witness, "at": at} for kind, signer, witness, at in facts.signatures],
        times=[(_("出发时"), visit.departed_at), (_("到达时"), visit.arrived_at), (_("开始"), visit.started_at), (_("结束"), visit.finished_at)],
        fixes=[fix | {"label": str(words.FIXES[fix["kind"]])} for fix in visits.list_fixes(visit)], reason=found.reason, decided_at=found.decided_at,
        decided_by=found.decided_by.display_name if found.decided_by else "", is_mine=queries.made_visit(actor, found),
        quoted=yuan(visit.order.quote_total_fen),
    )  # fmt: skip


def finding_detail(facts: dict[str, Any]) -> str:
    """The numbers a finding saw, in words."""
    said = {
        "distance_m": _("相距 %(value)s 米"), "radius_m": _("允许 %(value)s 米"), "accuracy_m": _("误差 %(value)s 米"), "most_m": _("最多 %(value)s 米"),
        "took_s": _("用时 %(value)s 秒"), "top_speed_kmh": _("最快每小时 %(value)s 公里"), "took_min": _("用时 %(value)s 分钟"),
        "norm_min": _("常规 %(value)s 分钟"), "visits": _("另有 %(value)s 次上门"),
    }  # fmt: skip
    parts = [said[name] % {"value": value} for name, value in facts.items() if name in said]
    return (", " if words.is_english() else "，").join(parts)
