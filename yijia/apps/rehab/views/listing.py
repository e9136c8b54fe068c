"""Doors of the list: the desk, applying, one evaluation, figures, one designation, a ban, the public page."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.cases import actions as cases
from yijia.apps.cases import queries as case_queries
from yijia.apps.rehab import actions, forms, queries, screens, words
from yijia.apps.rehab.views.shared import form_page, tried
from yijia.base.doors import allow, public
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.REHAB_VIEW)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, the list, the records, the bans."""
    return render(request, "rehab/desk.html", {"screen": screens.desk(request)})


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_APPLY)
def apply(request: HttpRequest) -> HttpResponse:
    """An institution applies for a category."""
    form = screens.apply_form(request, request.POST if request.method == "POST" else None)
    made, refusal = tried(request, form, lambda form: _apply(request, form))
    if made is not None:
        messages.success(request, words.DONE["apply"] % {"number": made.number})
        return redirect("rehab:case", made.pk)
    return form_page(request, "rehab/apply.html", {"form": form}, refusal)


def _apply(request: HttpRequest, form: Any) -> Any:
    house = min(request.actor.organisation_ids, default=0)
    return actions.apply_for_list(organisation_id=house, **form.cleaned_data, by=request.actor, at=request.at)


@require_GET
@allow(P.REHAB_VIEW)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One evaluation."""
    return render(
        request, "rehab/case.html", {"screen": screens.case_page(request, case_id), "vote_form": forms.VoteForm()}
    )


@require_POST
@allow(P.REHAB_HANDLE, P.REHAB_APPLY)
def move(request: HttpRequest, case_id: int) -> HttpResponse:
    """One step of an evaluation."""
    form = forms.MoveForm(request.POST)
    done, refusal = tried(request, form, lambda form: _move(request, case_id, form))
    if done is None:
        shown = {"screen": screens.case_page(request, case_id), "vote_form": forms.VoteForm(), "form": form}
        return form_page(request, "rehab/case.html", shown, refusal)
    messages.success(request, words.DONE["designate" if form.cleaned_data["event"] == "designate" else "move"])
    return redirect("rehab:case", case_id)


def _move(request: HttpRequest, case_id: int, form: Any) -> Any:
    return actions.move_case(case_id=case_id, **form.cleaned_data, by=request.actor, at=request.at)


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_HANDLE)
def sheet(request: HttpRequest, case_id: int) -> HttpResponse:
    """The criteria sheet of the site visit."""
    row, form = screens.sheet_form(request, case_id, request.POST if request.method == "POST" else None)
    made, refusal = tried(request, form, lambda form: _sheet(request, row, form))
    if made is not None:
        messages.success(request, words.DONE["sheet"])
        return redirect("rehab:case", case_id)
    return form_page(
        request, "rehab/sheet.html", {"row": row, "form": form, "house": screens.house_name(row.organisation)}, refusal
    )


def _sheet(request: HttpRequest, row: Any, form: Any) -> Any:
    given = form.cleaned_data
    return cases.hand_in_sheet(
        case_id=row.pk,
        answers=form.answers(),
        note=given["note"],
        version=given["version"],
        by=request.actor,
        at=request.at,
    )


@require_POST
@allow(P.REHAB_HANDLE)
def name_expert(request: HttpRequest, case_id: int) -> HttpResponse:
    """The federation names an expert for an evaluation."""
    given = {"case_id": case_id, "by": request.actor, "at": request.at}
    return _seated(
        request,
        case_id,
        forms.ExpertForm(request.POST),
        lambda form: actions.name_expert(**given, **form.cleaned_data),
        "name_expert",
    )


@require_POST
@allow(P.REHAB_HANDLE)
def stand_down(request: HttpRequest, case_id: int) -> HttpResponse:
    """An expert stands down from an evaluation."""
    given = {"case_id": case_id, "by": request.actor, "at": request.at}
    return _seated(
        request,
        case_id,
        forms.StandDownForm(request.POST),
        lambda form: actions.stand_down(**given, **form.cleaned_data),
        "stand_down",
    )


def _seated(request: HttpRequest, case_id: int, form: Any, act: Any, said: str) -> HttpResponse:
    done, refusal = tried(request, form, act)
    if done is None:
        shown = {"screen": screens.case_page(request, case_id), "vote_form": forms.VoteForm(), "form": form}
        return form_page(request, "rehab/case.html", shown, refusal)
    messages.success(request, words.DONE[said])
    return redirect("rehab:case", case_id)


@require_POST
@allow(P.CASE_VOTE)
def vote(request: HttpRequest, case_id: int) -> HttpResponse:
    """An expert's vote."""
    form = forms.VoteForm(request.POST)
    made, refusal = tried(request, form, lambda form: _vote(request, case_id, form))
    if made is None:
        shown = {"screen": screens.case_page(request, case_id), "vote_form": form}
        return form_page(request, "rehab/case.html", shown, refusal)
    messages.success(request, words.DONE["vote"])
    return redirect("rehab:case", case_id)


