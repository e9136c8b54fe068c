"""The papers' doors: pages and API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import agreements as make
from yijia.apps.agreements.models import Agreement, Signature
from yijia.base.models import AuditEntry

Enter = Callable[..., Client]
SIGN = {
    "signer": "resident",
    "name": "测试elder",
    "method": "glass",
    "image": make.DRAWN,
    "latitude": "23.04",
    "longitude": "113.75",
}


def test_an_elder_reads_signs_and_takes_back(cast: Cast, enter: Enter, see_all: Callable) -> None:
    row = make.prepared(cast)
    elder = enter("elder")
    assert "知情同意书" in elder.get("/agreements/").content.decode()
    page = elder.get(f"/agreements/{row.pk}/").content.decode()
    assert "普通伤口换药" in page
    assert "data-sign-pad" in page
    assert AuditEntry.objects.filter(name="agreements.paper", verb="read").exists()
    answer = elder.post(f"/agreements/{row.pk}/sign/", SIGN)
    assert (answer.status_code, answer["Location"]) == (302, f"/agreements/{row.pk}/")
    see_all()
    signature = Signature.objects.get()
    assert (signature.lat, signature.signed_by_id) == (23.04, cast.users["elder"].pk)
    image = elder.get(f"/agreements/signatures/{signature.pk}/image/")
    assert (image["Content-Type"], image.content) == ("image/png", make.PNG)
    assert "校验无误" in elder.get(f"/agreements/{row.pk}/print/").content.decode()
    assert elder.post(f"/agreements/{row.pk}/sign/", SIGN).status_code == 409
    assert elder.post(f"/agreements/{row.pk}/revoke/", {"reason": ""}).status_code == 409
    assert elder.post(f"/agreements/{row.pk}/revoke/", {"reason": "再想想"}).status_code == 302
    see_all()
    assert Agreement.objects.get().revoked_at is not None


def test_onward_to_our_own_pages_only(cast: Cast, enter: Enter) -> None:
    for there, wanted in (("/orders/1/", "/orders/1/"), ("https://example.org/", None), ("//example.org", None)):
        row = make.prepared(cast)
        answer = enter("elder").post(f"/agreements/{row.pk}/sign/", SIGN | {"next": there})
        assert answer["Location"] == (wanted or f"/agreements/{row.pk}/")


def test_a_relative_signs_as_proxy(cast: Cast, enter: Enter, see_all: Callable) -> None:
    row = make.prepared(cast)
    relative = enter("relative")
    assert 'value="测试relative"' in relative.get(f"/agreements/{row.pk}/").content.decode()
    assert (
        relative.post(f"/agreements/{row.pk}/sign/", SIGN).status_code == 422
    )  # the resident's own hand is no choice of theirs
    assert (
        relative.post(f"/agreements/{row.pk}/sign/", SIGN | {"signer": "proxy", "name": "测试relative"}).status_code
        == 302
    )


def test_a_picture_that_is_none_is_named(cast: Cast, enter: Enter) -> None:
    row = make.prepared(cast)
    answer = enter("elder").post(f"/agreements/{row.pk}/sign/", SIGN | {"image": "data:image/png;base64,bm8="})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("doctor", 200),
        ("manager", 200),
        ("clerk", 200),
        ("regulator", 200),
        ("auditor", 403),
        ("stranger_elder", 404),
        ("stranger_manager", 404),
    ],
)
def test_who_reads(cast: Cast, enter: Enter, part: str, status: int) -> None:
    row = make.signed(cast)
    image = row.signatures.get().pk
    client = enter(part)
    assert client.get(f"/agreements/{row.pk}/").status_code == status
    assert client.get(f"/agreements/signatures/{image}/image/").status_code == status


def test_who_signs(cast: Cast, enter: Enter) -> None:
    row = make.prepared(cast)
    assert enter("manager").post(f"/agreements/{row.pk}/sign/", SIGN).status_code == 403
    assert enter("stranger_elder").post(f"/agreements/{row.pk}/sign/", SIGN).status_code == 404
    assert enter("elder").get(f"/agreements/{row.pk}/sign/").status_code == 405


def send(client: Client, path: str, body: Any) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def test_api(cast: Cast, enter: Enter) -> None:
    row = make.prepared(cast)
    elder, path = enter("elder"), f"/agreements/{row.pk}"
    body = elder.get(f"/api/v1{path}").json()
    assert body["is_intact"] is True
    assert body["zh"]["clauses"][0]["no"] == "1"
    given = {"signer": "resident", "name": "测试elder", "method": "glass"}
    refused = send(elder, f"{path}/sign", given)
    assert (refused.status_code, refused.json()["code"]) == (409, "agreements.no_image")
    assert send(elder, f"{path}/sign", given | {"lat": 91}).status_code == 422
    assert send(enter("stranger_elder"), f"{path}/sign", given).status_code == 404
    assert send(enter("manager"), f"{path}/sign", given).status_code == 403
    signed = send(elder, f"{path}/sign", given | {"image": make.DRAWN})
    assert signed.json()["signatures"][0]["signer"] == "resident"
    assert send(elder, f"{path}/revoke", {"reason": "不做了"}).json()["revoked_at"]
    assert enter("stranger_elder").get(f"/api/v1{path}").status_code == 404
    listed = elder.get("/api/v1/agreements").json()
    assert (listed["total"], listed["items"][0]["title_zh"]) == (1, body["zh"]["title"])
    assert elder.get("/api/v1/agreements?unsigned=true").json()["total"] == 0
    assert enter("stranger_elder").get(f"/api/v1/agreements?resident_id={row.resident_id}").json()["total"] == 0
    assert enter("expert").get("/api/v1/agreements").status_code == 403
