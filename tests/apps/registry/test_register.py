"""Registering a resident, in the browser and by the API."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.apps.registry.bad_numbers import BAD
from tests.cast import Cast
from tests.factories import registry as factory
from yijia.apps.registry.models import Household, Resident, ResidentLink
from yijia.base.models import AuditEntry

PAGE, API = "/people/register/", "/api/v1/residents"


def typed(**more: Any) -> dict[str, Any]:
    facts = factory.application()
    facts["identity"] = facts.pop("identity_number")
    return facts | more


def post(client: Client, body: dict[str, Any], **headers: str) -> Any:
    return client.post(API, json.dumps(body), content_type="application/json", headers=headers)


def test_a_clerk_registers(enter: Any) -> None:
    clerk = enter("clerk")
    page = clerk.post(PAGE, typed(), follow=True)
    person = Resident.objects.get(name="测试老人")
    assert page.redirect_chain[-1][0] == f"/people/{person.pk}/"
    assert "已登记。" in page.content.decode()
    assert (person.sex, person.born_on, person.pinyin_initials) == ("2", factory.BORN, "CSLR")
    assert person.household.address_masked == "东莞市莞城街道****"
    assert person.is_synthetic
    assert AuditEntry.objects.filter(name="residents.register", verb="write", subject_ids=[person.pk]).exists()


def test_a_manager_registers_and_keeps_the_record(enter: Any, cast: Cast, see_all: Any) -> None:
    assert post(enter("manager"), factory.application()).status_code == 201
    see_all()
    link = ResidentLink.objects.get(resident__name="测试老人")
    assert (link.organisation_id, link.kind) == (cast.harbour.pk, "record_keeper")


@pytest.mark.parametrize(("number", "rule"), BAD)
def test_bad_numbers_are_refused_and_none_is_stored(enter: Any, number: str, rule: str) -> None:
    before = Resident.objects.count()
    answer = post(enter("clerk"), factory.application(identity_number=number))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["rules"] == {"identity": [rule]}
    assert answer.json()["errors"]["identity"][0]
    assert Resident.objects.count() == before
    assert Household.objects.filter(township="莞城").count() == 2


def test_the_web_shows_the_fault_beside_the_field_in_both_languages(enter: Any) -> None:
    clerk = enter("clerk")
    page = clerk.post(PAGE, typed(identity="110105195002300022"))
    assert page.status_code == 422
    assert "出生日期不存在" in page.content.decode()
    clerk.cookies["yijia_language"] = "en"
    assert "does not exist" in clerk.post(PAGE, typed(identity="110105195002300022")).content.decode()


def test_the_same_person_in_three_spellings(enter: Any) -> None:
    clerk = enter("clerk")
    old = "110105491231002"
    new = "11010519491231002X"
    first = post(clerk, factory.application(identity_number=new))
    assert first.status_code == 201
    for spelling in (new.lower(), f" {new[:6]} {new[6:14]} {new[14:]} ", old):
        again = post(clerk, factory.application(identity_number=spelling))
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"]), spelling
    assert Resident.objects.filter(name="测试老人").count() == 1
    page = clerk.post(PAGE, typed(identity=old), follow=True)
    assert "以前登记过" in page.content.decode()


def test_the_number_of_another_name_opens_nothing(enter: Any) -> None:
    clerk = enter("clerk")
    post(clerk, factory.application())
    answer = post(clerk, factory.application(name="别的名字"))
    assert (answer.status_code, answer.json()["code"]) == (409, "registry.identity_taken")
    assert "测试老人" not in answer.content.decode()


def test_sex_and_birth_must_agree_with_the_number(enter: Any) -> None:
    clerk = enter("clerk")
    answer = post(clerk, factory.application(sex="1", born_on="1950-05-07"))
    assert answer.status_code == 422
    assert answer.json()["rules"] == {"sex": ["people.id_sex_mismatch"], "born_on": ["people.id_birth_mismatch"]}
    assert post(clerk, factory.application(sex="2", born_on="1950-05-06")).status_code == 201


@pytest.mark.parametrize("name", ["欧阳·阿卜杜拉", "𠮷", "🙂", "null", " 前后有空格 ", "Ａ全角", "e\u0301"])
def test_names_are_kept_byte_for_byte(enter: Any, name: str) -> None:
    clerk = enter("clerk")
    answer = post(clerk, factory.application(name=name))
    assert answer.json()["name"].encode() == name.encode()
    assert Resident.objects.get(pk=answer.json()["id"]).name.encode() == name.encode()
    other = clerk.post(PAGE, typed(name=name, identity=factory.identity_number(8)), follow=True)
    assert other.status_code == 200
    assert Resident.objects.filter(name=name).count() == 2


@pytest.mark.parametrize("name", ["", "   ", "\t", "甲\u0000", "甲\n乙", "甲\u202e乙", "甲" * 61, "\ud800"])
def test_names_that_hide_or_forge_are_refused(enter: Any, name: str) -> None:
    answer = post(enter("clerk"), factory.application(name=name))
    assert answer.status_code == 422
    assert set(answer.json()["rules"]) == {"name"}


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("phone", "12345", "people.phone_length"), ("phone", "10400000001", "people.phone_prefix"), ("phone", "138001380００", "people.phone_characters"),
        ("address", " ", "registry.text_empty"), ("address", "路" * 121, "registry.text_long"), ("address", "路\u0000", "registry.text_characters"),
        ("lon", 23.04, "registry.lon_outside"), ("lat", 113.75, "registry.lat_outside"), ("lon", None, "registry.place_missing"),
        ("insured_class", "vip", "registry.unknown_choice"), ("jurisdiction", "CN-350000", "registry.place_outside"),
        ("disability_grade", 5, "registry.unknown_choice"), ("allergies", ["x" * 61], "registry.text_long"),
    ],
)  # fmt: skip
def test_each_field_names_its_rule(enter: Any, field: str, value: Any, rule: str) -> None:
    answer = post(enter("clerk"), factory.application(**{field: value}))
    assert (answer.status_code, answer.json()["rules"]) == (422, {field: [rule]})


@pytest.mark.parametrize("body", ['{"name": NaN}', "[]", '{"lon": NaN}', "{", '{"floor": 99999999999999999999}', ""])
def test_nonsense_is_an_answer_not_a_crash(enter: Any, body: str) -> None:
    assert enter("clerk").post(API, body, content_type="application/json").status_code in {400, 422}


def test_phones_are_normalised(enter: Any) -> None:
    clerk = enter("clerk")
    made = post(clerk, factory.application(phone="+86 138-0013-8000")).json()
    assert made["phone_masked"] == "138****8000"
    assert [p["id"] for p in clerk.get(API, {"q": "13800138000"}).json()["items"]] == [made["id"]]


def test_the_home_can_be_shared(enter: Any, cast: Cast) -> None:
    body = factory.application(lives_with=cast.residents["elder"].pk)
    for field in ("address", "township", "lon", "lat"):
        body.pop(field)
    made = post(enter("clerk"), body)
    assert made.status_code == 201
    assert Resident.objects.get(pk=made.json()["id"]).household_id == cast.residents["elder"].household_id
    assert post(enter("stranger_manager"), body).status_code == 404


def test_repeated_with_a_key_is_one_person(enter: Any) -> None:
    clerk = enter("clerk")
    first, again = (post(clerk, factory.application(), **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replay"]) == (201, 201, "true")
    assert post(clerk, factory.application(name="别人"), **{"Idempotency-Key": "k1"}).status_code == 422


@pytest.mark.parametrize("part", ["elder", "relative", "nurse", "dispatcher", "regulator", "auditor", "admin"])
def test_others_lack_the_right(enter: Any, part: str) -> None:
    client = enter(part)
    assert client.get(PAGE).status_code == 403
    answer = post(client, factory.application())
    assert (answer.status_code, answer.json()["permission"]) == (403, "resident:edit")


def test_visitors_sign_in_first(client: Client, db: None) -> None:
    assert client.get(PAGE).status_code == 302
    assert post(client, factory.application()).status_code == 401


def test_wrong_method(enter: Any) -> None:
    assert enter("clerk").put(PAGE).status_code == 405
    assert enter("clerk").delete(API).status_code == 405


def test_nothing_readable_is_stored(enter: Any, sql: Any, see_all: Any) -> None:
    post(enter("manager"), factory.application())
    see_all()
    number, address = factory.identity_number(), "测试路7号"
    dump = "\n".join(
        str(row)
        for table in ("registry_resident", "registry_household", "base_auditentry", "base_outboxevent")
        for row in sql(f"SELECT t::text FROM {table} t")
    )
    assert "测试老人" in dump
    for secret in (number, number[:17], factory.PHONE, address):
        assert secret not in dump
        assert secret.encode().hex() not in dump


def test_the_map_beside_the_coordinates_names_the_places_institutions(enter: Any, cast: Cast) -> None:
    text = enter("clerk").get("/people/register/").content.decode()
    drawing = json.loads(text.split('<script id="place-data" type="application/json">')[1].split("</script>")[0])
    house = cast.harbour
    assert [house.lat, house.lon] in drawing["marks"]
    assert house.township in drawing["townships"]
    assert f"<option data-zh>{house.township}</option>" in text
