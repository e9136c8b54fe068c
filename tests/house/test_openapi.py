"""The API does what its own file says: no operation breaks, and every answer has the promised shape."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from django.db import DataError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import NOW, Cast
from tests.house.source import api_doors
from yijia.base.crypto import token
from yijia.base.middleware import UnitOfWork
from yijia.base.models import ApiToken
from yijia.config.api import api

DOCUMENT = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = sorted(f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods)


def test_the_file_is_open_to_read_and_complete(cast: Cast) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert Client().post("/api/v1/openapi.json", {}, content_type="application/json").status_code == 405
    document = answer.json()
    assert document["openapi"].startswith("3.")
    named = {operation["operationId"] for methods in document["paths"].values() for operation in methods.values()}
    assert named == {operation.operation_id for *_, operation in api_doors()}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert {"400", "401", "403", "404", "409", "422"} <= set(operation["responses"]), where
            assert operation.get("security"), where
            assert operation.get("summary"), where
            if method in {"post", "put", "patch", "delete"}:
                assert any(p["name"] == "Idempotency-Key" for p in operation["parameters"]), where


@pytest.mark.parametrize("operation", OPERATIONS)
def test_strangers_are_told_to_sign_in(cast: Cast, operation: str) -> None:
    method, path = operation.split(" ")
    answer = Client().generic(
        method, path.replace("{", "").replace("}", ""), data="{}", content_type="application/json"
    )
    assert answer.status_code in {401, 404, 422}, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.fixture
def tokens(cast: Cast, travel: Any) -> dict[str, str]:
    made = {}
    for part in ("dispatcher", "manager", "clerk", "elder", "nurse", "doctor", "regulator", "auditor"):
        text, stored = token()
        role = "resident" if part == "elder" else part
        ApiToken.objects.create(
            user=cast.users[part],
            role=role,
            label="test",
            token_hash=stored,
            created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
        made[part] = text
    return made


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{bad", "application/json", 400, "malformed"),
        ("{}", "text/plain", 415, "not_json"),
        ("need=dressing", "application/x-www-form-urlencoded", 415, "not_json"),
        ("{}", "application/json; charset=utf-8", 422, "invalid"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(
    tokens: dict[str, str], body: str, kind: str, status: int, code: str
) -> None:
    headers = {"Authorization": f"Bearer {tokens['elder']}", "Accept-Language": "en"}
    answer = Client(headers=headers).generic("POST", "/api/v1/orders", body, content_type=kind)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["title"].isascii()


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "不能小于 1"), ("en", "Must be 1 or more")])
def test_what_is_wrong_with_a_query_is_said_in_the_readers_language(
    tokens: dict[str, str], language: str, said: str
) -> None:
    headers = {"Authorization": f"Bearer {tokens['elder']}", "Accept-Language": language}
    problem = Client(headers=headers).get("/api/v1/orders?page=0").json()
    assert (problem["errors"], problem["rules"]) == ({"page": [said]}, {"page": ["greater_than_equal"]})


@pytest.mark.parametrize(
    ("method", "path", "status", "fields"),
    [
        ("GET", "/api/v1/organisations?kind=%00", 422, {"kind"}),
        ("GET", "/api/v1/orders/%00", 404, set()),
        ("POST", "/api/v1/orders/%00/cancellation", 404, set()),
    ],
)
def test_a_null_character_does_not_reach_the_database(
    tokens: dict[str, str], method: str, path: str, status: int, fields: set[str]
) -> None:
    """PostgreSQL keeps none in a text; neither the question nor the idempotency key may break on one."""
    headers = {"Authorization": f"Bearer {tokens['elder']}", "Idempotency-Key": "null"}
    answer = Client(headers=headers).generic(method, path, "{}", content_type="application/json")
    assert answer.status_code == status
    assert set(answer.json().get("errors", {})) == fields


def test_a_null_character_in_a_body_is_named_where_no_rule_of_the_door_did() -> None:
    broken = DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    request = RequestFactory().generic(
        "POST",
        "/api/v1/x",
        '{"note": "a\\u0000", "items": [{"x": 1}, {"y": "\\u0000"}]}',
        content_type="application/json",
    )
    answer = UnitOfWork(lambda request: HttpResponse()).process_exception(request, broken)
    assert answer is not None
    assert set(json.loads(answer.content)["errors"]) == {"note", "items.1.y"}
    form = RequestFactory().post("/api/v1/x", {"name": "甲\0", "fine": "乙"})
    answer = UnitOfWork(lambda request: HttpResponse()).process_exception(form, broken)
    assert answer is not None
    assert set(json.loads(answer.content)["errors"]) == {"name"}


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_never_breaks_and_answers_as_promised(tokens: dict[str, str], operation: str) -> None:
    method, path = operation.split(" ")
    found = SCHEMA[path][method]
    parts = iter(sorted(tokens) * 9)

    @given(case=found.as_strategy())
    @settings(
        max_examples=5,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def probe(case: Any) -> None:
        response = _send(case, tokens[next(parts, "clerk")])
        case.validate_response(response, checks=CHECKS)

    probe()


def _send(case: Any, token: str) -> schemathesis.Response:
    """The case through Django's own client: inside the test's transaction."""
    wanted = case.as_transport_kwargs(base_url="http://testserver")
    prepared = requests.Request(
        **{
            k: v
            for k, v in wanted.items()
            if k in {"method", "url", "headers", "params", "data", "json", "files", "cookies"}
        }
    ).prepare()
    sent = {
        k: v
        for k, v in prepared.headers.items()
        if k.lower() not in {"content-length", "authorization", "host", "cookie"}
    }
    content_type = sent.pop("Content-Type", "application/octet-stream")
    parts = urlsplit(prepared.url or "")
    body = prepared.body or b""
    answer = Client(raise_request_exception=False).generic(
        case.method,
        f"{parts.path}?{parts.query}",
        data=body.encode() if isinstance(body, str) else body,
        content_type=content_type,
        headers=sent | {"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code < 500, (case.method, prepared.url, body)
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return schemathesis.Response(
        answer.status_code, headers, content, prepared, elapsed=0.0, verify=False, message=answer.reason_phrase
    )
