"""Which numbers a step can give at all, worked out exactly over the options of its items."""

from collections.abc import Iterable, Mapping

from yijia.core.assessment.instrument import Do, Instrument, Item, Step

Reach = Mapping[str, frozenset[int]]


def contributions(step: Step, item: Item) -> frozenset[int]:
    """What one item can add to a sum."""
    scores = (option.score for option in item.options if option.score is not None)
    return frozenset(step.reverse_from - score if item.id in step.reverse else score for score in scores)


def sums(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    """Every total of one number from each set."""
    totals = {0}
    for numbers in sets:
        totals = {total + number for total in totals for number in numbers}
    return frozenset(totals)


def numbers_of(step: Step, items: Mapping[str, Item], before: Reach) -> frozenset[int]:
    """Every number a sum or a worse-of numbers can give.

    before      the numbers of the steps it is taken over; those are exact as long as no item counts in two of them,
                and otherwise leave none out
    """
    if step.do is Do.SUM:
        return sums([*(contributions(step, items[id_]) for id_ in step.items), *(before[id_] for id_ in step.of)])
    floor = max(min(before[id_]) for id_ in step.of)
    return frozenset(number for id_ in step.of for number in before[id_] if number >= floor)


def bands_of(step: Step, numbers: Iterable[int]) -> frozenset[str]:
    """The bands those numbers fall in."""
    return frozenset(band.id for number in numbers if (band := step.band_at(number)) is not None)


def reachable(instrument: Instrument) -> Reach:
    """The numbers of every step that gives one."""
    items = {item.id: item for item in instrument.items}
    found: dict[str, frozenset[int]] = {}
    for step in instrument.steps:
        if step.do is Do.SUM or (step.do is Do.WORSE_OF and not step.order):
            found[step.id] = numbers_of(step, items, found)
    return found
