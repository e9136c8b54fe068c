"""Identity numbers, telephones, invented people, masks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijia.core.people import identity, masking, names, phone, synthetic
from yijia.core.people.identity import ResidentId, Sex
from yijia.core.refusal import Refusal

TODAY = date(2025, 6, 15)
GOOD = "11010519491231002X"


def read(text: object) -> ResidentId:
    outcome = identity.parse(text, today=TODAY)
    assert isinstance(outcome, ResidentId)
    return outcome


SAME_PERSON = [GOOD, "11010519491231002x", " 110105 19491231 002X ", "110105491231002"]


@pytest.mark.parametrize("text", SAME_PERSON)
def test_every_spelling_is_one_person(text: str) -> None:
    """ID-01 ID-06"""
    person = read(text)
    assert (person.number, person.province) == (GOOD, "11")
    assert (person.born_on, person.sex, person.sex.code) == (date(1949, 12, 31), Sex.FEMALE, "2")


BAD = [
    (None, "people.id_characters"), (11010519491231002, "people.id_characters"),  # ID-01
    ("１１０１０５１９４９１２３１００２Ｘ", "people.id_characters"), ("11010519491231002Х", "people.id_characters"),
    ("1101051949\u200b1231002X", "people.id_characters"), ("11010519491231002*", "people.id_characters"),
    ("1101051949-1231-002X", "people.id_characters"), ("11010519491231002Ⅹ", "people.id_characters"),
    ("1101051949123100\u00a02X", "people.id_characters"), ("X1010519491231002X", "people.id_characters"),
    ("11010549123100X", "people.id_characters"), ("110105194912310٠2X", "people.id_characters"),
    ("11010519491231002X\n", "people.id_characters"), ("'; DROP TABLE--", "people.id_characters"),
    ("", "people.id_length"), ("1", "people.id_length"), ("11010519491231002", "people.id_length"),  # ID-02
    ("11010519491231002X0", "people.id_length"), ("1" * 10000, "people.id_length"),
    ("990105194912310021", "people.id_province"), ("000000000000000000", "people.id_province"),  # ID-03
    ("910105491231002", "people.id_province"),
    ("110105194902300021", "people.id_date"), ("110105190002290021", "people.id_date"),  # ID-04
    ("110105194913010021", "people.id_date"), ("110105194900010021", "people.id_date"),
    ("110105202506160021", "people.id_date"), ("110105184912310021", "people.id_date"),
    ("110105000001010021", "people.id_date"), ("110105490230002", "people.id_date"),
    ("110105194912310021", "people.id_check"), ("11010519491231020X", "people.id_check"),  # ID-05
    ("11015019491231002X", "people.id_check"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), BAD)
def test_a_bad_number_is_refused_precisely(text: object, code: str) -> None:
    outcome = identity.parse(text, today=TODAY)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code
    assert not isinstance(text, str) or len(text) < 2 or text not in str(outcome)


def test_the_newborn_and_the_very_old_are_people() -> None:
    """ID-04"""
    for born_on in (TODAY, date(1850, 1, 1), date(2000, 2, 29)):
        assert read(synthetic.synthetic_id(0, born_on, Sex.MALE, "CN-441900")).born_on == born_on


def test_a_number_does_not_slip_into_a_log() -> None:
    assert GOOD not in repr(read(GOOD))
    assert "1949" not in str(read(GOOD))


def test_mismatches_are_named() -> None:
    """ID-07"""
    person = read(GOOD)
    assert identity.mismatch(person) is None
    assert identity.mismatch(person, born_on=date(1949, 12, 31), sex=Sex.FEMALE) is None
    for stated, code in (
        ({"born_on": date(1949, 12, 30)}, "people.id_birth_mismatch"),
        ({"sex": Sex.MALE}, "people.id_sex_mismatch"),
    ):
        refusal = identity.mismatch(person, **stated)  # type: ignore[arg-type]
        assert refusal is not None
        assert refusal.code == code


places = st.sampled_from(["CN-441900", "CN-440704", "CN-440307", "CN-350000", "CN-500000"])
births = st.dates(date(1900, 1, 1), TODAY)
numbers = st.builds(synthetic.synthetic_id, st.integers(0, 499), births, st.sampled_from(Sex), places)


@given(numbers)
def test_an_invented_person_is_well_formed_and_marked(number: str) -> None:
    """ID-09"""
    assert read(number).number == number
    assert synthetic.is_synthetic(number)


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_a_wrong_digit_is_caught(number: str, place: int, shift: int) -> None:
    """ID-05"""
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert isinstance(identity.parse(wrong, today=TODAY), Refusal)


@given(numbers, st.integers(0, 16))
def test_a_swap_of_neighbours_is_caught(number: str, place: int) -> None:
    """ID-05"""
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert isinstance(identity.parse(swapped, today=TODAY), Refusal)


@given(st.one_of(st.text(), st.text(alphabet="0123456789xX ", max_size=20)))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(identity.parse(text, today=TODAY), Refusal | ResidentId)
    assert isinstance(phone.parse(text), Refusal | str)
    assert masking.STAR in masking.address(text)


DIVISIONS = [
    ("CN-441900", "441999"), ("CN-440704", "440799"), ("CN-440307", "440399"), ("CN-350000", "359999"),
    ("CN-500000", "509999"),
]  # fmt: skip


@pytest.mark.parametrize(("jurisdiction", "digits"), DIVISIONS)
def test_unassigned_divisions(jurisdiction: str, digits: str) -> None:
    """ID-09"""
    assert synthetic.division(jurisdiction) == digits


def test_invention_has_limits() -> None:
    for place in ("CN", "CN-990000", "CN-44", "CN-４４１９００"):
        with pytest.raises(ValueError):
            synthetic.division(place)
    for serial in (-1, 500):
        with pytest.raises(ValueError):
            synthetic.synthetic_id(serial, TODAY, Sex.MALE, "CN-441900")
    for serial in (-1, 10**8):
        with pytest.raises(ValueError):
            phone.synthetic(serial)
    with pytest.raises(ValueError):
        identity.check_character("1" * 16)
    assert not synthetic.is_synthetic(GOOD)


PHONES = ["13800001234", "138 0000 1234", "138-0000-1234", "+8613800001234", "+86 138 0000 1234", "008613800001234",
    "8613800001234"]  # fmt: skip


@pytest.mark.parametrize("text", PHONES)
def test_telephones(text: str) -> None:
    """ID-08"""
    assert phone.parse(text) == "13800001234"


BAD_PHONES = [
    (13800001234, "people.phone_characters"), ("１３８００００１２３４", "people.phone_characters"),
    ("1380000123a", "people.phone_characters"), ("", "people.phone_characters"), ("1380000123", "people.phone_length"),
    ("138000012345", "people.phone_length"), ("12800001234", "people.phone_prefix"),
    ("10400001234", "people.phone_prefix"), ("11012345678", "people.phone_prefix"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), BAD_PHONES)
def test_bad_telephones(text: object, code: str) -> None:
    """ID-08"""
    outcome = phone.parse(text)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


@given(st.integers(0, 10**8 - 1))
def test_an_invented_telephone_stands_only_where_allowed(serial: int) -> None:
    """ID-09"""
    number = phone.synthetic(serial)
    assert phone.is_synthetic(number)
    assert phone.parse(number, synthetic=True) == number
    assert isinstance(phone.parse(number), Refusal)


MASKS = [
    (masking.name, "王芳", "王*"), (masking.name, "王小芳", "王**"), (masking.name, "欧阳娜娜", "欧阳**"),
    (masking.name, "欧阳修", "欧阳*"), (masking.name, "欧阳", "欧*"), (masking.name, "王", "*"), (masking.name, "", ""),
    (masking.name, "𠮷田", "𠮷*"), (masking.name, "阿卜杜拉·买买提", "阿*******"), (masking.name, " 李四 ", "李*"),
    (masking.resident_id, "44199919491231123X", "4419**********123X"), (masking.resident_id, "441999", "******"),
    (masking.resident_id, "110105491231002", "*" * 15), (masking.resident_id, "", ""),
    (masking.phone, "13800000000", "138****0000"), (masking.phone, "1380", "****"), (masking.phone, "", ""),
    (masking.address, "广东省东莞市莞城街道东城路12号3栋501", "广东省东莞市莞城街道****"),
    (masking.address, "广东省江门市江海区外海街道某村8号", "广东省江门市江海区外海街道****"),
    (masking.address, "重庆市渝中区解放碑街道民权路1号", "重庆市渝中区解放碑街道****"),
    (masking.address, "幸福小区3栋501", "****"), (masking.address, "12号", "****"), (masking.address, "", "****"),
    (masking.address, "东莞市幸福小区3栋", "东莞市****"),
]  # fmt: skip


@pytest.mark.parametrize(("mask", "clear", "masked"), MASKS, ids=lambda part: getattr(part, "__name__", None))
def test_masks(mask: object, clear: str, masked: str) -> None:
    """ID-10"""
    assert callable(mask)
    assert mask(clear) == masked


@given(st.text(alphabet="0123456789X省市区县镇乡街道东莞小a", max_size=24))
def test_a_mask_shows_no_more_than_it_says(text: str) -> None:
    """ID-10"""
    for mask, most in ((masking.resident_id, 8), (masking.phone, 7), (masking.name, 2)):
        masked = mask(text)
        assert len(masked.replace("*", "")) <= most
        assert not masked or masking.STAR in masked
    assert not any(character.isdigit() for character in masking.address(text))


NAMES = [
    ("欧阳·阿卜杜拉", None), ("𠮷田", None), ("🙂", None), ("null", None), (" 王 ", None), ("x" * 60, None),
    ("", "people.name_empty"), ("  ", "people.name_empty"), ("x" * 61, "people.name_long"),
    ("王\n芳", "people.name_characters"), ("王\x00", "people.name_characters"), ("王\u202e芳", "people.name_characters"),
    ("王\u2028芳", "people.name_characters"), ("王\x1b[31m", "people.name_characters"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), NAMES)
def test_names_are_kept_or_refused(text: str, code: str | None) -> None:
    """ID-11"""
    refusal = names.check(text)
    assert (None if refusal is None else refusal.code) == code
