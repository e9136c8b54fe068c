"""Every page of a case in every state speaks one language, is small on questions, and shows who may see it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast
from tests.factories import cases as factory
from tests.house.crawl import Page
from tests.house.test_pages import _not_chinese, _not_english
from yijia.apps.cases import actions

MOST = 12
STATES = {
    "draft": factory.begun, "submitted": factory.submitted, "assessing": factory.assigned, "voting": factory.differing,
    "review": factory.agreed, "notice": factory.noticed, "decided": factory.decided,
}  # fmt: skip


def _see(client: Any, address: str, language: str) -> set[str]:
    client.cookies["yijia_language"] = language
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    assert len([q for q in asked.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= MOST, (
        address
    )
    page = Page(answer.content.decode())
    return _not_english(page) if language == "en" else _not_chinese(page)


@pytest.mark.parametrize("state", STATES)
def test_one_language_a_page_in_every_state(cast: Cast, enter: Any, travel: Any, state: str) -> None:
    case = STATES[state](cast)
    if state == "decided":
        travel(factory.AFTER_NOTICE)
    readers = ["relative", "agency_clerk", "regulator"] + ["expert"] * (state == "voting")
    readers += ["assessor"] * (state not in ("draft", "submitted"))
    addresses = [(part, f"/cases/{case.pk}/") for part in readers]
    addresses += [("relative", f"/cases/{case.pk}/form/")] * (state == "draft")
    addresses += [("assessor", f"/cases/{case.pk}/entry/")] * (state in ("assessing", "voting"))
    addresses += [("agency_clerk", "/cases/notices/")] * (state == "notice")
    foreign = {
        f"{part} {address} {language}: {text[:60]}"
        for part, address in addresses
        for language in ("zh-hans", "en")
        for text in _see(enter(part), address, language)
    }
    assert not foreign, sorted(foreign)


def test_other_ends_are_told_too(cast: Cast, enter: Any) -> None:
    case = factory.submitted(cast)
    actions.move(case_id=case.pk, event="refuse", reason="not_eligible", by=cast.actors["agency_clerk"], at=NOW)
    assert not _see(enter("relative"), f"/cases/{case.pk}/", "en")
    assert "不符合待遇享受条件" in enter("relative").get(f"/cases/{case.pk}/").content.decode()
