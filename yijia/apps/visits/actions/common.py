"""What the actions of a visit share: locks, places, messages, the gate as a refusal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from yijia.apps.care import queries as care
from yijia.apps.care.actions import step
from yijia.apps.care.models import Order
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation, Staff
from yijia.apps.registry.queries.staff import STAFF_PHONE
from yijia.apps.visits import words
from yijia.apps.visits.models import Assignment, Fix, Visit
from yijia.apps.visits.queries import DOOR_CODE, visits_in_sight, visits_of_nurse
from yijia.base import messages
from yijia.base.clock import SHANGHAI
from yijia.base.crypto import seal, unseal
from yijia.base.errors import NotFound, Refused, Stale, refuse_if
from yijia.base.rows import Given, GivenMany, Statement
from yijia.core.gate.check import GateReport
from yijia.core.orders.lifecycle import Event
from yijia.core.people import masking
from yijia.core.permissions import Actor, Reach, Role, reach
from yijia.core.refusal import Refusal
from yijia.core.visits.place import Place

_UNREAD = tuple(f"order__{column}" for column in care.LONG)  # what no step of a visit looks at
_HELD = Statement(
    lambda: (
        Visit.objects.select_for_update(of=("self",))
        .select_related("order")
        .defer(*_UNREAD)
        .filter(pk=Given("visit_id"))
    )
)
_MINE = Statement(
    lambda: Assignment.objects.filter(visit_id=Given("visit_id"), staff_id=Given("staff_id"), is_active=True)
)


def locked(by: Actor, visit_id: int, version: int | None = None) -> Visit:
    """The visit and, before it, its order, locked until the transaction ends.

    Raises      NotFound: absent or out of the actor's sight; Stale: somebody changed it since
    """
    if by.role is Role.NURSE and reach(by) is Reach.ORGANISATIONS:  # who takes most of the steps
        held = _HELD_BY_NURSE.ask(visit_id=visit_id, staff_id=by.staff_id, organisation_ids=list(by.organisation_ids))
    else:
        held = list(_order_of(visits_in_sight(by).filter(pk=visit_id)))
    if not held:
        raise NotFound
    visit = _HELD.ask(visit_id=visit_id)[0]
    if version is not None and visit.version != version:
        raise Stale
    return visit


def _order_of(seen: QuerySet[Visit]) -> QuerySet[Order]:
    return Order.objects.select_for_update().only("pk").filter(pk__in=seen.order_by().values("order_id")).order_by()


_HELD_BY_NURSE = Statement(
    lambda: _order_of(visits_of_nurse(Given("staff_id"), GivenMany("organisation_ids")).filter(pk=Given("visit_id")))
)


def own_assignment(by: Actor, visit: Visit) -> Assignment:
    """The nurse's own part in the visit.

    Raises      NotFound: the actor is not on it
    """
    mine = _MINE.one(visit_id=visit.pk, staff_id=by.staff_id)
    if mine is None:
        raise NotFound
    return mine


def move(
    visit: Visit,
    event: Event,
    *,
    by: Actor,
    at: datetime,
    met: Iterable[str] = (),
    facts: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """One step of the order, with the visit's own fields saved under a new version."""
    visit.version += 1
    visit.save()
    step(
        order_id=visit.order_id,
        event=event,
        met=frozenset(met),
        facts=(facts or {}) | {"visit_id": visit.pk},
        reason=reason,
        held=visit.order,
        by=by,
        at=at,
    )


def must_be(visit: Visit, event: Event, *states: str) -> None:
    """Refuse what is not possible in the order's state, in the words of the table of moves."""
    if visit.order.state not in states:
        raise Refused(Refusal("orders.wrong_status", {"status": visit.order.state, "event": event.value}))


def ask(report: GateReport) -> None:
    """Stop unless the gate is green.

    Raises      Refused: orders.gate_red with the keys of the red rules
    """
    refuse_if(report.refusal())


def keep_fix(visit: Visit, assignment: Assignment, kind: str, place: Place, *, at: datetime) -> Fix:
    """Write down where the phone was, or that it would not say.

    Raises      Refused: visits.bad_place
    """
    refuse_if(place.fault())
    return Fix.objects.create(
        organisation_id=visit.organisation_id, visit=visit, staff_id=assignment.staff_id, kind=kind, at=at, device_at=place.device_at,
        lon=place.lon, lat=place.lat, accuracy_m=place.accuracy_m if place.is_known else None, is_mocked=place.is_mocked,
        error="" if place.is_known else (place.error or "not_given")[:40],
    )  # fmt: skip


def hide(code: str) -> bytes:
    """The door code as stored."""
    return seal(code, DOOR_CODE)


def local_words(at: datetime) -> str:
    """An instant as a text message says it: 6月17日 09:00."""
    here = at.astimezone(SHANGHAI)
    return f"{here.month}月{here.day}日 {here:%H:%M}"


def tell_staff(staff: Staff, template: str, *, at: datetime, **facts: str) -> None:
    """A text message to a member of staff who left a number."""
    if staff.phone_enc:
        _send(unseal(staff.phone_enc, STAFF_PHONE), template, at=at, organisation_id=staff.organisation_id, facts=facts)


def tell_family(visit: Visit, template: str, *, at: datetime, **facts: str) -> None:
    """A text message to the resident's own number."""
    phone = registry.contact_for_system(visit.resident_id).phone
    if phone:
        _send(phone, template, at=at, organisation_id=visit.organisation_id, resident_id=visit.resident_id, facts=facts)


def tell_both(visit: Visit, template: str, *, at: datetime, **facts: str | datetime) -> None:
    """One text message to the resident's own number that says it in Chinese and then in English."""
    phone = registry.contact_for_system(visit.resident_id).phone
    if phone:
        chinese, english = messages.in_both(words.MESSAGES[template])
        moments = {name: value for name, value in facts.items() if isinstance(value, datetime)}
        both = (
            chinese % (facts | {name: local_words(moment) for name, moment in moments.items()}),
            english
            % (facts | {name: f"{moment.astimezone(SHANGHAI):%d %b %H:%M}" for name, moment in moments.items()}),
        )
        _hand_over(
            phone,
            template,
            "\n".join(both),
            at=at,
            organisation_id=visit.organisation_id,
            resident_id=visit.resident_id,
        )


def tell_house(house: Organisation, template: str, *, at: datetime, **facts: str) -> None:
    """A text message to the institution's duty number."""
    if house.phone:
        _send(house.phone, template, at=at, organisation_id=house.pk, facts=facts)


def _send(
    phone: str,
    template: str,
    *,
    at: datetime,
    organisation_id: int,
    facts: dict[str, str],
    resident_id: int | None = None,
) -> None:
    text = messages.in_chinese(words.MESSAGES[template]) % facts
    _hand_over(phone, template, text, at=at, organisation_id=organisation_id, resident_id=resident_id)


def _hand_over(
    phone: str, template: str, text: str, *, at: datetime, organisation_id: int, resident_id: int | None = None
) -> None:
    messages.send_sms(
        phone=phone,
        template=f"visits.{template}",
        text=text,
        at=at,
        organisation_id=organisation_id,
        resident_id=resident_id,
    )


def masked_name(visit: Visit) -> str:
    return masking.name(visit.resident.name)


def number(visit: Visit) -> str:
    return visit.order.number
