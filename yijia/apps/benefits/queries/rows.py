"""Entitlements, orders, batches and proposals in sight."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from yijia.apps.benefits.models import (
    DIFFERS,
    Batch,
    BenefitEvent,
    Entitlement,
    EvidenceConfirmation,
    NightlyPass,
    PaymentOrder,
    Proposal,
)
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Resident
from yijia.base.errors import NotFound
from yijia.core.benefits.lifecycle import WAITING, OrderState, State
from yijia.core.permissions import Actor, Reach, reach

CANDIDATES = tuple(state.value for state in WAITING - {State.NOTICED})
UNDONE = (OrderState.STOPPED.value, OrderState.RECOVERING.value, OrderState.RECOVERED.value)
TABS = ("candidates", "notice", "held", "ready", "paid", "differs", "stopped", "recover")


def visible(actor: Actor, office: str = "office", resident: str = "resident_id") -> Q:
    """A filter of rows that name an office and a resident: one's own people's, or one's place's."""
    match reach(actor):
        case Reach.ALL:
            return Q()
        case Reach.PEOPLE:
            return Q(**{f"{resident}__in": actor.resident_ids})
        case Reach.JURISDICTION:
            return registry.within(actor.jurisdiction, office)
        case _:
            return Q(pk__in=())


def list_entitlements(
    actor: Actor, *, states: Iterable[str] = (), scheme: str = "", resident_id: int | None = None, text: str = ""
) -> QuerySet[Entitlement]:
    """Entitlements in sight, the longest in their state first."""
    rows = Entitlement.objects.filter(visible(actor)).select_related("resident", "resident__household")
    if states:
        rows = rows.filter(state__in=list(states))
    if scheme:
        rows = rows.filter(scheme=scheme.replace("\0", ""))
    if resident_id is not None:
        rows = rows.filter(resident_id=resident_id)
    if text.strip():
        rows = rows.filter(resident_id__in=[person.pk for person in registry.find_residents(actor, text)])
    return rows.order_by("state_at", "pk")


def get_entitlement(actor: Actor, entitlement_id: int) -> Entitlement:
    """One entitlement. Raises NotFound."""
    found = list_entitlements(actor).filter(pk=entitlement_id).first()
    if found is None:
        raise NotFound
    return found


def list_orders(
    actor: Actor, *, states: Iterable[str] = (), scheme: str = "", month: date | None = None, resident_id: int | None = None,
    batch_id: int | None = None, text: str = "", entitlement_id: int | None = None, differs: bool = False,
) -> QuerySet[PaymentOrder]:  # fmt: skip
    """Payment orders in sight, the newest month first.

    differs     only paid months that owe another amount by now
    """
    rows = PaymentOrder.objects.filter(visible(actor)).select_related("resident", "resident__household", "entitlement")
    if states:
        rows = rows.filter(state__in=list(states))
    if scheme:
        rows = rows.filter(scheme=scheme.replace("\0", ""))
    for name, wanted in (
        ("month", month), ("resident_id", resident_id), ("batch_id", batch_id), ("entitlement_id", entitlement_id)
    ):  # fmt: skip
        if wanted is not None:
            rows = rows.filter(**{name: wanted})
    if differs:
        rows = rows.filter(reason__startswith=DIFFERS)
    if text.strip():
        rows = rows.filter(resident_id__in=[person.pk for person in registry.find_residents(actor, text)])
    return rows.order_by("-month", "scheme", "pk")


def get_order(actor: Actor, order_id: int) -> PaymentOrder:
    """One payment order. Raises NotFound."""
    found = list_orders(actor).filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return found


def is_differing(order: PaymentOrder) -> bool:
    """Whether a paid month owes another amount by now."""
    return order.state == OrderState.PAID and order.reason.startswith(DIFFERS)


def list_batches(actor: Actor) -> QuerySet[Batch]:
    """Batches of the actor's place, the newest first."""
    return Batch.objects.filter(visible(actor, resident="pk")).select_related("exported_by").order_by("-pk")


def get_batch(actor: Actor, batch_id: int) -> Batch:
    """One batch. Raises NotFound."""
    found = list_batches(actor).filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


