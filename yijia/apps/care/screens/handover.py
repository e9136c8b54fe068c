"""The hospital's page: whom to hand over, and what was handed over."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from yijia.apps.care import queries
from yijia.apps.registry import queries as registry
from yijia.base import audit


@dataclass(frozen=True, slots=True)
class HandoverDesk:
    """The hospital's page: whom to hand over, and what was handed over."""

    text: str
    found: list[Any]
    sent: list[Any]


def handover_desk(request: HttpRequest) -> HandoverDesk:
    """Patient search and the hand-overs sent; the receiving institution's order shows its state only."""
    text = request.GET.get("q", "").strip()[:60]
    found = registry.find_residents(request.actor, text) if text else []
    sent = queries.list_sent(request.actor)
    shown = [p.pk for p in found] + [h.order.resident_id for h in sent]
    audit.read(
        request.actor,
        request.at,
        "care.handover",
        subject_type="registry.resident",
        subject_ids=shown,
        resident_ids=shown,
    )
    return HandoverDesk(text, found, sent)
