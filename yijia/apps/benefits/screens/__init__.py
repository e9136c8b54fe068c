"""What each page of benefits shows."""

from .desk import Batches, Desk, Grounds, batch_csv, batches, desk, grounds
from .person import Mine, Page, mine, person

__all__ = ["Batches", "Desk", "Grounds", "Mine", "Page", "batch_csv", "batches", "desk", "grounds", "mine", "person"]
