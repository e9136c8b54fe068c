"""The door at which a package is chosen for an episode."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yijia.apps.care import actions
from yijia.apps.care.screens import packages as screens
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
