"""What can be promised to a family, by dispatcher and clerk; the day on a map with its list."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.test import Client

from tests.cast import Cast
from tests.factories import catalogue
from tests.factories import visits as factory

Enter = Callable[..., Client]


def test_the_clerk_promises_a_window(cast: Cast, enter: Enter) -> None:
    catalogue.open_shop(cast, cast.harbour)
    catalogue.area(cast, cast.harbour, radius_km=Decimal(30))
    elder = cast.residents["elder"]
    clerk = enter("clerk")
    assert "查人" in clerk.get("/dispatch/promise/").content.decode()
    assert f"?resident={elder.pk}" in clerk.get("/dispatch/promise/", {"q": elder.name}).content.decode()
    asked = {"resident": elder.pk, "need": "dressing", "on": "2025-06-17"}
    page = clerk.get("/dispatch/promise/", asked).content.decode()
    assert cast.harbour.name in page
    assert "最省" in page
    found = clerk.get(
        "/api/v1/dispatch/promise", {"resident_id": elder.pk, "need": "dressing", "on": "2025-06-17"}
    ).json()
    windows = found["houses"][0]["windows"]
    assert [window["place"] for window in windows] == list(range(1, len(windows) + 1))
    assert enter("nurse").get("/dispatch/promise/").status_code == 403
    assert enter("dispatcher").get("/dispatch/promise/", {"resident": 10**8}).status_code == 404
    assert clerk.post("/dispatch/promise/").status_code == 405


def test_a_promise_fills_the_order_form(cast: Cast, enter: Enter) -> None:
    catalogue.open_shop(cast, cast.harbour)
    catalogue.area(cast, cast.harbour, radius_km=Decimal(30))
    elder = cast.residents["elder"]
    clerk = enter("clerk")
    page = clerk.get("/dispatch/promise/", {"resident": elder.pk, "need": "dressing", "on": "2025-06-17"})
    form = re.search(r'action="/dispatch/promise/order/".*?</form>', page.content.decode(), re.DOTALL)
    given = dict(re.findall(r'name="(resident|need|item|on|slot)" value="([^"]+)"', form[0]))
    begun = clerk.post("/dispatch/promise/order/", given)
    assert (begun.status_code, begun["Location"]) == (302, "/orders/request/check/")
    check = clerk.get(begun["Location"]).content.decode()
    assert cast.harbour.name in check
    begins, _, until = given["slot"].partition("@")[2].partition("-")
    assert begins.endswith(("0", "5"))
    assert begins in check
    assert until in check
    assert clerk.post("/dispatch/promise/order/", given).status_code == 302
    assert clerk.get("/dispatch/promise/order/").status_code == 405
    assert clerk.post("/dispatch/promise/order/", given | {"slot": "noon"}).status_code == 422
    assert clerk.post("/dispatch/promise/order/", given | {"resident": 10**8}).status_code == 404
    assert enter("dispatcher").post("/dispatch/promise/order/", given).status_code == 403


def test_the_map_says_in_words_what_it_draws(cast: Cast, enter: Enter) -> None:
    catalogue.area(cast, cast.harbour, radius_km=Decimal(10))
    visit = factory.assigned(cast, "nurse")
    page = enter("dispatcher").get("/dispatch/map/").content.decode()
    drawing: Any = json.loads(re.search(r'id="map-data" type="application/json">(.*?)</script>', page, re.DOTALL)[1])
    assert len(drawing["lines"]) == 1
    assert len(drawing["area"]) == 48
    assert f"/dispatch/orders/{visit.order_id}/" in page
    assert cast.staff["nurse"].name in page
    assert enter("clerk").get("/dispatch/map/").status_code == 403
    assert (
        f"/dispatch/orders/{visit.order_id}/" not in enter("stranger_dispatcher").get("/dispatch/map/").content.decode()
    )
