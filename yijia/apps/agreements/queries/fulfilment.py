"""What was done under agreements between institutions, measured by their duties, and what was missed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from yijia.apps.agreements.models import Breach, Cooperation, CooperationEvent, Performance
from yijia.apps.agreements.queries.cooperations import WAITING, duties_of, in_sight
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.core.agreements import duties as measuring
from yijia.core.agreements.duties import Done, Span, Window
from yijia.core.agreements.lifecycle import State
from yijia.core.permissions import Actor


def list_events(row: Cooperation) -> list[CooperationEvent]:
    """The steps of a cooperation, oldest first."""
    return list(CooperationEvent.objects.select_related("by").filter(cooperation=row).order_by("id"))


def list_performances(row: Cooperation, duty: str = "", ids: Any = None) -> QuerySet[Performance]:
    """What was recorded under a cooperation, the newest first."""
    rows = Performance.objects.select_related("by", "uncounted").filter(cooperation=row).order_by("-happened_at", "-id")
    if duty:
        rows = rows.filter(duty=duty)
    return rows if ids is None else rows.filter(pk__in=ids)


def term_of(row: Cooperation) -> Span | None:
    """The days a cooperation binds or bound; None before both have signed."""
    if row.force_from is None:
        return None
    until = min(row.valid_until, row.ended_on) if row.ended_on is not None else row.valid_until
    return Span(row.force_from, until) if row.force_from < until else None


def suspensions(row: Cooperation, today: date) -> tuple[Span, ...]:
    """The days a cooperation was suspended, read from its steps."""
    return _suspensions([row.pk], today).get(row.pk, ())


def _suspensions(ids: list[int], today: date) -> dict[int, tuple[Span, ...]]:
    spans: dict[int, list[Span]] = {}
    since: dict[int, date] = {}
    steps = (
        CooperationEvent.objects.filter(cooperation__in=ids)
        .exclude(to_state=F("from_state"))
        .order_by("id")
        .values_list("cooperation", "to_state", "from_state", "at")
    )
    for pk, to_state, from_state, at in steps:
        if to_state == State.SUSPENDED:
            since[pk] = business_date(at)
        elif from_state == State.SUSPENDED and pk in since:
            spans.setdefault(pk, []).append(Span(since.pop(pk), _after(business_date(at))))
    for pk, start in since.items():
        spans.setdefault(pk, []).append(Span(start, _after(max(today, start))))
    return {pk: tuple(found) for pk, found in spans.items()}


def _after(on: date) -> date:
    return on + timedelta(days=1)


def done_under(row: Cooperation) -> list[Done]:
    """What was done under a cooperation, as the pure functions count it."""
    return _done([row.pk]).get(row.pk, [])


def _done(ids: list[int]) -> dict[int, list[Done]]:
    found: dict[int, list[Done]] = {}
    rows = Performance.objects.filter(cooperation__in=ids, uncounted__isnull=True)
    for pk, number, duty, at, quantity, seconds in rows.values_list(
        "cooperation", "id", "duty", "happened_at", "quantity", "seconds"
    ):
        found.setdefault(pk, []).append(Done(number, duty, business_date(at), quantity, seconds))
    return found


def measured(row: Cooperation, today: date) -> dict[str, tuple[Window, ...]]:
    """Each duty's periods with what was done in them; nothing before the cooperation bound."""
    return measured_many([row], today)[row.pk]


def measured_many(rows: Sequence[Cooperation], today: date) -> dict[int, dict[str, tuple[Window, ...]]]:
    """As `measured`, for a page of cooperations in two queries."""
    ids = [row.pk for row in rows]
    done, paused, found = _done(ids), _suspensions(ids, today), {}
    for row in rows:
        term = term_of(row)
        found[row.pk] = {
            duty.code: measuring.measure(duty, term, done.get(row.pk, []), today, paused.get(row.pk, ()))
            for duty in (duties_of(row) if term is not None else ())
        }
    return found


def list_breaches(
    actor: Actor, *, cooperation_id: int | None = None, is_open: bool = False, organisation_id: int | None = None
) -> QuerySet[Breach]:
    """Breaches in sight, those nobody settled first."""
    rows = Breach.objects.select_related("cooperation", "organisation", "partner").filter(in_sight(actor))
    if cooperation_id is not None:
        rows = rows.filter(cooperation=cooperation_id)
    if organisation_id is not None:
        rows = rows.filter(Q(organisation=organisation_id) | Q(partner=organisation_id))
    if is_open:
        rows = rows.filter(state__in=WAITING)
    return rows.order_by("decided_at", "-found_at", "-id")


def get_breach(actor: Actor, breach_id: int) -> Breach:
    """One breach. Raises NotFound when absent or out of scope."""
    row = (
        Breach.objects.select_related("cooperation__organisation", "cooperation__partner", "answered_by", "decided_by")
        .filter(in_sight(actor), pk=breach_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def running_ids_for_system(after: int, most: int, at: datetime) -> list[int]:
    """Cooperations the nightly look must see: bound, running, or offered and perhaps run out."""
    rows = Cooperation.objects.filter(
        pk__gt=after, state__in=[State.OFFERED, State.SIGNED, State.IN_FORCE, State.SUSPENDED]
    )
    just_over = Cooperation.objects.filter(
        pk__gt=after, state__in=[State.ENDED, State.EXPIRED], state_at__gte=at - timedelta(days=2)
    )
    return list((rows | just_over).order_by("pk").values_list("pk", flat=True)[:most])
