"""Is it alive, and what to show when a page is not there or broke."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from yijia import __version__
from yijia.base.doors import public
from yijia.base.errors import NotFound, answer, is_api, problem


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers; says the version, nothing about people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, NotFound())


def broken(request: HttpRequest) -> HttpResponse:
    """A bug: the page says what happened to the visitor's input, the log says what broke."""
    if is_api(request):
        return problem(500, "internal", title="Internal error")
    return render(request, "errors/500.html", status=500)
