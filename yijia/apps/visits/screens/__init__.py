"""The pages of visits as values."""

from yijia.apps.visits.screens.cards import (
    Card,
    Person,
    card,
    get_card,
    item_lines,
    need_name,
    need_words,
    people_of,
    risks_of,
    title_words,
)
from yijia.apps.visits.screens.desk import AlarmPage, Dossier, Wall, alarm, dossier, wall
from yijia.apps.visits.screens.duty import Roster, leads, next_shift, roster
from yijia.apps.visits.screens.family import FamilyVisit, PublicBadge, family, public_badge, way_to_visit
from yijia.apps.visits.screens.gate import GateLine, item_label, lines
from yijia.apps.visits.screens.nurse import BadgePage, Day, Hub, RecordSheet, day, hub, my_badge, offers, record

__all__ = [
    "AlarmPage",
    "BadgePage",
    "Card",
    "Day",
    "Dossier",
    "FamilyVisit",
    "GateLine",
    "Hub",
    "Person",
    "PublicBadge",
    "RecordSheet",
    "Roster",
    "Wall",
    "alarm",
    "card",
    "day",
    "dossier",
    "family",
    "get_card",
    "hub",
    "item_label",
    "item_lines",
    "leads",
    "lines",
    "my_badge",
    "need_name",
    "need_words",
    "next_shift",
    "offers",
    "people_of",
    "public_badge",
    "record",
    "risks_of",
    "roster",
    "title_words",
    "wall",
    "way_to_visit",
]
