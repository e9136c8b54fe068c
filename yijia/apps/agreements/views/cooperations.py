"""Doors of agreements between institutions: the list, drafting, signing, steps, performance, breaches, the PDF."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.agreements import actions, forms, queries
from yijia.apps.agreements.screens import cooperations as screens
from yijia.apps.agreements.screens import drafting, fulfilment, printing
from yijia.base.doors import allow
from yijia.base.errors import Refused
from yijia.base.words import sentence
from yijia.core.permissions import Permission as P

ACT = (P.COOPERATION_MANAGE, P.COOPERATION_SUPERVISE)


@require_GET
@allow(P.COOPERATION_VIEW)
def cooperations(request: HttpRequest) -> HttpResponse:
    """Agreements in sight, with what is due and what was missed."""
    return render(request, "agreements/cooperations.html", {"screen": screens.overview(request)})


@require_GET
@allow(P.COOPERATION_VIEW)
def cooperation(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    """One agreement."""
    return render(request, "agreements/cooperation.html", {"screen": screens.agreement(request, cooperation_id)})


@require_http_methods(["GET", "POST"])
@allow(*ACT)
def draft(request: HttpRequest, kind: str) -> HttpResponse:
    """Draft an agreement of one kind."""
    form = drafting.new_form(request, kind, request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        given = drafting.parties(request, kind, form.cleaned_data) | _given(form, client_id=drafting.client_id(request))
        made = _worded(form, lambda: actions.draft_cooperation(kind=kind, **given, by=request.actor, at=request.at))
        if made:
            return redirect("agreements:cooperation", made.pk)
    return _terms_page(request, drafting.new(request, kind, form), form)


@require_http_methods(["GET", "POST"])
@allow(*ACT)
def words(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    """Word a draft anew."""
    row = queries.get_cooperation(request.actor, cooperation_id)
    form = drafting.anew_form(request, row, request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        given = _given(form, version=form.cleaned_data["version"], cooperation_id=cooperation_id)
        if _worded(form, lambda: actions.redraft_cooperation(**given, by=request.actor, at=request.at)):
            messages.success(request, _("已改写。签过的要对新文本重新签。"))
            return redirect("agreements:cooperation", cooperation_id)
    return _terms_page(request, drafting.anew(request, cooperation_id, form), form)


@require_http_methods(["GET", "POST"])
@allow(*ACT)
def renew(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    """Draft what follows an agreement."""
    row = queries.get_cooperation(request.actor, cooperation_id)
    form = drafting.renewal_form(request, row, request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        given = _given(form, cooperation_id=cooperation_id, client_id=drafting.client_id(request))
        made = _worded(form, lambda: actions.renew_cooperation(**given, by=request.actor, at=request.at))
        if made:
            return redirect("agreements:cooperation", made.pk)
    return _terms_page(request, drafting.renewal(request, cooperation_id, form), form)


def _given(form: Any, **more: Any) -> dict[str, Any]:
    data = form.cleaned_data
    return {"fields": form.terms(), "valid_from": data["valid_from"], "valid_until": data["valid_until"]} | more


def _terms_page(request: HttpRequest, screen: Any, form: Any) -> HttpResponse:
    status = 200 if form is None else 409 if getattr(form, "is_refused", False) else 422
    return render(request, "agreements/terms.html", {"screen": screen}, status=status)


def _worded(form: Any, act: Callable[[], Any]) -> Any:
    """As `_attempt`; terms that the law refuses stay on the page beside the sentence that names it."""
    try:
        return _attempt(form, act)
    except Refused as refused:
        form.add_error(None, sentence(refused.refusal))
        form.is_refused = True
    return None


def _attempt(form: Any, act: Callable[[], Any]) -> Any:
    return forms.attempt(form, act)


@require_GET
@allow(P.COOPERATION_VIEW)
def cooperation_paper(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    """The words of an agreement and the signatures under them."""
    screen = screens.paper(request, cooperation_id)
    return render(request, "agreements/cooperation_paper.html", {"screen": screen})


@require_POST
@allow(*ACT)
def cooperation_sign(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    """Sign for one's own side."""
    form = forms.PartySignForm(request.POST, request.FILES)
    given = {"cooperation_id": cooperation_id, "by": request.actor, "at": request.at}
    if form.is_valid() and _attempt(form, lambda: actions.sign_cooperation(**form.signature(), **given)):
        messages.success(request, _("已签好，文字和签名一起封存了。"))
        return redirect("agreements:cooperation", cooperation_id)
    screen = screens.paper(request, cooperation_id, form)
    return render(request, "agreements/cooperation_paper.html", {"screen": screen}, status=422)


