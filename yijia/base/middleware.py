"""What every request carries: its instant, its actor and scope, its one transaction, its audit entries."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.files.uploadedfile import UploadedFile
from django.db import DataError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from yijia.base import accounts, audit, clock, errors, scope, words
from yijia.base.clock import SHANGHAI
from yijia.base.models import IdempotentAnswer
from yijia.core.permissions import NOBODY
from yijia.core.refusal import Refusal

Next = Callable[[HttpRequest], HttpResponse]
_QUIET = ("/static/", "/healthz")
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_JSON = "application/json"
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_REPLAYED = ("Content-Type", "Location", "HX-Redirect", "HX-Retarget", "HX-Reswap", "HX-Trigger", "ETag")
_NUL = ("NUL", "\\u0000")  # how psycopg and PostgreSQL call it
KEPT = timedelta(hours=24)
SEEN = "seen"  # when the session last asked for a page, to five minutes


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
    """Who is asking and in which hat; an idle session ends, and who must use a one-time code sets it up first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_QUIET):
            return get_response(request)
        _end_idle_session(request)
        request.actor = accounts.actor_of(request)
        if request.actor.user_id is not None and accounts.lacks_one_time_code(request):
            if errors.is_api(request):
                return errors.problem(403, "mfa.missing", title=words.sentence(Refusal("mfa.missing")))
            if not request.path.startswith("/accounts/"):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        if request.actor.user_id is not None and accounts.lacks_own_password(request):
            if errors.is_api(request):
                return errors.problem(
                    403, "accounts.password_once", title=words.sentence(Refusal("accounts.password_once"))
                )
            if not request.path.startswith("/accounts/"):
                return HttpResponseRedirect(reverse("account_change_password"))
        if "yijia_language" not in request.COOKIES and request.actor.language == "en":
            translation.activate("en")
            request.LANGUAGE_CODE = "en"
        return get_response(request)

    return middleware


def _end_idle_session(request: HttpRequest) -> None:
    if not request.session.session_key or not request.session.get("_auth_user_id"):
        return
    now, seen = int(request.at.timestamp()), request.session.get(SEEN)
    if seen is not None and now - seen > settings.IDLE_S:
        logout(request)
    elif seen is None or abs(now - seen) > 300:
        request.session[SEEN] = now


