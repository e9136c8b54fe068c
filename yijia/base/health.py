"""Is it alive, and what to show when a page is not there or broke."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from yijia import __version__
from yijia.base.doors import public
from yijia.base.errors import NotFound, answer, is_api, page, problem
from yijia.base.words import say


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers; says the version, nothing about people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, NotFound())


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request no page of ours sends (too large, a wrong Host, broken encoding)."""
    if is_api(request):
        return problem(400, "malformed", title=say("请求不合格式"))
    return page(request, "errors/422.html", 400, sentence=say("请求不合格式"), fields={"": [say("请求不合格式")]})


def unparsable() -> HttpResponse:
    """400: the body says that it is JSON and is not."""
    return problem(400, "malformed", title=say("请求体不是合法的 JSON"))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its own token, so perhaps sent by another site."""
    if is_api(request):
        return problem(403, "csrf", title=say("请求没有带本站的校验码，请刷新页面再试"))
    return page(request, "403_csrf.html", 403, sentence=say("这一页放得太久，过期了"))


def broken(request: HttpRequest) -> HttpResponse:
    """A bug: the page says what happened to the visitor's input, the log says what broke."""
    if is_api(request):
        return problem(500, "internal", title="Internal error")
    return render(request, "errors/500.html", status=500)
