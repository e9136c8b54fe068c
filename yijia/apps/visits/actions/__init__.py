"""What changes a visit; each name here is one action."""

from yijia.apps.visits.actions.alarms import acknowledge_alarm, close_alarm, press_sos, respond_alarm, sweep_dead_man
from yijia.apps.visits.actions.assigning import assign, free_visit, release
from yijia.apps.visits.actions.closing import auto_confirm, complete, confirm, hand_on, rate
from yijia.apps.visits.actions.duty import end_duty, set_duty_lead
from yijia.apps.visits.actions.moving import Moved, Wish, note_absence, rearrange
from yijia.apps.visits.actions.offers import answer_offer, expire_offers, offer, withdraw_offer
from yijia.apps.visits.actions.opening import open_visit
from yijia.apps.visits.actions.record import Sheet, add_photo, reveal_phone, sign_record, write_record
from yijia.apps.visits.actions.run import abort, arrive, depart, no_show, pass_reassessment, track

__all__ = [
    "Moved", "Sheet", "Wish", "abort", "acknowledge_alarm", "add_photo", "answer_offer", "arrive", "assign", "auto_confirm", "close_alarm", "complete", "confirm",
    "depart", "end_duty", "expire_offers", "free_visit", "hand_on", "no_show", "note_absence", "offer", "open_visit", "pass_reassessment", "press_sos", "rate", "rearrange", "release",
    "respond_alarm",
    "reveal_phone", "set_duty_lead", "sign_record", "sweep_dead_man", "track", "withdraw_offer", "write_record",
]  # fmt: skip
