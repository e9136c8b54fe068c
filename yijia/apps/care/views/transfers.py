"""Doors at which a person is handed on inside an alliance and taken over there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yijia.apps.care import actions
from yijia.apps.care.screens import said
from yijia.apps.care.screens import transfers as screens
from yijia.apps.care.views.orders import attempt
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN)
def offer(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Ask an allied institution to take the person over."""
    if request.method == "GET":
        return render(request, "care/transfer_offer.html", {"screen": screens.offer(request, episode_id)})
    form = screens.offer_form(request, episode_id, request.POST)
    given = {"episode_id": episode_id, "by": request.actor, "at": request.at}
    done, refusal = attempt(form, lambda: actions.offer_transfer(**form.cleaned_data, **given))
    if done is not None:
        messages.success(request, _("已请对方接手，接手前档案停在“已转诊”。"))
        return redirect("care:episode", episode_id)
    screen = screens.offer(request, episode_id, form, said(refusal) if refusal else "")
    return render(request, "care/transfer_offer.html", {"screen": screen}, status=409 if refusal else 422)


@require_GET
@allow(P.EPISODE_RUN)
def asked(request: HttpRequest) -> HttpResponse:
    """Whom allied institutions ask to take over."""
    return render(request, "care/transfers_asked.html", {"rows": screens.asked(request)})


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN)
def take_over(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Take a person over: the same episode goes on here."""
    if request.method == "GET":
        return render(request, "care/transfer_take_over.html", {"screen": screens.take_over(request, episode_id)})
    form, given = screens.take_over_form(request, request.POST), {"episode_id": episode_id, "by": request.actor}
    done, refusal = attempt(form, lambda: actions.take_over_episode(**form.cleaned_data, **given, at=request.at))
    if done is not None:
        messages.success(request, _("已接手，原来的计划和记录都在。"))
        return redirect("care:episode", episode_id)
    screen = screens.take_over(request, episode_id, form, said(refusal) if refusal else "")
    return render(request, "care/transfer_take_over.html", {"screen": screen}, status=409 if refusal else 422)
