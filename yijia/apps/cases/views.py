"""Doors of cases: the desk, one case, its forms, its letter, the public notice, the instruments."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.cases import actions, forms, queries, screens
from yijia.base.clock import business_date
from yijia.base.doors import allow, public
from yijia.base.errors import NotFound, Refused
from yijia.base.words import sentence
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.CASE_VIEW)
def desk(request: HttpRequest) -> HttpResponse:
    """Cases in sight, what is owed first."""
    form = forms.ListForm(request.GET, states=screens.states(request.actor, business_date(request.at)))
    return render(request, "cases/desk.html", {"screen": screens.desk(request, forms.read(form)), "form": form})


@require_http_methods(["GET", "POST"])
@allow(P.CASE_APPLY)
def new(request: HttpRequest) -> HttpResponse:
    """Begin an application; what is missing may follow."""
    return _apply(request, None)


@require_http_methods(["GET", "POST"])
@allow(P.CASE_APPLY)
def fill(request: HttpRequest, case_id: int) -> HttpResponse:
    """Go on with an application that is not finished."""
    return _apply(request, case_id)


def _apply(request: HttpRequest, case_id: int | None) -> HttpResponse:
    screen = screens.apply_page(request, case_id)
    form = forms.ApplyForm(request.POST if request.method == "POST" else None, initial=screen.start)
    if form.is_valid():
        given = dict(form.cleaned_data)
        version = given.pop("version")
        given |= {"answers": forms.answers(request.POST), "by": request.actor, "at": request.at}
        if case_id is None:
            case = forms.attempt(form, lambda: actions.apply(**given), screen.names)
        else:
            del given["client_id"], given["resident_id"]
            case = forms.attempt(form, lambda: actions.fill(case_id=case_id, version=version, **given), screen.names)
        if case:
            return _begun(request, case)
    return render(request, "cases/apply.html", {"screen": screen, "form": form}, status=422 if form.errors else 200)


def _begun(request: HttpRequest, case: Any) -> HttpResponse:
    """The draft is kept first: whatever the hand-in is refused for, nothing typed is lost."""
    if "submit" not in request.POST:
        messages.success(request, _("已存为草稿，可以随时接着填。"))
        return redirect("cases:case", case.pk)
    try:
        actions.move(case_id=case.pk, event="submit", by=request.actor, at=request.at)
    except Refused as refused:
        messages.error(request, sentence(refused.refusal))
        return redirect("cases:fill", case.pk)
    messages.success(request, _("申请已提交，编号 %(number)s。") % {"number": case.number})
    return redirect("cases:case", case.pk)


def _page(request: HttpRequest, case_id: int, vote: forms.VoteForm | None = None) -> HttpResponse:
    screen = screens.case_page(request, case_id)
    shown = {"screen": screen, "vote_form": vote or forms.VoteForm(levels=screen.levels)}
    return render(request, "cases/case.html", shown, status=422 if vote else 200)


@require_GET
@allow(P.CASE_VIEW)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: where it stands, what waits, what can be done."""
    return _page(request, case_id)


@require_POST
@allow(P.CASE_APPLY, P.CASE_HANDLE)
def move(request: HttpRequest, case_id: int) -> HttpResponse:
    """One step of the procedure."""
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        return _page(request, case_id)
    actions.move(case_id=case_id, **form.cleaned_data, by=request.actor, at=request.at)
    messages.success(request, _("已办。"))
    return redirect("cases:case", case_id)


