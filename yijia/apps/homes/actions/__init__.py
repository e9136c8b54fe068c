"""What changes in a care home; each name here is one action."""

from .beds import add_beds, close_bed
from .life import end_for_the_dead, note_address, send_to_hospital
from .medicines import add_medicine, correct_dose, stop_medicine, write_dose
from .placing import admit_resident, change_bed, come_back, go_away, leave_home
from .rounds import count_rounds, uncount_rounds
from .visitors import sign_in_visitor, sign_out_visitor

__all__ = [
    "add_beds",
    "add_medicine",
    "admit_resident",
    "change_bed",
    "close_bed",
    "come_back",
    "correct_dose",
    "count_rounds",
    "end_for_the_dead",
    "go_away",
    "leave_home",
    "note_address",
    "send_to_hospital",
    "sign_in_visitor",
    "sign_out_visitor",
    "stop_medicine",
    "uncount_rounds",
    "write_dose",
]
