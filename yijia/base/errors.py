"""Three kinds of no: invalid input (422), a refusal (409), a missing right (403) or record (404); a bug just crashes.

This module alone turns them into pages, htmx messages and problem+json.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, override

from yijia.core.permissions import Permission
from yijia.core.refusal import Refusal


class Refused(Exception):
    """An action's rule said no; everything it had begun is rolled back.

    status      409; 403 where the no is about reading: what was open is closed
    """

    def __init__(self, refusal: Refusal, status: int = 409):
        super().__init__(refusal.code)
        self.refusal = refusal
        self.status = status
        self.is_noted = False  # whether the audit has it already


class Forbidden(Exception):
    """In scope, but the right is missing."""

    def __init__(self, permission: Permission | str):
        super().__init__(str(permission))
        self.permission = permission


class NotFound(Exception):
    """Absent or out of the actor's scope; the two look the same from outside."""


class Invalid(Exception):
    """Input of the wrong shape: field → sentences, and, where a rule said so, field → the rules' codes."""

    def __init__(self, fields: Mapping[str, list[str]], rules: Mapping[str, list[str]] | None = None):
        super().__init__(", ".join(fields))
        self.fields = fields
        self.rules = rules or {}


class Stale(Exception):
    """The record changed since the caller read it (If-Match)."""


def refuse_if(outcome: Any) -> Any:
    """Raise when core answered with a refusal, else hand its answer on."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome)
    return outcome


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def problem(status: int, code: str, *, title: str, detail: str = "", **more: Any) -> JsonResponse:
    """application/problem+json (RFC 9457)."""
    body = {
        "type": f"urn:yijia:problem:{code}",
        "status": status,
        "code": code,
        "title": title,
        "detail": detail,
    } | more
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


def words_in_both(refusal: Refusal) -> dict[str, str]:
    """The refusal's sentence in Chinese and in English."""
    from yijia.base.words import sentence

    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = str(sentence(refusal))
    return said


def answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The response for an error of ours, noted in the audit; None for anything else, which is a bug and crashes."""
    from yijia.base import words

    match error:
        case Refused(refusal=refusal):
            if not error.is_noted:
                _note(request, refusal.code)
            if is_api(request):
                said = words_in_both(refusal)
                facts = {k: str(v) for k, v in refusal.facts.items()}
                return problem(
                    error.status,
                    refusal.code,
                    title=said[_lang()],
                    detail=said["zh-hans"],
                    detail_en=said["en"],
                    facts=facts,
                )
            return page(request, "errors/409.html", error.status, sentence=words.sentence(refusal), refusal=refusal)
        case Forbidden(permission=permission):
            _note(request, "permission.missing", missing=str(permission))
            name = words.permission(str(permission))
            if is_api(request):
                return problem(
                    403, "permission.missing", title=words.say("缺少权限"), detail=name, permission=str(permission)
                )
            sentence = words.sentence(Refusal("permission.missing", {"permission": str(permission)}))
            return page(request, "errors/403.html", 403, sentence=sentence, permission=permission, permission_name=name)
        case NotFound():
            _note(request, "not_found")
            return lost(request)
        case Invalid(fields=fields, rules=rules):
            sentences = {name: [str(text) for text in texts] for name, texts in fields.items()}
            if is_api(request):
                return problem(422, "invalid", title=words.say("输入有误"), errors=sentences, rules=dict(rules))
            sentence = " ".join(text for texts in sentences.values() for text in texts)
            return page(request, "errors/422.html", 422, sentence=sentence, fields=sentences)
        case Stale():
            sentence = words.say("别人刚改过这条记录，请刷新后再改")
            if is_api(request):
                return problem(412, "stale", title=sentence)
            return page(request, "errors/409.html", 412, sentence=sentence)
    return None


def lost(request: HttpRequest) -> HttpResponse:
    """404 with its words."""
    from yijia.base import words

    if is_api(request):
        return problem(404, "not_found", title=words.say("没有找到"))
    return page(request, "errors/404.html", 404, sentence=words.say("没有找到"))


def not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """405 with its words: the address is right, what it was asked is not; `Allow` says what is."""
    from yijia.base import words

    if is_api(request):
        said = problem(405, "method_not_allowed", title=words.say("这个地址不接受这种请求方法"))
    else:
        said = page(request, "errors/405.html", 405, sentence=words.say("这个地址不能直接打开"))
    said.headers["Allow"] = response.headers.get("Allow", "")
    return said


def page(request: HttpRequest, template: str, status: int, *, sentence: str, **context: Any) -> HttpResponse:
    """A whole page for a browser; for htmx the sentence alone, put where the page keeps its notices."""
    context |= {"sentence": sentence, "back": _back(request)}
    if not request.headers.get("HX-Request"):
        return render(request, template, context, status=status)
    response = render(request, "errors/_refusal.html", context, status=status)
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _note(request: HttpRequest, code: str, **facts: str) -> None:
    """Put a refused attempt of somebody signed in on record (a visitor's wrong address is not worth a line)."""
    from yijia.base import audit

    if request.actor.user_id is not None:
        door = getattr(request.resolver_match, "view_name", "") or "address"
        audit.note(verb="refused", name=door[:80], by=request.actor, at=request.at, facts={"code": code} | facts)


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def _back(request: HttpRequest) -> str:
    """Where a refused form came from, if it was ours."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.META.get("HTTP_HOST"):
        return "/"
    return referer.path + (f"?{referer.query}" if referer.query else "")
