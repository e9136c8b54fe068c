"""Search and the resident's card."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import registry as factory
from yijia.apps.registry import seams
from yijia.apps.registry.models import Household, Resident
from yijia.base.models import AuditEntry
from yijia.core.permissions import Permission

XSS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'", "{{7*7}}", "{% debug %}", "<svg/onload=alert(1)>",
    "javascript:alert(1)", "</title><script>1</script>", "<b>粗</b>", "&lt;i&gt;", "`${1}`", "<a href=//x>", "onmouseover=\"x\"", "]]><x>",
]  # fmt: skip


def url(cast: Cast, part: str = "elder") -> str:
    return f"/people/{cast.residents[part].pk}/"


@pytest.mark.parametrize("part", ["clerk", "dispatcher", "manager", "doctor", "elder", "relative"])
def test_the_card_is_masked_and_its_reading_recorded(enter: Any, cast: Cast, part: str) -> None:
    page = enter(part).get(url(cast))
    text = page.content.decode()
    assert page.status_code == 200
    assert "测试elder" in text
    assert cast.residents["elder"].identity_masked in text
    assert "测试路1号" not in text
    entry = AuditEntry.objects.get(verb="read", name="registry.resident")
    assert entry.resident_ids == [cast.residents["elder"].pk]


def test_the_api_gives_the_same_masked(enter: Any, cast: Cast) -> None:
    answer = enter("clerk").get(f"/api/v1/residents/{cast.residents['elder'].pk}")
    assert answer.headers["ETag"] == '"1"'
    assert answer.json()["identity_masked"] == cast.residents["elder"].identity_masked
    assert "identity_enc" not in answer.json()


@pytest.mark.parametrize("part", ["stranger_elder", "stranger_nurse", "stranger_dispatcher", "stranger_manager"])
def test_strangers_get_404(enter: Any, cast: Cast, part: str) -> None:
    assert enter(part).get(url(cast)).status_code == 404
    assert enter(part).get(f"/api/v1{url(cast).replace('people', 'residents')[:-1]}").status_code == 404


@pytest.mark.parametrize("part", ["regulator", "auditor", "admin"])
def test_authorities_lack_the_right(enter: Any, cast: Cast, part: str) -> None:
    assert enter(part).get(url(cast)).status_code == 403


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999"])
def test_nobody_has_that_number(enter: Any, number: str) -> None:
    assert enter("clerk").get(f"/people/{number}/").status_code == 404
    assert enter("clerk").get(f"/api/v1/residents/{number}").status_code == 404


def test_wrong_method(enter: Any, cast: Cast) -> None:
    assert enter("clerk").post(url(cast)).status_code == 405


def test_search_masks_names_and_is_recorded(enter: Any, cast: Cast) -> None:
    page = enter("clerk").get("/people/", {"q": "测试"})
    text = page.content.decode()
    assert "测******" in text
    assert "测试elder" not in text
    entry = AuditEntry.objects.get(name="registry.find")
    assert set(entry.resident_ids) == {r.pk for r in cast.residents.values()}
    answer = enter("clerk").get("/api/v1/residents", {"q": "测试", "page_size": 1}).json()
    assert (answer["total"], len(answer["items"])) == (2, 1)


def test_search_in_vain_offers_to_register(enter: Any) -> None:
    text = enter("clerk").get("/people/", {"q": "无此人"}).content.decode()
    assert "/people/register/?q=%E6%97%A0%E6%AD%A4%E4%BA%BA" in text
    assert "登记新居民" not in enter("nurse").get("/people/", {"q": "无此人"}).content.decode()
    assert 'value="无此人"' in enter("clerk").get("/people/register/", {"q": "无此人"}).content.decode()


def test_mine_shows_whom_one_stands_for(enter: Any) -> None:
    assert "测试elder" in enter("relative").get("/people/mine/").content.decode()
    assert "还没有人" in enter("clerk").get("/people/mine/").content.decode()


def test_warnings_are_for_those_who_go(enter: Any, cast: Cast) -> None:
    Household.objects.filter(pk=cast.residents["elder"].household_id).update(is_violent=True)
    assert "暴力记录，上门前" in enter("doctor").get(url(cast)).content.decode()
    assert "暴力记录，上门前" not in enter("relative").get(url(cast)).content.decode()


@pytest.mark.parametrize("text", XSS)
def test_whatever_is_typed_is_shown_as_text(enter: Any, cast: Cast, text: str) -> None:
    person = Resident.objects.get(pk=cast.residents["elder"].pk)
    person.name, person.allergies, person.speaks = text, [text], [text]
    person.save()
    Household.objects.filter(pk=person.household_id).update(township=text[:40])
    clerk = enter("clerk")
    factory.standing_proxy(cast.actors["elder"], person.pk, name=text, relation=text[:20])
    for page in (
        clerk.get(url(cast)),
        clerk.get("/people/", {"q": text}),
        clerk.get(f"/people/{person.pk}/correct/"),
        clerk.get(f"/people/{person.pk}/proxies/"),
    ):
        body = page.content.decode()
        assert page.status_code == 200
        if "<" in text:
            assert text not in body
        assert ">49<" not in body


def test_upper_contexts_add_their_places(enter: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seams, "_places", {})
    seams.add_place("registry:correct", "去更正", "edit", Permission.RESIDENT_EDIT)
    assert "去更正" in enter("clerk").get(url(cast)).content.decode()
    assert "去更正" not in enter("dispatcher").get(url(cast)).content.decode()


def test_few_queries(enter: Any, cast: Cast, sent: Any) -> None:
    factory.standing_proxy(cast.actors["elder"], cast.residents["elder"].pk)
    clerk, manager = enter("clerk"), enter("manager")
    clerk.get("/people/"), manager.get("/people/")
    for client, page in (
        (clerk, url(cast)), (clerk, "/people/?q=测试"), (clerk, "/people/register/"), (manager, "/people/staff/"), (manager, "/people/staff/expiring/"),
        (manager, f"/people/staff/{cast.staff['nurse'].pk}/"), (manager, "/people/organisations/"), (manager, f"/people/organisations/{cast.harbour.pk}/"),
    ):  # fmt: skip
        assert len(sent(client, page)) <= 12, page
