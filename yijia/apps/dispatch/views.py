"""Doors of the dispatcher's desk."""

from datetime import datetime, timedelta

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yijia.apps.dispatch import forms, screens
from yijia.apps.visits import actions as visits
from yijia.base.doors import allow
from yijia.base.errors import Invalid
from yijia.core.permissions import Permission as P


def _valid(form: django_forms.Form) -> dict[str, object]:
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return form.cleaned_data


@require_GET
@allow(P.DISPATCH_PLAN)
def board(request: HttpRequest) -> HttpResponse:
    """Who is where when, and what still needs a nurse."""
    form = forms.BoardForm(request.GET)
    on = form.cleaned_data["on"] if form.is_valid() else None
    return render(request, "dispatch/board.html", {"screen": screens.board(actor=request.actor, at=request.at, on=on)})


@require_GET
@allow(P.DISPATCH_PLAN, P.GATE_VIEW)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: gate, candidates, offers; alone for htmx, as a page otherwise."""
    screen = screens.order_page(actor=request.actor, at=request.at, order_id=order_id)
    return render(request, "dispatch/_order.html" if request.htmx else "dispatch/order.html", {"screen": screen})


@require_POST
@allow(P.DISPATCH_PLAN)
def open_visit(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask the gate and begin looking for a nurse."""
    visits.open_visit(order_id=order_id, **_valid(forms.OpenForm(request.POST)), by=request.actor, at=request.at)
    return redirect("dispatch:order", order_id)


@require_POST
@allow(P.VISIT_OFFER)
def offer(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Hold the visit out to the chosen nurses."""
    form = forms.ChooseForm(request.POST)
    said = _valid(form)
    made = visits.offer(
        visit_id=visit_id, staff_ids=form.chosen(), answer_until=_until(said["answer_min"], request.at), version=said["version"],
        by=request.actor, at=request.at,
    )  # fmt: skip
    messages.success(request, _("已发出邀约，等护士答复。"))
    return redirect("dispatch:order", made[0].visit.order_id)


def _until(minutes: object, at: datetime) -> datetime | None:
    return at + timedelta(minutes=minutes) if isinstance(minutes, int) else None


@require_POST
@allow(P.DISPATCH_PLAN)
def assign(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Send the chosen nurses."""
    form = forms.ChooseForm(request.POST)
    said = _valid(form)
    visit = visits.assign(
        visit_id=visit_id, staff_ids=form.chosen(), version=said["version"], by=request.actor, at=request.at
    )
    messages.success(request, _("派好了，已通知护士和家属。"))
    return redirect("dispatch:order", visit.order_id)


@require_POST
@allow(P.DISPATCH_PLAN)
def release(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Take nurses off, and hold the visit out again if asked."""
    said = _valid(forms.ReleaseForm(request.POST))
    visit = visits.release(
        visit_id=visit_id, reason=said["reason"], staff_id=said["staff"], is_offered_again=said["again"], version=said["version"],
        by=request.actor, at=request.at,
    )  # fmt: skip
    messages.success(request, _("已换下，服务单回到派单中。"))
    return redirect("dispatch:order", visit.order_id)


@require_POST
@allow(P.VISIT_OFFER)
def withdraw(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take one offer back."""
    held = visits.withdraw_offer(offer_id=offer_id, by=request.actor, at=request.at)
    return redirect("dispatch:order", held.visit.order_id)
