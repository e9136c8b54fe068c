"""Who sees whom, who is found how, and the facts for the gate."""

from dataclasses import replace
from datetime import date

import pytest

from tests.cast import NOW, TODAY, Cast
from tests.factories import registry as factory
from yijia.apps.registry import actions, queries
from yijia.base.errors import NotFound
from yijia.core.gate.facts import InsuranceKind
from yijia.core.people import phone


@pytest.mark.parametrize("part", ["elder", "relative", "doctor", "dispatcher", "manager", "clerk", "regulator"])
def test_those_concerned_see_the_elder(cast: Cast, part: str) -> None:
    assert queries.get_resident(cast.actors[part], cast.residents["elder"].pk).pk == cast.residents["elder"].pk


@pytest.mark.parametrize("part", ["stranger_elder", "stranger_nurse", "stranger_dispatcher", "stranger_manager"])
def test_strangers_do_not_find_the_elder(cast: Cast, part: str) -> None:
    with pytest.raises(NotFound):
        queries.get_resident(cast.actors[part], cast.residents["elder"].pk)
    assert queries.find_residents(cast.actors[part], "测试elder") == []


def test_a_clerk_of_another_city_sees_nobody_here(cast: Cast) -> None:
    away = replace(cast.actors["clerk"], jurisdiction="CN-440704")
    province = replace(cast.actors["clerk"], jurisdiction="CN-440000")
    assert queries.find_residents(away, "测试") == []
    assert len(queries.find_residents(province, "测试")) == 2


def test_search_by_number_phone_name_and_pinyin(cast: Cast) -> None:
    clerk, person = cast.actors["clerk"], factory.registered_resident(cast.actors["clerk"], name="王敏")
    number = factory.identity_number()
    for text in (
        number,
        number.lower(),
        f" {number[:6]} {number[6:]}",
        factory.PHONE,
        "+86 138-0013-8000",
        "王敏",
        "王",
        "WM",
        "wm",
        "wangmin",
    ):
        assert [r.pk for r in queries.find_residents(clerk, text)] == [person.pk], text
    for text in ("", " ", "敏", number[:17], "1380013800", "\0", "%", "_"):
        assert queries.find_residents(clerk, text) == [], text


def test_a_relatives_phone_finds_the_elder_until_revoked(cast: Cast) -> None:
    clerk, elder = cast.actors["clerk"], cast.residents["elder"]
    proxy = factory.standing_proxy(cast.actors["elder"], elder.pk)
    assert [r.pk for r in queries.find_residents(clerk, "13900139000")] == [elder.pk]
    actions.revoke_proxy(proxy_id=proxy.pk, by=cast.actors["elder"], at=NOW)
    assert queries.find_residents(clerk, "13900139000") == []


def test_my_residents_are_only_for_people(cast: Cast) -> None:
    assert [r.pk for r in queries.list_my_residents(cast.actors["relative"])] == [cast.residents["elder"].pk]
    assert queries.list_my_residents(cast.actors["clerk"]) == []


def test_resident_facts(cast: Cast) -> None:
    facts = queries.resident_facts_for_system(cast.residents["elder"].pk)
    assert (facts.is_alive, facts.is_infectious, facts.is_aggressive, facts.home_is_violent) == (
        True,
        False,
        False,
        False,
    )
    contact = queries.contact_for_system(facts.resident_id)
    assert contact.phone == phone.synthetic(1)
    assert contact.address == "测试路1号"
    assert "测试路" not in repr(contact)
    with pytest.raises(NotFound):
        queries.resident_facts_for_system(0)


def test_institution_facts(cast: Cast) -> None:
    facts = queries.institution_facts_for_system(cast.harbour.pk)
    assert (facts.is_licensed, facts.licence_until, facts.is_suspended) == (True, date(2027, 1, 1), False)
    assert (facts.does_home_beds, facts.does_home_rounds) == (True, True)


def test_staff_facts_of_many_in_two_queries(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):
        facts = queries.staff_facts_for_system(organisation_ids=[cast.harbour.pk, cast.hill.pk], on=TODAY)
    nurse = facts[cast.staff["nurse"].pk]
    assert set(facts) == {s.pk for s in cast.staff.values()}
    assert (nurse.title_rank, nurse.practice_years) == (3, 12)
    assert (nurse.is_in_national_register, nurse.is_registered_here, nurse.registration_until) == (
        True,
        True,
        date(2027, 1, 1),
    )
    assert (nurse.is_suspended, nurse.has_pre_service_training) == (False, True)
    assert nurse.specialties == {"specialty", "maternal", "tcm"}
    assert {i.kind for i in nurse.insurances or ()} == set(InsuranceKind)
    assert facts[cast.staff["doctor"].pk].title_rank is None


