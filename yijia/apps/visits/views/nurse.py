"""Doors of the nurse's phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.registry.words import PURPOSES
from yijia.apps.visits import actions, forms, screens, words
from yijia.base.clock import business_date
from yijia.base.doors import allow
from yijia.base.errors import Invalid
from yijia.core.permissions import Permission as P
from yijia.core.visits.place import Place


def _sent(request: HttpRequest) -> QueryDict | None:
    """What a form was filled with; None when it is shown for the first time."""
    return request.POST if request.method == "POST" else None


def _place(request: HttpRequest) -> Place:
    return forms.PlaceForm(request.POST).place()


def _reasons(request: HttpRequest) -> list[tuple[str, str]]:
    return words.choices("abort_reasons", "reasons", request.actor.jurisdiction or "CN", business_date(request.at))


def _hub(request: HttpRequest, visit_id: int, status: int = 200, **bound: object) -> HttpResponse:
    screen = screens.hub(actor=request.actor, at=request.at, visit_id=visit_id)
    shown = {
        "screen": screen, "arrive_form": forms.ArriveForm(), "reassess_form": forms.ReassessForm(), "photo_form": forms.PhotoForm(),
        "stop_form": forms.StopForm(reasons=_reasons(request)), "release_form": forms.ReasonForm(), "no_show_form": forms.NoteForm(),
    }  # fmt: skip
    return render(request, "visits/hub.html", shown | bound, status=status)


@require_GET
@allow(P.VISIT_RUN)
def day(request: HttpRequest) -> HttpResponse:
    """The nurse's day in order."""
    form = forms.DayForm(request.GET)
    on = form.cleaned_data["on"] if form.is_valid() else None
    return render(request, "visits/day.html", {"screen": screens.day(actor=request.actor, at=request.at, on=on)})


@require_GET
@allow(P.VISIT_RUN)
def day_news(request: HttpRequest) -> HttpResponse:
    """200 when the nurse's list has changed since it bore the mark, else 204; asked every few seconds while she looks."""
    form = forms.MarkForm(request.GET)
    form.is_valid()
    seen = {"on": form.cleaned_data.get("on"), "mark": form.cleaned_data.get("mark", "")}
    return HttpResponse(status=200 if screens.is_day_news(actor=request.actor, at=request.at, **seen) else 204)


@require_GET
@allow(P.VISIT_ANSWER_OFFER)
def offers(request: HttpRequest) -> HttpResponse:
    """Offers to answer."""
    return render(request, "visits/offers.html", {"offers": screens.offers(actor=request.actor, at=request.at)})


@require_POST
@allow(P.VISIT_ANSWER_OFFER)
def answer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Say yes or no to an offer."""
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        raise Invalid({name: [str(e) for e in errors] for name, errors in form.errors.items()})
    is_accepted = form.cleaned_data["answer"] == "yes"
    held = actions.answer_offer(
        offer_id=offer_id, is_accepted=is_accepted, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
    )
    messages.success(request, _("接下了，已排进你的日程。") if is_accepted else _("已谢绝，调度员会另找人。"))
    return redirect("visits:hub", held.visit_id) if is_accepted else redirect("visits:offers")


@require_GET
@allow(P.VISIT_RUN)
def badge(request: HttpRequest, visit_id: int | None = None) -> HttpResponse:
    """The nurse's own badge with its QR."""
    screen = screens.my_badge(
        actor=request.actor,
        at=request.at,
        visit_id=visit_id,
        path_of=lambda token: reverse("visits:public_badge", args=[token]),
        root=request.build_absolute_uri("/").rstrip("/"),
    )
    return render(request, "visits/badge.html", {"screen": screen})


