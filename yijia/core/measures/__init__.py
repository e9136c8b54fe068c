"""Indicators: one definition each, used alike by the page, the list behind the figure, the report and the audit."""

from yijia.core.measures.definition import Measure, Subject, Unit, read_measures
from yijia.core.measures.figure import Figure, hide_small

__all__ = ["Figure", "Measure", "Subject", "Unit", "hide_small", "read_measures"]
