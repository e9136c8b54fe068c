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
    if form.is_valid() and forms.attempt(form, lambda: actions.sign(**form.signature(), **given)):
        messages.success(request, _("已签好，文字和签名一起封存了。"))
        return redirect(_onward(request, agreement_id))
    return render(request, "agreements/paper.html", {"screen": screens.paper(request, agreement_id, form)}, status=422)


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
    image = queries.get_signature(request.actor, signature_id).image
    return HttpResponse(bytes(image.content), content_type=image.media_type, headers={"Content-Disposition": "inline"})
