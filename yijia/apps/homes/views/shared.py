"""A page with one form: shown, refused, or done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yijia.apps.care.views.orders import attempt
from yijia.apps.homes import words
from yijia.base.words import sentence


def form_page(request: HttpRequest, page: Any, act: Callable[[], Any], told: str, *, to: str = "") -> HttpResponse:
    """The form on GET; on POST the act, its sentence and the way back, or what is wrong beside the fields."""
    done, refusal = attempt(page.form, act) if request.method == "POST" else (None, None)
    if done is not None:
        messages.success(request, words.DONE[told])
        return redirect(to or page.back_url)
    status = 200 if request.method == "GET" else 409 if refusal else 422
    shown = {"screen": page, "form": page.form, "refusal": refusal and sentence(refusal), "routes": words.ROUTES}
    return render(request, "homes/form.html", shown, status=status)