@require_GET
@allow(P.VISIT_RUN)
def hub(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One visit and its next step."""
    return _hub(request, visit_id)


@require_POST
@allow(P.VISIT_RUN)
def depart(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Set out."""
    actions.depart(visit_id=visit_id, place=_place(request), by=request.actor, at=request.at)
    return redirect("visits:hub", visit_id)


@require_POST
@allow(P.VISIT_RUN)
def arrive(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Check in at the door."""
    form = forms.ArriveForm(request.POST)
    try:
        if form.is_valid():
            actions.arrive(
                visit_id=visit_id, **form.cleaned_data, place=_place(request), by=request.actor, at=request.at
            )
            return redirect("visits:hub", visit_id)
    except Invalid as wrong:
        form.add_error("code", wrong.fields["code"])
    return _hub(request, visit_id, 422, arrive_form=form)


@require_POST
@allow(P.VISIT_RUN)
def reassess(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The look on site."""
    form = forms.ReassessForm(request.POST)
    if not form.is_valid():
        return _hub(request, visit_id, 422, reassess_form=form)
    actions.pass_reassessment(visit_id=visit_id, **form.cleaned_data, by=request.actor, at=request.at)
    return redirect("visits:hub", visit_id)


@require_POST
@allow(P.VISIT_RUN)
def stop(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Abort for a reason."""
    form = forms.StopForm(request.POST, reasons=_reasons(request))
    try:
        if form.is_valid():
            actions.abort(
                visit_id=visit_id, **form.cleaned_data, place=_place(request), by=request.actor, at=request.at
            )
            return redirect("visits:hub", visit_id)
    except Invalid as wrong:
        form.add_error("reason", wrong.fields["reason"])
    return _hub(request, visit_id, 422, stop_form=form)


@require_POST
@allow(P.VISIT_RUN)
def no_show(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Nobody opened."""
    actions.no_show(
        visit_id=visit_id, note=request.POST.get("note", ""), place=_place(request), by=request.actor, at=request.at
    )
    return redirect("visits:hub", visit_id)


@require_POST
@allow(P.VISIT_ANSWER_OFFER)
def release(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Give one's own visit back."""
    actions.release(visit_id=visit_id, reason=request.POST.get("reason", ""), by=request.actor, at=request.at)
    messages.success(request, _("已退出这次上门，调度员会另派。"))
    return redirect("visits:day")


@require_http_methods(["GET", "POST"])
@allow(P.VISIT_RUN)
def record(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Write the record."""
    sheet = screens.record(actor=request.actor, at=request.at, visit_id=visit_id)
    form = forms.RecordForm(_sent(request), sheet=sheet)
    try:
        if request.method == "POST" and form.is_valid():
            filled, version = actions.Sheet(**form.filled()), form.cleaned_data["version"]
            actions.write_record(visit_id=visit_id, sheet=filled, version=version, by=request.actor, at=request.at)
            return redirect("visits:hub", visit_id)
    except Invalid as wrong:
        form.refuse(wrong.fields)
    return render(request, "visits/record.html", {"screen": sheet, "form": form}, status=422 if form.errors else 200)


@require_POST
@allow(P.VISIT_RUN)
def photo(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Keep a photo."""
    form = forms.PhotoForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            actions.add_photo(
                visit_id=visit_id, content=form.cleaned_data["photo"].read(), by=request.actor, at=request.at
            )
            return redirect("visits:hub", visit_id)
    except Invalid as wrong:
        form.add_error("photo", wrong.fields["photo"])
    return _hub(request, visit_id, 422, photo_form=form)


@require_http_methods(["GET", "POST"])
@allow(P.VISIT_RUN)
def sign(request: HttpRequest, visit_id: int, kind: str) -> HttpResponse:
    """Sign under the record."""
    screen = screens.hub(actor=request.actor, at=request.at, visit_id=visit_id)
    form = forms.SignForm(_sent(request), initial={"signer": "" if kind == "nurse_signature" else screen.card.name})
    try:
        if request.method == "POST" and form.is_valid():
            actions.sign_record(visit_id=visit_id, kind=kind, **form.cleaned_data, by=request.actor, at=request.at)
            return redirect("visits:hub", visit_id)
    except Invalid as wrong:
        form.refuse(wrong.fields)
    return render(
        request, "visits/sign.html", {"screen": screen, "form": form, "kind": kind}, status=422 if form.errors else 200
    )


@require_POST
@allow(P.VISIT_RUN)
def complete(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Check out."""
    actions.complete(visit_id=visit_id, place=_place(request), by=request.actor, at=request.at)
    return redirect("visits:hub", visit_id)


@require_POST
@allow(P.SOS_PRESS)
def sos(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Call for help; nothing is asked, nothing is checked but who calls."""
    actions.press_sos(visit_id=visit_id, place=_place(request), by=request.actor, at=request.at)
    return redirect("visits:hub", visit_id)


@require_http_methods(["GET", "POST"])
@allow(P.VISIT_RUN)
def phone(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Ask why, then show the family's number."""
    shown = {
        "what": _("电话"),
        "url": request.path,
        "purposes": list(PURPOSES.items()),
        "visit_id": visit_id,
        "value": None,
    }
    form = forms.PhoneForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        shown["value"] = actions.reveal_phone(visit_id=visit_id, **form.cleaned_data, by=request.actor, at=request.at)
    response = render(
        request,
        "visits/_phone.html" if request.htmx else "visits/phone.html",
        shown,
        status=422 if form.errors else 200,
    )
    response.holds_secrets = shown["value"] is not None
    return response
