"""The log at the door: in, and out."""

from datetime import datetime

from django.db import IntegrityError, transaction

from yijia.apps.care.actions.faults import Faults
from yijia.apps.homes import queries
from yijia.apps.homes.actions.common import home_of, need
from yijia.apps.homes.models import GateEntry
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Permission

P = Permission


@action("visitors.sign_in")
def sign_in_visitor(
    *, visitor: str = "", house: str = "", purpose: str = "", resident_id: int | None = None, visit_id: int | None = None, by: Actor, at: datetime
) -> GateEntry:  # fmt: skip
    """Somebody from outside comes in: for a visit that is planned, or as told at the door. In already for that visit, it is the same line.

    Raises      Forbidden; NotFound: no such visit to, or no such person in, this home; Invalid
    Source      HOME-12 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    home = home_of(by)
    if visit_id is not None:
        return _for_visit(home.pk, visit_id, by, at)
    faults = Faults()
    faults.text("visitor", visitor, 60, is_needed=True)
    faults.text("house", house, 80)
    faults.text("purpose", purpose, 120)
    faults.settle()
    if resident_id is not None:
        queries.get_placement_of(by, resident_id)
    return GateEntry.objects.create(
        organisation=home, resident_id=resident_id, visitor=visitor.strip(), house=house.strip(), purpose=purpose.strip(), signed_in_at=at,
        signed_in_by_id=by.user_id,
    )  # fmt: skip


def _for_visit(home_id: int, visit_id: int, by: Actor, at: datetime) -> GateEntry:
    with scope.whole_system():
        coming = queries.visit_to_home_for_system(home_id, visit_id)
        inside = GateEntry.objects.filter(organisation_id=home_id, visit_id=visit_id, signed_out_at__isnull=True)
        known = inside.first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                return GateEntry.objects.create(
                    organisation_id=home_id, visit_id=visit_id, resident_id=coming.resident_id, visitor=coming.who[:60], house=coming.house[:80],
                    purpose="", signed_in_at=at, signed_in_by_id=by.user_id,
                )  # fmt: skip
        except IntegrityError as error:
            if "gate_inside_once" not in str(error):
                raise
            return inside.get()


@action("visitors.sign_out")
def sign_out_visitor(*, entry_id: int, by: Actor, at: datetime) -> GateEntry:
    """Out again; told twice the first time counts.

    Raises      Forbidden; NotFound
    Source      HOME-12 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    entry = GateEntry.objects.select_for_update(of=("self",)).filter(pk=entry_id, organisation=home_of(by)).first()
    if entry is None:
        raise NotFound
    if entry.signed_out_at is None:
        entry.signed_out_at, entry.signed_out_by_id = at, by.user_id
        entry.save(update_fields=["signed_out_at", "signed_out_by"])
    return entry
