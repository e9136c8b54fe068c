"""The tree that is shipped: figures of the official replies, places that stay apart, dates that matter."""

from datetime import date
from decimal import Decimal

import pytest
import yaml

from yijia.base import editions as reader
from yijia.core.calendar import add_working_days, is_working_day
from yijia.core.policy import Editions, Evidence, Value
from yijia.core.refusal import Refusal

DG, JH, CQ, FJ, LG, SZ = "CN-441900", "CN-440704", "CN-500000", "CN-350000", "CN-440307", "CN-440300"
ON = date(2025, 6, 2)


@pytest.fixture(scope="module")
def tree() -> Editions:
    return reader.current()


def value(tree: Editions, place: str, key: str, on: date = ON) -> Value:
    found = tree.lookup(key, jurisdiction=place, on=on)
    assert isinstance(found, Value), found
    return found


def test_the_tree_has_no_error():
    """Bug it catches: any edition that breaks the schema, overlaps, or disagrees with its own worked example."""
    report = reader.check_tree(reader.ROOT)
    assert report.findings == ()
    assert report.examples_run > 50
    assert {place for place, _ in report.counts} >= {"CN", "CN-440000", "CN-440700", DG, JH, CQ, FJ, LG, SZ}


REPORTED = {
    DG: ("REPLY-DG-2025", {
        "contract_rate": "0.5839", "contracts_signed": 6094500, "elder_integrated_care_rate": "0.4389", "online_training_rate": "0.9784",
        "internet_nursing_institutions": 36, "internet_nursing_nurses": 1894, "internet_nursing_items": 43,
        "internet_nursing_visits": 10000, "integrated_institutions": 44, "elder_care_institutions": 425, "nursing_homes": 13,
        "integrated_beds": 1844, "home_rounds": 7000, "talents_senior": 139, "talents_shortage": 371, "recruitment_rounds": 135,
        "recruited": 841, "offline_training": 2500, "outpatient_visits": 21000000,
    }),
    JH: ("REPLY-JH-2022", {"family_doctor_teams": 41, "tcm_project_grant": 34500000, "care_homes_without_clinic": 3}),
    CQ: ("REPLY-CQ-2025", {
        "elder_contract_rate": "0.789", "elder_contracts_signed": 4640000, "family_doctor_teams": 9250,
        "health_management_rate": "0.671", "health_managed_elders": 3950000, "class_a_township_share": "0.28", "home_beds": 5100,
        "community_care_centres": 20, "community_care_centres_target": 70, "community_care_beds": 2515, "county_sub_centres": 32,
        "community_hospitals": 45, "monitored_homes": 39000, "elder_app_scenarios": 12, "elder_app_services": 3000000,
        "staff_seconded": 1166, "staff_recruited_a_year": 1000, "integrated_projects": 19, "integrated_project_funds": 3190000000,
        "integrated_project_beds": 1595, "elder_projects": 60, "new_elder_beds": 11000, "service_circle": 15,
    }),
    FJ: ("REPLY-FJ-2024", {
        "health_management_rate": "0.7772", "contract_rate": "0.5067", "key_group_contract_rate": "0.8338",
        "home_bed_institutions": 372, "internet_nursing_items": 39, "hospice_alliance_members": 30, "integrated_care_funds": 614000000,
    }),
    LG: ("REPLY-LG-2024", {
        "designated_rehab_institutions": 57, "designated_rehab_medical": 13, "designated_rehab_private": 44,
        "city_rehab_institutions": 212, "city_rehab_medical": 32, "city_rehab_private": 180, "adult_rehab_institutions": 28,
        "community_stations": 63, "care_homes": 10, "care_homes_street_run": 2, "care_homes_public_private": 2,
        "care_homes_private": 5, "care_homes_hospital_run": 1,
    }),
}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "key"), [(place, key) for place, (_, figures) in REPORTED.items() for key in figures]
)
def test_reported_figures(tree, place, key):
    """Bug it catches: a figure of a reply lost, mistyped, or held with less than it is."""
    source, figures = REPORTED[place]
    found = value(tree, place, f"reported:{key}")
    assert found.value["value"] == (Decimal(figures[key]) if isinstance(figures[key], str) else figures[key])
    assert (found.evidence, found.sources, found.jurisdiction) == (Evidence.OFFICIAL, (source,), place)


def test_no_other_official_figure_and_no_denominator_nobody_published(tree):
    """Bug it catches: a figure that no reply states, or a denominator passed off as published."""
    official = {
        (v.jurisdiction, v.key)
        for v in tree.all_values
        if v.key.startswith("reported:") and v.evidence is Evidence.OFFICIAL
    }
    assert official == {(place, f"reported:{key}") for place, (_, figures) in REPORTED.items() for key in figures}
    for v in tree.all_values:
        if v.key.startswith("reported:") and v.evidence is Evidence.OFFICIAL:
            assert v.value["denominator"] is None


