"""What follows a visit that went wrong: complaints with an owner, reviews of weak evidence."""

from datetime import datetime

from yijia.apps.care.models import Order
from yijia.apps.visits.models import Visit
from yijia.core.permissions import Actor
from yijia.demo.county.plan import House
from yijia.demo.day.stage import Stage, Story


def complain(stage: Stage, house: House, family: Actor, order: Order, at: datetime) -> Story:
    yield at
    return at


def review(stage: Stage, house: House, visit: Visit, at: datetime, *, is_cleared: bool) -> None:
    return
