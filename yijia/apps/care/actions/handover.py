"""A hospital hands a discharged patient over: the same order, at the institution that receives."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.actions.submit import submit_order
from yijia.apps.care.models import Handover, Order
from yijia.apps.care.words import TUBES
from yijia.apps.registry import queries as registry
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor, Permission, may


@action("orders.hand_over")
def hand_over(
    *, client_id: uuid.UUID, resident_id: int, organisation_id: int, need: str, items: Mapping[str, int], wanted_from: datetime,
    wanted_until: datetime, diagnosis: str, summary: str, discharged_on: date, tubes: Sequence[str] = (), prescription: str = "",
    home_risk: Mapping[str, str] | None = None, guardian_present: bool | None = None, quoted_fen: int | None = None, by: Actor, at: datetime,
) -> Order:  # fmt: skip
    """Diagnosis, summary, tubes and wanted items travel with the order; the receiving institution assesses it as any other.

    Raises      Forbidden; NotFound: patient out of the hospital's sight; Invalid by field; what submit_order refuses
    """
    if not may(by, Permission.ORDER_HANDOVER) or not by.organisation_ids:
        raise Forbidden(Permission.ORDER_HANDOVER)
    resident = registry.get_resident(by, resident_id)
    sender_id = _sender(by)
    faults = Faults()
    faults.text("diagnosis", diagnosis, 200, is_needed=True)
    faults.text("summary", summary, 4000, is_needed=True)
    today = business_date(at)
    if not resident.born_on <= discharged_on:
        faults.add("discharged_on", "before_birth")
    elif (today - discharged_on).days > 90:
        faults.add("discharged_on", "discharged_long_ago", days=90)
    if discharged_on > business_date(wanted_from):
        faults.add("discharged_on", "discharged_after_visit")
    for tube in tubes:
        if tube not in TUBES:
            faults.add("tubes", "unknown_tube", tube=tube)
    faults.settle()
    with scope.whole_system():
        sent = Handover.objects.filter(order__client_id=client_id, sender_id=sender_id).select_related("order").first()
        if sent is not None:
            return sent.order
        order = submit_order(
            client_id=client_id, resident_id=resident_id, organisation_id=organisation_id, need=need, items=items, wanted_from=wanted_from,
            wanted_until=wanted_until, description=diagnosis.strip(), prescription=prescription, home_risk=home_risk, guardian_present=guardian_present,
            quoted_fen=quoted_fen, by=by, at=at,
        )  # fmt: skip
        Handover.objects.create(
            order=order, organisation_id=order.organisation_id, sender_id=sender_id, diagnosis=diagnosis.strip(), summary=summary.strip(),
            discharged_on=discharged_on, tubes=sorted(set(tubes)), handed_at=at, handed_by_id=by.user_id,
        )  # fmt: skip
        return order


def _sender(by: Actor) -> int:
    if len(by.organisation_ids) != 1:
        raise NotFound
    return next(iter(by.organisation_ids))
