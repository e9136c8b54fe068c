"""What each page of benefits shows."""

from .desk import Batches, Desk, Grounds, batch_csv, batches, desk, grounds
from .person import Mine, Page, mine, person
from .trial import (
    Asked,
    Behind,
    Proposals,
    Trial,
    ask,
    asked,
    behind,
    kept,
    keys_of,
    people_of,
    proposals,
    run,
    trial,
    where_of,
)

__all__ = [
    "Asked", "Batches", "Behind", "Desk", "Grounds", "Mine", "Page", "Proposals", "Trial", "ask", "asked", "batch_csv", "batches", "behind",
    "desk", "grounds", "kept", "keys_of", "mine", "people_of", "person", "proposals", "run", "trial", "where_of",
]  # fmt: skip
