"""A contract that both sign: by a one-time code, at the door with both hands, on paper before a witness."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import agreements as make
from tests.factories.care import DRAWING
from yijia.apps.agreements import actions, queries
from yijia.apps.agreements.models import Agreement, SigningCode
from yijia.base.errors import NotFound, Refused
from yijia.base.words import sentence

Enter = Callable[..., Client]
MINUTE = timedelta(minutes=1)


def contract(cast: Cast) -> Agreement:
    names = ("programme", "plan", "money", "package", "package_items", "package_price")
    return actions.prepare(
        kind="family_doctor", resident_id=cast.residents["elder"].pk, organisation_id=cast.harbour.pk,
        fields={"words": {name: {"zh": "—", "en": "—"} for name in names}}, by=cast.actors["doctor"], at=NOW,
    )  # fmt: skip


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    assert sentence(caught.value.refusal)
    return caught.value.refusal.code.removeprefix("agreements.")


def by_code(cast: Cast, row: Agreement, code: str, part: str = "elder", at: Any = NOW) -> Any:
    return actions.sign_by_code(agreement_id=row.pk, code=code, by=cast.actors[part], at=at)


def test_a_code_signs_for_both_and_only_once(cast: Cast) -> None:  # AGREEMENT-24, AGREEMENT-25
    row = contract(cast)
    out = actions.give_code(agreement_id=row.pk, by=cast.actors["doctor"], at=NOW)
    code = queries.code_of(out)
    assert len(code) == 6
    assert code.encode() not in bytes(out.code_enc)
    by_code(cast, row, f"{code[:3]} {code[3:]}", at=NOW + MINUTE)
    row.refresh_from_db()
    assert row.signed_at == NOW + MINUTE
    house, mine = queries.list_signatures(row)
    assert (house.signer, house.signed_at, mine.signer, mine.method) == ("institution", NOW, "resident", "code")
    assert queries.is_paper_signature_sound(house)
    assert queries.is_paper_signature_sound(mine)
    assert refused(lambda: by_code(cast, row, code, at=NOW + MINUTE)) == "no_code"


def test_a_code_runs_out_locks_and_is_replaced(cast: Cast) -> None:  # AGREEMENT-25
    row = contract(cast)
    give = {"agreement_id": row.pk, "by": cast.actors["doctor"]}
    assert refused(lambda: by_code(cast, row, "123456")) == "no_code"
    first = queries.code_of(actions.give_code(**give, at=NOW))
    assert refused(lambda: by_code(cast, row, first, at=NOW + 10 * MINUTE)) == "code_expired"
    second = queries.code_of(actions.give_code(**give, at=NOW + 10 * MINUTE))
    assert SigningCode.objects.filter(agreement=row, is_out=True).count() == 1
    wrong = "000000" if second != "000000" else "111111"
    at = NOW + 11 * MINUTE
    assert [refused(lambda: by_code(cast, row, wrong, at=at)) for _ in range(5)] == ["code_wrong"] * 4 + ["code_locked"]
    assert refused(lambda: by_code(cast, row, second, at=at)) == "code_locked"
    third = queries.code_of(actions.give_code(**give, at=at))
    assert by_code(cast, row, third, "relative", at=at).signer == "proxy"


def test_who_gives_a_code_and_who_uses_it(cast: Cast) -> None:  # AGREEMENT-25
    row = contract(cast)
    for part in ("elder", "clerk"):
        assert (
            refused(lambda part=part: actions.give_code(agreement_id=row.pk, by=cast.actors[part], at=NOW))
            == "code_needs_staff"
        )
    code = queries.code_of(actions.give_code(agreement_id=row.pk, by=cast.actors["doctor"], at=NOW))
    assert refused(lambda: actions.sign(agreement_id=row.pk, signer="resident", name="测试elder", method="code", by=cast.actors["elder"], at=NOW)) == "code_needs_own_hand"  # fmt: skip
    with pytest.raises(NotFound):
        by_code(cast, row, code, "stranger_elder")
    by_code(cast, row, code)
    assert refused(lambda: actions.give_code(agreement_id=row.pk, by=cast.actors["doctor"], at=NOW)) == "already_signed"


def test_one_hand_alone_does_not_make_a_contract(cast: Cast) -> None:  # AGREEMENT-24
    row = contract(cast)
    hand = {"signer": "resident", "name": "测试elder", "method": "glass", "image": DRAWING}
    actions.sign(agreement_id=row.pk, **hand, by=cast.actors["elder"], at=NOW)
    row.refresh_from_db()
    assert row.signed_at is None
    assert refused(lambda: actions.countersign(agreement_id=row.pk, house_image=DRAWING, by=cast.actors["clerk"], at=NOW)) == "not_your_hand"  # fmt: skip
    actions.countersign(agreement_id=row.pk, house_image=DRAWING, by=cast.actors["doctor"], at=NOW + MINUTE)
    row.refresh_from_db()
    assert row.signed_at == NOW + MINUTE
    assert refused(lambda: actions.countersign(agreement_id=row.pk, house_image=DRAWING, by=cast.actors["doctor"], at=NOW)) == "already_signed"  # fmt: skip


def test_at_the_door_both_or_none(cast: Cast) -> None:  # AGREEMENT-24
    row = contract(cast)
    hand = {"signer": "resident", "name": "测试elder", "method": "glass", "image": DRAWING}
    door = {"agreement_id": row.pk, "lon": 113.75, "lat": 23.04, "by": cast.actors["doctor"], "at": NOW}
    assert refused(lambda: actions.sign_at_door(**door, **hand, house_image="")) == "no_image"
    assert queries.list_signatures(row) == []
    actions.sign_at_door(**door, **hand, house_image=DRAWING)
    row.refresh_from_db()
    assert row.signed_at == NOW
    assert [one.lat for one in queries.list_signatures(row)] == [23.04, 23.04]


def test_a_contract_on_paper_needs_its_scan_and_a_witness(cast: Cast) -> None:  # AGREEMENT-24
    row = contract(cast)
    paper = {"agreement_id": row.pk, "signer": "resident", "name": "测试elder", "method": "paper", "image": make.PNG}
    staff = {"by": cast.actors["doctor"], "at": NOW}
    assert refused(lambda: actions.sign(**paper, **staff)) == "no_witness"
    actions.sign(**paper, witness="王邻居", **staff)
    row.refresh_from_db()
    assert row.signed_at == NOW


def test_the_doors_of_a_code(cast: Cast, enter: Enter, see_all: Callable) -> None:
    row = contract(cast)
    doctor, path = enter("doctor"), f"/agreements/{row.pk}/"
    assert doctor.get(f"{path}code/").status_code == 405
    assert enter("manager").post(f"{path}code/").status_code == 403
    assert enter("stranger_elder").post(f"{path}code/").status_code == 404
    assert enter("elder").post(f"{path}code/").status_code == 409
    assert doctor.post(f"{path}code/")["Location"] == f"{path}#code"
    see_all()
    code = queries.code_of(SigningCode.objects.get())
    page = doctor.get(path).content.decode()
    assert f"{code[:3]} {code[3:]}" in page
    assert "data:image/svg+xml" in page
    elder = enter("elder")
    assert f'value="{code}"' in elder.get(f"{path}?code={code}").content.decode()
    assert elder.get(f"{path}by-code/").status_code == 405
    assert enter("manager").post(f"{path}by-code/", {"code": code}).status_code == 403
    assert enter("stranger_elder").post(f"{path}by-code/", {"code": code}).status_code == 404
    assert elder.post(f"{path}by-code/", {"code": "x" * 50}).status_code == 409
    assert elder.post(f"{path}by-code/", {"code": code}).status_code == 302
    assert elder.post(f"{path}by-code/", {"code": code}).status_code == 409
    see_all()
    assert Agreement.objects.get().signed_at is not None


def test_the_doors_of_both_hands(cast: Cast, enter: Enter, see_all: Callable) -> None:
    row = contract(cast)
    doctor, elder, path = enter("doctor"), enter("elder"), f"/agreements/{row.pk}/"
    assert "机构签" not in elder.get(path).content.decode()
    hand = {"signer": "resident", "name": "测试elder", "method": "glass", "image": make.DRAWN}
    assert elder.post(f"{path}sign/", hand).status_code == 302
    assert "等机构签" in elder.get(path).content.decode()
    assert "机构签署" in doctor.get(path).content.decode()
    assert doctor.get(f"{path}countersign/").status_code == 405
    assert enter("manager").post(f"{path}countersign/").status_code == 403
    assert enter("stranger_elder").post(f"{path}countersign/").status_code == 404
    assert doctor.post(f"{path}countersign/", {}).status_code == 409
    onward = {"house_image": make.DRAWN, "latitude": "23.04", "longitude": "113.7", "next": "/orders/episodes/7/"}
    assert (
        doctor.post(f"{path}countersign/", onward)["Location"] == "/orders/episodes/7/"
    )  # back to where one came from
    assert doctor.post(f"{path}countersign/", {"house_image": make.DRAWN}).status_code == 409
    see_all()
    other = contract(cast)
    both = hand | {"house_image": make.DRAWN}
    assert doctor.post(f"/agreements/{other.pk}/sign/", both).status_code == 302
    see_all()
    assert Agreement.objects.get(pk=other.pk).signed_at is not None


def test_the_api_of_codes_and_hands(cast: Cast, enter: Enter) -> None:
    def send(client: Client, row: Agreement, what: str, body: Any) -> Any:
        return client.post(f"/api/v1/agreements/{row.pk}/{what}", json.dumps(body), content_type="application/json")

    first, second, third = contract(cast), contract(cast), contract(cast)
    doctor, elder = enter("doctor"), enter("elder")
    code = send(doctor, first, "code", {}).json()["code"]
    assert send(elder, first, "code", {}).json()["code"] == "agreements.code_needs_staff"
    assert send(elder, first, "sign-by-code", {"code": code}).json()["signed_at"]
    hand = {"signer": "resident", "name": "测试elder", "method": "glass", "image": make.DRAWN}
    assert send(doctor, second, "sign-at-door", hand | {"house_image": make.DRAWN}).json()["signed_at"]
    assert send(elder, third, "sign", hand).json()["signed_at"] is None
    assert send(doctor, third, "countersign", {"house_image": make.DRAWN}).json()["signed_at"]
    for what, body in (
        ("code", {}),
        ("sign-by-code", {"code": code}),
        ("countersign", {"house_image": "x"}),
        ("sign-at-door", hand | {"house_image": "x"}),
    ):
        assert send(enter("stranger_elder"), first, what, body).status_code == 404
        assert send(enter("manager"), first, what, body).status_code == 403
