"""A grading in a browser: two assessors who differ, a vote, the notice, the letter, an objection."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.cast import NOW
from tests.factories.cases import SELF
from tests.journeys.conftest import PHONE, Town, assert_accessible, assert_fits

TABLET = {"width": 820, "height": 1180}


def look(page: Any) -> None:
    """What holds for every page of the journey."""
    assert page.locator("h1").count() == 1, page.url
    assert_accessible(page)
    assert_fits(page)


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).first.click()
    page.wait_for_load_state()


def assess(page: Any, case: str, key: str) -> None:
    """The whole form by keyboard: one digit a question."""
    page.goto(f"{case}entry/")
    look(page)
    page.locator("[data-question] input").first.focus()
    for _ in range(17):
        page.keyboard.press(key)
    page.locator("#kept", has_text="17 / 17").wait_for()
    press(page, "交这份评估")
    look(page)


def test_from_application_to_objection(town: Town, sign_in: Callable[..., Any]) -> None:
    family = sign_in("relative", size=PHONE)
    family.goto("/cases/")
    look(family)
    press(family, "申请评估")
    look(family)
    for item, option in SELF.items():
        family.locator(f"label:has(input[name='a:{item}'][value={option}])").click()
    family.fill("input[name=applicant]", "测试relative")
    press(family, "提交申请")
    assert "已存为草稿" in family.inner_text("main")  # the months are missing: nothing typed is lost
    assert family.locator("input:checked").count() == 6
    family.fill("input[name=months_disabled]", "8")
    press(family, "提交申请")
    look(family)
    case = "/" + family.url.split("/", 3)[3]

    agency = sign_in("agency_clerk")
    agency.goto("/cases/")
    look(agency)
    agency.goto(case)
    press(agency, "受理")
    for seat, name in ((1, "测试assessor"), (2, "测试second_assessor")):
        agency.select_option(f"#seat-{seat}", label=name)
        agency.locator(f"form:has(#seat-{seat}) button").click()
        agency.wait_for_load_state()
    look(agency)

    assess(sign_in("assessor", size=TABLET), case, "1")
    second = sign_in("second_assessor", size=TABLET)
    second.goto(case)
    assert "测试assessor" not in second.inner_text("main")
    assess(second, case, "2")
    agency.goto(case)
    assert "17 项里 0 项相同" in agency.inner_text("main")
    look(agency)

    for part in ("expert", "second_expert"):
        expert = sign_in(part)
        expert.goto(case)
        look(expert)
        expert.locator("label:has(input[name=level][value='5'])").click()
        expert.fill("textarea[name=reason]", "卧床，进食依赖他人")
        press(expert, "投票")
    agency.goto(case)
    press(agency, "复核通过，开始公示")
    agency.goto("/cases/notices/")
    look(agency)
    assert "测试elder" not in agency.inner_text("main")

    town.move_to(NOW + timedelta(days=9))
    agency = sign_in("agency_clerk")
    agency.goto(case)
    press(agency, "出具结论书")
    look(agency)
    family = sign_in("relative", size=PHONE)
    family.goto(case)
    look(family)
    assert "结论是草案" in family.inner_text("main")
    letter = family.request.get(family.locator("a[href$='.pdf']").first.get_attribute("href"))
    assert letter.body().startswith(b"%PDF-")
    family.fill("#note-object", "那天他刚出院，比平时差")
    press(family, "提出异议")
    look(family)
    agency.goto(case)
    press(agency, "异议成立，重新评估")
    assert "评估中" in agency.inner_text("main")
