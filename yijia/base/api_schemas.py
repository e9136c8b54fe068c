"""What every API operation shares: the shape of a problem, the error answers to declare, and pages of a list."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Field, Schema

MOST_PER_PAGE = 100
T = TypeVar("T")


class Problem(Schema):
    """application/problem+json (RFC 9457) with Yijia's own code; more members may follow by kind."""

    type: str = Field(examples=["urn:yijia:problem:not_found"])
    status: int
    code: str
    title: str
    detail: str = ""


ERRORS: dict[frozenset[int], type[Schema]] = {frozenset({400, 401, 403, 404, 409, 412, 422}): Problem}
"""Spread into an operation's answers: `response={200: OrderOut, **ERRORS}`."""


class Paging(Schema):
    """Which page of a list: `def orders(request, paging: Query[Paging])`."""

    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(20, ge=1, le=MOST_PER_PAGE)


class Page(Schema, Generic[T]):
    """One page of a list: `response={200: Page[OrderOut], **ERRORS}`."""

    items: list[T]
    page: int
    page_size: int
    total: int


def paginate(
    rows: QuerySet[Any] | Sequence[Any], page: int = 1, page_size: int = 20, each: Callable[[Any], Any] | None = None
) -> dict[str, Any]:
    """One page of a queryset (ordered) or a sequence, as `Page` wants it; `each` turns a row into its schema."""
    page, page_size = max(1, page), min(max(1, page_size), MOST_PER_PAGE)
    start = (page - 1) * page_size
    found = list(rows[start : start + page_size])
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    return {
        "items": [each(row) for row in found] if each else found,
        "page": page,
        "page_size": page_size,
        "total": total,
    }
