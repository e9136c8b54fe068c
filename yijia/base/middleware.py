"""What every request carries: its instant, its actor and scope, its one transaction, its audit entries."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from yijia.base import accounts, audit, clock, errors, scope
from yijia.base.clock import SHANGHAI
from yijia.base.models import IdempotentAnswer
from yijia.core.permissions import NOBODY, Actor
from yijia.core.refusal import Refusal

Next = Callable[[HttpRequest], HttpResponse]
_QUIET = ("/static/", "/healthz")
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
KEPT = timedelta(hours=24)


def client_ip(request: HttpRequest) -> str:
    """The peer's address; a forwarded header is believed only when the settings say a proxy of ours writes it."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        if forwarded:
            return forwarded[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def request_facts(get_response: Next) -> Next:
    """`request.at` (the one reading of the clock), the request id, and cache rules for private pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = clock.now()
        request.actor = NOBODY
        request.request_id = str(uuid.uuid4())
        timezone.activate(SHANGHAI)
        audit.set_where(client_ip(request), request.request_id)
        response = get_response(request)
        response.headers["X-Request-Id"] = request.request_id
        if not request.path.startswith(_QUIET):
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        return response

    return middleware


def language(get_response: Next) -> Next:
    """Chinese first; English when the reader chose it, or when an API caller asks for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get("yijia_language") or ""
        if errors.is_api(request) and not chosen:
            chosen = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else ""
        code = "en" if chosen == "en" else "zh-hans"
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def actor(get_response: Next) -> Next:
    """Who is asking, in which hat, and which tenants' rows PostgreSQL may show them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_QUIET):
            return get_response(request)
        request.actor = accounts.actor_of(request)
        scope.set_tenants(accounts.tenants_of(request.actor))
        return get_response(request)

    return middleware


class UnitOfWork:
    """One request, one transaction for a write, with its audit entries and, when keyed, its stored answer.

    A keyed write (`Idempotency-Key`, or the hidden `_once` of a form) runs in the transaction that stores its answer:
    the same key and body gets the first answer, another body 422, a request still running 409. A process killed in the
    middle leaves neither the write nor the answer. An answer of 5xx is not kept.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_QUIET):
            return self.get_response(request)
        if request.method in _UNSAFE:
            return self._write(request)
        return self._read(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return errors.answer(request, error)

    def _read(self, request: HttpRequest) -> HttpResponse:
        with audit.unit() as drafts:
            drafts.clear()
            return self.get_response(request)

    def _write(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key") or (_form_key(request) if not errors.is_api(request) else "")
        if not key or request.path.startswith("/accounts/"):
            with audit.unit() as drafts:
                return self._run(request, drafts)
        if len(key) > 255:
            return errors.problem(422, "idempotency.key_too_long", title="Idempotency-Key ≤ 255")
        where = f"{request.actor.user_id or request.session.session_key or 'visitor'} {request.method} {request.path}"[:200]
        body_hash = hashlib.sha256(_stable_body(request)).digest()
        with audit.unit() as drafts:
            if not _lock(f"{where} {key}"):
                return _refusal(request, 409, "idempotency.in_flight")
            stored = IdempotentAnswer.objects.filter(scope=where, key=key).first()
            if stored and stored.at < request.at - KEPT:
                stored.delete()
                stored = None
            if stored:
                return _replay(stored) if bytes(stored.body_hash) == body_hash else _refusal(request, 422, "idempotency.other_body")
            response = self._run(request, drafts)
            if response.status_code < 500 and not response.streaming:
                kept = {name: response.headers[name] for name in ("Content-Type", "Location", "HX-Redirect", "ETag") if name in response.headers}
                IdempotentAnswer.objects.create(
                    scope=where, key=key, body_hash=body_hash, status=response.status_code, headers=kept, body=response.content, at=request.at
                )
            return response

    def _run(self, request: HttpRequest, drafts: list[audit.Draft]) -> HttpResponse:
        """The view, undone unless it answers below 400; refusals stay in the audit."""
        with transaction.atomic():
            response = self.get_response(request)
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
            if response.status_code >= 400:
                transaction.set_rollback(True)
                drafts[:] = [draft for draft in drafts if draft.verb in {"refused", "read"}]
        return response


def _form_key(request: HttpRequest) -> str:
    return str(request.POST.get("_once", "")) if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"} else ""


def _stable_body(request: HttpRequest) -> bytes:
    """The body without what differs between two sendings of one form (the CSRF token, the multipart boundary)."""
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        fields = {k: v for k, v in request.POST.lists() if k not in {"csrfmiddlewaretoken", "_once"}}
        files = {k: [(f.name, f.size) for f in v] for k, v in request.FILES.lists()}
        return json.dumps([fields, files], sort_keys=True).encode()
    return bytes(request.body)


def _lock(name: str) -> bool:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _replay(stored: IdempotentAnswer) -> HttpResponse:
    response = HttpResponse(bytes(stored.body), status=stored.status)
    for name, value in stored.headers.items():
        response.headers[name] = value
    response.headers["Idempotent-Replay"] = "true"
    return response


def _refusal(request: HttpRequest, status: int, code: str) -> HttpResponse:
    from yijia.base.words import sentence

    refusal = Refusal(code)
    if errors.is_api(request):
        return errors.problem(status, code, title=sentence(refusal))
    from django.shortcuts import render

    return render(request, "errors/409.html", {"sentence": sentence(refusal), "refusal": refusal, "back": "/"}, status=status)


def is_signed_in(who: Actor) -> bool:
    return who.user_id is not None
