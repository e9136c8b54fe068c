"""A refusal of policy speaks of fees and places by their names; the key stays among its facts."""

from datetime import date

from tests.support import use_django

use_django()

from yijia.base import editions, policy_names  # noqa: E402
from yijia.base.errors import words_in_both  # noqa: E402
from yijia.core.refusal import Refusal  # noqa: E402

ON = date(2025, 6, 17)


def test_a_place_that_does_not_know_its_fee_still_names_it() -> None:
    found = editions.current().demand("fee:visit_fee", use="money", jurisdiction="CN-500000", on=ON)
    assert isinstance(found, Refusal)
    said = words_in_both(found)
    assert said["zh-hans"].startswith("重庆市的“上门服务费”")
    assert "“Visit fee" in said["en"]
    assert "Chongqing" in said["en"]
    assert not {"fee:", "CN-"} & {part for text in said.values() for part in ("fee:", "CN-") if part in text}
    assert found.facts["key"] == "fee:visit_fee"


def test_weak_evidence_is_told_by_the_titles_of_its_sources() -> None:
    source = next(iter(editions.current().sources.values()))
    facts = {
        "key": "fee:visit_fee", "jurisdiction": "CN-441900", "on": ON, "at": "CN-440000", "evidence": "recalled", "demanded": "press",
        "use": "money", "sources": (source.id,),
    }  # fmt: skip
    said = words_in_both(Refusal("policy.weak", facts))
    assert f"《{source.title}》" in said["zh-hans"]
    assert source.id not in said["zh-hans"].replace(source.title, "")


def test_an_item_nobody_lists_keeps_its_code() -> None:
    assert policy_names.of_item("XX-1") == ("XX-1", "XX-1")
    assert policy_names.of_code("systolic")[0] == "收缩压"


def test_no_price_names_the_item_once() -> None:
    said = words_in_both(Refusal("price.unfiled", {"kind": "visit_fee", "code": "131000001N", "on": ON}))
    assert said["zh-hans"].startswith("上门服务费没有备案价")


def test_a_fact_that_brings_its_own_english_is_said_in_it() -> None:
    """A refusal that names an institution or a programme is not half-translated."""
    facts = {
        "house": "港湾医院",
        "house_en": "Harbour Hospital",
        "programme": "上门巡诊",
        "programme_en": "Home rounds",
    }
    said = words_in_both(Refusal("referrals.cannot_give", facts))
    assert said["en"].startswith("“Harbour Hospital” cannot give “Home rounds”")
    assert said["zh-hans"].startswith("“港湾医院”不能提供“上门巡诊”")
