"""Programmes as their places write them: what is known, what it costs, when a renewal opens."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from yijia.apps.care.models import Episode
from yijia.base import editions
from yijia.base.errors import refuse_if
from yijia.core.calendar import business_date
from yijia.core.policy import Editions
from yijia.core.programmes import load as programmes
from yijia.core.programmes.duties import Course, due_list
from yijia.core.programmes.model import Package, Part, Programme
from yijia.core.programmes.vocabulary import PERSON
from yijia.core.refusal import Refusal
from yijia.core.rules import Kind


def programme_for(code: str, jurisdiction: str, on: date) -> Programme | Refusal:
    """The programme of a place on a day."""
    return programmes.load(editions.current(), code, jurisdiction, on)


def programme_of(episode: Episode, on: date) -> Programme:
    """The programme of one episode as its place writes it on a day. Raises Refused programmes.*"""
    found: Programme = refuse_if(programme_for(episode.programme, episode.jurisdiction, on))
    return found


def renewal_opens(episode: Episode, programme: Programme) -> date | None:
    """The first day of the renewal window; None where the cycle has no known end."""
    if programme.cycle is None or episode.cycle_until is None:
        return None
    return episode.cycle_until - timedelta(days=programme.cycle.review_before_days)


def programmes_of(jurisdiction: str, on: date) -> tuple[Programme, ...]:
    """Every programme a place has on a day."""
    return _programmes_of(editions.current(), jurisdiction, on)


@lru_cache(maxsize=64)
def _programmes_of(tree: Editions, jurisdiction: str, on: date) -> tuple[Programme, ...]:
    return tuple(programmes.all_of(tree, jurisdiction, on))


def not_known(programme: Programme, grade: str, at: datetime, package: str = "") -> list[Refusal]:
    """What stops money or leaves a cadence open in a programme, for whoever works by it."""
    on = business_date(at)
    is_free = programme.money is not None and programme.money.is_free
    found = [] if is_free else [programmes.demand(programme, Part.MONEY, "money", editions.current(), on)]
    chosen = programme.package(package)
    if chosen is not None and isinstance(price := price_of_package(programme, chosen, at), Refusal):
        found = [price]
    course = Course(at, grade or next(iter(programme.grades), ""), package=package)
    everybody = {name: True if column.kind is Kind.BOOLEAN else None for name, column in PERSON.items()}
    return [one for one in found if one is not None] + list(due_list(programme, course, everybody, (), on).unknown)


def price_of_package(programme: Programme, package: Package, at: datetime) -> int | Refusal:
    """What a package costs in its place, in fen, or why that is not known well enough."""
    return programmes.price_of(programme, package, editions.current(), business_date(at))


def money_known(programme: Programme, at: datetime) -> bool:
    """Whether money may move by this programme, or none has to."""
    if programme.money is not None and programme.money.is_free:
        return True
    return programmes.demand(programme, Part.MONEY, "money", editions.current(), business_date(at)) is None


def paid_by(programme: Programme) -> frozenset[str]:
    """As what a programme pays for the visits of its own plan, by the names of `fee:no_double_charge`."""
    return frozenset({programme.money.pays_as} if programme.money and programme.money.pays_as else ())
