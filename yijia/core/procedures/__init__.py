"""Procedures as data: states, moves, deadlines, votes and notices of a case, read from one edition and stepped purely."""

from yijia.core.procedures.admission import Application, admit, conflict
from yijia.core.procedures.compare import Difference, ItemDifference, compare
from yijia.core.procedures.load import KIND, read
from yijia.core.procedures.procedure import THIRD, Otherwise, Procedure, Reason, StateWords
from yijia.core.procedures.terms import Start, ends_on, starts_on
from yijia.core.procedures.votes import Tally, tally, third_opinion

__all__ = [
    "KIND", "THIRD", "Application", "Difference", "ItemDifference", "Otherwise", "Procedure", "Reason", "Start", "StateWords",
    "Tally", "admit", "compare", "conflict", "ends_on", "read", "starts_on", "tally", "third_opinion",
]  # fmt: skip
