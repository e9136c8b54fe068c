"""Care home pages as values; templates only print them."""

from .family import follow
from .living import admit_page, bed_page, board, move_page, people, resident_page
from .medicines import correct_page, day_of_medicines, new_medicine_page, stop_page
from .outside import outside, rounds
from .today import today

__all__ = [
    "admit_page",
    "bed_page",
    "board",
    "correct_page",
    "day_of_medicines",
    "follow",
    "move_page",
    "new_medicine_page",
    "outside",
    "people",
    "resident_page",
    "rounds",
    "stop_page",
    "today",
]
