"""Two hands at once in one record: who is faster."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.cast import NOW, Cast
from tests.factories import rehab as make
from yijia.apps.care.models import Episode
from yijia.apps.rehab import actions
from yijia.apps.rehab.models import MonthSettlement, Placement


def test_two_guardians_take_the_last_place(town: Cast, together: Callable[..., list[Any]]) -> None:
    """REHAB-09: one has it; the other reads that the house is full, and has no episode."""
    row = make.listed(town, places=1)
    parts = ("child", "other")
    for serial, part in enumerate(parts, start=71):
        make.child(town, part, serial)
    said = together(2, lambda n: make.chosen(town, row, parts[n]).place_no)
    assert sorted(map(str, said)) == ["1", "rehab.full"]
    assert Placement.objects.count() == Episode.objects.filter(programme="rehab_child").count() == 1


def test_two_settlements_of_one_month(town: Cast, together: Callable[..., list[Any]]) -> None:
    """REHAB-11: one is settled, the other reads that it is."""
    placement = make.running(town)
    make.signed(town, make.evaluated(town, placement))
    make.stated(town, at=NOW, yearly_yuan=3000)

    def settle(_n: int) -> int:
        return actions.settle_month(
            placement_id=placement.pk, month=date(2025, 5, 1), by=town.actors["federation"], at=NOW
        ).amount_fen

    assert sorted(map(str, together(2, settle))) == ["200000", "rehab.settled"]
    assert MonthSettlement.objects.count() == 1
