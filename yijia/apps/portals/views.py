"""Doors of the portals: home, search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from yijia.apps.portals import queries, screens
from yijia.base.clock import business_date
from yijia.base.doors import allow, public
from yijia.core.permissions import Permission, Role

_AT_WORK = {Role.NURSE: "visits:day", Role.DISPATCHER: "dispatch:board", Role.HOME_MANAGER: "homes:today"}
_FAMILY = {Role.RESIDENT, Role.FAMILY}


@require_GET
@public
def home(request: HttpRequest) -> HttpResponse:
    """A visitor is shown to the sign-in; a nurse and a dispatcher land at their work; the others see what waits."""
    role = request.actor.role
    if role is None:
        return (
            redirect("account_login") if not request.user.is_authenticated else render(request, "portals/no_hat.html")
        )
    if role in _AT_WORK:
        return redirect(_AT_WORK[role])
    if role in _FAMILY:
        return render(
            request, "portals/family.html", {"screen": screens.family_home(actor=request.actor, at=request.at)}
        )
    counts = queries.counts(request.actor, request.at, business_date(request.at))
    return render(
        request, "portals/desk.html", {"screen": screens.desk_home(actor=request.actor, counts=counts, at=request.at)}
    )


@require_GET
@allow(Permission.ORDER_VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """One box: order number, name, pinyin initials, phone."""
    text = request.GET.get("q", "")[:60]
    return render(
        request, "portals/search.html", {"screen": screens.search(actor=request.actor, at=request.at, text=text)}
    )