@pytest.mark.parametrize(
    ("place", "measure"), [(DG, "contract_rate"), (CQ, "elder_contract_rate"), (CQ, "health_management_rate")]
)
def test_denominators_worked_out_are_derived_and_agree(tree, place, measure):
    """Bug it catches: wrong arithmetic, or a worked-out number that could pass as an official result."""
    rate = value(tree, place, f"reported:{measure}").value
    found = value(tree, place, f"reported:{measure}.denominator")
    assert found.evidence is Evidence.DERIVED
    assert (rate["numerator"] / Decimal(found.value["value"])).quantize(rate["value"]) == rate["value"]
    assert found.value["low"] < found.value["value"] < found.value["high"]
    refused = tree.demand(found.key, use="official_result", jurisdiction=place, on=ON)
    assert isinstance(refused, Refusal)


OFFICIAL = [
    (DG, "criteria:item_choice", lambda v: len(v["criteria"]) == 6),
    (DG, "stated:internet_nursing", lambda v: len(v["norm_covers"]) == 5 and len(v["mainly_serves"]) == 2),
    (DG, "stated:home_rounds", lambda v: len(v["eligible"]) == 3 and len(v["contents"]) == 3),
    (DG, "fee:visit_fee", lambda v: (v["setter"], v["filing_required"], v["trial_years"]) == ("institution", True, 2)),
    (DG, "fee:visit_fee", lambda v: len(v["basis"]) == 2 and v["content_and_unit_set_by"] == "province"),
    (DG, "item:131000001N", lambda v: v["new_items_in_batch"] == 167),
    (JH, "stated:home_medical_services", lambda v: len(v["contents"]) == 6),
    (JH, "stated:in_house_clinic", lambda v: v["procedure"] == "filing" and len(v["one_window"]) == 3),
    (JH, "stated:inspection", lambda v: len(v["topics"]) == 3),
    (JH, "stated:elder_access", lambda v: len(v["contents"]) == 4),
    (CQ, "item:HB-ROUND", lambda v: v["price"]["amount_fen"] == 500 and v["insurance_class"] == "A"),
    (CQ, "item:HB-ROUND", lambda v: v["institution"] == {"level": 2, "ownership": "public"}),
    (CQ, "insurance:ltci_scope", lambda v: v["benefit_from_level"] == 2 and len(v["modes"]) == 3),
    (CQ, "fee:composition", lambda v: [part["part"] for part in v["parts"]][:2] == ["visit_fee", "medical_price"]),
    (CQ, "benefit:lottery_share", lambda v: v["min_share"] == Decimal("0.55")),
    (FJ, "fee:composition", lambda v: "长途" in v["zh"]),
    (
        FJ,
        "stated:home_bed",
        lambda v: [step["zh"] for step in v["steps"]] == ["建床", "查床", "护理", "健康管理", "撤床"],
    ),
    (FJ, "stated:integrated_service", lambda v: v["times_a_year"] == 2),
    (
        LG,
        "stated:child_rehab",
        lambda v: len(v["categories"]) == 6 and len(v["contents"]) == 6 and v["agreement"] == "yearly",
    ),
    (LG, "stated:adult_rehab", lambda v: v["age"]["from"] == 18 and len(v["contents"]) == 7),
    (LG, "stated:outsourcing", lambda v: len(v["forbidden"]) == 2 and len(v["pilots"]) == 2),
]


@pytest.mark.parametrize(
    ("place", "key", "holds"), OFFICIAL, ids=[f"{place}-{key}-{n}" for n, (place, key, _) in enumerate(OFFICIAL)]
)
def test_rules_of_the_replies(tree, place, key, holds):
    """Bug it catches: a rule of a reply lost, cut short, or demoted."""
    found = value(tree, place, key)
    assert found.evidence is Evidence.OFFICIAL
    assert holds(found.value)


@pytest.mark.parametrize(
    ("on", "use", "code"),
    [
        (date(2024, 8, 31), None, "policy.unknown"),
        (date(2024, 9, 1), "money", None),
        (date(2025, 1, 1), None, None),
        (date(2026, 3, 29), "money", None),
        (date(2026, 3, 30), "money", "policy.weak"),
        (date(2026, 6, 1), "money", "policy.weak"),
        (date(2026, 6, 1), None, None),
    ],
)
@pytest.mark.parametrize("key", ["item:131000001N", "fee:visit_fee"])
def test_visit_fee_of_dongguan_by_date(tree, key, on, use, code):
    """Bug it catches: charging before the item existed, or by a code that may have been replaced."""
    asked = {"jurisdiction": DG, "on": on}
    found = tree.lookup(key, **asked) if use is None else tree.demand(key, use=use, **asked)
    assert (found.code if isinstance(found, Refusal) else None) == code


