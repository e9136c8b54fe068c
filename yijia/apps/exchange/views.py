"""Doors of the exports."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yijia.apps.exchange import forms, screens
from yijia.apps.exchange.queries import Asked
from yijia.base.doors import allow
from yijia.base.errors import Forbidden
from yijia.core.permissions import Permission as P
from yijia.core.permissions import may

_EXPORTS = {"ledger": (P.LEDGER_EXPORT, screens.ledger), "audit": (P.AUDIT_EXPORT, screens.trail)}


@require_http_methods(["GET", "POST"])
@allow(P.LEDGER_EXPORT, P.AUDIT_EXPORT)
def exports(request: HttpRequest) -> HttpResponseBase:
    """Ask for an export; posting streams it."""
    form = forms.ExportForm(
        request.POST if request.method == "POST" else None,
        initial={"form": "csv", "what": "ledger", **request.GET.dict()},
    )
    if form.is_valid():
        return download(request, form.cleaned_data)
    return page(request, form)


def page(request: HttpRequest, form: forms.ExportForm) -> HttpResponse:
    return render(
        request,
        "exchange/exports.html",
        {"screen": screens.exports(request), "form": form},
        status=422 if form.errors else 200,
    )


def download(request: HttpRequest, wanted: dict) -> StreamingHttpResponse:
    """The stream of one export."""
    permission, make = _EXPORTS[wanted["what"]]
    if not may(request.actor, permission):
        raise Forbidden(permission)
    asked = Asked(from_on=wanted["from_on"], until_on=wanted["until_on"])
    return streamed(
        make(actor=request.actor, at=request.at, asked=asked, form=wanted["form"], purpose=wanted["purpose"])
    )


def streamed(export: screens.Export) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{export.name}"'}
    return StreamingHttpResponse(export.chunks, content_type=export.media_type, headers=headers)
