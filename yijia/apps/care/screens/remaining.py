"""What is left before an agreement and before a closing, so that the page names one next step and offers one button."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yijia.apps.care.episode_forms import asked_columns
from yijia.apps.care.screens.records import RecordLine
from yijia.core.programmes.lifecycle import State
from yijia.core.programmes.model import Programme

LOOK, PREPARE, SIGN, MOVE = "look", "prepare", "sign", "move"


def left_to_agree(
    state: State, cycle_no: int, stated: Mapping[str, Any], programme: Programme | None, records: list[RecordLine], papers: list[tuple[str, str, bool]]
) -> str:  # fmt: skip
    """The one step an application under assessment waits for; empty in any other state.

    It only guides: whether the agreement may be made is decided by the action.
    """
    if state is not State.ASSESSING or programme is None:
        return ""
    asked, unsaid = programme.qualification, set(asked_columns(programme)) - stated.keys()
    looks = (
        max(asked.visits or 1, 1) if asked is not None else int(bool(unsaid))
    )  # what a rule asks, somebody must state
    stand = [one for one in records if one.code == "qualification" and not (one.is_corrected or one.is_void)]
    passed = [one for one in stand if one.is_passed and one.cycle_no == cycle_no]
    present = {person for one in passed for person in one.persons}
    if len(passed) < looks or (asked is not None and len(present) < (asked.persons or 1)):
        return LOOK
    if len(papers) < len(programme.papers):
        return PREPARE
    return MOVE if all(is_signed for _title, _url, is_signed in papers) else SIGN


@dataclass(frozen=True, slots=True)
class Closing:
    """What an ended episode still waits for: to be settled, to be written, a last service, or only to be closed.

    step        settle, write, record, close
    """

    step: str
    is_settled: bool
    is_written: bool


def closing_of(state: str, cycle_no: int, records: list[RecordLine], has_dues: bool) -> Closing | None:
    """What is left of an episode that has ended; None for any other."""
    if state != State.CLOSING:
        return None
    stand = {one.code for one in records if not (one.is_corrected or one.is_void) and one.cycle_no == cycle_no}
    is_settled, is_written = "settlement" in stand, "closing" in stand
    step = "settle" if not is_settled else "write" if not is_written else "record" if has_dues else "close"
    return Closing(step, is_settled, is_written)
