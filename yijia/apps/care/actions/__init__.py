"""What changes an order or an episode; each name here is one action."""

from collections.abc import Callable

from yijia.apps.care.models import Episode
from yijia.core.programmes.lifecycle import Event

from .assess import accept_order, answer_home_risk, reject_order
from .end import DIED, cancel_order, close_order, count_contact
from .episode_begin import (
    activate_episode,
    agree_episode,
    apply_for_programme,
    assess_episode,
    qualify,
    turn_down_episode,
)
from .episode_duties import order_duty, record_service, refresh_due
from .episode_end import (
    close_episode,
    end_episode,
    end_for,
    move_for,
    settle_episode,
    sweep_episodes,
    write_closing,
)
from .episode_hospital import (
    report_admission,
    report_discharge,
)
from .episode_papers import choose_package, prepare_enrolment
from .episode_run import (
    name_responsible,
    refer_episode,
    renew_episode,
    resume_episode,
    review_episode,
    suspend_episode,
    take_back_episode,
    transfer_episodes,
)
from .episode_transfer import SETTINGS, offer_transfer, take_over_episode
from .episode_visits import correct_record, record_visit
from .episode_week import plan_week
from .handover import hand_over
from .moves import step
from .sign import prepare_papers, sign_order, take_signed
from .submit import request_call_back, submit_order

MOVES: dict[Event, Callable[..., Episode]] = {
    Event.ASSESS: assess_episode, Event.AGREE: agree_episode, Event.ACTIVATE: activate_episode, Event.SUSPEND: suspend_episode,
    Event.RESUME: resume_episode, Event.REVIEW: review_episode, Event.RENEW: renew_episode,
    Event.TAKE_BACK: take_back_episode, Event.END: end_episode, Event.CLOSE: close_episode, Event.TURN_DOWN: turn_down_episode,
}  # fmt: skip
"""What each event of an episode's lifecycle that somebody may ask for by itself is done by; `refer` comes with a referral or an ally (REF-14)."""

__all__ = [
    "DIED",
    "MOVES",
    "SETTINGS",
    "accept_order",
    "activate_episode",
    "agree_episode",
    "answer_home_risk",
    "apply_for_programme",
    "assess_episode",
    "cancel_order",
    "choose_package",
    "close_episode",
    "close_order",
    "correct_record",
    "count_contact",
    "end_episode",
    "end_for",
    "hand_over",
    "move_for",
    "name_responsible",
    "offer_transfer",
    "order_duty",
    "plan_week",
    "prepare_enrolment",
    "prepare_papers",
    "qualify",
    "record_service",
    "record_visit",
    "refer_episode",
    "refresh_due",
    "reject_order",
    "renew_episode",
    "report_admission",
    "report_discharge",
    "request_call_back",
    "resume_episode",
    "review_episode",
    "settle_episode",
    "sign_order",
    "step",
    "submit_order",
    "suspend_episode",
    "sweep_episodes",
    "take_back_episode",
    "take_over_episode",
    "take_signed",
    "transfer_episodes",
    "turn_down_episode",
    "write_closing",
]
