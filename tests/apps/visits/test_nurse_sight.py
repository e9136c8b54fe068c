"""A nurse sees the residents she goes to, around the visit; not everybody of her institution."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.factories import visits as factory
from yijia.apps.care import queries as care
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Household
from yijia.apps.visits import actions
from yijia.base.errors import NotFound
from yijia.base.models import AuditEntry

Enter = Callable[..., Client]


def card(cast: Cast) -> str:
    return reverse("registry:resident", args=[cast.residents["elder"].pk])


def sees(client: Client, cast: Cast) -> bool:
    return client.get(card(cast)).status_code == 200


def test_before_around_and_after_a_visit(cast: Cast, enter: Enter, travel: Any, see_all: Callable[[], None]) -> None:
    nurse, other = enter("nurse"), enter("second_nurse")
    assert not sees(nurse, cast)
    see_all()
    visit = factory.assigned(cast, "nurse")
    assert sees(nurse, cast)
    assert AuditEntry.objects.filter(name="registry.resident", verb="read").count() == 1
    assert not sees(other, cast)
    assert nurse.get(reverse("care:order", args=[visit.order_id])).status_code == 200
    assert other.get(reverse("care:order", args=[visit.order_id])).status_code == 404
    see_all()
    travel(visit.planned_until + timedelta(days=29))
    assert registry.find_residents(cast.actors["nurse"], "测试elder")
    travel(timedelta(days=2))
    assert not registry.find_residents(cast.actors["nurse"], "测试elder")


def test_who_is_asked_sees_and_who_was_released_does_not(
    cast: Cast, enter: Enter, travel: Any, see_all: Callable[[], None]
) -> None:
    factory.offered(cast, "nurse")
    nurse = enter("nurse")
    assert sees(nurse, cast)
    see_all()
    [offer] = nurse_offers(cast)
    actions.answer_offer(offer_id=offer.pk, is_accepted=False, reason="far", by=cast.actors["nurse"], at=NOW)
    assert not sees(nurse, cast)


def nurse_offers(cast: Cast) -> list[Any]:
    from yijia.apps.visits.models import Offer

    return list(Offer.objects.filter(staff=cast.staff["nurse"], state="offered"))


def test_the_searches_are_narrow_too(cast: Cast, travel: Any) -> None:
    """`travel` alone stands the clock at the cast's Monday."""
    nurse = cast.actors["nurse"]
    assert registry.find_residents(nurse, "测试elder") == []
    visit = factory.assigned(cast, "nurse")
    assert [found.pk for found in registry.find_residents(nurse, "测试elder")] == [cast.residents["elder"].pk]
    assert care.get_order(nurse, visit.order_id).pk == visit.order_id
    with pytest.raises(NotFound):
        care.get_order(cast.actors["second_nurse"], visit.order_id)


def test_warnings_are_shown_to_the_nurse_who_goes(cast: Cast, enter: Enter) -> None:
    visit = factory.assigned(cast, "nurse")
    Household.objects.filter(pk=visit.order.household_id).update(is_violent=True)
    assert "暴力记录，上门前" in enter("nurse").get(card(cast)).content.decode()


@pytest.mark.parametrize(("part", "door"), [("elder", "family"), ("nurse", "hub"), ("manager", "file")])
def test_from_the_order_to_its_visit(cast: Cast, enter: Enter, part: str, door: str) -> None:
    visit = factory.assigned(cast, "nurse")
    client = enter(part)
    url = reverse("visits:of_order", args=[visit.order_id])
    page = client.get(reverse("care:my_order" if part == "elder" else "care:order", args=[visit.order_id]))
    assert url in page.content.decode()
    assert client.get(url).headers["Location"] == reverse(f"visits:{door}", args=[visit.pk])
    assert enter("stranger_elder").get(url).status_code == 404
    assert enter("auditor").get(url).status_code == 403
    assert client.post(url).status_code == 405
