"""Correcting a record, recording a death, noting risks at home."""

import json
from datetime import date
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import registry as factory
from yijia.apps.registry import queries
from yijia.apps.registry.models import Household, Resident
from yijia.base.models import OutboxEvent


def patch(client: Any, cast: Cast, body: Any, tag: str = '"1"', part: str = "elder") -> Any:
    url = f"/api/v1/residents/{cast.residents[part].pk}"
    return client.patch(
        url, json.dumps(body), content_type="application/json", headers={"If-Match": tag} if tag else {}
    )


def shown(client: Any, page: str, **typed: Any) -> dict[str, Any]:
    """What a browser would send back: the form as shown, with what was typed over it."""
    form = client.get(page).context["form"]
    facts = {}
    for bound in form:
        value = bound.value()
        if value not in (None, False, ""):
            facts[bound.html_name] = (
                bound.field.widget.format_value(value)
                if hasattr(bound.field.widget, "format_value") and not isinstance(value, list)
                else value
            )
    return facts | typed


def test_what_is_named_changes_and_nothing_else(enter: Any, cast: Cast) -> None:
    answer = patch(enter("clerk"), cast, {"name": "测试改名", "phone": "13800138000", "allergies": ["青霉素"]})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    person = Resident.objects.get(pk=cast.residents["elder"].pk)
    assert (person.name, person.pinyin_initials, person.phone_masked, person.allergies) == (
        "测试改名",
        "CSGM",
        "138****8000",
        ["青霉素"],
    )
    assert (person.identity_masked, person.insured_class, person.version) == (
        cast.residents["elder"].identity_masked,
        "resident",
        2,
    )


def test_somebody_was_faster(enter: Any, cast: Cast) -> None:
    clerk = enter("clerk")
    assert patch(clerk, cast, {"name": "甲甲"}).status_code == 200
    for tag in ('"1"', "1", '"x"', '"99999999999999999999"', "*"):
        answer = patch(clerk, cast, {"name": "乙乙"}, tag)
        assert (answer.status_code, answer.json()["code"]) == (412, "stale"), tag
    assert patch(clerk, cast, {"name": "乙乙"}, "").status_code == 422
    assert patch(clerk, cast, {"name": "乙乙"}, 'W/"2"').status_code == 200


def test_the_form_changes_only_what_was_typed(enter: Any, cast: Cast) -> None:
    clerk, elder = enter("clerk"), cast.residents["elder"]
    page = f"/people/{elder.pk}/correct/"
    stale = shown(clerk, page, name="丙丙")
    assert clerk.post(page, shown(clerk, page, allergies="碘伏，胶布")).status_code == 302
    person = Resident.objects.get(pk=elder.pk)
    assert (person.allergies, person.household_id, person.phone_masked) == (
        ["碘伏", "胶布"],
        elder.household_id,
        elder.phone_masked,
    )
    assert bytes(person.identity_hash) == elder.identity_hash
    answer = clerk.post(page, stale)
    assert answer.status_code == 412
    assert "别人刚改过" in answer.content.decode()


def test_a_new_address_is_a_new_home(enter: Any, cast: Cast) -> None:
    elder = cast.residents["elder"]
    Household.objects.filter(pk=elder.household_id).update(is_violent=True)
    assert (
        patch(enter("clerk"), cast, {"address": "东莞市南城街道新路9号", "township": "南城", "floor": 3}).status_code
        == 200
    )
    home = Resident.objects.get(pk=elder.pk).household
    assert (home.pk != elder.household_id, home.township, home.floor, home.is_violent) == (True, "南城", 3, False)
    assert queries.contact_for_system(elder.pk).address == "东莞市南城街道新路9号"


def test_a_corrected_position_stays_the_same_home(enter: Any, cast: Cast) -> None:
    elder = cast.residents["elder"]
    assert patch(enter("clerk"), cast, {"lon": 113.9, "has_lift": True}).status_code == 200
    home = Household.objects.get(pk=elder.household_id)
    assert (home.lon, home.has_lift) == (113.9, True)


def test_a_corrected_number_moves_sex_and_birth_unless_taken(enter: Any, cast: Cast) -> None:
    clerk = enter("clerk")
    assert patch(clerk, cast, {"identity": factory.identity_number(9)}).json()["born_on"] == "1950-05-06"
    answer = patch(clerk, cast, {"identity": factory.identity_number(9)}, part="neighbour")
    assert (answer.status_code, answer.json()["code"]) == (409, "registry.identity_taken")
    assert patch(clerk, cast, {"identity": "110105195002300022"}, '"2"').json()["rules"] == {
        "identity": ["people.id_date"]
    }


def test_strangers_and_those_without_the_right(enter: Any, cast: Cast) -> None:
    assert patch(enter("stranger_manager"), cast, {"name": "甲甲"}).status_code == 404
    assert enter("stranger_manager").get(f"/people/{cast.residents['elder'].pk}/correct/").status_code == 404
    for part in ("nurse", "dispatcher", "elder", "regulator"):
        assert patch(enter(part), cast, {"name": "甲甲"}).status_code == 403
        assert enter(part).get(f"/people/{cast.residents['elder'].pk}/correct/").status_code == 403


