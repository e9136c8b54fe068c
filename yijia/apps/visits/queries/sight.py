"""Which visits an actor may know of; every read and every action starts here."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from yijia.apps.care.models import OrderItem
from yijia.apps.registry.queries import Contact, within
from yijia.apps.registry.queries.residents import ADDRESS, PHONE
from yijia.apps.visits.models import Assignment, Consumable, Offer, Visit, VisitFile
from yijia.apps.visits.queries.terms import term
from yijia.base import clock
from yijia.base.crypto import unseal
from yijia.base.errors import NotFound
from yijia.base.models import AuditEntry
from yijia.base.rows import Given, Statement, only
from yijia.core.permissions import Actor, Reach, Role, reach

_WITH = ("order__household", "order__home_risk", "resident__household", "organisation", "record", "evidence", "rating")


def packed() -> dict[str, ArraySubquery]:
    """What hangs on a visit, read with it in one statement: who goes, what is ordered, files, consumables."""
    crew_of = Assignment.objects.filter(visit_id=OuterRef("pk"), is_active=True).order_by("-is_lead", "id")
    files_of = VisitFile.objects.filter(visit_id=OuterRef("pk")).order_by("added_at", "id")
    return {
        "crew_rows": ArraySubquery(
            crew_of.values(
                row=JSONObject(
                    staff_id="staff_id",
                    name="staff__name",
                    title="staff__title",
                    badge_no="staff__badge_no",
                    is_lead="is_lead",
                )
            )
        ),
        "item_rows": items_beside("order_id"),
        "file_rows": ArraySubquery(
            files_of.values(row=JSONObject(id="pk", kind="kind", signer="signer", witness="witness", file_id="file_id"))
        ),
        "consumable_rows": ArraySubquery(
            Consumable.objects.filter(record__visit_id=OuterRef("pk"))
            .order_by("id")
            .values(row=JSONObject(code="code", name="name", quantity="quantity"))
        ),
    }


def items_beside(order_ref: str) -> ArraySubquery:
    """What is ordered, as values of `OrderItem`; `order_ref` leads from the row to the order's id."""
    items = OrderItem.objects.filter(order_id=OuterRef(order_ref)).order_by("id")
    return ArraySubquery(
        items.values(row=JSONObject(item_code="item_code", quantity="quantity", duration_min="duration_min"))
    )


def visits_in_sight(actor: Actor) -> QuerySet[Visit]:
    """A nurse sees the visits she goes to, went to, or is asked about; the others as far as their scope."""
    rows = Visit.objects.all()
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS if actor.role is Role.NURSE:
            return visits_of_nurse(actor.staff_id, actor.organisation_ids)
        case Reach.ORGANISATIONS:
            return rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            return rows.filter(within(actor.jurisdiction, "order__jurisdiction"))
        case _:
            return rows.none()


def visits_of_nurse(staff_id: Any, organisation_ids: Any) -> QuerySet[Visit]:
    """The visits a nurse goes to, went to, or is asked about; the values, or the places of a `Statement` for them."""
    own = Assignment.objects.filter(visit_id=OuterRef("pk"), staff_id=staff_id)
    asked = Offer.objects.filter(visit_id=OuterRef("pk"), staff_id=staff_id, state="offered")
    return Visit.objects.filter(Q(Exists(own)) | Q(Exists(asked)), organisation_id__in=organisation_ids)


def get_visit(actor: Actor, visit_id: int) -> Visit:
    """One visit with its order, home, resident and institution.

    Raises      NotFound: absent or out of the actor's sight
    """
    found = only(visits_in_sight(actor).select_related(*_WITH).annotate(**packed()).filter(pk=visit_id))
    if found is None:
        raise NotFound
    return found


def get_visit_of_order(actor: Actor, order_id: int) -> Visit | None:
    """The visit that serves an order in sight, if it was opened."""
    return visits_in_sight(actor).select_related(*_WITH).annotate(**packed()).filter(order_id=order_id).first()


def crew(visit_id: int) -> list[Assignment]:
    """Who goes, the lead first."""
    return _CREW.ask(visit_id=visit_id)


_CREW = Statement(
    lambda: (
        Assignment.objects.select_related("staff")
        .filter(visit_id=Given("visit_id"), is_active=True)
        .order_by("-is_lead", "id")
    )
)


DOOR_CODE = "visits.visit.door_code"


def door_code(visit: Visit) -> str:
    """The six digits the family reads out; for the resident's side, and to compare at the door."""
    return unseal(visit.door_code_enc, DOOR_CODE)


WRONG_CODE = "visits.wrong_code"
"""How a wrong door code is called in the audit."""


def wrong_codes_for_system(visit: Visit) -> int:
    """How often a wrong door code was tried for a visit since its nurse set out."""
    tries = AuditEntry.objects.filter(subject_type=WRONG_CODE, at__gte=visit.departed_at or visit.planned_from)
    return tries.filter(subject_ids__contains=[visit.pk]).count()


def orders_of_nurse(actor: Actor) -> QuerySet[Visit]:
    """Ids of the orders whose visits a nurse knows of."""
    return visits_in_sight(actor).values("order_id")


def residents_of_nurse(actor: Actor) -> QuerySet[Visit]:
    """Ids of the residents a nurse goes to, went to lately, or is asked to go to; `term:nurse_sight` says how lately."""
    at = clock.now()
    days = term("nurse_sight", actor.jurisdiction or "CN", clock.business_date(at))
    goes = Assignment.objects.filter(visit_id=OuterRef("pk"), staff_id=actor.staff_id, is_active=True)
    asked = Offer.objects.filter(visit_id=OuterRef("pk"), staff_id=actor.staff_id, state="offered")
    is_near = Q(
        planned_from__lt=at + timedelta(days=days["days_before"]),
        planned_until__gt=at - timedelta(days=days["days_after"]),
    )
    return Visit.objects.filter(Q(Exists(goes)) & is_near | Q(Exists(asked))).values("resident_id")


def contact_of(visit: Visit) -> Contact:
    """Name, telephone and address in clear; the caller settles who may have them and writes the audit entry."""
    person = visit.resident
    phone = unseal(person.phone_enc, PHONE) if person.phone_enc else ""
    return Contact(person.name, phone, unseal(visit.order.household.address_enc, ADDRESS))