def tab_counts(actor: Actor) -> dict[str, int]:
    """How many wait under each tab of the desk, in two statements."""
    states = dict(Entitlement.objects.filter(visible(actor)).order_by().values_list("state").annotate(n=Count("pk")))
    found = PaymentOrder.objects.filter(visible(actor)).order_by().values_list("state")
    counted = list(found.annotate(n=Count("pk"), differ=Count("pk", filter=Q(reason__startswith=DIFFERS))))
    orders = {state: count for state, count, _differ in counted}
    return {
        "candidates": sum(states.get(state, 0) for state in CANDIDATES),
        "notice": states.get(State.NOTICED, 0),
        "held": orders.get(OrderState.HELD, 0),
        "ready": orders.get(OrderState.READY, 0),
        "paid": orders.get(OrderState.EXPORTED, 0) + orders.get(OrderState.PAID, 0),
        "differs": sum(differ for state, _count, differ in counted if state == OrderState.PAID),
        "stopped": sum(states.get(state, 0) for state in (State.STOPPED, State.DECLINED, State.DROPPED)),
        "recover": orders.get(OrderState.RECOVERING, 0) + orders.get(OrderState.RECOVERED, 0),
    }


def sum_fen(rows: QuerySet[PaymentOrder]) -> int:
    """What these orders come to; an amount nobody has read counts nothing."""
    return rows.order_by().aggregate(total=Sum("amount_fen"))["total"] or 0


def schemes_in_use(actor: Actor) -> list[tuple[str, str, str]]:
    """Code, Chinese and English name of every scheme somebody in sight has to do with."""
    rows = Entitlement.objects.filter(visible(actor)).order_by("scheme").values_list("scheme", "name", "name_en")
    return list({row[0]: row for row in rows.distinct()}.values())


def list_events(entitlement_ids: Iterable[int]) -> list[BenefitEvent]:
    """The steps of entitlements already in sight, the oldest first."""
    rows = BenefitEvent.objects.filter(entitlement_id__in=list(entitlement_ids)).select_related("by", "order")
    return list(rows.order_by("at", "pk"))


def confirmed_for_system(keys: Iterable[str]) -> frozenset[tuple[str, str, str, str]]:
    """(policy key, place, part, edition) of what somebody stands for, among these keys."""
    rows = EvidenceConfirmation.objects.filter(policy_key__in=set(keys))
    return frozenset(rows.values_list("policy_key", "jurisdiction", "part", "edition"))


def list_confirmations() -> list[EvidenceConfirmation]:
    """Everything that was confirmed, the newest first."""
    return list(EvidenceConfirmation.objects.select_related("confirmed_by").order_by("-confirmed_at", "-pk")[:200])


def last_pass(region: str | None) -> NightlyPass | None:
    """The latest run over everybody."""
    return NightlyPass.objects.filter(region=region or "").order_by("-ran_at", "-pk").first()


def list_proposals(actor: Actor) -> QuerySet[Proposal]:
    """Proposals about the actor's place, the newest first."""
    rows = Proposal.objects.select_related("proposed_by", "withdrawn_by")
    if reach(actor) is Reach.JURISDICTION:
        rows = rows.filter(registry.within(actor.jurisdiction, "region"))
    elif reach(actor) is not Reach.ALL:
        rows = rows.none()
    return rows.order_by("-proposed_at", "-pk")


def get_proposal(actor: Actor, proposal_id: int) -> Proposal:
    """One proposal. Raises NotFound."""
    found = list_proposals(actor).filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    return found


def people_to_review(region: str, after: int, most: int) -> list[int]:
    """Residents of a region by number, and those elsewhere whom its offices still handle."""
    handled = Entitlement.objects.filter(registry.within(region, "office")).values("resident_id")
    registered = Q(facts__kind="hukou") & registry.within(region, "facts__code")
    rows = Resident.objects.filter(registry.within(region) | Q(pk__in=handled) | registered, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct()[:most])


def covered_until(resident_id: int, scheme: str, office: str) -> date | None:
    """The first month that an earlier, ended entitlement did not cover; None when there was none."""
    rows = Entitlement.objects.filter(
        resident_id=resident_id, scheme=scheme, office=office, state=State.STOPPED, until_on__isnull=False
    )
    return rows.order_by("-until_on").values_list("until_on", flat=True).first()


def paid_elsewhere_months(row: Entitlement) -> list[date]:
    """Months of the same scheme that stand under another entitlement of the same person."""
    rows = PaymentOrder.objects.filter(resident_id=row.resident_id, scheme=row.scheme).exclude(entitlement=row)
    return list(rows.exclude(state__in=UNDONE).values_list("month", flat=True))


def is_paid_for_system(resident_id: int, scheme: str) -> bool:
    """Whether months of a scheme were approved for a person and still stand in the books; needs the whole system's sight."""
    rows = PaymentOrder.objects.filter(resident_id=resident_id, scheme=scheme, voucher__isnull=False)
    return rows.exclude(state__in=[OrderState.RECOVERING, OrderState.RECOVERED]).exists()
