"""Doors of programmes: what the place offers, one drawn, applying for it, the ward, what is due by household."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yijia.apps.care import actions, episode_forms
from yijia.apps.care.screens import offered, said
from yijia.apps.care.screens import programmes as screens
from yijia.apps.care.screens.common import is_own
from yijia.apps.care.views.orders import attempt
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.EPISODE_VIEW)
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme of the place."""
    return render(
        request, "care/programmes.html", {"rows": screens.programmes(request), "is_own": is_own(request.actor)}
    )


@require_GET
@allow(P.EPISODE_VIEW)
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: drawn, and every part with its grounds."""
    return render(request, "care/programme.html", {"screen": screens.programme(request, code)})


@require_GET
@allow(P.EPISODE_APPLY)
def for_resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """The programmes of the place, to apply for on behalf of one resident."""
    return render(request, "care/programmes_for.html", {"screen": offered.offered_to(request, resident_id)})


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_APPLY)
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Ask an institution for a programme."""
    screen = screens.programme(request, code)
    people, houses = offered.apply_choices(request, code)
    form = episode_forms.ApplyForm(request.POST if request.method == "POST" else None, residents=people, houses=houses)
    fresh = uuid.uuid4()
    done, refusal = (
        attempt(form, lambda: _apply(request, code, form, fresh)) if request.method == "POST" else (None, None)
    )
    if done is not None:
        messages.success(request, _told(request, done.client_id == fresh) % {"number": done.number})
        return redirect("care:episode", done.pk)
    status = 200 if request.method == "GET" else 409 if refusal else 422
    return render(
        request,
        "care/programme_apply.html",
        {"screen": screen, "form": form, "refusal": refusal and said(refusal), "is_own": is_own(request.actor)},
        status=status,
    )


@require_GET
@allow(P.EPISODE_DUE)
def ward(request: HttpRequest) -> HttpResponse:
    """All beds of one's institution."""
    return render(request, "care/ward.html", {"screen": screens.ward(request)})


@require_GET
@allow(P.EPISODE_DUE)
def due(request: HttpRequest) -> HttpResponse:
    """What is due in the coming days, home by home."""
    return render(request, "care/due.html", {"screen": screens.due(request)})


def _told(request: HttpRequest, is_new: bool) -> str:
    """What applying came to, in the reader's voice."""
    if not is_new:
        return _("在这家机构已经有这个项目，没有重复申请。编号 %(number)s。")
    return _("已提交，机构会联系您。编号 %(number)s。") if is_own(request.actor) else _("已提交。编号 %(number)s。")


def _apply(request: HttpRequest, code: str, form: episode_forms.ApplyForm, fresh: uuid.UUID) -> Any:
    given = form.cleaned_data
    return actions.apply_for_programme(
        client_id=fresh, programme=code, resident_id=given["resident"], organisation_id=given["organisation"], stated={"wants_it": True} if is_own(request.actor) else {},
        by=request.actor, at=request.at,
    )  # fmt: skip
