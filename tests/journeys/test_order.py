"""One order from the elder's phone to the auditor's ledger, by hand, in a browser, in both languages and sizes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.journeys.conftest import PHONE, Town, assert_accessible, assert_fits

TUESDAY = datetime(2025, 6, 16, 23, 35, tzinfo=UTC)  # Tuesday 07:35 in Dongguan
SAFE_HOME = {
    "risk_violence": "never", "risk_intoxication": "no", "risk_animals": "none", "risk_companion": "present", "risk_access": "safe",
    "risk_signal": "good", "risk_environment": "fit",
}  # fmt: skip
FIT = {
    "stable": "yes",
    "suits_home": "yes",
    "allergic": "no",
    "infectious": "no",
    "aggressive": "no",
    "wound_worse": "no",
    "doctor_order": "not_needed",
}


def look(page: Any) -> None:
    """What holds for every page of the journey."""
    assert page.locator("h1").count() == 1, page.url
    assert_accessible(page)
    assert_fits(page)


def pick(page: Any, answers: dict[str, str]) -> None:
    for name, value in answers.items():
        page.locator(f"label:has(input[name={name}][value={value}])").click()


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()
    page.wait_for_load_state()


def draw(page: Any) -> None:
    """A signature on the first empty pad."""
    pad = page.locator("canvas[data-sign-pad]").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 60, steps=4)
    page.mouse.move(box["x"] + 140, box["y"] + 20, steps=4)
    page.mouse.up()


def test_from_request_to_ledger(town: Town, sign_in: Callable[..., Any]) -> None:
    elder = sign_in("elder", size=PHONE)
    look(elder)
    press(elder, "要帮忙")
    look(elder)
    elder.get_by_text("伤口换药").first.click()
    press(elder, "下一步")
    look(elder)
    elder.get_by_text("08:00–10:00").first.click()
    press(elder, "看价格")
    look(elder)
    assert "你付 175.00 元，因为" in elder.inner_text("main")
    pick(elder, SAFE_HOME)
    press(elder, "提交")
    look(elder)
    order_id = int(elder.url.rstrip("/").split("/")[-1])

    doctor = sign_in("doctor")
    doctor.goto("/orders/assessments/")
    look(doctor)
    doctor.goto(f"/orders/{order_id}/assess/")
    look(doctor)
    pick(doctor, FIT)
    press(doctor, "评估通过")

    elder.goto(f"/orders/mine/{order_id}/")
    press(elder, "去签字")
    look(elder)
    draw(elder)
    press(elder, "我已读完，签字")
    look(elder)

    dispatcher = sign_in("dispatcher")
    look(dispatcher)
    dispatcher.goto(f"/dispatch/orders/{order_id}/")
    look(dispatcher)
    press(dispatcher, "开始派单")
    look(dispatcher)
    press(dispatcher, "向选中的发邀约")
    look(dispatcher)

    nurse = sign_in("nurse", size=PHONE)
    look(nurse)
    nurse.goto("/visits/offers/")
    look(nurse)
    press(nurse, "我去")
    look(nurse)

    town.move_to(TUESDAY)
    elder = sign_in("elder", size=PHONE)  # a night has passed, and with it the session
    look(elder)
    nurse = sign_in("nurse", size=PHONE)
    look(nurse)
    press(nurse, "伤口换药")
    look(nurse)
    press(nurse, "出发")
    look(nurse)
    elder.goto("/")
    press(elder, "查看和办理")
    look(elder)
    code = re.search(r"\b(\d{6})\b", elder.inner_text("main"))[1]
    nurse.fill("input[name=code]", code)
    press(nurse, "到达签到")
    look(nurse)
    for name in ("is_identified", "is_well", "is_safe"):
        nurse.locator(f"label:has(input[name={name}])").click()
    press(nurse, "开始服务")
    look(nurse)

    town.move_to(TUESDAY + timedelta(minutes=65))  # the dressing took its time
    nurse.reload()
    press(nurse, "填记录")
    look(nurse)
    nurse.fill("textarea[name=notes]", "伤口清洁，无渗出。")
    nurse.locator("label:has(input[name='item_NI-CL-06'][value=yes])").click()
    nurse.locator("label:has(input[name=waste][value=yes])").click()
    press(nurse, "保存记录")
    look(nurse)
    for who in ("我签名", "请家属签名"):
        press(nurse, who)
        look(nurse)
        if who == "请家属签名":
            nurse.fill("input[name=signer]", "测试elder")
        draw(nurse)
        press(nurse, "签好了")
    press(nurse, "签退完成")
    look(nurse)

    elder.reload()
    look(elder)
    press(elder, "服务做完了")
    look(elder)
    elder.goto(f"/money/bills/{order_id}/")
    look(elder)

    clerk = sign_in("clerk")
    look(clerk)
    clerk.goto(f"/money/desk/{order_id}/")
    look(clerk)
    clerk.fill("input[name=payer_name]", "测试elder")
    press(clerk, "收款并打印收据")
    look(clerk)
    assert "壹佰柒拾伍" in clerk.inner_text("main")

    elder.goto("/visits/1/family/")
    elder.locator("label:has(input[name=stars][value='5'])").click()
    press(elder, "提交评价")
    look(elder)

    auditor = sign_in("auditor")  # from the cent to its clause in four clicks
    look(auditor)
    press(auditor, "账簿")
    look(auditor)
    press(auditor, "开账单")
    look(auditor)
    press(auditor, "上门服务费")
    look(auditor)
    assert "官方原文" in auditor.inner_text("main")

    elder.goto(f"/money/bills/{order_id}/")
    said = elder.inner_text("main")
    assert re.search(r"SK\d+", said), "the receipt stands on the family's bill"
    assert "还要付" not in said
