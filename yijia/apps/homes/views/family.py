"""The family's door: one's own elder in the home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yijia.apps.homes import screens
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.HOME_FOLLOW)
def follow(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Where the elder lives, medicines of today, rounds, visits."""
    return render(request, "homes/follow.html", {"screen": screens.follow(request, resident_id)})
