"""Letting a relative act, and taking it back."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import registry as factory
from yijia.apps.registry import actions
from yijia.apps.registry.models import Proxy
from yijia.base import accounts
from yijia.base.models import Message, RoleGrant, User
from yijia.core.permissions import Role

ASKED = {"name": "测试女儿", "phone": "139 0013 9000", "relation": "女", "kind": "proxy", "matters": ["bill", "order"]}


def grant(client: Any, cast: Cast, **more: Any) -> Any:
    return client.post(
        f"/api/v1/residents/{cast.residents['elder'].pk}/proxies",
        json.dumps(ASKED | more),
        content_type="application/json",
    )


@pytest.mark.parametrize("part", ["elder", "clerk"])
def test_the_scope_follows_at_once(enter: Any, cast: Cast, part: str) -> None:
    client, elder = enter(part), cast.residents["elder"]
    answer = grant(client, cast)
    assert (answer.status_code, answer.json()["matters"], answer.json()["phone_masked"]) == (
        201,
        ["order", "bill"],
        "139****9000",
    )
    user = User.objects.get(username="13900139000")
    assert accounts.actor_for(user, NOW).resident_ids == {elder.pk}
    assert accounts.actor_for(user, NOW).role is Role.FAMILY
    assert accounts.family_may(user.pk, elder.pk, "bill", NOW)
    assert not accounts.family_may(user.pk, elder.pk, "sign", NOW)
    client.post(f"/api/v1/proxies/{answer.json()['id']}/revoke", content_type="application/json")
    assert accounts.actor_for(user, NOW).resident_ids == frozenset()


def test_a_new_account_gets_its_first_password_by_text_only(enter: Any, cast: Cast) -> None:
    answer = grant(enter("elder"), cast)
    message = Message.objects.get(template="registry.invitation")
    password = re.search(r"首次密码 ([a-z0-9]{10})", message.text)[1]
    assert message.to_masked == "139****9000"
    assert password not in answer.content.decode()
    made = User.objects.get(username="13900139000")
    assert made.check_password(password)
    assert made.must_change_password


def test_an_account_that_stands_keeps_its_password(enter: Any, cast: Cast) -> None:
    cast.users["stranger_elder"].username = "13900139000"
    cast.users["stranger_elder"].save()
    assert grant(enter("elder"), cast).status_code == 201
    assert not Message.objects.exists()
    assert (
        RoleGrant.objects.get(role="family", user=cast.users["stranger_elder"]).resident_id
        == cast.residents["elder"].pk
    )


def test_one_standing_proxy_each(enter: Any, cast: Cast, travel: Any) -> None:
    client = enter("elder")
    first = grant(client, cast, valid_until="2025-06-20").json()["id"]
    again = grant(client, cast)
    assert (again.status_code, again.json()["code"]) == (409, "registry.proxy_stands")
    travel(timedelta(days=4))
    client = enter("elder")
    assert grant(client, cast).status_code == 201  # the first one has run out and gives way
    assert Proxy.objects.get(pk=first).revoked_at is not None


def test_it_holds_over_its_period_only(enter: Any, cast: Cast) -> None:
    grant(enter("elder"), cast, valid_from="2025-06-18", valid_until="2025-06-20")
    user = User.objects.get(username="13900139000")
    seen = [bool(accounts.actor_for(user, NOW + timedelta(days=d)).resident_ids) for d in range(5)]
    assert seen == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"matters": []}, "matters", "registry.no_matter"), ({"matters": ["inherit"]}, "matters", "registry.unknown_choice"),
        ({"phone": ""}, "phone", "registry.text_empty"), ({"phone": "1"}, "phone", "people.phone_length"), ({"name": ""}, "name", "people.name_empty"),
        ({"kind": "owner"}, "kind", "registry.unknown_choice"), ({"relation": "x" * 21}, "relation", "registry.text_long"),
        ({"valid_until": "2025-06-16"}, "valid_until", "registry.period_reversed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(enter: Any, cast: Cast, more: dict[str, Any], field: str, rule: str) -> None:
    answer = grant(enter("elder"), cast, **more)
    assert (answer.status_code, answer.json()["rules"]) == (422, {field: [rule]})
    assert not User.objects.filter(username="13900139000").exists()


def test_by_the_browser(enter: Any, cast: Cast) -> None:
    elder = enter("elder")
    url = f"/people/{cast.residents['elder'].pk}/proxies/"
    assert elder.get(url).status_code == 200
    assert "还没填" not in elder.post(url, {}).content.decode()
    assert elder.post(url, {}).status_code == 422
    page = elder.post(url, ASKED, follow=True).content.decode()
    assert "测试女儿" in page
    assert "看账单和付款" in page
    proxy = Proxy.objects.get(name="测试女儿")
    page = elder.post(f"/people/proxies/{proxy.pk}/revoke/", follow=True).content.decode()
    assert "已撤销" in page
    assert elder.post(f"/people/proxies/{proxy.pk}/revoke/").status_code == 302  # twice changes nothing


def test_nobody_acts_for_the_dead(enter: Any, cast: Cast) -> None:
    cast.residents["elder"].died_on = NOW.date()
    cast.residents["elder"].save()
    assert grant(enter("elder"), cast).json()["code"] == "registry.resident_dead"


def test_strangers_and_those_without_the_right(enter: Any, cast: Cast) -> None:
    proxy = factory.standing_proxy(cast.actors["elder"], cast.residents["elder"].pk)
    web = f"/people/{cast.residents['elder'].pk}/proxies/"
    assert grant(enter("stranger_elder"), cast).status_code == 404
    assert enter("stranger_elder").get(web).status_code == 404
    assert (
        enter("stranger_elder").post(f"/api/v1/proxies/{proxy.pk}/revoke", content_type="application/json").status_code
        == 404
    )
    for part in ("relative", "nurse", "manager", "regulator"):
        assert grant(enter(part), cast).json()["permission"] == "proxy:grant"
        assert enter(part).post(f"/people/proxies/{proxy.pk}/revoke/").status_code == 403
    assert enter("elder").get(f"/people/proxies/{proxy.pk}/revoke/").status_code == 405
    listed = enter("relative").get(f"/api/v1/residents/{cast.residents['elder'].pk}/proxies").json()
    assert {p["id"] for p in listed["items"]} >= {proxy.pk}
    assert enter("stranger_elder").get(f"/api/v1/residents/{cast.residents['elder'].pk}/proxies").status_code == 404


def test_a_childs_guardian_acts_until_the_birthday_of_majority(cast: Cast, travel: Any) -> None:
    """ID-15: the grant ends by itself on the day; a date put right moves it; a relative's and a grown-up's guardian's do not end."""
    clerk = cast.actors["clerk"]
    born_on = date(NOW.year - 18, 6, 20)
    number = factory.identity_number(21, born_on)
    child = actions.register_resident(**factory.application(21, identity_number=number, phone=""), by=clerk, at=NOW)[0]
    given = {"resident_id": child.pk, "relation": "母", "matters": ["order", "sign"], "by": clerk, "at": NOW}
    held = actions.grant_proxy(**given, name="测试母亲", phone="13900139001", kind="guardian")
    birthday = date(NOW.year, 6, 20)
    assert held.valid_until == birthday
    shorter = actions.grant_proxy(
        **given, name="测试舅舅", phone="13900139003", kind="guardian", valid_until=birthday - timedelta(days=2)
    )
    assert shorter.valid_until == birthday - timedelta(days=2)
    aunt = actions.grant_proxy(**given, name="测试姨", phone="13900139002", kind="proxy")
    assert aunt.valid_until is None
    mother = User.objects.get(username="13900139001")
    eve = NOW + (birthday - NOW.date()) - timedelta(days=1)
    assert accounts.family_may(mother.pk, child.pk, "sign", eve)
    assert not accounts.family_may(mother.pk, child.pk, "sign", eve + timedelta(days=1))
    assert accounts.actor_for(mother, eve + timedelta(days=1)).resident_ids == frozenset()
    right = factory.identity_number(22, born_on + timedelta(days=5))
    child.refresh_from_db()
    actions.correct_resident(resident_id=child.pk, version=child.version, changes={"identity": right}, by=clerk, at=NOW)
    held.refresh_from_db()
    assert held.valid_until == birthday + timedelta(days=5)
    assert accounts.family_may(mother.pk, child.pk, "sign", eve + timedelta(days=1))
    assert not accounts.family_may(mother.pk, child.pk, "sign", eve + timedelta(days=6))
    elder = factory.standing_proxy(clerk, cast.residents["elder"].pk, kind="guardian", phone="13900139004")
    assert elder.valid_until is None  # appointed by itself for a grown-up
