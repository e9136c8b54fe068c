"""Readers of public file formats: text in, `Problem` out, or one `FormatError` that names line and field."""

import re
from collections.abc import Callable

from yijia.core.dispatch.formats import citygen, hhcrsp_json, mankowska, solomon, vrplib
from yijia.core.dispatch.formats.error import FormatError
from yijia.core.dispatch.model import Problem, ProblemError

READERS: dict[str, Callable[[str], Problem]] = {
    "mankowska": mankowska.read,
    "hhcrsp-json": hhcrsp_json.read,
    "citygen": citygen.read,
    "solomon": solomon.read,
    "vrplib": vrplib.read,
}

__all__ = ["READERS", "FormatError", "guess", "read"]


def read(text: str, form: str) -> Problem:
    """The problem in a file's text. Raises FormatError, also for a file that contradicts itself."""
    try:
        return READERS[form](text)
    except ProblemError as error:
        raise FormatError(_line_of(text, error), error.where, error.problem) from error


def _line_of(text: str, error: ProblemError) -> int:
    """The line that names the record in question; the last one when it occurs too often."""
    name = error.where.partition(" ")[2].split(".")[0]
    for part in (name, name.partition("-")[2], name.partition("-")[0]):
        lines = [
            i
            for i, line in enumerate(text.splitlines(), 1)
            if part and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", line)
        ]
        if lines:
            return lines[-1] if "twice" in error.problem or "more than one" in error.problem else lines[0]
    return 1


def guess(text: str) -> str | None:
    """Which format a text is in, by its first words; None when it is none of ours."""
    head = text[:4000].lstrip()
    if head.startswith("{"):
        return "citygen" if '"caregivers"' in text and '"shift"' in text else "hhcrsp-json"
    if head.startswith("nbNodes"):
        return "mankowska"
    if "VEHICLE" in head and "CUST NO" in head:
        return "solomon"
    return "vrplib" if "NODE_COORD_SECTION" in text else None
