"""What anybody may read: an institution's filed prices."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from yijia.apps.catalogue import queries, words
from yijia.apps.catalogue.screens.house import house_name
from yijia.apps.catalogue.screens.items import filing_name
from yijia.base.clock import business_date

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Houses:
    """Institutions with their price lists."""

    page: Page


@dataclass(frozen=True, slots=True)
class Price:
    """One filed price."""

    code: str
    name: str
    unit: str
    amount_fen: int | None
    bands: tuple[dict[str, Any], ...]
    terms: str
    number: str
    from_on: date
    until_on: date | None
    basis: str
    is_coming: bool


@dataclass(frozen=True, slots=True)
class PriceList:
    """The price list of one institution."""

    house: str
    house_id: int
    phone: str
    groups: tuple[tuple[str, tuple[Price, ...]], ...]
    on: date


def prices(request: HttpRequest) -> Houses:
    page = Paginator(queries.list_offering_organisations(request.actor, settings.REGION), PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.object_list = [
        {"id": row.pk, "name": house_name(row), "township": row.township, "phone": row.phone}
        for row in page.object_list
    ]
    return Houses(page)


def price_list(request: HttpRequest, organisation_id: int) -> PriceList:
    where, on = queries.get_organisation(request.actor, organisation_id), business_date(request.at)
    known = queries.items(on, where.jurisdiction)
    groups: dict[str, list[Price]] = {}
    for row in queries.list_published_prices(where.pk, on):
        groups.setdefault(str(words.KINDS[row.kind]), []).append(_price(row, known, on))
    return PriceList(
        house_name(where), where.pk, where.phone, tuple((kind, tuple(rows)) for kind, rows in groups.items()), on
    )


def _price(row: Any, known: Any, on: date) -> Price:
    terms = words.terms_words(row.terms, row.number) if row.terms else ""
    return Price(
        row.code, filing_name(row, known), words.unit(row.unit), row.amount_fen, tuple(row.bands), terms, row.number, row.effective_from,
        row.effective_until, row.basis, row.effective_from > on,
    )  # fmt: skip
