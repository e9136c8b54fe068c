"""Doors of supervision: complaints, and visits whose evidence waits for a person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.supervision import actions, forms, screens
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.COMPLAINT_VIEW)
def complaints(request: HttpRequest) -> HttpResponse:
    """Complaints in sight."""
    form = forms.ListForm(request.GET)
    return render(
        request, "supervision/complaints.html", {"screen": screens.complaints(request, forms.read(form)), "form": form}
    )


@require_http_methods(["GET", "POST"])
@allow(P.COMPLAINT_FILE)
def file(request: HttpRequest) -> HttpResponse:
    """A new complaint, with the order filled in."""
    order, kind = request.GET.get("order", ""), request.GET.get("kind", "")
    screen = screens.file_page(
        request, int(order) if order.isascii() and order.isdigit() and len(order) < 18 else None, kind
    )
    form = forms.FileForm(
        request.POST if request.method == "POST" else None,
        orders=screen.orders,
        initial={"client_id": screen.client_id, "order_id": screen.order_id, "kind": screen.kind},
    )
    if form.is_valid():
        made = forms.attempt(form, lambda: actions.file_complaint(**form.cleaned_data, by=request.actor, at=request.at))
        if made:
            messages.success(request, _("已收到，编号 %(number)s。") % {"number": made.number})
            return redirect("supervision:complaint", made.pk)
    return render(
        request, "supervision/file.html", {"screen": screen, "form": form}, status=422 if form.errors else 200
    )


def _page(request: HttpRequest, complaint_id: int, **bound: object) -> HttpResponse:
    screen = screens.complaint(request, complaint_id)
    start = {"version": screen.version}
    shown = {
        "answer_form": forms.AnswerForm(initial=start), "owner_form": forms.OwnerForm(initial=start, owners=screen.owners), "note_form": forms.NoteForm(initial=start),
    } | bound  # fmt: skip
    return render(request, "supervision/complaint.html", {"screen": screen} | shown, status=422 if bound else 200)


@require_GET
@allow(P.COMPLAINT_VIEW)
def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """One complaint with its steps."""
    return _page(request, complaint_id)


@require_POST
@allow(P.COMPLAINT_ANSWER)
def assign(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Name who is responsible."""
    form = forms.OwnerForm(request.POST, owners=screens.complaint(request, complaint_id).owners)
    if not form.is_valid():
        return _page(request, complaint_id, owner_form=form)
    actions.assign_complaint(complaint_id=complaint_id, **form.cleaned_data, by=request.actor, at=request.at)
    messages.success(request, _("已交给负责人。"))
    return redirect("supervision:complaint", complaint_id)


@require_POST
@allow(P.COMPLAINT_ANSWER)
def answer(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """The owner's answer."""
    form = forms.AnswerForm(request.POST)
    given = {"complaint_id": complaint_id, "by": request.actor, "at": request.at}
    if form.is_valid() and forms.attempt(form, lambda: actions.answer_complaint(**form.cleaned_data, **given)):
        messages.success(request, _("已答复，家属会收到短信。"))
        return redirect("supervision:complaint", complaint_id)
    return _page(request, complaint_id, answer_form=form)


@require_POST
@allow(P.COMPLAINT_FILE, P.COMPLAINT_ANSWER)
def close(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Satisfied, or closed by the institution with its reason."""
    return _noted(request, complaint_id, actions.close_complaint, _("已办结。"))


@require_POST
@allow(P.COMPLAINT_FILE)
def reopen(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Not satisfied."""
    return _noted(request, complaint_id, actions.reopen_complaint, _("已重新打开，会再答复你。"))


def _noted(request: HttpRequest, complaint_id: int, act: object, said: str) -> HttpResponse:
    form = forms.NoteForm(request.POST)
    given = {"complaint_id": complaint_id, "by": request.actor, "at": request.at}
    if form.is_valid() and forms.attempt(form, lambda: act(**form.cleaned_data, **given)):
        messages.success(request, said)
        return redirect("supervision:complaint", complaint_id)
    return _page(request, complaint_id, note_form=form)


@require_GET
@allow(P.EVIDENCE_REVIEW)
def reviews(request: HttpRequest) -> HttpResponse:
    """Visits whose evidence waits for a person."""
    return render(request, "supervision/reviews.html", {"screen": screens.reviews(request)})


@require_http_methods(["GET", "POST"])
@allow(P.EVIDENCE_REVIEW)
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """One visit with everything a judgement needs; posting decides."""
    screen = screens.review(request, review_id)
    form = forms.DecisionForm(request.POST if request.method == "POST" else None, initial={"version": screen.version})
    if form.is_valid():
        said = form.cleaned_data
        given = {
            "review_id": review_id,
            "is_cleared": said["verdict"] == "clear",
            "reason": said["reason"],
            "version": said["version"],
        }
        if forms.attempt(form, lambda: actions.decide_review(**given, by=request.actor, at=request.at)):
            messages.success(request, _("已复核。"))
            return redirect("supervision:reviews")
    return render(
        request, "supervision/review.html", {"screen": screen, "form": form}, status=422 if form.errors else 200
    )
