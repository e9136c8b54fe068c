"""What an institution chooses, files and opens, and what its authority answers."""

from yijia.apps.catalogue.actions.area import set_service_area
from yijia.apps.catalogue.actions.filings import (
    draft_filing,
    publish_filing,
    return_filing,
    review_filing,
    submit_filing,
    sweep_filings,
)
from yijia.apps.catalogue.actions.items import pick_item, review_item, submit_item, withdraw_item

__all__ = [
    "draft_filing", "pick_item", "publish_filing", "return_filing", "review_filing", "review_item", "set_service_area", "submit_filing",
    "submit_item", "sweep_filings", "withdraw_item",
]  # fmt: skip
