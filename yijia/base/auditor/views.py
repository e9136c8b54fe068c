"""Doors of the auditor's office."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yijia.base.auditor import screens
from yijia.base.doors import allow, number
from yijia.core.permissions import Permission


@require_GET
@allow(Permission.AUDIT_VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """Who did what, when, to whom."""
    screen = screens.search(actor=request.actor, at=request.at, data=request.GET, page=number(request, "page"))
    return render(request, "auditor/search.html", {"screen": screen})


@require_GET
@allow(Permission.AUDIT_VIEW)
def chains(request: HttpRequest) -> HttpResponse:
    """Whether the record holds."""
    return render(request, "auditor/chains.html", {"screen": screens.chains(actor=request.actor, at=request.at)})
