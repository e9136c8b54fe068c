"""Procedures as data: states, moves, deadlines, votes and notices of a case, read from one edition and stepped purely."""

from yijia.core.procedures.admission import Application, admit, conflict
from yijia.core.procedures.compare import Difference, ItemDifference, compare
from yijia.core.procedures.criteria import Criterion, Sense, Sheet, judge_criteria, read_criteria
from yijia.core.procedures.load import KIND, read
from yijia.core.procedures.procedure import THIRD, Otherwise, Procedure, Reason, StateWords
from yijia.core.procedures.terms import Start, ends_on, starts_on
from yijia.core.procedures.votes import Tally, tally, third_opinion

__all__ = [
    "KIND", "THIRD", "Application", "Criterion", "Difference", "ItemDifference", "Otherwise", "Procedure", "Reason", "Sense", "Sheet", "Start",
    "StateWords", "Tally", "admit", "compare", "conflict", "ends_on", "judge_criteria", "read", "read_criteria", "starts_on", "tally", "third_opinion",
]  # fmt: skip
