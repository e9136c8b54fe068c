"""Both papers of an order are prepared and signed together; then it may be dispatched."""

from datetime import datetime

from yijia.apps.agreements import actions as agreements_actions
from yijia.apps.agreements import queries as agreements
from yijia.apps.agreements.models import Agreement
from yijia.apps.care import queries
from yijia.apps.care.actions.moves import apply, locked
from yijia.apps.care.actions.submit import demand_proxy
from yijia.apps.care.models import Order
from yijia.base.actions import action
from yijia.base.errors import Forbidden, refuse_if
from yijia.base.models import StoredFile
from yijia.core.calendar import business_date
from yijia.core.orders.lifecycle import TABLE, Event, State
from yijia.core.permissions import Actor, Permission, may


@action("orders.prepare_papers")
def prepare_papers(*, order_id: int, by: Actor, at: datetime) -> Order:
    """Freeze the service agreement and the informed consent of an accepted order, so that they can be read before signing.

    A paper that stands signed already for these items is used again; prepared twice, they are the same papers.

    Raises      Forbidden; NotFound; Refused: orders.wrong_status, orders.not_assessed, agreements.*
    """
    order = locked(by, order_id)
    _may_sign(by, order, at)
    return _with_papers(order, by, at)


@action("orders.sign")
def sign_order(
    *, order_id: int, signer: str, name: str, relation: str = "", method: str, image: str | StoredFile | None = None, witness: str = "",
    lon: float | None = None, lat: float | None = None, version: int | None = None, by: Actor, at: datetime,
) -> Order:  # fmt: skip
    """Sign both papers by one act and move the order on.

    signer      resident, guardian or proxy; see agreements.actions.sign for the rest

    Raises      Forbidden; NotFound; Stale; Invalid by field; Refused: orders.wrong_status, orders.not_assessed, agreements.*
    Source      ORDER-04 in docs/rules/orders.md
    """
    order = locked(by, order_id, version)
    _may_sign(by, order, at)
    _with_papers(order, by, at)
    for paper in (order.service_agreement, order.consent):
        if paper is not None and paper.signed_at is None:
            signature = agreements_actions.sign(
                agreement_id=paper.pk, signer=signer, name=name, relation=relation, method=method, image=image, witness=witness, lon=lon, lat=lat, by=by, at=at,
            )  # fmt: skip
            image = signature.image or image  # one drawing stands under both papers and is kept once
    return _signed(order, {"method": method, "signer": signer}, by, at)


@action("orders.take_signed")
def take_signed(*, order_id: int, by: Actor, at: datetime) -> Order:
    """Move an order on whose papers were signed one by one, away from its own page.

    Raises      Forbidden; NotFound; Refused: orders.no_consent, orders.no_agreement, orders.wrong_status
    """
    return _signed(locked(by, order_id), {}, by, at)


def _signed(order: Order, facts: dict[str, str], by: Actor, at: datetime) -> Order:
    papers = agreements.consent_facts_for_system(order.consent_id, order.service_agreement_id, business_date(at))
    met = {
        "consent_signed": papers["consent_is_signed"] and not papers["consent_is_revoked"],
        "agreement_signed": papers["agreement_is_signed"],
    }
    return apply(order, Event.SIGN, met=met, facts=facts, by=by, at=at)


def _may_sign(by: Actor, order: Order, at: datetime) -> None:
    if not may(by, Permission.ORDER_SIGN) and not by.is_system:
        raise Forbidden(Permission.ORDER_SIGN)
    demand_proxy(by, order.resident_id, "sign", at)
    if TABLE.find(State(order.state), Event.SIGN) is None:
        refuse_if(TABLE.step(State(order.state), Event.SIGN))


def _with_papers(order: Order, by: Actor, at: datetime) -> Order:
    codes = [item.item_code for item in queries.list_items(order)]
    on = business_date(at)
    for field, kind in (("service_agreement", Agreement.Kind.SERVICE), ("consent", Agreement.Kind.CONSENT)):
        standing = getattr(order, field)
        if (
            standing is not None
            and standing.revoked_at is None
            and (standing.valid_until is None or standing.valid_until > on)
        ):
            continue
        found = agreements.valid_consent_for_system(
            order.resident_id, order.organisation_id, on=on, kind=kind, item_codes=codes
        )
        if found is None:
            fields = {"order_number": order.number} | ({"item_codes": codes} if kind == Agreement.Kind.CONSENT else {})
            found = agreements_actions.prepare(
                kind=kind,
                resident_id=order.resident_id,
                organisation_id=order.organisation_id,
                fields=fields,
                by=by,
                at=at,
            )
        setattr(order, field, found)
    order.save(update_fields=["service_agreement", "consent"])
    return order