def test_a_death_is_told_once(enter: Any, cast: Cast) -> None:
    clerk, elder = enter("clerk"), cast.residents["elder"]
    url = f"/people/{elder.pk}/death/"
    assert "已登记去世" in clerk.post(url, {"version": 1, "died_on": "2025-06-15"}, follow=True).content.decode()
    assert not queries.resident_facts_for_system(elder.pk).is_alive
    assert OutboxEvent.objects.get(name="residents.died").payload == {"resident_id": elder.pk, "died_on": "2025-06-15"}
    api = f"/api/v1/residents/{elder.pk}/death"
    for day, status in (("2025-06-15", 200), ("2025-06-14", 409)):
        answer = clerk.post(
            api, json.dumps({"died_on": day}), content_type="application/json", headers={"If-Match": '"2"'}
        )
        assert answer.status_code == status
    assert OutboxEvent.objects.filter(name="residents.died").count() == 1
    assert patch(clerk, cast, {"died_on": None}, '"2"').json()["died_on"] is None


@pytest.mark.parametrize("day", ["2025-06-17", "1900-01-01", "2025-02-30", "", "yesterday", "2025/06/1x"])
def test_a_death_that_cannot_be(enter: Any, cast: Cast, day: str) -> None:
    clerk, elder = enter("clerk"), cast.residents["elder"]
    assert clerk.post(f"/people/{elder.pk}/death/", {"version": 1, "died_on": day}).status_code == 422
    answer = clerk.post(
        f"/api/v1/residents/{elder.pk}/death",
        json.dumps({"died_on": day}),
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 422
    assert Resident.objects.get(pk=elder.pk).died_on is None


def test_doors_of_a_death(enter: Any, cast: Cast) -> None:
    url = f"/people/{cast.residents['elder'].pk}/death/"
    assert enter("stranger_manager").get(url).status_code == 404
    assert enter("nurse").get(url).status_code == 403
    assert enter("clerk").put(url).status_code == 405


def test_risks_at_home_are_noted_and_lifted(enter: Any, cast: Cast) -> None:
    clerk, elder = enter("clerk"), cast.residents["elder"]
    url = f"/people/{elder.pk}/home-risk/"
    assert "暴力记录，上门前" in clerk.post(url, {"is_violent": "on"}, follow=True).content.decode()
    assert queries.resident_facts_for_system(elder.pk).home_is_violent
    clerk.post(url, {"has_aggressive_dog": "on"})
    facts = queries.resident_facts_for_system(elder.pk)
    assert (facts.home_is_violent, facts.has_aggressive_dog) == (False, True)
    assert enter("stranger_manager").post(url).status_code == 404
    assert enter("nurse").post(url).status_code == 403
    assert clerk.get(url).status_code == 405


def test_linking_and_preferences(cast: Cast) -> None:
    from tests.cast import NOW
    from yijia.apps.registry import actions
    from yijia.base.errors import Invalid, NotFound, Refused

    elder, hill = cast.residents["elder"], cast.hill
    family = cast.actors["elder"]
    for _ in range(2):
        actions.link_resident(resident_id=elder.pk, organisation_id=hill.pk, kind="order", by=family, at=NOW)
    assert queries.link_kinds_for_system(elder.pk, hill.pk) == {"order"}
    assert queries.get_resident(cast.actors["stranger_manager"], elder.pk).pk == elder.pk
    actions.end_link(resident_id=elder.pk, organisation_id=hill.pk, kind="order", by=family, at=NOW)
    with pytest.raises(NotFound):
        queries.get_resident(cast.actors["stranger_manager"], elder.pk)
    with pytest.raises(NotFound):
        actions.link_resident(
            resident_id=cast.residents["neighbour"].pk, organisation_id=cast.harbour.pk, kind="order", by=family, at=NOW
        )
    nurse = cast.staff["nurse"].pk
    for kind in ("preferred", "refused_by_resident"):
        actions.set_preference(resident_id=elder.pk, staff_id=nurse, kind=kind, by=family, at=NOW)
    assert [(p.staff_id, p.kind) for p in queries.list_preferences(family, elder.pk)] == [
        (nurse, "refused_by_resident")
    ]
    with pytest.raises(Refused, match="not_yours"):
        actions.set_preference(resident_id=elder.pk, staff_id=nurse, kind="refused_by_staff", by=family, at=NOW)
    with pytest.raises(Invalid):
        actions.set_preference(resident_id=elder.pk, staff_id=nurse, kind="adored", by=family, at=NOW)
    with pytest.raises(NotFound):
        actions.set_preference(
            resident_id=elder.pk,
            staff_id=cast.staff["stranger_nurse"].pk,
            kind="preferred",
            by=cast.actors["nurse"],
            at=NOW,
        )


def test_no_death_before_birth(cast: Cast) -> None:
    from tests.cast import NOW
    from yijia.apps.registry import actions
    from yijia.base.errors import Invalid

    with pytest.raises(Invalid):
        actions.record_death(
            resident_id=cast.residents["elder"].pk, died_on=date(1945, 3, 1), version=1, by=cast.actors["clerk"], at=NOW
        )
