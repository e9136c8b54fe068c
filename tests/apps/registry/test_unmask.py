"""Looking behind a mask."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import registry as factory
from yijia.base import editions
from yijia.base.models import AuditEntry, IdempotentAnswer
from yijia.core.people import phone, synthetic
from yijia.core.people.identity import Sex


def ask(client: Any, cast: Cast, field: str = "phone", purpose: str = "call_back", **more: Any) -> Any:
    body = {"field": field, "purpose": purpose, "note": more.pop("note", "")}
    return client.post(
        f"/api/v1/residents/{cast.residents['elder'].pk}/unmask",
        json.dumps(body),
        content_type="application/json",
        headers=more,
    )


def secret(cast: Cast, field: str) -> str:
    number = synthetic.synthetic_id(1, cast.residents["elder"].born_on, Sex.FEMALE, "CN-441900")
    return {"phone": phone.synthetic(1), "identity": number, "address": "测试路1号"}[field]


@pytest.mark.parametrize("field", ["phone", "identity", "address"])
def test_a_value_is_given_and_recorded_for_good(enter: Any, cast: Cast, field: str) -> None:
    answer = ask(enter("clerk"), cast, field)
    assert answer.json() == {"field": field, "value": secret(cast, field)}
    entry = AuditEntry.objects.get(verb="unmask")
    assert (entry.name, entry.subject_ids, entry.resident_ids) == (
        "registry.unmask",
        [cast.residents["elder"].pk],
        [cast.residents["elder"].pk],
    )
    assert entry.facts == {"field": field, "purpose": "call_back", "note": ""}
    assert secret(cast, field) not in str(list(AuditEntry.objects.values()))


def test_the_web_asks_first_with_and_without_htmx(enter: Any, cast: Cast) -> None:
    clerk, url = enter("clerk"), f"/people/unmask/resident/{cast.residents['elder'].pk}/phone/"
    whole, part = clerk.get(url), clerk.get(url, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert secret(cast, "phone") not in whole.content.decode() + part.content.decode()
    for headers in ({}, {"HX-Request": "true"}):
        assert clerk.post(url, {"purpose": ""}, headers=headers).status_code == 422
        assert clerk.post(url, {"purpose": "other"}, headers=headers).status_code == 422
        shown = clerk.post(url, {"purpose": "other", "note": "家属来电，回拨确认"}, headers=headers)
        assert (shown.status_code, secret(cast, "phone") in shown.content.decode()) == (200, True)
    assert {e.facts["note"] for e in AuditEntry.objects.filter(verb="unmask")} == {"家属来电，回拨确认"}


def test_a_note_holds_no_numbers(enter: Any, cast: Cast) -> None:
    answer = ask(enter("clerk"), cast, purpose="other", note="138 0013 8000")
    assert answer.json()["rules"] == {"note": ["registry.note_has_numbers"]}
    assert ask(enter("clerk"), cast, purpose="curious").json()["rules"] == {"purpose": ["registry.unknown_choice"]}
    assert not AuditEntry.objects.filter(verb="unmask").exists()


def test_so_many_an_hour(enter: Any, cast: Cast, travel: Any) -> None:
    from tests.cast import NOW

    most = editions.current().lookup("term:unmask_per_hour", jurisdiction="CN-441900", on=NOW.date()).value["count"]
    clerk = enter("clerk")
    assert {ask(clerk, cast).status_code for _ in range(most)} == {200}
    refused = ask(clerk, cast)
    assert (refused.status_code, refused.json()["code"]) == (409, "registry.unmask_too_often")
    assert ask(enter("dispatcher"), cast).status_code == 200
    assert AuditEntry.objects.filter(verb="refused", name="registry.unmask").exists()
    travel(timedelta(minutes=61))
    assert ask(enter("clerk"), cast).status_code == 200


def test_a_keyed_answer_is_not_kept(enter: Any, cast: Cast) -> None:
    clerk = enter("clerk")
    for _ in range(2):
        assert ask(clerk, cast, **{"Idempotency-Key": "k"}).status_code == 200
    assert not IdempotentAnswer.objects.exists()
    assert AuditEntry.objects.filter(verb="unmask").count() == 2


def test_strangers_and_those_without_the_right(enter: Any, cast: Cast) -> None:
    url = f"/people/unmask/resident/{cast.residents['elder'].pk}/phone/"
    assert ask(enter("stranger_manager"), cast).status_code == 404
    assert enter("stranger_manager").post(url, {"purpose": "call_back"}).status_code == 404
    for part in ("nurse", "elder", "relative", "regulator", "auditor", "admin"):
        assert ask(enter(part), cast).status_code == 403
        assert enter(part).post(url, {"purpose": "call_back"}).status_code == 403
    assert enter("clerk").put(url).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "resident/{r}/password",
        "resident/0/phone",
        "robot/1/phone",
        "staff/0/phone",
        "credential/0/number",
        "proxy/0/phone",
        "staff/{s}/phone",
    ],
)
def test_what_is_not_there_is_not_found(enter: Any, cast: Cast, path: str) -> None:
    url = f"/people/unmask/{path.format(r=cast.residents['elder'].pk, s=cast.staff['nurse'].pk)}/"
    assert enter("manager").post(url, {"purpose": "call_back"}).status_code == 404


def test_papers_telephones_and_proxies(enter: Any, cast: Cast) -> None:
    staff = factory.new_staff(cast, phone="13700137000")
    paper = factory.checked_credential(cast, staff.pk)
    proxy = factory.standing_proxy(cast.actors["elder"], cast.residents["elder"].pk)
    manager = enter("manager")
    for path, value in (
        (f"staff/{staff.pk}/phone", "13700137000"),
        (f"credential/{paper.pk}/number", "202044123456"),
        (f"proxy/{proxy.pk}/phone", "13900139000"),
    ):
        assert value in manager.post(f"/people/unmask/{path}/", {"purpose": "credential_check"}).content.decode()
    assert (
        enter("stranger_manager")
        .post(f"/people/unmask/credential/{paper.pk}/number/", {"purpose": "call_back"})
        .status_code
        == 404
    )
