"""Doors at which a package is chosen and a week agreed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yijia.apps.care import actions
from yijia.apps.care.screens import packages as screens
from yijia.apps.care.screens import said
from yijia.apps.care.screens import week as weeks
from yijia.apps.care.views.orders import attempt
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def choose(request: HttpRequest, episode_id: int) -> HttpResponse:
    """What the person signs for: each package with its items, its price here and who pays."""
    if request.method == "POST":
        given = {"episode_id": episode_id, "package": request.POST.get("package", "")}
        actions.choose_package(**given, by=request.actor, at=request.at)
        messages.success(request, _("服务包已选好，请准备协议。"))
        return redirect("care:episode", episode_id)
    return render(request, "care/episode_package.html", {"screen": screens.choose(request, episode_id)})


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def week(request: HttpRequest, episode_id: int) -> HttpResponse:
    """The week of care at home: which mode, which days; weighed against what the place allows."""
    if request.method == "GET":
        return render(request, "care/episode_week.html", {"screen": weeks.plan(request, episode_id)})
    form, given = weeks.form_of(request, episode_id), {"episode_id": episode_id, "by": request.actor, "at": request.at}
    act = lambda: actions.plan_week(mode=form.cleaned_data["mode"], slots=form.slots(), **given)  # noqa: E731
    done, refusal = attempt(form, act)
    if done is not None:
        messages.success(request, _("周计划已定好，到期事项照它排。"))
        return redirect("care:episode", episode_id)
    screen = weeks.plan(request, episode_id, form, said(refusal) if refusal else "")
    return render(request, "care/episode_week.html", {"screen": screen}, status=409 if refusal else 422)
