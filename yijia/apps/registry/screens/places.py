"""What the map beside a home's coordinates shows."""

from dataclasses import dataclass
from typing import Any

from yijia.apps.registry import queries
from yijia.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Places:
    """Townships to jump to, and what to draw."""

    townships: tuple[str, ...]
    drawing: dict[str, Any]


def places(actor: Actor) -> Places:
    """Institutions of the actor's place as landmarks; a township lies about where its institutions are."""
    marks = queries.list_landmarks(actor)
    points: dict[str, list[tuple[float, float]]] = {}
    for mark in marks:
        points.setdefault(mark.township, []).append((mark.lat, mark.lon))
    centres = {
        name: [sum(lat for lat, _ in found) / len(found), sum(lon for _, lon in found) / len(found)]
        for name, found in points.items()
    }
    return Places(tuple(centres), {"marks": [[mark.lat, mark.lon] for mark in marks], "townships": centres})