def _vote(request: HttpRequest, case_id: int, form: Any) -> Any:
    return cases.vote_house(case_id=case_id, **form.cleaned_data, by=request.actor, at=request.at)


@require_GET
@allow(P.REHAB_VIEW)
def letter(request: HttpRequest, case_id: int, letter_id: int) -> HttpResponse:
    """A letter as it went out."""
    found = case_queries.letter_of_house(request.actor, case_id, letter_id)
    response = HttpResponse(bytes(found.file.content), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.case.number}-{found.pk}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_HANDLE)
def figures(request: HttpRequest) -> HttpResponse:
    """The figures nobody read; the federation states them with the document."""
    form = forms.FigureForm(request.POST if request.method == "POST" else None)
    made, refusal = tried(request, form, lambda form: _state(request, form))
    if made is not None:
        messages.success(request, words.DONE["figure"])
        return redirect("rehab:figures")
    return form_page(request, "rehab/figures.html", {"rows": screens.figures_page(request), "form": form}, refusal)


def _state(request: HttpRequest, form: Any) -> Any:
    given = dict(form.cleaned_data)
    given["figure"] = (
        int(given["figure"]) if given["figure"].isascii() and given["figure"].isdigit() else given["figure"]
    )
    return cases.state_figure(**given, by=request.actor, at=request.at)


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_VIEW)
def designation(request: HttpRequest, designation_id: int) -> HttpResponse:
    """One designation; the federation may end it."""
    screen = screens.designation_page(request, designation_id, request.POST if request.method == "POST" else None)
    done, refusal = tried(request, screen.form, lambda form: _end(request, designation_id, form))
    if done is not None:
        messages.success(request, words.DONE["end"])
        return redirect("rehab:designation", designation_id)
    return form_page(request, "rehab/designation.html", {"screen": screen}, refusal)


def _end(request: HttpRequest, designation_id: int, form: Any) -> Any:
    return actions.end_designation(designation_id=designation_id, **form.cleaned_data, by=request.actor, at=request.at)


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_HANDLE)
def lift(request: HttpRequest, ban_id: int) -> HttpResponse:
    """Lift a ban in writing."""
    form = forms.LiftForm(request.POST if request.method == "POST" else None)
    row = queries.get_ban(request.actor, ban_id)
    done, refusal = tried(request, form, lambda form: _lift(request, row.pk, form))
    if done is not None:
        messages.success(request, words.DONE["lift"])
        return redirect("rehab:desk")
    return form_page(request, "rehab/lift.html", {"screen": screens.ban_page(request, ban_id), "form": form}, refusal)


def _lift(request: HttpRequest, ban_id: int, form: Any) -> Any:
    return actions.lift_ban(ban_id=ban_id, **form.cleaned_data, by=request.actor, at=request.at)


@require_GET
@public
def public_list(request: HttpRequest) -> HttpResponse:
    """The list and the notices of this place, for anybody to read."""
    return render(request, "rehab/public.html", {"screen": screens.public_page(request, settings.REGION)})