@require_POST
@allow(P.CASE_HANDLE)
def assign(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a seat to an assessor."""
    screen = screens.case_page(request, case_id)
    form = forms.AssignForm(request.POST, people=[person for seat in screen.seats for person in seat.people])
    if not form.is_valid():
        return _page(request, case_id)
    actions.assign(case_id=case_id, **form.cleaned_data, by=request.actor, at=request.at)
    messages.success(request, _("已指派。"))
    return redirect("cases:case", case_id)


@require_POST
@allow(P.CASE_VOTE)
def vote(request: HttpRequest, case_id: int) -> HttpResponse:
    """An expert's vote."""
    form = forms.VoteForm(request.POST, levels=screens.case_page(request, case_id).levels)
    given = {"case_id": case_id, "by": request.actor, "at": request.at}
    if form.is_valid() and forms.attempt(form, lambda: actions.vote(**form.cleaned_data, **given)):
        messages.success(request, _("已记下你的一票。"))
        return redirect("cases:case", case_id)
    return _page(request, case_id, form)


@require_POST
@allow(P.CASE_HANDLE)
def reissue(request: HttpRequest, case_id: int) -> HttpResponse:
    """The letter anew, after the instrument was confirmed."""
    actions.reissue(case_id=case_id, by=request.actor, at=request.at)
    messages.success(request, _("已重发正式结论书。"))
    return redirect("cases:case", case_id)


@require_http_methods(["GET", "POST"])
@allow(P.CASE_ASSESS)
def entry(request: HttpRequest, case_id: int) -> HttpResponse:
    """The assessor's form: kept while it is filled in, handed in once."""
    form = forms.EntryForm(request.POST if request.method == "POST" else None)
    given = {
        "answers": forms.answers(request.POST),
        "facts": forms.facts(request.POST),
        "by": request.actor,
        "at": request.at,
    }
    act = actions.submit_entry if "submit" in request.POST else actions.save_entry
    screen = screens.entry_page(request, case_id)
    if form.is_valid() and forms.attempt(
        form, lambda: act(case_id=case_id, note=form.cleaned_data["note"], **given), screen.names
    ):
        return _kept(request, case_id)
    return render(request, "cases/entry.html", {"screen": screen, "form": form}, status=422 if form.errors else 200)


def _kept(request: HttpRequest, case_id: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "cases/_kept.html", {"screen": screens.entry_page(request, case_id), "is_kept": True})
    said = _("评估已交。") if "submit" in request.POST else _("已存好，可以随时接着填。")
    messages.success(request, said)
    return redirect("cases:case" if "submit" in request.POST else "cases:entry", case_id)


@require_GET
@allow(P.CASE_VIEW)
def letter(request: HttpRequest, case_id: int, letter_id: int) -> HttpResponse:
    """A letter as it went out."""
    found = queries.letter_of(request.actor, case_id, letter_id)
    response = HttpResponse(bytes(found.file.content), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.case.number}-{found.pk}.pdf"'
    return response


@require_GET
@public
def notices(request: HttpRequest) -> HttpResponse:
    """What is on public notice here, for anybody to read."""
    return render(request, "cases/notices.html", {"rows": screens.notices(request, settings.REGION)})


@require_GET
@allow(P.POLICY_VIEW)
def instruments(request: HttpRequest) -> HttpResponse:
    """The instruments in force, and which of them give drafts only."""
    return render(request, "cases/instruments.html", {"rows": screens.instruments_page(request)})


@require_http_methods(["GET", "POST"])
@allow(P.POLICY_VIEW)
def instrument(request: HttpRequest, instrument: str) -> HttpResponse:
    """One instrument whole; posting signs that it agrees with its original."""
    screen = screens.instrument_page(request, instrument)
    if screen is None:
        raise NotFound
    form = forms.ConfirmForm(
        request.POST if request.method == "POST" else None, initial={"fingerprint": screen.fingerprint}
    )
    given = {"instrument": instrument, "by": request.actor, "at": request.at}
    if form.is_valid() and forms.attempt(form, lambda: actions.confirm_instrument(**form.cleaned_data, **given)):
        messages.success(request, _("已确认，此后的结果不再是草案。"))
        return redirect("cases:instrument", instrument)
    return render(
        request, "cases/instrument.html", {"screen": screen, "form": form}, status=422 if form.errors else 200
    )
