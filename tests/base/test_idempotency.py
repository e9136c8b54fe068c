"""A keyed write happens once, whatever the network does."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory

from tests.cast import NOW, Cast
from yijia.base import audit, errors, middleware, outbox
from yijia.base.models import AuditEntry, IdempotentAnswer, OutboxEvent
from yijia.core.refusal import Refusal

Send = Callable[..., HttpResponse]


@pytest.fixture
def send(cast: Cast) -> Send:
    """Sends one write of the manager's to a view that publishes an event, and then does as told."""

    def view(request: HttpRequest) -> HttpResponse:
        audit.note(verb="write", name="test.write", by=request.actor, at=request.at)
        event = outbox.publish("test.written", {}, at=request.at)
        match request.then:
            case "refuse":
                return errors.answer(
                    request, errors.Refused(Refusal("permission.missing", {"permission": "order:view"}))
                )
            case "crash":
                raise ZeroDivisionError
            case "break":
                return HttpResponse("sorry", status=500)
        return JsonResponse({"id": event.pk}, status=201)

    def post(
        body: Any = None,
        key: str = "k1",
        who: str = "manager",
        at: Any = NOW,
        then: str = "",
        path: str = "/api/v1/test",
    ) -> HttpResponse:
        request = RequestFactory().post(
            path,
            json.dumps(body or {"a": 1}),
            content_type="application/json",
            headers={"Idempotency-Key": key} if key else {},
        )
        request.actor, request.at, request.then, request.resolver_match = cast.actors[who], at, then, None
        return middleware.UnitOfWork(view)(request)

    return post


def test_same_key_and_body_gets_the_first_answer(send: Send) -> None:
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.headers["Content-Type"] == "application/json"
    assert OutboxEvent.objects.count() == 1


def test_another_body_is_refused(send: Send) -> None:
    send()
    other = send({"a": 2})
    assert (other.status_code, json.loads(other.content)["code"]) == (422, "idempotency.other_body")
    assert OutboxEvent.objects.count() == 1


def test_a_request_still_running_elsewhere_answers_conflict(send: Send, cast: Cast) -> None:
    actor = cast.actors["manager"]
    name = f"{actor.user_id} {actor.role} POST /api/v1/test k1"
    number = int.from_bytes(__import__("hashlib").sha256(name.encode()).digest()[:8], "big", signed=True)
    settings = {
        k: v
        for k, v in connection.get_connection_params().items()
        if k in {"host", "port", "user", "password", "dbname"}
    }
    with psycopg.connect(**settings) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        running = send()
        assert (running.status_code, json.loads(running.content)["code"]) == (409, "idempotency.in_flight")
        other.rollback()
    assert send().status_code == 201


def test_another_user_and_another_address_have_keys_of_their_own(send: Send) -> None:
    first = send()
    assert send(who="stranger_manager").content != first.content
    assert "Idempotent-Replay" not in send(path="/api/v1/other").headers
    assert OutboxEvent.objects.count() == 3


def test_a_key_is_forgotten_after_a_day(send: Send) -> None:
    send()
    assert "Idempotent-Replay" in send(at=NOW + timedelta(hours=23, minutes=59)).headers
    assert "Idempotent-Replay" not in send(at=NOW + timedelta(hours=24)).headers


def test_a_fall_in_the_middle_leaves_nothing_and_the_retry_works(send: Send) -> None:
    with pytest.raises(ZeroDivisionError):
        send(then="crash")
    assert not OutboxEvent.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    assert not AuditEntry.objects.exists()
    assert send().status_code == 201


def test_a_broken_answer_is_not_kept(send: Send) -> None:
    assert send(then="break").status_code == 500
    assert not OutboxEvent.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    assert send().status_code == 201


def test_a_refusal_is_kept_its_work_undone_and_the_attempt_on_record(send: Send) -> None:
    refused, again = send(then="refuse"), send()
    assert (refused.status_code, again.status_code) == (409, 409)
    assert refused.content == again.content
    assert not OutboxEvent.objects.exists()
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["refused"]


def test_without_a_key_each_is_a_write_of_its_own(send: Send) -> None:
    send(key="")
    send(key="")
    assert OutboxEvent.objects.count() == 2


def test_a_key_has_bounds(send: Send) -> None:
    assert send(key="k" * 255).status_code == 201
    assert send(key="k" * 256).status_code == 422


def test_a_form_sent_twice_is_one_write_though_its_csrf_token_differs(enter: Any, cast: Cast) -> None:
    client = enter("nurse")
    form = {"_once": "9f1c", "elder": "1", "next": "/"}
    first = client.post("/elder/", form | {"csrfmiddlewaretoken": "a"})
    again = client.post("/elder/", form | {"csrfmiddlewaretoken": "b"})
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.headers["Location"] == "/"


def test_two_pictures_of_one_name_and_size_are_two_bodies() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    def body(content: bytes) -> bytes:
        return middleware._stable_body(RequestFactory().post("/x", {"photo": SimpleUploadedFile("p.png", content)}))

    assert body(b"one") == body(b"one")
    assert body(b"one") != body(b"two")
