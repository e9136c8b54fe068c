"""Doors of who comes from outside: visits, the log at the door, rounds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yijia.apps.care.views.orders import attempt
from yijia.apps.homes import actions, forms, screens, words
from yijia.apps.referrals.forms import checked
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.HOME_VIEW)
def outside(request: HttpRequest) -> HttpResponse:
    """Who comes today and later, and who is in the house."""
    return render(request, "homes/outside.html", {"screen": screens.outside(request)})


@require_POST
@allow(P.HOME_RUN)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Somebody comes in."""
    if "visit_id" in request.POST:
        given = checked(forms.PlannedForm(request.POST)).cleaned_data
        actions.sign_in_visitor(**given, by=request.actor, at=request.at)
    else:
        form = forms.VisitorForm(request.POST)
        made, _ = attempt(form, lambda: actions.sign_in_visitor(**form.cleaned_data, by=request.actor, at=request.at))
        if made is None:
            return render(request, "homes/outside.html", {"screen": screens.outside(request, form)}, status=422)
    messages.success(request, words.DONE["in"])
    return redirect("homes:outside")


@require_POST
@allow(P.HOME_RUN)
def sign_out(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Somebody goes."""
    actions.sign_out_visitor(entry_id=entry_id, by=request.actor, at=request.at)
    messages.success(request, words.DONE["out"])
    return redirect("homes:outside")


@require_GET
@allow(P.HOME_VIEW)
def rounds(request: HttpRequest) -> HttpResponse:
    """What the partner owes and has done."""
    return render(request, "homes/rounds.html", {"screen": screens.rounds(request)})
