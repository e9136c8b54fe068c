"""What every door with a form shares."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yijia.apps.care.views.orders import attempt
from yijia.base.words import sentence
from yijia.core.refusal import Refusal


def tried(request: HttpRequest, form: Any, act: Callable[[Any], Any]) -> tuple[Any, Refusal | None]:
    """Run an action with a posted form; nothing is done on a first look."""
    return attempt(form, lambda: act(form)) if request.method == "POST" else (None, None)


def form_page(request: HttpRequest, template: str, shown: dict[str, Any], refusal: Refusal | None) -> HttpResponse:
    """A form, anew with what is wrong with it."""
    status = 200 if request.method == "GET" else 409 if refusal else 422
    return render(request, template, {**shown, "refusal": refusal and sentence(refusal)}, status=status)
