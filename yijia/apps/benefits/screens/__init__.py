"""What each page of benefits shows."""

from .desk import Batches, Desk, Grounds, batch_csv, batches, desk, grounds
from .person import Mine, Page, mine, person
from .trial import Behind, Proposals, Trial, asked, behind, kept, proposals, run, trial

__all__ = [
    "Batches", "Behind", "Desk", "Grounds", "Mine", "Page", "Proposals", "Trial", "asked", "batch_csv", "batches", "behind", "desk", "grounds",
    "kept", "mine", "person", "proposals", "run", "trial",
]  # fmt: skip
