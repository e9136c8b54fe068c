"""Doors of visits: the nurse's phone, the family's page, the alarm desk."""

from yijia.apps.visits.views.desk import acknowledge, alarm, alarms, close, dossier, picture, respond
from yijia.apps.visits.views.duty import duty, end_duty
from yijia.apps.visits.views.family import confirm, family, of_order, public_badge, rate
from yijia.apps.visits.views.nurse import (
    answer,
    arrive,
    badge,
    complete,
    day,
    day_news,
    depart,
    hub,
    no_show,
    offers,
    phone,
    photo,
    reassess,
    record,
    release,
    sign,
    sos,
    stop,
)

__all__ = [
    "acknowledge", "alarm", "alarms", "answer", "arrive", "badge", "close", "complete", "confirm", "day", "day_news", "depart", "dossier", "duty", "end_duty", "family", "hub",
    "no_show", "of_order", "offers", "phone", "photo", "picture", "public_badge", "rate", "reassess", "record", "release", "respond", "sign", "sos", "stop",
]  # fmt: skip