@require_POST
@allow(*ACT)
def cooperation_move(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    """One step of an agreement."""
    given = {"event": request.POST.get("event", ""), "reason": request.POST.get("reason", "")}
    actions.move_cooperation(cooperation_id=cooperation_id, **given, by=request.actor, at=request.at)
    return redirect("agreements:cooperation", cooperation_id)


@require_GET
@allow(P.COOPERATION_VIEW)
def cooperation_duty(request: HttpRequest, cooperation_id: int, code: str) -> HttpResponse:
    """One duty: its periods and the events behind them."""
    return render(request, "agreements/duty.html", {"screen": fulfilment.duty(request, cooperation_id, code)})


@require_POST
@allow(P.COOPERATION_MANAGE)
def cooperation_perform(request: HttpRequest, cooperation_id: int, code: str) -> HttpResponse:
    """Record one event by hand."""
    known = fulfilment.duty_of(queries.get_cooperation(request.actor, cooperation_id), code)
    form = forms.PerformForm(request.POST, duty=known)
    given = {"agreement_id": cooperation_id, "duty": code, "by": request.actor, "at": request.at}
    if form.is_valid() and _attempt(form, lambda: actions.record_performance(**form.event(), **given)):
        messages.success(request, _("已记下。"))
        return redirect("agreements:cooperation_duty", cooperation_id, code)
    screen = fulfilment.duty(request, cooperation_id, code, form)
    return render(request, "agreements/duty.html", {"screen": screen}, status=422)


@require_GET
@allow(P.COOPERATION_VIEW)
def breach(request: HttpRequest, breach_id: int) -> HttpResponse:
    """One breach with its evidence."""
    return render(request, "agreements/breach.html", {"screen": fulfilment.breach(request, breach_id)})


@require_POST
@allow(P.COOPERATION_MANAGE)
def breach_answer(request: HttpRequest, breach_id: int) -> HttpResponse:
    """The party at fault says what happened."""
    actions.answer_breach(breach_id=breach_id, text=request.POST.get("text", ""), by=request.actor, at=request.at)
    return redirect("agreements:breach", breach_id)


@require_POST
@allow(*ACT)
def breach_decide(request: HttpRequest, breach_id: int) -> HttpResponse:
    """Uphold a breach, or excuse it."""
    given = {"event": request.POST.get("event", ""), "text": request.POST.get("text", "")}
    actions.decide_breach(breach_id=breach_id, **given, by=request.actor, at=request.at)
    return redirect("agreements:breach", breach_id)


@require_GET
@allow(P.COOPERATION_VIEW)
def cooperation_pdf(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    """The agreement as PDF."""
    return as_pdf(*printing.cooperation_pdf(request, cooperation_id))


def as_pdf(number: str, content: bytes) -> HttpResponse:
    """Pages as a download."""
    named = {"Content-Disposition": f'inline; filename="{number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=named)


@require_GET
@allow(P.COOPERATION_VIEW)
def party_signature_image(request: HttpRequest, signature_id: int) -> HttpResponse:
    """The picture of one party's signature."""
    image = queries.get_party_signature(request.actor, signature_id).image
    return HttpResponse(bytes(image.content), content_type=image.media_type, headers={"Content-Disposition": "inline"})