@pytest.mark.parametrize(("place", "code"), [(DG, None), (JH, None), (LG, None), (FJ, None), (CQ, "policy.missing")])
def test_visit_fee_may_move_money_where_it_is_known(tree, place, code):
    """Bug it catches: Chongqing, whose fee nobody read, billed by another province's rule."""
    found = tree.demand("fee:visit_fee", use="money", jurisdiction=place, on=ON)
    assert (found.code if isinstance(found, Refusal) else None) == code


@pytest.mark.parametrize("place", [DG, JH, CQ, FJ, LG])
def test_each_region_sees_only_its_own_chain(tree, place):
    """Bug it catches: Zhongshan's distance bands, Shenzhen's bed fee or Hangzhou's price charged in Dongguan."""
    chain = tree.jurisdiction_chain(place)
    for on in (date(2020, 1, 1), ON, date(2026, 6, 1)):
        found = tree.values("", jurisdiction=place, on=on)
        assert {v.jurisdiction for v in found} <= set(chain)


def test_no_price_of_another_city_is_in_the_tree(tree):
    """Bug it catches: a convenient number of a city outside the five regions, put where all can see it."""
    guangdong = {"CN", "CN-440000", "CN-440700", "CN-440300", DG, JH, LG}
    assert {v.jurisdiction for v in tree.all_values if not v.jurisdiction.startswith((FJ[:5], CQ[:5]))} <= guangdong
    for v in tree.all_values:
        if v.jurisdiction == "CN" and v.key.startswith(("item:", "fee:")):
            assert "price" not in v.value
            assert not v.value.get("amount_fen")
    for step in value(tree, DG, "benefit:old_age_allowance").value["amounts"]:
        assert step["amount_fen"] is None
    for key in ("item:HB-ROUND", "item:HB-SETUP"):
        assert isinstance(tree.lookup(key, jurisdiction=DG, on=ON), Refusal)
        assert isinstance(tree.lookup(key, jurisdiction=LG, on=ON), Value)
    assert isinstance(tree.demand("item:HB-ROUND", use="money", jurisdiction=LG, on=ON), Refusal)


def test_items_can_be_ordered(tree):
    """Bug it catches: an item no screen can show: without needs, English, role or duration."""
    needs = {v.key.removeprefix("need:") for v in tree.values("need:", jurisdiction=DG, on=ON)}
    items = tree.values("item:NI-", jurisdiction=DG, on=ON)
    assert len(items) == 90
    for item in items:
        content = item.value
        assert content["needs"], item.key
        assert set(content["needs"]) <= needs
        assert content["staff_role"] in {"nurse", "assistant", "pharmacist"}
        assert content["duration_min"] > 0
        assert all(word["en"] for word in content["consumables"])
    assert {v.key for v in items if not v.value["home_allowed"]} == {
        "item:NI-CL-47", "item:NI-CL-48", "item:NI-CD-04", "item:NI-HE-07",
    }  # fmt: skip


def test_working_days_of_the_calendar(tree):
    """Bug it catches: a deadline that falls on the Dragon Boat Festival, or skips a worked Sunday."""
    exceptions = {}
    for found in tree.values("calendar:", jurisdiction=DG, on=ON):
        exceptions |= found.value["exceptions"]
    assert not is_working_day(date(2025, 6, 2), exceptions)
    assert is_working_day(date(2025, 9, 28), exceptions)
    assert add_working_days(date(2025, 9, 30), 1, exceptions) == date(2025, 10, 9)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("{on: no, at: 12:30, share: 0.10, day: 2025-01-01, code: 007, big: 131000001N}",
         {"on": "no", "at": "12:30", "share": Decimal("0.10"), "day": date(2025, 1, 1), "code": "007", "big": "131000001N"}),
        ("{a: null, b: ~, c: true, d: -5}", {"a": None, "b": None, "c": True, "d": -5}),
    ],
)  # fmt: skip
def test_yaml_means_what_it_looks_like(text, content):
    """Bug it catches: 12:30 read as 750, `on` read as true, 0.10 read as a float."""
    assert reader.parse(text) == content


@pytest.mark.parametrize("text", ["{a: 1, a: 2}", "a: [", "a: 2025-02-30"])
def test_yaml_that_is_refused(text):
    """Bug it catches: the second of two equal keys silently winning."""
    with pytest.raises(yaml.YAMLError):
        reader.parse(text)


def test_an_unreadable_file_is_an_error_of_the_check(tmp_path):
    """Bug it catches: a file with a syntax error left out, and its values with it."""
    (tmp_path / "CN").mkdir()
    (tmp_path / "CN" / "a.yaml").write_text("a: [", encoding="utf-8")
    report = reader.check_tree(tmp_path)
    assert [(finding.code, finding.document) for finding in report.errors] == [("policy.unreadable", "CN/a.yaml")]
