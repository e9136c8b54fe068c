"""People of Liangping and their entitlements, made by calling the actions."""

from datetime import UTC, date, datetime
from typing import Any

from tests import cast as tests_cast
from tests.cast import Cast
from yijia.apps.benefits import actions
from yijia.apps.benefits.models import Entitlement, PaymentOrder
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Household, Resident
from yijia.base import outbox
from yijia.base.models import RoleGrant
from yijia.core.benefits.lifecycle import Event
from yijia.core.permissions import SYSTEM, Actor

LIANGPING = "CN-500155"
NOW = datetime(2026, 6, 16, 1, 0, tzinfo=UTC)  # Tuesday 09:00


def move_to(cast: Cast, part: str, place: str = LIANGPING) -> Actor:
    """One of the cast works in this place."""
    RoleGrant.objects.filter(user=cast.users[part]).update(jurisdiction=place)
    from yijia.base import accounts

    cast.actors[part] = accounts.actor_for(cast.users[part], NOW, cast.actors[part].role)
    return cast.actors[part]


def elder(cast: Cast, serial: int, born: date, *, hukou: str | None = LIANGPING, **more: Any) -> Resident:
    """Somebody living in Liangping and registered there, with a telephone."""
    made = tests_cast.resident(f"测试{serial}", serial, cast.harbour, born=born, **more)
    Household.objects.filter(pk=made.household_id).update(jurisdiction=LIANGPING)
    Resident.objects.filter(pk=made.pk).update(jurisdiction=LIANGPING)
    if hukou is not None:
        state(made.pk, "hukou", hukou, born)
    return Resident.objects.get(pk=made.pk)


def state(resident_id: int, kind: str, code: str, from_on: date, **more: Any) -> Any:
    """A fact, recorded by the platform."""
    return registry.record_fact(
        resident_id=resident_id, kind=kind, code=code, from_on=from_on, source="测试", by=SYSTEM, at=NOW, **more
    )


def review(resident_id: int, at: datetime = NOW, because: str = "nightly") -> list[Entitlement]:
    """Look at one person, as the night does."""
    outbox.drain(at=at)
    return actions.review_person(resident_id=resident_id, because=because, by=SYSTEM, at=at)


def only(resident: Resident) -> Entitlement:
    """The one entitlement of a person."""
    return Entitlement.objects.get(resident=resident)


def approved(cast: Cast, resident: Resident, at: datetime = NOW) -> Entitlement:
    """Published, its notice over, and approved by the clerk."""
    clerk = cast.actors["agency_clerk"]
    row = only(resident)
    actions.step(entitlement_id=row.pk, event=Event.PUBLISH, by=clerk, at=at)
    Entitlement.objects.filter(pk=row.pk).update(notice_until_on=date(2020, 1, 1))
    return actions.step(entitlement_id=row.pk, event=Event.APPROVE, by=clerk, at=at)


def paid(cast: Cast, resident: Resident, at: datetime = NOW) -> list[PaymentOrder]:
    """Every ready order of a person handed to the bank and settled."""
    clerk = cast.actors["agency_clerk"]
    ids = list(PaymentOrder.objects.filter(resident=resident, state="ready").values_list("pk", flat=True))
    batch = actions.export_batch(order_ids=ids, by=clerk, at=at)
    actions.settle_batch(batch_id=batch.pk, by=clerk, at=at)
    return list(PaymentOrder.objects.filter(resident=resident).order_by("month"))
