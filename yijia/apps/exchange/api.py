"""Exports in the API: streamed as CSV or JSON lines, watermarked, on record."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema

from yijia.apps.exchange import screens
from yijia.apps.exchange.queries import Asked
from yijia.base.api_schemas import ERRORS
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P

router = Router()


class ExportQuery(Schema):
    """What to export; `until_on` is the last day in it."""

    format: Literal["csv", "jsonl"] = "csv"
    from_on: date | None = None
    until_on: date | None = None
    organisation_id: int | None = None
    purpose: str = ""


_FILE = {
    "responses": {
        200: {
            "description": "The file: a watermark, then the rows",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        }
    }
}


@router.get("/exports/ledger", operation_id="exports_ledger", response={200: Any, **ERRORS}, openapi_extra=_FILE)
@allow(P.LEDGER_EXPORT)
def exports_ledger(request: HttpRequest, wanted: Query[ExportQuery]) -> Any:
    """Every posting in sight with its voucher; many rows need a purpose."""
    return _streamed(screens.ledger(**_given(request, wanted)))


@router.get("/exports/audit", operation_id="exports_audit", response={200: Any, **ERRORS}, openapi_extra=_FILE)
@allow(P.AUDIT_EXPORT)
def exports_audit(request: HttpRequest, wanted: Query[ExportQuery]) -> Any:
    """The audit trail with its seals; many rows need a purpose."""
    return _streamed(screens.trail(**_given(request, wanted)))


def _given(request: HttpRequest, wanted: ExportQuery) -> dict[str, Any]:
    asked = Asked(from_on=wanted.from_on, until_on=wanted.until_on, organisation_id=wanted.organisation_id)
    return {"actor": request.actor, "at": request.at, "asked": asked, "form": wanted.format, "purpose": wanted.purpose}


def _streamed(export: screens.Export) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{export.name}"'}
    return StreamingHttpResponse(export.chunks, content_type=export.media_type, headers=headers)
