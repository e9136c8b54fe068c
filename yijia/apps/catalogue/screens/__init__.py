"""One frozen dataclass per page of the catalogue and the function that fills it."""

from yijia.apps.catalogue.screens.area import area
from yijia.apps.catalogue.screens.filings import filing, filing_form, filings
from yijia.apps.catalogue.screens.items import catalogue, item, offered_item, offered_items, reviews
from yijia.apps.catalogue.screens.prices import price_list, prices

__all__ = [
    "area",
    "catalogue",
    "filing",
    "filing_form",
    "filings",
    "item",
    "offered_item",
    "offered_items",
    "price_list",
    "prices",
    "reviews",
]
