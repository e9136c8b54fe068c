"""Two at once: one bed, one person, one dose; the database lets one through."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.apps.money.conftest import together, town  # noqa: F401 - fixtures
from tests.cast import NOW, TODAY, Cast
from tests.factories import homes as make
from yijia.apps.homes import actions
from yijia.apps.homes.models import BedStay, Dose, Placement

Together = Callable[[int, Callable[[int], Any]], list[Any]]


def said(found: list[Any]) -> list[str]:
    return sorted(one if isinstance(one, str) else "won" for one in found)


def test_two_admit_two_people_to_one_bed_and_one_person_to_two_homes(town: Cast, together: Together) -> None:  # noqa: F811
    """HOME-02 HOME-03 HOME-11"""
    cast, keeper = town, make.home(town) and town.actors[make.HOME]
    bed, keys = make.bed(cast), [uuid.uuid4(), uuid.uuid4()]
    who = [make.identity(cast.residents[part]) for part in ("elder", "neighbour")]
    given = {"bed_id": bed.pk, "care_level": "self", "by": keeper, "at": NOW}
    found = together(2, lambda n: actions.admit_resident(client_id=keys[n], identity=who[n], **given))
    assert said(found) == ["placements.bed_taken", "won"]
    assert BedStay.objects.count() == Placement.objects.count() == 1
    loser = 0 if isinstance(found[0], str) else 1
    other = make.bed(cast, "7", part=make.OTHER)
    beds = [(make.bed(cast, "2").pk, keeper), (other.pk, cast.actors[make.OTHER])]
    found = together(
        2,
        lambda n: actions.admit_resident(
            client_id=uuid.uuid4(), identity=who[loser], bed_id=beds[n][0], care_level="self", by=beds[n][1], at=NOW
        ),
    )
    assert said(found) == ["placements.lives_elsewhere", "won"]
    line = make.medicine(cast, Placement.objects.filter(organisation=bed.organisation).first())
    dose = {"medicine_id": line.pk, "on": TODAY, "slot": "08:00", "outcome": "given", "by": keeper, "at": NOW}
    assert said(together(3, lambda _: actions.write_dose(**dose))) == ["medicines.written", "medicines.written", "won"]
    assert Dose.objects.count() == 1


def test_the_database_itself_refuses(cast: Cast) -> None:
    """HOME-02 HOME-03 HOME-11"""
    placement = make.admitted(cast)
    line = make.medicine(cast, placement)
    make.newcomer(cast, "lodger", 61)
    second = make.admitted(cast, "lodger", "2")
    home = placement.organisation
    stay = BedStay.objects.get(placement=placement)
    row = {"organisation": home, "medicine": line, "on": TODAY, "slot": "08:00", "outcome": "given", "at": NOW}
    Dose.objects.create(**row)
    copy = {
        "organisation": home, "client_id": uuid.uuid4(), "resident": placement.resident, "state_at": NOW, "care_level": "self", "from_on": TODAY,
        "household": placement.household, "household_before": placement.household, "created_at": NOW,
    }  # fmt: skip
    for name, act in (
        ("dose_once", lambda: Dose.objects.create(**row)),
        ("placement_one_home", lambda: Placement.objects.create(**copy)),
        ("bed_one_person", lambda: BedStay.objects.filter(placement=second).update(bed=stay.bed)),
        ("append-only", lambda: Dose.objects.update(outcome="refused", note="x")),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()
