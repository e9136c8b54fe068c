"""Reading orders: every read starts from the orders in the actor's sight."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import Count, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from yijia.apps.care import seams
from yijia.apps.care.models import Assessment, Order, OrderEvent, OrderItem
from yijia.apps.registry import queries as registry
from yijia.base.crypto import search_hash
from yijia.base.errors import NotFound
from yijia.base.rows import Given, GivenMany, Statement, only
from yijia.core.calendar import sane, start_of
from yijia.core.orders.lifecycle import Event, State
from yijia.core.people import phone as phones
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.refusal import Refusal

UNSURE = "unsure"
"""The need of somebody who asks to be called back; such an order stays a draft until the desk has spoken with them."""

OPEN = tuple(
    state.value for state in State if state not in (State.REJECTED, State.CANCELLED, State.CLOSED, State.ABORTED)
)


"""No order lies outside; a filter beyond is brought back in."""


def orders_in_sight(actor: Actor) -> QuerySet[Order]:
    """Orders the actor may know of; out of sight is as good as absent."""
    rows = Order.objects.all()
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS:
            ours, own = rows.filter(organisation_id__in=actor.organisation_ids), seams.own_orders(actor)
            return ours if own is None else ours.filter(pk__in=own)
        case Reach.JURISDICTION:
            return rows.filter(registry.within(actor.jurisdiction))
        case _:
            return rows.none()


class OneInSight:
    """One order by its id, for whoever may know of it; the question is put into SQL once for each plain sight.

    written     what is read with the order
    """

    def __init__(self, written: Callable[[QuerySet[Order]], QuerySet[Order]]) -> None:
        self._written = written
        plain = {
            Reach.ALL: Q(),
            Reach.PEOPLE: Q(resident_id__in=GivenMany("of")),
            Reach.ORGANISATIONS: Q(organisation_id__in=GivenMany("of")),
        }
        self._plain = {who: Statement(partial(self._in, sight)) for who, sight in plain.items()}

    def _in(self, sight: Q) -> QuerySet[Order]:
        return self._written(Order.objects.filter(sight, pk=Given("order_id"))).order_by()

    def get(self, actor: Actor, order_id: int) -> Order:
        """Raises NotFound: absent or out of the actor's scope."""
        who = reach(actor)
        if who in self._plain and (who is not Reach.ORGANISATIONS or seams.own_orders(actor) is None):
            of = actor.resident_ids if who is Reach.PEOPLE else actor.organisation_ids
            found = self._plain[who].one(order_id=order_id, of=list(of))
        else:
            found = only(self._written(orders_in_sight(actor).filter(pk=order_id)))
        if found is None:
            raise NotFound()
        return found


def get_order(actor: Actor, order_id: int) -> Order:
    """One order with its resident, home and institution.

    Raises      NotFound: absent or out of the actor's scope
    """
    return _ORDER.get(actor, order_id)


_ORDER = OneInSight(lambda rows: rows.select_related("resident", "household", "organisation"))


