"""A dry-run; an entitlement that comes by itself on a birthday, another declined, approved and paid, and a death that asks back."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.journeys.conftest import PHONE, Town, assert_accessible, assert_fits
from yijia.base.local.home import home

JULY = datetime(2025, 7, 20, 1, 0, tzinfo=UTC)


def look(page: Any) -> None:
    """What holds for every page of the journey."""
    assert page.locator("h1").count() == 1, page.url
    assert_accessible(page)
    assert_fits(page)


def press(page: Any, name: str, *, exact: bool = False) -> None:
    page.get_by_role("button", name=name, exact=exact).or_(
        page.get_by_role("link", name=name, exact=exact)
    ).first.click()
    page.wait_for_load_state()


def do(town: Town, what: str) -> None:
    command = [sys.executable, "-m", "tests.journeys.benefits_town", what]
    done = subprocess.run(command, env=town.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def test_a_number_is_tried_and_kept(town: Town, sign_in: Callable[..., Any]) -> None:
    do(town, "make")
    snapshots = home() / "populations"
    try:
        regulator = sign_in("regulator")
        press(regulator, "政策与量表")
        press(regulator, "政策试算")
        look(regulator)
        press(regulator, "从现有登记做快照")
        regulator.select_option("#id_key_1", "OLD_AGE.min_age")
        regulator.fill("#id_value_1", "90")
        press(regulator, "试算", exact=True)
        look(regulator)
        assert regulator.locator(".chart canvas").count() == 4
        assert re.search(r"失\s*1\s*人", regulator.locator(".figures").inner_text())
        regulator.fill("#id_title", "九十岁起发")
        press(regulator, "存为方案", exact=True)
        assert "九十岁起发" in regulator.locator("main").inner_text()
        look(regulator)
    finally:
        for made in snapshots.glob("CN-500155-2025-0*"):
            shutil.rmtree(made)


def test_it_comes_by_itself_and_ends_with_a_death(town: Town, sign_in: Callable[..., Any]) -> None:
    elder = sign_in("elder", size=PHONE)
    press(elder, "我的待遇")
    look(elder)
    allowance = elder.locator("#scheme-OLD_AGE")
    assert "40.00 元" in allowance.inner_text()
    allowance.get_by_text("为什么").first.click()
    assert "年龄至少 80" in allowance.inner_text()
    elder.locator("#scheme-DISABILITY_CARE").get_by_role("button", name="我不想要").click()
    elder.wait_for_load_state()
    assert "已谢绝" in elder.locator("#scheme-DISABILITY_CARE").inner_text()

    clerk = sign_in("agency_clerk")
    press(clerk, "待遇经办")
    look(clerk)
    clerk.locator("[data-pick-all]").check()
    press(clerk, "公示选中的")
    assert "已办理 1 项" in clerk.content()
    town.move_to(JULY)
    clerk = sign_in("agency_clerk")  # five weeks later nobody is signed in any more
    clerk.goto("/benefits/desk/?tab=notice")
    clerk.locator("[data-pick-all]").check()
    press(clerk, "批准选中的")
    clerk.goto("/benefits/desk/?tab=ready")
    look(clerk)
    clerk.locator("[data-pick-all]").check()
    press(clerk, "成批送银行")
    assert "80.00 元" in clerk.content()  # June and July
    press(clerk, "银行已发，登记到账")
    look(clerk)

    clerk.goto("/benefits/desk/?tab=paid")
    clerk.locator("tbody th a").first.click()
    clerk.wait_for_load_state()
    look(clerk)
    clerk.goto(clerk.url.replace("/benefits/people/", "/people/") + "death/")
    clerk.fill("#id_died_on", "2025-06-25")
    press(clerk, "登记测试elder已去世")
    clerk.goto("/benefits/desk/?tab=recover")
    assert "要追回" in clerk.content()
    assert "2025-07" in clerk.content()
    look(clerk)
