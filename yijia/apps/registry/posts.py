"""A form's way through a door: shape, action, then another page; or the form again with what is wrong beside it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from yijia.apps.registry.forms import Form
from yijia.base.errors import Invalid


def submit(
    request: HttpRequest,
    form: Form,
    template: str,
    act: Callable[[], tuple[str, Any]],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form (GET), or act once its shape is right and go where the action says, with its sentence.

    act         returns the address to go to and the sentence to show there

    A form with something wrong is answered 422.
    """
    if request.method == "GET":
        return render(request, template, (context or {}) | {"form": form})
    if form.is_valid():
        try:
            url, said = act()
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(url)
    return render(request, template, (context or {}) | {"form": form}, status=422)
