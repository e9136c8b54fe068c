"""Doors of the elder and the family, and the badge anybody may check."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yijia.apps.visits import actions, forms, screens
from yijia.base.doors import allow, public
from yijia.core.permissions import Permission as P


def _family(request: HttpRequest, visit_id: int, status: int = 200, **bound: object) -> HttpResponse:
    screen = screens.family(actor=request.actor, at=request.at, visit_id=visit_id)
    shown = {"screen": screen, "rate_form": forms.RateForm(tags=screen.tags), "confirm_form": forms.ConfirmForm()}
    return render(request, "visits/family.html", shown | bound, status=status)


@require_GET
@allow(P.VISIT_CONFIRM)
def family(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Who comes, the code for the door, and afterwards one's word on it."""
    return _family(request, visit_id)


@require_GET
@allow(P.VISIT_VIEW)
def of_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """From an order to its visit: the family's page, the nurse's, or the whole file."""
    return redirect(*screens.way_to_visit(request.actor, order_id))


@require_POST
@allow(P.VISIT_CONFIRM)
def confirm(request: HttpRequest, visit_id: int) -> HttpResponse:
    """It was done, or something is wrong."""
    form = forms.ConfirmForm(request.POST)
    if not form.is_valid():
        return _family(request, visit_id, 422, confirm_form=form)
    is_done = form.cleaned_data["answer"] == "done"
    actions.confirm(
        visit_id=visit_id, is_done=is_done, words=form.cleaned_data["words"], by=request.actor, at=request.at
    )
    messages.success(request, _("谢谢，已确认。") if is_done else _("已转给人工复核，复核前不会收费。"))
    return redirect("visits:family", visit_id)


@require_POST
@allow(P.VISIT_RATE)
def rate(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Stars, tags and words."""
    form = forms.RateForm(request.POST, tags=screens.family(actor=request.actor, at=request.at, visit_id=visit_id).tags)
    if not form.is_valid():
        return _family(request, visit_id, 422, rate_form=form)
    actions.rate(visit_id=visit_id, **form.cleaned_data, by=request.actor, at=request.at)
    messages.success(request, _("谢谢你的评价。"))
    return redirect("visits:family", visit_id)


@require_GET
@public
def public_badge(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever scans the QR sees who stands at the door, and whether the badge holds now."""
    return render(request, "visits/public_badge.html", {"screen": screens.public_badge(token=token, at=request.at)})
