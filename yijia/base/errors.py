"""Three kinds of no: invalid input (422), a refusal (409), a missing right (403) or record (404); a bug just crashes.

This module alone turns them into pages, htmx messages and problem+json.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, override

from yijia.core.permissions import Permission
from yijia.core.refusal import Refusal


class Refused(Exception):
    """An action's rule said no; everything it had begun is rolled back."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal.code)
        self.refusal = refusal


class Forbidden(Exception):
    """In scope, but the right is missing."""

    def __init__(self, permission: Permission | str):
        super().__init__(str(permission))
        self.permission = permission


class NotFound(Exception):
    """Absent or out of the actor's scope; the two look the same from outside."""


class Invalid(Exception):
    """Input of the wrong shape: field → sentences."""

    def __init__(self, fields: Mapping[str, list[str]]):
        super().__init__(", ".join(fields))
        self.fields = fields


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
    body = {"type": f"urn:yijia:problem:{code}", "status": status, "code": code, "title": title, "detail": detail} | more
    return JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def words_in_both(refusal: Refusal) -> dict[str, str]:
    """The refusal's sentence in Chinese and in English."""
    from yijia.base.words import sentence

    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = str(sentence(refusal))
    return said


def answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The response for an error of ours; None for anything else, which is a bug and crashes."""
    from yijia.base import words

    match error:
        case Refused(refusal=refusal):
            said = words_in_both(refusal)
            if is_api(request):
                facts = {k: str(v) for k, v in refusal.facts.items()}
                return problem(409, refusal.code, title=said[_lang()], detail=said["zh-hans"], detail_en=said["en"], facts=facts)
            page = "errors/_refusal.html" if request.headers.get("HX-Request") else "errors/409.html"
            return render(request, page, {"sentence": said[_lang()], "refusal": refusal, "back": _back(request)}, status=409)
        case Forbidden(permission=permission):
            name = words.permission(str(permission))
            if is_api(request):
                return problem(403, "permission.missing", title=words.say("缺少权限"), detail=str(name), permission=str(permission))
            return render(request, "errors/403.html", {"permission": permission, "permission_name": name}, status=403)
        case NotFound():
            if is_api(request):
                return problem(404, "not_found", title=words.say("没有找到"))
            return render(request, "errors/404.html", status=404)
        case Invalid(fields=fields):
            if is_api(request):
                return problem(422, "invalid", title=words.say("输入有误"), errors={k: [str(s) for s in v] for k, v in fields.items()})
            return render(request, "errors/422.html", {"fields": fields, "back": _back(request)}, status=422)
        case Stale():
            if is_api(request):
                return problem(412, "stale", title=words.say("别人刚改过这条记录，请刷新后再改"))
            return render(request, "errors/409.html", {"sentence": words.say("别人刚改过这条记录，请刷新后再改"), "back": _back(request)}, status=412)
    return None


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def _back(request: HttpRequest) -> str:
    """Where a refused form came from, if it was ours."""
    referer = request.headers.get("Referer", "")
    own = f"{request.scheme}://{request.get_host()}"
    return referer[len(own) :] if referer.startswith(own + "/") else "/"