def whole(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with all that is told about one: people, papers, items, home and first assessment, in one statement."""
    return _beside(rows).select_related("first_assessment__assessed_by")


def _beside(rows: QuerySet[Order]) -> QuerySet[Order]:
    first = FilteredRelation("assessments", condition=Q(assessments__kind=Assessment.Kind.FIRST))
    items = OrderItem.objects.filter(order_id=OuterRef("pk")).order_by("item_code")
    packed = JSONObject(id="pk", item_code="item_code", quantity="quantity", duration_min="duration_min")
    return rows.annotate(first_assessment=first, item_rows=ArraySubquery(items.values(row=packed))).select_related(
        "resident__household", "household", "organisation", "home_risk", "service_agreement", "consent", "first_assessment"
    )  # fmt: skip


LONG = ("quote", "description", "prescription")
"""What an order says at length: pages print it, decisions do not read it."""

SEALED = ("identity_enc", "identity_hash", "phone_enc", "phone_hash", "pinyin", "pinyin_initials")
"""What a resident's row keeps for finding and telling them."""


def for_decision(rows: QuerySet[Order]) -> QuerySet[Order]:
    """`whole` without what only a page prints; whoever reads that after all asks the database again."""
    homes = (
        f"{home}__{column}"
        for home in ("household", "resident__household")
        for column in ("address_enc", "address_masked")
    )
    return _beside(rows).defer(*LONG, *homes, *(f"resident__{column}" for column in SEALED))


def get_whole_order(actor: Actor, order_id: int) -> Order:
    """One order in sight as `whole` reads it. Raises NotFound."""
    return _WHOLE_IN_SIGHT.get(actor, order_id)


def whole_order_for_system(order_id: int) -> Order:
    """One order as `whole` reads it, for whoever an action has just let change it."""
    return _WHOLE.ask(order_id=order_id)[0]


_WHOLE_IN_SIGHT = OneInSight(whole)
_WHOLE = Statement(lambda: whole(Order.objects.filter(pk=Given("order_id"))).order_by())


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of orders is narrowed to; empty means everything in sight.

    text    an order number or its start, a name, pinyin initials, or a whole mobile number
    """

    text: str = ""
    states: Sequence[str] = ()
    need: str = ""
    channel: str = ""
    organisation_id: int | None = None
    resident_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None


def list_orders(actor: Actor, filters: Filters | None = None, *, page: int | str = 1, size: int = 20) -> Page:
    """One page of orders in sight, newest wish first; the page object counts and links the others."""
    filters = filters or Filters()
    rows = orders_in_sight(actor).select_related("resident", "organisation")
    for column, value in (
        ("need", filters.need), ("channel", filters.channel), ("organisation_id", filters.organisation_id), ("resident_id", filters.resident_id),
    ):  # fmt: skip
        if value:
            rows = rows.filter(**{column: value.replace("\0", "") if isinstance(value, str) else value})
    if filters.states:
        rows = rows.filter(state__in=[state.replace("\0", "") for state in filters.states])
    if filters.from_on:
        rows = rows.filter(wanted_from__gte=start_of(sane(filters.from_on)))
    if filters.until_on:
        rows = rows.filter(wanted_from__lt=start_of(sane(filters.until_on) + timedelta(days=1)))
    if text := filters.text.replace("\0", "").strip():
        rows = rows.filter(_matching(text))
    return Paginator(rows.order_by("-wanted_from", "-id"), size).get_page(page)


def _matching(text: str) -> Q:
    phone = phones.parse(text, synthetic=True)
    if not isinstance(phone, Refusal):
        return Q(resident__phone_hash=search_hash(phone, "registry.resident.phone"))
    return Q(number__startswith=text) | Q(resident__name=text) | Q(resident__pinyin_initials__istartswith=text)


def timeline(actor: Actor, order: Order) -> list[OrderEvent]:
    """Every step of an order, oldest first, with who made it.

    Raises      NotFound: the order is out of the actor's scope
    """
    mine = orders_in_sight(actor).filter(pk=order.pk)
    rows = list(OrderEvent.objects.filter(order__in=mine).select_related("by").order_by("at", "id"))
    if not rows and not mine.exists():
        raise NotFound()
    return rows


def last_event_for_system(order_id: int, event: Event) -> OrderEvent | None:
    """The latest time something happened to an order, or None."""
    return OrderEvent.objects.filter(order_id=order_id, event=event).order_by("-at", "-id").first()


def call_backs(actor: Actor, at: datetime) -> QuerySet[Order]:
    """People who asked to be called, who waited longest first."""
    return (
        orders_in_sight(actor)
        .filter(state=State.DRAFT, need=UNSURE, created_at__lte=at)
        .select_related("resident", "organisation")
        .order_by("created_at")
    )


def list_items(order: Order) -> list[OrderItem]:
    """The items of an order the actor was given, in catalogue order."""
    if hasattr(order, "item_rows"):
        return [OrderItem(order_id=order.pk, organisation_id=order.organisation_id, **row) for row in order.item_rows]
    return list(OrderItem.objects.filter(order=order).order_by("item_code"))


def to_assess(actor: Actor) -> QuerySet[Order]:
    """Orders that wait for a first assessment, soonest wish first."""
    return (
        orders_in_sight(actor)
        .filter(state=State.SUBMITTED)
        .select_related("resident", "organisation")
        .order_by("wanted_from", "id")
    )


def signable(actor: Actor) -> QuerySet[Order]:
    """Accepted orders whose papers are not signed yet, soonest wish first."""
    return (
        orders_in_sight(actor)
        .filter(state=State.ACCEPTED)
        .select_related("resident", "organisation")
        .order_by("wanted_from", "id")
    )


def count_by_state(actor: Actor) -> dict[str, int]:
    """How many orders in sight stand in each state."""
    return dict(orders_in_sight(actor).order_by().values_list("state").annotate(n=Count("id")))
