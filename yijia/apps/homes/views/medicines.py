"""Doors of medicines: the day's round, a word about a dose, the list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.homes import actions, forms, screens, words
from yijia.apps.homes.views.shared import form_page
from yijia.apps.referrals.forms import checked
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.HOME_VIEW)
def day(request: HttpRequest) -> HttpResponse:
    """What is to give, what was given, by whom."""
    return render(request, "homes/medicines.html", {"screen": screens.day_of_medicines(request)})


@require_POST
@allow(P.HOME_GIVE)
def write(request: HttpRequest, medicine_id: int) -> HttpResponse:
    """What became of one dose; a second word for one slot is refused."""
    given = checked(forms.DoseForm(request.POST)).cleaned_data
    actions.write_dose(medicine_id=medicine_id, **given, by=request.actor, at=request.at)
    messages.success(request, words.DONE["dose"])
    query = {"on": given["on"].isoformat()} | ({"only": "open"} if request.POST.get("only") == "open" else {})
    return redirect(f"{reverse('homes:medicines')}?{urlencode(query)}#t{given['slot'].replace(':', '')}")


@require_http_methods(["GET", "POST"])
@allow(P.HOME_GIVE)
def add(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One line more, copied from a paper."""
    page, placement_id = screens.new_medicine_page(request, resident_id)
    line = {"placement_id": placement_id, "by": request.actor, "at": request.at}
    return form_page(request, page, lambda: actions.add_medicine(**page.form.line(), **line), "medicine")


@require_http_methods(["GET", "POST"])
@allow(P.HOME_GIVE)
def stop(request: HttpRequest, medicine_id: int) -> HttpResponse:
    """A line is no longer given."""
    page = screens.stop_page(request, medicine_id)
    row = {"medicine_id": medicine_id, "by": request.actor, "at": request.at}
    return form_page(request, page, lambda: actions.stop_medicine(**page.form.cleaned_data, **row), "stop")


@require_http_methods(["GET", "POST"])
@allow(P.HOME_GIVE)
def correct(request: HttpRequest, dose_id: int) -> HttpResponse:
    """Put right what was written wrong."""
    page = screens.correct_page(request, dose_id)
    row = {"dose_id": dose_id, "by": request.actor, "at": request.at}
    return form_page(request, page, lambda: actions.correct_dose(**page.form.cleaned_data, **row), "correct")
