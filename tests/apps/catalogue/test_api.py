"""The catalogue's API operations."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import catalogue as make

Enter = Callable[..., Client]
API = "/api/v1"


def send(
    client: Client, path: str, body: Any = None, *, tag: int | None = None, method: str = "post", **headers: str
) -> Any:
    more = {"If-Match": f'"{tag}"'} if tag is not None else {}
    return getattr(client, method)(
        API + path, json.dumps(body or {}), content_type="application/json", headers=more | headers
    )


def test_items_are_listed_with_their_evidence(cast: Cast, enter: Enter) -> None:
    body = enter("elder").get(f"{API}/items?need=dressing&page_size=5").json()
    assert body["total"] >= 2
    assert {"code", "evidence", "sources", "weaker"} <= set(body["items"][0])
    assert enter("auditor").get(f"{API}/items").status_code == 403
    assert Client().get(f"{API}/items").status_code == 401


def test_an_item_from_choice_to_publication(cast: Cast, enter: Enter) -> None:
    manager, regulator = enter("manager"), enter("regulator")
    made = send(manager, "/offered-items", {"organisation_id": cast.harbour.pk, "item_code": make.DRESSING})
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    row = f"/offered-items/{made.json()['id']}"
    refused = send(manager, "/offered-items", {"organisation_id": cast.harbour.pk, "item_code": make.FORBIDDEN})
    assert (refused.status_code, refused.json()["code"]) == (409, "catalogue.forbidden_at_home")
    assert refused.json()["detail_en"] != refused.json()["detail"]
    criteria = {"criteria": make.answers(cast.harbour)}
    assert send(manager, f"{row}/submit", criteria).status_code == 422  # no If-Match
    assert send(manager, f"{row}/submit", criteria, tag=9).status_code == 412
    assert send(manager, f"{row}/submit", criteria, tag=1).json()["state"] == "submitted"
    assert send(enter("stranger_manager"), f"{row}/submit", criteria, tag=2).status_code == 404
    assert send(manager, f"{row}/review", {"is_published": True}, tag=2).status_code == 403
    assert send(regulator, f"{row}/review", {"is_published": True}, tag=2).json()["state"] == "published"
    assert send(regulator, f"{row}/review", {"is_published": True}, tag=3).json()["code"] == "catalogue.wrong_status"
    listed = enter("elder").get(f"{API}/offered-items?organisation_id={cast.harbour.pk}").json()
    assert [item["item_code"] for item in listed["items"]] == [make.DRESSING]


def fee(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "organisation_id": cast.harbour.pk,
        "kind": "visit_fee",
        "amount": "130.00",
        "basis": "成本",
        "effective_from": "2025-06-16",
    } | more


def test_a_filing_from_draft_to_publication(cast: Cast, enter: Enter) -> None:
    manager, regulator = enter("manager"), enter("regulator")
    made = send(manager, "/filings", fee(cast), **{"Idempotency-Key": "f-1"})
    again = send(manager, "/filings", fee(cast), **{"Idempotency-Key": "f-1"})
    assert (made.status_code, made.json()) == (201, again.json())
    assert made.json()["amount"] == "130.00"
    row = f"/filings/{made.json()['id']}"
    assert send(manager, f"{row}/submit", tag=1).json()["state"] == "submitted"
    assert send(regulator, f"{row}/review", {"is_approved": False}, tag=2).json()["code"] == "filings.no_reason"
    assert send(regulator, f"{row}/review", {"is_approved": True}, tag=2).json()["state"] == "reviewed"
    assert send(regulator, f"{row}/review", {"is_approved": False, "note": "x"}, tag=2).status_code == 412
    published = send(manager, f"{row}/publish", tag=3)
    assert published.json()["number"].startswith("441900-2025-")
    assert enter("elder").get(f"{API}/filings?organisation_id={cast.harbour.pk}").json()["total"] == 1
    assert enter("stranger_manager").get(f"{API}/filings").json()["total"] == 0


@pytest.mark.parametrize("amount", ["１２.３", "1e400", "-5", "0.001", "", "1 000", "130,00", "NaN", "0x10"])
def test_a_bad_amount_names_field_and_rule(cast: Cast, enter: Enter, amount: str) -> None:
    answer = send(enter("manager"), "/filings", fee(cast, amount=amount))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["amount"]
    assert answer.json()["errors"]["amount"][0]


@pytest.mark.parametrize("raw", ["130", "1e400", "130.00", "true", "[]"])
def test_an_amount_is_text(cast: Cast, enter: Enter, raw: str) -> None:
    body = json.dumps(fee(cast)).replace('"130.00"', raw)
    answer = enter("manager").post(f"{API}/filings", body, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["amount"])


def test_bands_name_the_row(cast: Cast, enter: Enter) -> None:
    bands = [{"km_gt": "0", "km_le": "3", "amount": "90"}, {"km_gt": "3", "amount": "1e2"}]
    answer = send(enter("manager"), "/filings", fee(cast, amount=None, bands=bands))
    assert list(answer.json()["errors"]) == ["bands.1.amount"]


def test_area(cast: Cast, enter: Enter) -> None:
    manager, path = enter("manager"), f"/organisations/{cast.harbour.pk}/service-area"
    assert manager.get(API + path).status_code == 404
    body = {"radius_km": "7.5", "opens": "08:30", "closes": "17:00"}
    assert send(manager, path, body, method="put").json()["version"] == 1
    assert send(manager, path, body, method="put").status_code == 412
    assert send(manager, path, body, method="put", tag=1)["ETag"] == '"2"'
    assert manager.get(API + path).json()["opens"] == "08:30"
    assert send(manager, path, body | {"radius_km": "１"}, method="put", tag=2).status_code == 422
    assert send(enter("stranger_manager"), path, body, method="put", tag=2).status_code == 404
    assert send(enter("clerk"), path, body, method="put", tag=2).status_code == 403


def test_a_quote_and_why_there_is_none(cast: Cast, enter: Enter) -> None:
    make.open_shop(cast, cast.harbour)
    elder = cast.residents["elder"].pk
    asked = f"{API}/quotes?organisation_id={cast.harbour.pk}&resident_id={elder}&items=NI-CL-06:2&items=NI-CL-03"
    body = enter("elder").get(asked).json()
    assert (body["total"], [line["amount"] for line in body["lines"]]) == ("265.00", ["130.00", "90.00", "45.00"])
    assert body["lines"][0]["filing_number"]
    late = enter("elder").get(asked + "&on=2026-04-01")
    assert (late.status_code, late.json()["code"]) == (409, "policy.weak")
    assert enter("stranger_elder").get(asked).status_code == 404
    assert enter("elder").get(asked.replace(":2", ":0")).status_code == 422
