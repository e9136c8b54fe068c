"""What several pages of rehabilitation say the same way."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yijia.apps.care.seams import Rated
from yijia.apps.rehab import queries, words
from yijia.core.rehab import Place


def house_name(house: Any) -> str:
    """An institution's name in the reader's language."""
    return str(house.name_en or house.name) if words.is_english() else str(house.name)


def category_name(code: str, jurisdiction: str, on: date) -> str:
    """A category in the reader's language; one the place no longer lists keeps its code."""
    found = next((one for one in queries.categories_in(jurisdiction, on) if one.id == code), None)
    return code if found is None else words.two(found.zh, found.en)


def list_name(code: str, jurisdiction: str, on: date) -> str:
    """A list in the reader's language."""
    return words.two(*queries.list_name(code, jurisdiction, on)) or code


def reason_name(code: str, jurisdiction: str, on: date) -> str:
    """The ground of an exit in the reader's language."""
    if code in words.EXIT_WORDS:
        return str(words.EXIT_WORDS[code])
    found = queries.exits_in(jurisdiction, on)[0].get(code)
    return code if found is None else words.two(found.zh, found.en)


def away(metres: int | None) -> str:
    """A distance as people say it."""
    if metres is None:
        return _("距离算不出：住址或机构没有位置")
    return _("离家 %(km).1f 公里") % {"km": metres / 1000}


def rating(rated: Rated | None) -> str:
    """What families said; none yet is said."""
    if rated is None:
        return _("还没有人评价")
    return _("%(stars).1f 星（%(count)d 人评价）") % {"stars": rated.stars, "count": rated.count}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One institution of a list."""

    id: int
    house: str
    list: str
    category: str
    free: int
    places: int
    until: date
    tone: str
    word: str


def free_word(place: Place) -> str:
    """How many places are free."""
    return _("名额 %(places)d，空 %(free)d") % {"places": place.places, "free": place.free}
