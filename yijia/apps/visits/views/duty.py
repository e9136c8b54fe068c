"""Doors of the duty roster."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yijia.apps.visits import actions, forms, screens
from yijia.base.doors import allow
from yijia.base.errors import Forbidden, Invalid, Refused
from yijia.base.words import sentence
from yijia.core.permissions import Permission as P
from yijia.core.permissions import may


@require_http_methods(["GET", "POST"])
@allow(P.STAFF_EDIT, P.SOS_ANSWER)
def duty(request: HttpRequest) -> HttpResponse:
    """Who leads the duty; posting puts somebody on the roster."""
    screen = screens.roster(actor=request.actor, at=request.at)
    form = forms.DutyForm(
        request.POST if request.method == "POST" else None,
        leads=screens.leads(request.actor) if screen.may_edit else [],
        initial=screens.next_shift(screen, request.at),
    )
    if request.method == "GET":
        return render(request, "visits/duty.html", {"screen": screen, "form": form})
    return _set(request, screen, form)


def _set(request: HttpRequest, screen: screens.Roster, form: forms.DutyForm) -> HttpResponse:
    if not may(request.actor, P.STAFF_EDIT):
        raise Forbidden(P.STAFF_EDIT)
    status = 422
    try:
        if form.is_valid():
            actions.set_duty_lead(**form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, _("已排上值班表。"))
            return redirect("visits:duty")
    except Invalid as wrong:
        form.refuse(wrong.fields)
    except Refused as refused:
        form.add_error(None, sentence(refused.refusal))
        status = 409
    return render(request, "visits/duty.html", {"screen": screen, "form": form}, status=status)


@require_POST
@allow(P.STAFF_EDIT)
def end_duty(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Take a shift off."""
    actions.end_duty(duty_id=duty_id, by=request.actor, at=request.at)
    messages.success(request, _("已从值班表上撤下。"))
    return redirect("visits:duty")