def test_papers_nobody_checked_are_not_known(cast: Cast) -> None:
    staff = factory.new_staff(cast)
    bare = queries.staff_facts_for_system(staff_ids=[staff.pk], on=TODAY)[staff.pk]
    assert (bare.is_in_national_register, bare.is_registered_here, bare.registration_until) == (False, False, None)
    assert (bare.has_pre_service_training, bare.specialties, bare.insurances) == (False, frozenset(), ())
    paper = factory.checked_credential(cast, staff.pk, is_checked=False)
    factory.checked_credential(cast, staff.pk, kind="pre_service_training", number="", is_checked=False)
    factory.checked_credential(cast, staff.pk, kind="specialty", number="", detail="PICC")
    facts = queries.staff_facts_for_system(staff_ids=[staff.pk], on=TODAY)[staff.pk]
    assert (facts.is_in_national_register, facts.is_registered_here, facts.registration_until) == (
        None,
        True,
        date(2029, 1, 1),
    )
    assert (facts.has_pre_service_training, facts.specialties) == (None, {"specialty", "PICC"})
    actions.check_credential(credential_id=paper.pk, by=cast.actors["manager"], at=NOW)
    assert queries.staff_facts_for_system(staff_ids=[staff.pk], on=TODAY)[staff.pk].is_in_national_register is True


def test_a_paper_of_the_future_does_not_count_yet(cast: Cast) -> None:
    staff = factory.new_staff(cast)
    factory.checked_credential(cast, staff.pk, valid_from=date(2025, 7, 1))
    assert queries.staff_facts_for_system(staff_ids=[staff.pk], on=TODAY)[staff.pk].is_registered_here is False
    assert (
        queries.staff_facts_for_system(staff_ids=[staff.pk], on=date(2025, 7, 1))[staff.pk].is_registered_here is True
    )


def test_the_institutions_insurance_covers_everybody(cast: Cast) -> None:
    staff = factory.new_staff(cast)
    actions.add_cover(
        organisation_id=cast.harbour.pk,
        kind="liability",
        policy_no="G-1",
        valid_from=date(2025, 1, 1),
        valid_until=date(2026, 1, 1),
        by=cast.actors["manager"],
        at=NOW,
    )
    facts = queries.staff_facts_for_system(staff_ids=[staff.pk], on=TODAY)[staff.pk]
    assert [(i.kind, i.until_on) for i in facts.insurances or ()] == [(InsuranceKind.LIABILITY, date(2026, 1, 1))]


def test_expiries_soonest_first_without_what_was_renewed(cast: Cast) -> None:
    manager, staff = cast.actors["manager"], factory.new_staff(cast)
    factory.checked_credential(cast, staff.pk, valid_until=date(2025, 6, 1))
    factory.checked_credential(cast, staff.pk, kind="tcm", number="", valid_until=date(2025, 8, 1))
    factory.checked_credential(cast, staff.pk, kind="maternal", number="", valid_until=date(2025, 12, 1))
    found = queries.list_expiries(manager, TODAY, organisation_id=cast.harbour.pk)
    assert [(e.what, e.until_on) for e in found] == [("registration", date(2025, 6, 1)), ("tcm", date(2025, 8, 1))]
    factory.checked_credential(cast, staff.pk)
    assert [e.what for e in queries.list_expiries(manager, TODAY, organisation_id=cast.harbour.pk)] == ["tcm"]
    for part, house in (("stranger_manager", cast.harbour), ("elder", cast.harbour)):
        with pytest.raises(NotFound):
            queries.list_expiries(cast.actors[part], TODAY, organisation_id=house.pk)


def test_staff_and_organisations_by_scope(cast: Cast) -> None:
    assert queries.list_staff(cast.actors["manager"]).count() == 3
    assert queries.list_staff(cast.actors["regulator"]).count() == 4
    assert queries.list_staff(cast.actors["elder"]).count() == 0
    assert [o.pk for o in queries.list_organisations(cast.actors["manager"])] == [cast.harbour.pk]
    assert queries.list_organisations(cast.actors["elder"]).count() == 2
    with pytest.raises(NotFound):
        queries.get_staff(cast.actors["manager"], cast.staff["stranger_nurse"].pk)
    with pytest.raises(NotFound):
        queries.get_organisation(cast.actors["manager"], cast.hill.pk)
