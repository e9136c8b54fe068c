"""Beds and who lies in them, medicines and what became of each dose, who came through the door."""

from .living import Bed, BedStay, Placement, PlacementEvent
from .medicines import Dose, Medicine
from .visitors import GateEntry

__all__ = ["Bed", "BedStay", "Dose", "GateEntry", "Medicine", "Placement", "PlacementEvent"]
