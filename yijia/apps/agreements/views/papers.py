"""Doors of the papers: read, sign, take back, print."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yijia.apps.agreements import actions, forms, queries, screens
from yijia.apps.agreements.screens import printing
from yijia.apps.agreements.views.cooperations import as_pdf
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.ORDER_VIEW)
def papers(request: HttpRequest) -> HttpResponse:
    """The papers in sight."""
    return render(request, "agreements/papers.html", {"screen": screens.papers(request)})


@require_GET
@allow(P.ORDER_VIEW)
def paper(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One paper, to read and to sign."""
    return render(request, "agreements/paper.html", {"screen": screens.paper(request, agreement_id)})


@require_GET
@allow(P.ORDER_VIEW)
def sheet(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One paper alone, for the printer."""
    return render(request, "agreements/sheet.html", {"screen": screens.paper(request, agreement_id)})


@require_GET
@allow(P.ORDER_VIEW)
def paper_pdf(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One paper as PDF."""
    return as_pdf(*printing.paper_pdf(request, agreement_id))


@require_POST
@allow(P.ORDER_SIGN)
def sign(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Sign a paper."""
    form = screens.sign_form(request, queries.get_agreement(request.actor, agreement_id), request.POST, request.FILES)
    given = {"agreement_id": agreement_id, "by": request.actor, "at": request.at}
    act = actions.sign_at_door if request.POST.get("house_image") else actions.sign
    if form.is_valid() and forms.attempt(form, lambda: act(**form.signature(), **form.house(), **given)):
        messages.success(request, _said(request, agreement_id))
        return redirect(_onward(request, agreement_id))
    return render(request, "agreements/paper.html", {"screen": screens.paper(request, agreement_id, form)}, status=422)


@require_POST
@allow(P.ORDER_SIGN)
def give_code(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Give out a code to sign with; the page shows it."""
    actions.give_code(agreement_id=agreement_id, by=request.actor, at=request.at)
    return redirect(reverse("agreements:paper", args=[agreement_id]) + "#code")


@require_POST
@allow(P.ORDER_SIGN)
def sign_by_code(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Sign with the code that the doctor shows."""
    form = forms.CodeForm(request.POST)
    actions.sign_by_code(agreement_id=agreement_id, **form.typed(), by=request.actor, at=request.at)
    messages.success(request, _("已签好，双方的签署和文字一起封存了。"))
    return redirect(_onward(request, agreement_id))


@require_POST
@allow(P.ORDER_SIGN)
def countersign(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The institution's own signature, where the resident has signed already."""
    form = forms.HouseForm(request.POST)
    actions.countersign(agreement_id=agreement_id, **form.hand(), by=request.actor, at=request.at)
    messages.success(request, _("已签好，文字和签名一起封存了。"))
    return redirect(_onward(request, agreement_id))


def _said(request: HttpRequest, agreement_id: int) -> str:
    """What one's own signature came to: some papers hold only when the institution has signed as well."""
    if queries.get_agreement(request.actor, agreement_id).signed_at is None:
        return _("您这一方签好了。还等机构签，双方都签了才生效。")
    return _("已签好，文字和签名一起封存了。")


def _onward(request: HttpRequest, agreement_id: int) -> str:
    """Back to where the reader came from, if that is ours."""
    there = request.POST.get("next", "")
    own = there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None)
    return there if own else reverse("agreements:paper", args=[agreement_id])


@require_POST
@allow(P.ORDER_SIGN)
def revoke(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Take a paper back."""
    actions.revoke(agreement_id=agreement_id, reason=request.POST.get("reason", ""), by=request.actor, at=request.at)
    messages.success(request, _("已撤回。凭它安排的服务会停下来。"))
    return redirect("agreements:paper", agreement_id)


@require_GET
@allow(P.ORDER_VIEW)
def signature_image(request: HttpRequest, signature_id: int) -> HttpResponse:
    """The picture of one signature."""
    image = queries.read_signature(request.actor, signature_id).image
    return HttpResponse(bytes(image.content), content_type=image.media_type, headers={"Content-Disposition": "inline"})
