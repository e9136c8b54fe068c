"""Moving in, changing beds, going away, coming back, leaving; and what is refused."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, TODAY, Cast
from tests.factories import homes as make
from yijia.apps.homes import actions, queries
from yijia.apps.homes.models import BedStay, Placement, PlacementEvent
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import ResidentLink
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale
from yijia.base.words import sentence


def refused(code: str, act: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**facts)
    assert caught.value.refusal.code == code
    return caught.value


def test_somebody_moves_in_and_the_home_sees_the_person(cast: Cast) -> None:
    """HOME-01 HOME-06"""
    elder = cast.residents["elder"]
    before = elder.household_id
    keeper_sees = registry.residents_in_sight
    home = make.home(cast)
    assert not keeper_sees(cast.actors[make.HOME]).exists()
    placement = make.admitted(cast)
    elder.refresh_from_db()
    assert keeper_sees(cast.actors[make.HOME]).get() == elder
    assert (placement.state, placement.household_before_id, elder.household_id) == (
        "living",
        before,
        placement.household_id,
    )
    assert (elder.household.lon, elder.household.lat) == (home.lon, home.lat)
    make.newcomer(cast, "lodger", 61)
    second = make.admitted(cast, "lodger", "2")
    assert second.household_id == placement.household_id  # one address, one trip


def test_the_same_request_twice_is_one_placement(cast: Cast) -> None:
    """HOME-03"""
    key = uuid.uuid4()
    first = make.admitted(cast, client_id=key)
    assert make.admitted(cast, client_id=key) == first
    assert Placement.objects.count() == BedStay.objects.count() == PlacementEvent.objects.count() == 1


def test_one_bed_holds_one_person(cast: Cast) -> None:
    """HOME-02"""
    make.admitted(cast)
    make.newcomer(cast, "lodger", 61)
    error = refused("placements.bed_taken", make.admitted, cast=cast, who="lodger", number="1")
    assert "203-1" in str(sentence(error.refusal))
    assert make.HOME not in str(error.refusal.facts)


def test_one_person_lives_in_one_home(cast: Cast) -> None:
    """HOME-03"""
    make.admitted(cast)
    refused("placements.lives_here", make.admitted, cast=cast, number="2")
    make.other_home(cast)
    error = refused("placements.lives_elsewhere", make.admitted, cast=cast, number="9", part=make.OTHER)
    assert error.refusal.facts["home"] == make.HOME
    assert "晴川养老院" in str(sentence(error.refusal))


def test_who_may_be_taken_in(cast: Cast) -> None:
    """HOME-01"""
    home, keeper = make.home(cast), None
    bed = make.bed(cast)
    keeper = cast.actors[make.HOME]
    given = {"client_id": uuid.uuid4(), "bed_id": bed.pk, "care_level": "self", "by": keeper, "at": NOW}
    elder = make.identity(cast.residents["elder"])
    refused("placements.not_registered", actions.admit_resident, **given, identity="440000190001010011")
    refused("placements.not_registered", actions.admit_resident, **given, identity="nobody")
    with pytest.raises(Invalid) as wrong:
        actions.admit_resident(**(given | {"care_level": "royal"}), identity="", from_on=TODAY + timedelta(days=1))
    assert set(wrong.value.fields) == {"care_level", "identity", "from_on"}
    with pytest.raises(NotFound):
        actions.admit_resident(**given, resident_id=cast.residents["elder"].pk)  # not in sight yet
    with pytest.raises(NotFound):
        actions.admit_resident(**(given | {"bed_id": 2**60}), identity=elder)
    with pytest.raises(Forbidden):
        actions.admit_resident(**(given | {"by": cast.actors["manager"]}), identity=elder)
    home.licence_valid_until = TODAY
    home.save()
    refused("placements.licence_expired", actions.admit_resident, **given, identity=elder)
    home.licence_valid_until = None
    home.save()
    cast.residents["elder"].died_on = TODAY
    cast.residents["elder"].save()
    refused("placements.person_died", actions.admit_resident, **given, identity=elder)


def test_beds_are_put_up_and_taken_out_of_use(cast: Cast) -> None:
    """HOME-01"""
    placement = make.admitted(cast)
    keeper = cast.actors[make.HOME]
    [taken] = queries.beds_of(keeper)
    assert taken.taken[0]["placement_id"] == placement.pk
    refused("placements.bed_taken", actions.close_bed, bed_id=taken.pk, by=keeper, at=NOW)
    empty = make.bed(cast, "2")
    assert make.bed(cast, "2") == empty
    actions.close_bed(bed_id=empty.pk, by=keeper, at=NOW)
    make.newcomer(cast, "lodger", 61)
    given = {"client_id": uuid.uuid4(), "care_level": "self", "identity": make.identity(cast.residents["lodger"])}
    refused("placements.bed_closed", actions.admit_resident, **given, bed_id=empty.pk, by=keeper, at=NOW)
    assert make.bed(cast, "2").is_active
    with pytest.raises(Invalid):
        actions.add_beds(building=" ", room="1", numbers=[], by=keeper, at=NOW)
    with pytest.raises(NotFound):
        actions.close_bed(bed_id=2**60, by=keeper, at=NOW)


def test_away_and_back_and_gone(cast: Cast) -> None:
    """HOME-04 HOME-06"""
    placement = make.admitted(cast)
    keeper, pk = cast.actors[make.HOME], placement.pk
    refused("placements.not_away", actions.come_back, placement_id=pk, by=keeper, at=NOW)
    refused("placements.no_reason", actions.go_away, placement_id=pk, reason="", by=keeper, at=NOW)
    with pytest.raises(Invalid):
        actions.go_away(placement_id=pk, reason="moon", back_on=TODAY - timedelta(days=1), by=keeper, at=NOW)
    with pytest.raises(Stale):
        actions.go_away(placement_id=pk, reason="family", version=7, by=keeper, at=NOW)
    away = actions.go_away(placement_id=pk, reason="hospital", to="港湾医院", back_on=TODAY, by=keeper, at=NOW)
    assert (away.state, away.away_to) == ("away", "港湾医院")
    refused("placements.away_already", actions.go_away, placement_id=pk, reason="family", by=keeper, at=NOW)
    refused(
        "placements.wrong_status", actions.change_bed, placement_id=pk, bed_id=make.bed(cast, "2").pk, by=keeper, at=NOW
    )
    assert actions.come_back(placement_id=pk, by=keeper, at=NOW).away_reason == ""
    refused("placements.no_reason", actions.leave_home, placement_id=pk, reason="", by=keeper, at=NOW)
    with pytest.raises(Invalid):
        actions.leave_home(placement_id=pk, reason="family", on=TODAY - timedelta(days=31), by=keeper, at=NOW)
    with pytest.raises(Forbidden):
        actions.leave_home(placement_id=pk, reason="family", by=cast.actors["clerk"], at=NOW)
    left = actions.leave_home(placement_id=pk, reason="family", note="接回家", by=keeper, at=NOW)
    assert (left.state, left.until_on) == ("left", TODAY)
    elder = cast.residents["elder"]
    elder.refresh_from_db()
    assert elder.household_id == left.household_before_id
    assert not ResidentLink.objects.filter(organisation=left.organisation, until_on__isnull=True).exists()
    refused("placements.over", actions.come_back, placement_id=pk, by=keeper, at=NOW)
    assert [event.event for event in queries.events_of(left)] == ["admit", "go_away", "come_back", "leave"]
    again = make.admitted(cast, from_on=TODAY)  # the bed is free from the day of leaving on
    assert again.pk != pk


def test_a_change_of_bed_frees_the_old_one(cast: Cast) -> None:
    """HOME-02 HOME-04"""
    placement = make.admitted(cast)
    keeper, second = cast.actors[make.HOME], make.bed(cast, "2")
    actions.change_bed(placement_id=placement.pk, bed_id=second.pk, by=keeper, at=NOW)
    assert actions.change_bed(placement_id=placement.pk, bed_id=second.pk, by=keeper, at=NOW).version == 2
    make.newcomer(cast, "lodger", 61)
    refused("placements.bed_taken", make.admitted, cast=cast, who="lodger", number="2")
    make.admitted(cast, "lodger", "1", from_on=TODAY)
    refused(
        "placements.bed_taken",
        actions.change_bed,
        placement_id=placement.pk,
        bed_id=make.bed(cast, "1").pk,
        by=keeper,
        at=NOW,
    )
    refused(
        "placements.bed_taken", make.admitted, cast=cast, who="neighbour", number="1", from_on=TODAY - timedelta(days=3)
    )


def test_another_home_knows_nothing_of_it(cast: Cast) -> None:
    placement = make.admitted(cast)
    make.other_home(cast)
    for act in (actions.come_back, actions.go_away, actions.leave_home):
        facts = {"reason": "family"} if act is not actions.come_back else {}
        with pytest.raises(NotFound):
            act(placement_id=placement.pk, **facts, by=cast.actors[make.OTHER], at=NOW)
    with pytest.raises(NotFound):
        queries.get_placement_of(cast.actors[make.OTHER], placement.resident_id)


@pytest.mark.parametrize(("text", "found"), [("测", 1), ("CS", 1), ("203", 1), ("204", 0), ("\0", 1), ("王", 0)])
def test_the_list_is_searched(cast: Cast, text: str, found: int) -> None:
    make.admitted(cast)
    assert len(list(queries.list_placements(cast.actors[make.HOME], text=text))) == found
