"""Doors of the indicators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yijia.apps.measures import screens
from yijia.apps.measures.forms import MemberFilter
from yijia.base.doors import allow
from yijia.base.errors import Invalid
from yijia.core.permissions import Permission


@require_GET
@allow(Permission.MEASURE_VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Every indicator with numerator, denominator and date."""
    return render(request, "measures/overview.html", {"screen": screens.overview(actor=request.actor, at=request.at)})


@require_GET
@allow(Permission.MEASURE_VIEW)
def detail(request: HttpRequest, measure_id: str) -> HttpResponse:
    """One indicator and the list behind it."""
    wanted = _filter(request)
    screen = screens.detail(
        actor=request.actor,
        at=request.at,
        measure_id=measure_id,
        only=wanted["only"],
        place=wanted["place"],
        page=wanted["page"] or 1,
    )
    return render(request, "measures/detail.html", {"screen": screen})


@require_GET
@allow(Permission.MEASURE_VIEW)
def export(request: HttpRequest, measure_id: str) -> HttpResponse:
    """The list as CSV."""
    wanted = _filter(request)
    text = screens.members_csv(
        actor=request.actor, at=request.at, measure_id=measure_id, only=wanted["only"], place=wanted["place"]
    )
    headers = {"Content-Disposition": f'attachment; filename="{measure_id}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _filter(request: HttpRequest) -> dict[str, object]:
    form = MemberFilter(request.GET)
    if not form.is_valid():
        raise Invalid({field: [str(error) for error in errors] for field, errors in form.errors.items()})
    return form.cleaned_data
