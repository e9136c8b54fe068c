"""A complaint: filed by the family or for them, owned by somebody, answered in time, closed or opened again."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from yijia.apps.care import queries as care
from yijia.apps.registry import queries as registry
from yijia.apps.supervision import queries, words
from yijia.apps.supervision.models import Complaint, ComplaintEvent
from yijia.base import messages, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale, refuse_if
from yijia.base.words import say
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal
from yijia.core.supervision.lifecycle import COMPLAINTS
from yijia.core.supervision.lifecycle import ComplaintEvent as Event
from yijia.core.supervision.lifecycle import ComplaintState as State

LONGEST = 2000


@action("complaints.file")
def file_complaint(
    *, client_id: UUID, kind: str, text: str, order_id: int | None = None, resident_id: int | None = None, organisation_id: int | None = None, by: Actor,
    at: datetime,
) -> Complaint:  # fmt: skip
    """Take a complaint down, about an order or about an institution; the deadline counts from this day.

    client_id       made by the caller once per complaint; sent again, it gives the first one back
    order_id        what it is about; without one, resident_id and organisation_id are needed

    Raises      NotFound; Forbidden; Invalid; Refused complaints.no_deadline
    Source      ORDER-14 in docs/rules/orders.md
    """
    if not may(by, Permission.COMPLAINT_FILE):
        raise Forbidden(Permission.COMPLAINT_FILE)
    order = care.get_order(by, order_id) if order_id is not None else None
    said = _text(text, "text")
    if kind not in Complaint.Kind.values:
        raise Invalid({"kind": [say("请选一类")]})
    first = Complaint.objects.filter(client_id=client_id).first()
    if first is not None:
        return queries.get_complaint(by, first.pk)
    if order is not None:
        resident, organisation = order.resident, order.organisation
    elif resident_id is None or organisation_id is None:
        raise Invalid({"order": [say("请选是哪一次服务")]})
    else:
        resident, organisation = registry.get_resident(by, resident_id), registry.get_organisation(by, organisation_id)
    due_on = refuse_if(queries.deadline(kind, organisation.jurisdiction, business_date(at)))
    complaint = Complaint.objects.create(
        organisation=organisation, number=_number(at), client_id=client_id, order=order, resident=resident, kind=kind, text=said, due_on=due_on, filed_at=at,
        filed_by_id=by.user_id,
    )  # fmt: skip
    _note(complaint, "file", "", by, at)
    return complaint


@action("complaints.assign")
def assign_complaint(
    *, complaint_id: int, owner_id: int, version: int | None = None, by: Actor, at: datetime
) -> Complaint:
    """Make somebody responsible: a manager of the institution, or a regulator; later, somebody else.

    Raises      NotFound; Forbidden; Stale; Refused: complaints.unknown_owner, complaints.owner_stands, complaints.wrong_status
    """
    complaint = _locked(by, complaint_id, version)
    owners = {owner.user_id: owner for owner in queries.list_owners(complaint, business_date(at))}
    before = _move(complaint, Event.ASSIGN, {"owner_named": True}, by)
    if owner_id not in owners:
        raise Refused(Refusal("complaints.unknown_owner"))
    if before == State.ASSIGNED and complaint.owner_id == owner_id:
        raise Refused(Refusal("complaints.owner_stands", {"owner": owners[owner_id].name}))
    complaint.owner_id = owner_id
    return _keep(complaint, Event.ASSIGN, before, owners[owner_id].name, by, at)


@action("complaints.answer")
def answer_complaint(
    *, complaint_id: int, answer: str, version: int | None = None, by: Actor, at: datetime
) -> Complaint:
    """The owner answers; the family is told and may close it or open it again.

    Raises      NotFound; Forbidden; Stale; Invalid; Refused: complaints.not_owner, complaints.wrong_status
    """
    complaint = _locked(by, complaint_id, version)
    before = _move(complaint, Event.ANSWER, {}, by)
    if complaint.owner_id != by.user_id:
        raise Refused(
            Refusal("complaints.not_owner", {"owner": complaint.owner.display_name if complaint.owner else "—"})
        )
    complaint.answer, complaint.answered_at, complaint.answered_by_id = _text(answer, "answer"), at, by.user_id
    _tell(complaint, at)
    return _keep(complaint, Event.ANSWER, before, complaint.answer, by, at)


@action("complaints.close")
def close_complaint(
    *, complaint_id: int, note: str = "", version: int | None = None, by: Actor, at: datetime
) -> Complaint:
    """The family is satisfied; or the institution closes an answered complaint and says why.

    Raises      NotFound; Forbidden; Stale; Invalid; Refused: complaints.not_answered, complaints.over
    """
    complaint = _locked(by, complaint_id, version)
    before = _move(complaint, Event.CLOSE, {}, by)
    said = note.strip() if may(by, Permission.COMPLAINT_FILE) else _text(note, "note")
    complaint.closed_at, complaint.closed_by_id = at, by.user_id
    return _keep(complaint, Event.CLOSE, before, said[:LONGEST], by, at)


@action("complaints.reopen")
def reopen_complaint(*, complaint_id: int, note: str, version: int | None = None, by: Actor, at: datetime) -> Complaint:
    """Not satisfied with the answer: it is owed again, with a new deadline, by the same owner until another is named.

    Raises      NotFound; Forbidden; Stale; Invalid; Refused complaints.wrong_status
    """
    complaint = _locked(by, complaint_id, version)
    before = _move(complaint, Event.REOPEN, {}, by)
    said = _text(note, "note")
    complaint.due_on = refuse_if(
        queries.deadline(complaint.kind, complaint.organisation.jurisdiction, business_date(at))
    )
    return _keep(complaint, Event.REOPEN, before, said, by, at)


def _locked(by: Actor, complaint_id: int, version: int | None) -> Complaint:
    found = queries.get_complaint(by, complaint_id)
    row = (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("organisation", "owner", "order")
        .filter(pk=found.pk)
        .first()
    )
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale
    return row


def _move(complaint: Complaint, event: Event, met: dict[str, bool], by: Actor) -> str:
    """Ask the table and set the state; the state before."""
    outcome = COMPLAINTS.attempt(State(complaint.state), event, by, met)
    if isinstance(outcome, Refusal) and outcome.code == "permission.missing":
        raise Forbidden(str(outcome.facts["permission"]))
    before, complaint.state = complaint.state, refuse_if(outcome)
    return before


def _keep(complaint: Complaint, event: Event, before: str, note: str, by: Actor, at: datetime) -> Complaint:
    complaint.version += 1
    complaint.save()
    _note(complaint, event.value, note, by, at, before)
    return complaint


def _note(complaint: Complaint, event: str, note: str, by: Actor, at: datetime, before: str = "") -> None:
    ComplaintEvent.objects.create(
        organisation_id=complaint.organisation_id, complaint=complaint, event=event, from_state=before, to_state=complaint.state, at=at, by_id=by.user_id,
        note=note,
    )  # fmt: skip
    news = {
        "complaint_id": complaint.pk,
        "number": complaint.number,
        "order_id": complaint.order_id,
        "kind": complaint.kind,
    }
    outbox.publish(f"complaints.{event}", news, at=at, organisation_id=complaint.organisation_id)


def _tell(complaint: Complaint, at: datetime) -> None:
    """A text to the resident: the answer, cut to what a text message holds."""
    contact = registry.contact_for_system(complaint.resident_id)
    if contact.phone:
        short = complaint.answer if len(complaint.answer) <= 60 else f"{complaint.answer[:59]}…"
        text = messages.in_chinese(words.SMS_ANSWERED) % {"number": complaint.number, "answer": short}
        messages.send_sms(
            phone=contact.phone,
            template="complaints.answered",
            text=text,
            at=at,
            resident_id=complaint.resident_id,
            organisation_id=complaint.organisation_id,
        )


def _text(text: str, field: str) -> str:
    said = text.replace("\0", "").strip()
    if not said:
        raise Invalid({field: [say("请写清楚")]})
    if len(said) > LONGEST:
        raise Invalid({field: [say("最多 2000 字")]})
    return said


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('supervision_complaint_number')")
        number = cursor.fetchone()[0]
    return f"TS{business_date(at):%y%m%d}{number:05d}"
