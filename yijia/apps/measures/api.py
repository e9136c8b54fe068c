"""Indicators in the API: the same screens as the pages."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from yijia.apps.measures import screens
from yijia.apps.measures.schemas import DefinitionOut, FigureOut, MemberQuery
from yijia.base.api_schemas import ERRORS
from yijia.base.doors import allow
from yijia.core.permissions import Permission

router = Router()


@router.get("/measures", operation_id="measures_list", response={200: list[FigureOut], **ERRORS})
@allow(Permission.MEASURE_VIEW)
def measures_list(request: HttpRequest) -> Any:
    """Every indicator of the caller's place as last computed."""
    return [_figure(line) for line in screens.overview(actor=request.actor, at=request.at).lines]


@router.get("/measures/{measure_id}", operation_id="measures_get", response={200: DefinitionOut, **ERRORS})
@allow(Permission.MEASURE_VIEW)
def measures_get(request: HttpRequest, measure_id: str, wanted: Query[MemberQuery]) -> Any:
    """One indicator with its definition and a page of the list behind it."""
    page = min(max(wanted.page, 1), 100_000)
    screen = screens.detail(
        actor=request.actor, at=request.at, measure_id=measure_id, only=wanted.only, place=wanted.place, page=page
    )
    return {
        "figure": _figure(screen.line), "counted": screen.definition, "among": screen.among, "edition": screen.measure.value.edition,
        "evidence": screen.measure.value.evidence, "live_numerator": screen.live_numerator, "live_denominator": screen.live_denominator,
        "members": screen.members, "total": screen.total, "page": screen.page, "pages": screen.pages,
    }  # fmt: skip


def _figure(line: screens.Line) -> dict[str, Any]:
    return {
        "id": line.id, "name": line.name, "unit": "share" if line.is_share else "count", "numerator": line.numerator,
        "denominator": line.denominator, "share": _decimal(line.share), "on": line.on, "computed_at": line.computed_at,
        "reported": str(line.reported_share) if line.reported else None,
        "reported_evidence": line.reported.evidence if line.reported else None,
        "reported_sources": list(line.reported.sources) if line.reported else [],
    }  # fmt: skip


def _decimal(share: Fraction | None) -> str | None:
    return (
        None
        if share is None
        else str((Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal("0.000001")))
    )