class UnitOfWork:
    """One request, one transaction, with its audit entries and, for a keyed write, its stored answer.

    A keyed write (`Idempotency-Key`, or the hidden `_once` of a form) runs in the transaction that stores its answer:
    the same key and body gets the first answer, another body 422, a request still running 409. A process killed in the
    middle leaves neither the write nor the answer. An answer of 5xx is not kept, nor one that
    `holds_secrets` (unmasked data). What PostgreSQL may show (scope) is said inside the transaction and ends with it.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_QUIET):
            return self.get_response(request)
        try:
            if "\0" in request.path:
                raise _Broken(errors.lost(request))
            if request.method not in _UNSAFE:
                with _unit(request):
                    return _unbroken(self._answer(request))
            if (
                errors.is_api(request)
                and int(request.META.get("CONTENT_LENGTH") or 0)
                and request.content_type != _JSON
            ):
                return errors.problem(
                    415, "not_json", title=words.say("请求体要是 JSON，Content-Type 写 application/json")
                )
            key = _key(request)
            if key and len(key) > 255:
                return _refusal(request, 422, "idempotency.key_too_long")
            return self._keyed(request, key) if key else self._plain(request)
        except _Broken as broken:
            return broken.response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError) and any(word in str(error) for word in _NUL):
            said = errors.answer(request, errors.Invalid(_nulls_of(request)))
            said.is_undone = True  # the transaction is broken: nothing of it may be kept
            return said
        return errors.answer(request, error)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return errors.not_allowed(request, response) if response.status_code == 405 else response

    def _plain(self, request: HttpRequest) -> HttpResponse:
        with _unit(request) as drafts:
            return self._run(request, drafts)

    def _keyed(self, request: HttpRequest, key: str) -> HttpResponse:
        where = f"{request.actor.user_id} {request.actor.role} {request.method} {request.path}"[:200]
        body_hash = hashlib.sha256(_stable_body(request)).digest()
        with _unit(request) as drafts:
            if not _lock(f"{where} {key}"):
                return _refusal(request, 409, "idempotency.in_flight")
            stored = IdempotentAnswer.objects.filter(scope=where, key=key).first()
            if stored and stored.at <= request.at - KEPT:
                stored.delete()
                stored = None
            if stored:
                return (
                    _replay(stored)
                    if bytes(stored.body_hash) == body_hash
                    else _refusal(request, 422, "idempotency.other_body")
                )
            response = self._run(request, drafts)
            shown_at = getattr(response, "shown_once_at", "")
            if shown_at:  # a new secret is on the page: it is not kept, a repeat is sent to the page without it
                IdempotentAnswer.objects.create(
                    scope=where, key=key, body_hash=body_hash, status=303, headers={"Location": shown_at}, body=b"", at=request.at
                )  # fmt: skip
            elif not response.streaming and not getattr(response, "holds_secrets", False):
                kept = {name: response.headers[name] for name in _REPLAYED if name in response.headers}
                IdempotentAnswer.objects.create(
                    scope=where,
                    key=key,
                    body_hash=body_hash,
                    status=response.status_code,
                    headers=kept,
                    body=response.content,
                    at=request.at,
                )
            return response

    def _run(self, request: HttpRequest, drafts: list[audit.Draft]) -> HttpResponse:
        """The view, undone unless it answers below 400; refusals stay in the audit. Failed log-ins are counted, not undone."""
        with transaction.atomic():
            response = _unbroken(self._answer(request))
            if response.status_code >= 400 and not request.path.startswith("/accounts/"):
                transaction.set_rollback(True)
                drafts[:] = [draft for draft in drafts if draft.verb in {"refused", "read"}]
        return response


class _Broken(Exception):
    """A bug was answered with a page; everything is undone, and the page still goes out."""

    def __init__(self, response: HttpResponse):
        super().__init__(response.status_code)
        self.response = response


def _unbroken(response: HttpResponse) -> HttpResponse:
    if response.status_code >= 500 or getattr(response, "is_undone", False):
        raise _Broken(response)
    return response


@contextmanager
def _unit(request: HttpRequest) -> Iterator[list[audit.Draft]]:
    with audit.unit() as drafts:
        scope.set_tenants(accounts.tenants_of(request.actor))
        yield drafts


def _nulls_of(request: HttpRequest) -> dict[str, list[str]]:
    """The fields of a request that carry a null character, which PostgreSQL keeps in no text, with the sentence for each."""
    named = [*_nulls(dict(request.GET.lists()))]
    if request.content_type in _FORMS:
        named += _nulls(dict(request.POST.lists()))
    elif request.content_type == _JSON and b"\\u0000" in request.body:
        named += _nulls(json.loads(request.body))
    said = str(words.say("这里有看不见的空字符（NUL），请去掉再提交"))
    return {name or "body": [said] for name in named} or {"body": [said]}


def _nulls(value: Any, name: str = "") -> Iterator[str]:
    """Where in a value a null character is, as dotted names."""
    match value:
        case str() if "\0" in value:
            yield name.replace("\0", "")
        case dict():
            for key, one in value.items():
                yield from _nulls(key, name or "body")
                yield from _nulls(one, f"{name}.{key}".strip("."))
        case list():
            for at, one in enumerate(value):
                yield from _nulls(one, name if len(value) == 1 else f"{name}.{at}".strip("."))


def _key(request: HttpRequest) -> str:
    """The key of a write by somebody signed in; the sign-in pages have their own protection."""
    if request.actor.user_id is None or request.path.startswith("/accounts/"):
        return ""
    if errors.is_api(request):
        return request.headers.get("Idempotency-Key", "")
    return request.headers.get("Idempotency-Key") or (
        str(request.POST.get("_once", "")) if request.content_type in _FORMS else ""
    )


def _stable_body(request: HttpRequest) -> bytes:
    """The body without what differs between two sendings of one form (the CSRF token, the multipart boundary)."""
    if request.content_type not in _FORMS:
        return bytes(request.body)
    fields = {k: v for k, v in request.POST.lists() if k not in {"csrfmiddlewaretoken", "_once"}}
    files = {k: [(f.name, _digest(f)) for f in v] for k, v in request.FILES.lists()}
    return json.dumps([fields, files], sort_keys=True).encode()


def _digest(file: UploadedFile) -> str:
    seal = hashlib.sha256()
    for chunk in file.chunks():
        seal.update(chunk)
    file.seek(0)
    return seal.hexdigest()


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
    refusal = Refusal(code)
    if errors.is_api(request):
        return errors.problem(status, code, title=words.sentence(refusal))
    return errors.page(request, "errors/409.html", status, sentence=words.sentence(refusal), refusal=refusal)
