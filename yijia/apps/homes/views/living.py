"""Doors of living in a home: today, beds, people, moving in and out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.homes import actions, forms, queries, screens, words
from yijia.apps.homes.views.shared import form_page
from yijia.apps.referrals.forms import checked
from yijia.base.doors import allow
from yijia.core.homes.lifecycle import Event
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.HOME_VIEW)
def today(request: HttpRequest) -> HttpResponse:
    """What to do next."""
    return render(request, "homes/today.html", {"screen": screens.today(request)})


@require_GET
@allow(P.HOME_VIEW)
def board(request: HttpRequest) -> HttpResponse:
    """Beds by building and room."""
    return render(request, "homes/board.html", {"screen": screens.board(request)})


@require_GET
@allow(P.HOME_VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """Who lives here, as a list."""
    return render(request, "homes/people.html", {"screen": screens.people(request)})


@require_GET
@allow(P.HOME_VIEW)
def resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Everything about one person's living here."""
    return render(request, "homes/resident.html", {"screen": screens.resident_page(request, resident_id)})


@require_http_methods(["GET", "POST"])
@allow(P.HOME_RUN)
def admit(request: HttpRequest) -> HttpResponse:
    """Somebody moves in."""
    page = screens.admit_page(request)

    def act() -> object:
        given = dict(page.form.cleaned_data)
        bed_id = given.pop("bed")
        return actions.admit_resident(bed_id=bed_id, **given, by=request.actor, at=request.at)

    return form_page(request, page, act, "admit")


@require_http_methods(["GET", "POST"])
@allow(P.HOME_RUN)
def add_beds(request: HttpRequest) -> HttpResponse:
    """The beds of a room."""
    page = screens.bed_page(request)

    def act() -> object:
        given = page.form.cleaned_data
        return actions.add_beds(
            building=given["building"], room=given["room"], numbers=page.form.numbers_list(), by=request.actor, at=request.at
        )  # fmt: skip

    return form_page(request, page, act, "beds")


@require_POST
@allow(P.HOME_RUN)
def close_bed(request: HttpRequest, bed_id: int) -> HttpResponse:
    """Take an empty bed out of use."""
    actions.close_bed(bed_id=bed_id, by=request.actor, at=request.at)
    messages.success(request, words.DONE["close_bed"])
    return redirect("homes:board")


@require_http_methods(["GET", "POST"])
@allow(P.HOME_RUN)
def move(request: HttpRequest, placement_id: int, move: str) -> HttpResponse:
    """One step of a placement; coming back is a button."""
    if move == Event.COME_BACK and request.method == "POST":
        return _back(request, placement_id)
    page = screens.move_page(request, placement_id, move)
    return form_page(request, page, lambda: _act(request, placement_id, move, page.form), move)


def _back(request: HttpRequest, placement_id: int) -> HttpResponse:
    version = checked(forms.VersionForm(request.POST)).cleaned_data["version"]
    done = actions.come_back(placement_id=placement_id, version=version, by=request.actor, at=request.at)
    messages.success(request, words.DONE[Event.COME_BACK])
    return redirect("homes:resident", done.resident_id)


def _act(request: HttpRequest, placement_id: int, move: str, form: forms.Form) -> queries.Placement:
    given = dict(form.cleaned_data)
    common = {"placement_id": placement_id, "by": request.actor, "at": request.at}
    match move:
        case Event.CHANGE_BED:
            return actions.change_bed(bed_id=given["bed"], version=given["version"], **common)
        case Event.GO_AWAY:
            return actions.go_away(**given, **common)
    return actions.leave_home(**given, **common)
