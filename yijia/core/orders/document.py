"""The lifecycle part of the documentation, written from the tables themselves."""

from typing import Any

from yijia.core.catalogue.lifecycle import FILINGS, ITEMS
from yijia.core.lifecycle import Table
from yijia.core.orders import lifecycle
from yijia.core.supervision.lifecycle import COMPLAINTS, REVIEWS
from yijia.core.visits.lifecycle import ALARMS, OFFERS

TABLES: tuple[tuple[str, Table[Any, Any]], ...] = (
    ("Order", lifecycle.TABLE),
    ("Offered item", ITEMS),
    ("Price filing", FILINGS),
    ("Offer of a visit", OFFERS),
    ("Alarm", ALARMS),
    ("Complaint", COMPLAINTS),
    ("Evidence review", REVIEWS),
)


def lifecycles() -> str:
    """Markdown with a diagram and a table of moves for each lifecycle."""
    parts = [f"## {title}\n\n```mermaid\n{table.diagram()}\n```\n\n{table.listing()}\n" for title, table in TABLES]
    return "\n".join(parts)
