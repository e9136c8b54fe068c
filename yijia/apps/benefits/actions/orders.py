"""What happens to payment orders: released, held, handed to the bank, paid, bounced, asked back, returned."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from yijia.apps.benefits import queries
from yijia.apps.benefits.actions import months, moving
from yijia.apps.benefits.actions.months import Seen
from yijia.apps.benefits.actions.steps import LONGEST_NOTE, Outcome
from yijia.apps.benefits.models import Batch, Entitlement, EvidenceConfirmation, PaymentOrder
from yijia.apps.registry import queries as registry
from yijia.base import audit
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused
from yijia.base.words import say
from yijia.core.benefits import Due, Month
from yijia.core.benefits.lifecycle import OPEN, OrderEvent, OrderState
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal

_BY_HAND = frozenset(
    {
        OrderEvent.RELEASE, OrderEvent.HOLD, OrderEvent.STOP, OrderEvent.REINSTATE, OrderEvent.CLAW_BACK, OrderEvent.RECOVER,
        OrderEvent.BOUNCE,
    }
)  # fmt: skip
"""What a clerk does to one order; handing over and settling go by the batch."""
_REASONED = _BY_HAND - {OrderEvent.RELEASE, OrderEvent.RECOVER}
_OF_A_MONTH = frozenset({OrderEvent.HOLD, OrderEvent.RELEASE, OrderEvent.REINSTATE})
"""A difference is not held or put back: it is stopped, and made anew from what is owed then."""
LONGEST_DOCUMENT = 120
CONFIRMABLE_UNREAD = frozenset({"starts", "stops"})
"""Parts nobody had read that a clerk may stand for with the original in hand; an unread amount or rule needs a new edition."""


@action("benefits.step_order")
def step_order(*, order_id: int, event: OrderEvent, note: str = "", by: Actor, at: datetime) -> PaymentOrder:
    """Move one payment order: release, hold, stop, reinstate, bounce, claw_back, recover.

    Raises      NotFound; Forbidden; Invalid: no reason was given; Refused: the table's codes, payment_orders.by_batch,
                payment_orders.difference_fixed
    """
    order = moving.locked_order(order_id, by)
    if event not in _BY_HAND:
        raise Refused(Refusal("payment_orders.by_batch"))
    text = note.replace("\0", "").strip()
    if (not text and event in _REASONED) or len(text) > LONGEST_NOTE:
        raise Invalid({"note": [say("请写明原因，最多 300 字")]})
    if order.serial and event in _OF_A_MONTH:
        raise Refused(Refusal("payment_orders.difference_fixed"))
    facts, priced = {}, {}
    if event in (OrderEvent.RELEASE, OrderEvent.REINSTATE):
        facts, priced = _standing_of(order, at)
    if event is OrderEvent.CLAW_BACK and not order.serial and may(by, Permission.BENEFIT_HANDLE):
        return months.end(order, text, by=by, at=at, noted={"note": text}) or order
    return moving.move_order(
        order, event, by=by, at=at, facts=facts, noted={"note": text} if text else None, reason=text, **priced
    )


@action("benefits.release_many")
def release_many(*, order_ids: Sequence[int], by: Actor, at: datetime) -> tuple[PaymentOrder | None, Outcome]:
    """Release held orders whose grounds are confirmed; the others stay held and are counted."""
    done: list[PaymentOrder] = []
    refused: list[tuple[int, str]] = []
    for order_id in dict.fromkeys(order_ids):
        try:
            with transaction.atomic():
                done.append(step_order(order_id=order_id, event=OrderEvent.RELEASE, by=by, at=at))
        except Refused as no:
            refused.append((order_id, no.refusal.code))
        except NotFound:
            refused.append((order_id, "not_found"))
    return (done[0] if done else None), Outcome(len(done), tuple(refused))


@action("benefits.export_batch")
def export_batch(*, order_ids: Sequence[int], by: Actor, at: datetime) -> Batch:
    """Hand ready orders to the bank as one batch; what another batch took a moment ago is left out.

    Raises      Forbidden; Refused payment_orders.nothing_ready
    """
    if not may(by, Permission.BENEFIT_PAY):
        raise Forbidden(Permission.BENEFIT_PAY)
    ids = (
        queries.list_orders(by, states=[OrderState.READY])
        .filter(pk__in=list(order_ids))
        .values_list("pk", "resident_id")
    )
    for resident_id in sorted({resident for _, resident in ids}):
        moving.lock_resident(resident_id)
    rows = list(
        PaymentOrder.objects.select_for_update(of=("self",)).select_related("entitlement").filter(pk__in=[pk for pk, _ in ids], state=OrderState.READY).order_by("pk")
    )  # fmt: skip
    if not rows:
        raise Refused(Refusal("payment_orders.nothing_ready"))
    total = sum(order.amount_fen or 0 for order in rows)
    batch = Batch.objects.create(
        number=_number(at), office=by.jurisdiction or rows[0].office, order_count=len(rows), total_fen=total, exported_at=at, exported_by_id=by.user_id
    )  # fmt: skip
    for order in rows:
        moving.move_order(order, OrderEvent.EXPORT, by=by, at=at, noted={"batch": batch.number}, batch=batch)
    return batch


@action("benefits.settle_batch")
def settle_batch(*, batch_id: int, by: Actor, at: datetime) -> Batch:
    """The bank reports a batch as paid: every order of it that did not bounce and was not asked back meanwhile.

    Raises      NotFound; Forbidden; Refused payment_orders.batch_settled
    """
    if not may(by, Permission.BENEFIT_PAY):
        raise Forbidden(Permission.BENEFIT_PAY)
    seen = queries.get_batch(by, batch_id)
    batch = Batch.objects.select_for_update().get(pk=seen.pk)
    if batch.settled_at is not None:
        raise Refused(Refusal("payment_orders.batch_settled", {"number": batch.number}))
    ids = list(PaymentOrder.objects.filter(batch=batch).values_list("resident_id", flat=True).distinct())
    for resident_id in sorted(ids):
        moving.lock_resident(resident_id)
    rows = PaymentOrder.objects.select_for_update(of=("self",)).filter(batch=batch, state=OrderState.EXPORTED)
    for order in rows.select_related("entitlement").order_by("pk"):
        moving.move_order(order, OrderEvent.SETTLE, by=by, at=at, noted={"batch": batch.number})
    batch.settled_at, batch.settled_by_id = at, by.user_id
    batch.save(update_fields=["settled_at", "settled_by"])
    return batch


@action("benefits.confirm_evidence")
def confirm_evidence(
    *,
    policy_key: str,
    jurisdiction: str,
    part: str,
    edition: str,
    document: str,
    note: str = "",
    by: Actor,
    at: datetime,
) -> EvidenceConfirmation:
    """Stand for a part of a policy value after reading the original; held orders that waited for it can then be released.

    document    number and title of the original; an amount nobody has read cannot be confirmed, it needs an edition

    Raises      Forbidden; NotFound: no order waits for it; Invalid; Refused benefits.nothing_to_confirm
    Source      BENEFIT-05 in docs/rules/benefits.md
    """
    if not may(by, Permission.BENEFIT_CONFIRM):
        raise Forbidden(Permission.BENEFIT_CONFIRM)
    named = document.replace("\0", "").strip()
    if not named or len(named) > LONGEST_DOCUMENT or len(note) > LONGEST_NOTE:
        raise Invalid({"document": [say("请写原文的文号和标题，最多 120 字")]})
    wanted = {"key": policy_key, "jurisdiction": jurisdiction, "part": part, "edition": edition}
    waiting = queries.list_orders(by, states=[OrderState.HELD]).filter(held_for__contains=[wanted])
    first = waiting.first()
    if first is None:
        raise NotFound
    ground = next(held for held in first.held_for if {name: held[name] for name in wanted} == wanted)
    if ground["evidence"] == "missing" and part not in CONFIRMABLE_UNREAD:
        raise Refused(Refusal("benefits.nothing_to_confirm", {"key": policy_key}))
    row, _ = EvidenceConfirmation.objects.get_or_create(
        policy_key=policy_key, jurisdiction=jurisdiction, part=part, edition=edition,
        defaults={"document": named, "note": note.replace("\0", "").strip(), "confirmed_at": at, "confirmed_by_id": by.user_id},
    )  # fmt: skip
    audit.note(
        verb="write", name="benefits.edition_confirmed", by=by, at=at, subject_type="benefits.evidenceconfirmation", subject_ids=[row.pk],
        facts={**wanted, "document": named, "orders": waiting.count()},
    )  # fmt: skip
    return row


def due_of(order: PaymentOrder, at: datetime) -> Due | None:
    """What the month of an order owes, seen now under the person's lock."""
    on = business_date(at)
    person = moving.lock_resident(order.resident_id)
    standing = registry.standing_facts_for_system([order.resident_id]).get(order.resident_id, ())
    rows = list(Entitlement.objects.filter(resident=person, state__in=OPEN))
    seen = Seen(person, standing, on, queries.aside(person, standing, rows, on) - {order.scheme})
    return seen.due(order.scheme, order.office, Month.of(order.month))


def _standing_of(order: PaymentOrder, at: datetime) -> tuple[dict[str, bool | None], dict[str, object]]:
    """Whether the month is owed and its grounds confirmed, seen now under the person's lock; and its amount as it stands."""
    due = due_of(order, at)
    is_owed = due is not None and due.entitlement.qualifies and order.entitlement.state in ("approved", "stopped")
    is_owed = is_owed and order.month not in queries.paid_elsewhere_months(order.entitlement)
    if due is None or not is_owed:
        return {"is_confirmed": None, "is_entitled": False}, {}
    left = months.open_confirmations(due)
    facts: dict[str, bool | None] = {"is_confirmed": not left and bool(due.due_fen), "is_entitled": True}
    return facts, ({**months.priced(due), "held_for": left} if facts["is_confirmed"] else {})


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('money_receipt_number')")
        serial = cursor.fetchone()[0]
    return f"DY{business_date(at):%y%m%d}{serial:06d}"
