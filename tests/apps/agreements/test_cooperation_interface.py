"""What the neighbours use: find the agreement between two institutions, its duties, and count what was done under it."""

from datetime import date, timedelta

import pytest

from tests.cast import NOW, TODAY, Cast
from tests.factories import cooperations as make
from yijia.apps.agreements import actions, queries
from yijia.apps.agreements.models import Performance
from yijia.apps.registry.models import Organisation
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.core.permissions import SYSTEM


def refused(code: str):
    return pytest.raises(Refused, match=f"^cooperations.{code}$")


def told(row: object, **more: object) -> Performance:
    given = {
        "agreement_id": row.pk, "duty": "green_channel_answer", "happened_at": NOW, "seconds": 240, "source_type": "care.referral",
        "source_id": 7, "by": SYSTEM, "at": NOW + timedelta(hours=1),
    }  # fmt: skip
    return actions.record_performance(**(given | more))


def test_found_from_either_side_and_by_kind(cast: Cast) -> None:
    row = make.in_force(cast)
    home, _ = make.care_home(cast)
    for pair in ((home.pk, cast.harbour.pk), (cast.harbour.pk, home.pk)):
        found = queries.cooperation_between_for_system(*pair, "medical_cooperation", TODAY)
        assert (found.id, found.blocked) == (row.pk, None)
    assert queries.cooperation_between_for_system(home.pk, cast.harbour.pk, "consortium", TODAY) is None
    assert queries.cooperation_between_for_system(home.pk, cast.hill.pk, "medical_cooperation", TODAY) is None
    assert queries.cooperation_between_for_system(home.pk, cast.harbour.pk, "medical_cooperation", make.UNTIL) is None
    assert [s.id for s in queries.cooperations_of_for_system(cast.harbour.pk, "medical_cooperation", TODAY)] == [row.pk]


def test_a_designation_is_found_without_a_second_institution(cast: Cast) -> None:
    row = make.in_force(cast, "designation")
    found = queries.cooperation_between_for_system(cast.harbour.pk, None, "designation", TODAY)
    assert (found.id, found.partner_id) == (row.pk, None)


def test_duties_carry_the_agreed_numbers(cast: Cast) -> None:
    duties = {duty.code: duty for duty in queries.duties_for_system(make.in_force(cast).pk)}
    assert set(duties) == {"green_channel_answer", "rounds", "capacity"}  # the optional reception time was left empty
    assert (duties["green_channel_answer"].response_s, duties["rounds"].quantity) == (600, 2)
    with pytest.raises(NotFound):
        queries.duties_for_system(0)


def test_an_expired_licence_blocks_new_work_and_says_whose(cast: Cast) -> None:  # AGREEMENT-18
    make.in_force(cast)
    home, _ = make.care_home(cast)
    Organisation.objects.filter(pk=cast.harbour.pk).update(licence_valid_until=TODAY)
    found = queries.cooperation_between_for_system(home.pk, cast.harbour.pk, "medical_cooperation", TODAY)
    assert (found.blocked.code, found.blocked.facts["name"]) == ("cooperations.licence_expired", "港湾医院")
    row = queries.get_cooperation(SYSTEM, found.id)
    assert told(row).quantity == 1  # what happened is counted all the same


def test_one_source_counts_once(cast: Cast) -> None:  # AGREEMENT-17
    row = make.in_force(cast)
    first = told(row)
    assert told(row).pk == first.pk
    assert Performance.objects.count() == 1
    with refused("counted_otherwise"):
        told(row, seconds=900)
    assert told(row, source_id=8).pk != first.pk
    assert told(row, duty="rounds").pk != first.pk


def test_what_cannot_be_counted(cast: Cast) -> None:  # AGREEMENT-17
    row = make.in_force(cast)
    with refused("no_such_duty"):
        told(row, duty="dancing")
    with refused("not_yet"):
        told(row, happened_at=NOW + timedelta(days=1))
    with refused("not_running_then"):
        told(row, happened_at=NOW - timedelta(days=1))
    with pytest.raises(Invalid) as invalid:
        told(row, quantity=-1, seconds=-5, source_type="", source_id="")
    assert set(invalid.value.fields) == {"quantity", "seconds", "source_type", "source_id"}
    with pytest.raises(NotFound):
        told(row, by=cast.actors["stranger_manager"])
    draft = make.drafted(cast, valid_from=date(2026, 7, 1), valid_until=date(2027, 7, 1))
    with refused("not_running_then"):
        told(draft)


def test_both_parties_and_their_authority_see_it_and_nobody_else(cast: Cast) -> None:
    row = make.in_force(cast)
    for part in ("manager", "晴川养老院", "regulator", "agency_clerk"):
        assert list(queries.list_cooperations(cast.actors[part])) == [row]
    for part in ("stranger_manager", "elder"):
        assert not queries.list_cooperations(cast.actors[part]).exists()
