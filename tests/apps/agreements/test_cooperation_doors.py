"""The doors of agreements between institutions: pages, PDF and API."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.apps.agreements.test_breaches import missed
from tests.cast import NOW, Cast
from tests.factories import cooperations as make
from tests.factories import sm2 as certificates
from tests.factories.agreements import DRAWN, PNG, prepared, signed
from yijia.apps.agreements.models import Breach, Cooperation, Performance
from yijia.apps.portals import queries as portals
from yijia.apps.registry.models import Organisation

Enter = Callable[..., Client]
HOME = "晴川养老院"
TERMS = make.FIELDS["medical_cooperation"] | {"valid_from": "2025-06-16", "valid_until": "2026-06-16"}
SIGN = {"name": "王院长", "post": "院长", "method": "glass", "image": DRAWN}


def test_drafted_offered_and_signed_on_screen(cast: Cast, enter: Enter, see_all: Callable) -> None:
    home, _ = make.care_home(cast)
    keeper, manager = enter(HOME), enter("manager")
    page = keeper.get("/agreements/cooperations/new/medical_cooperation/").content.decode()
    assert "港湾医院" in page
    assert 'name="answer_min"' in page
    path = "/agreements/cooperations/new/medical_cooperation/"
    posted = TERMS | {"side": "first", "partner": str(cast.harbour.pk), "client_id": str(uuid4())}
    assert keeper.post(path, posted | {"answer_min": "soon"}).status_code == 422
    made = keeper.post(path, posted)
    see_all()
    row = Cooperation.objects.get()
    whole = f"/agreements/cooperations/{row.pk}/"
    assert made["Location"] == whole
    assert (row.organisation_id, row.partner_id) == (home.pk, cast.harbour.pk)
    assert keeper.post(f"{whole}words/", TERMS | {"answer_min": "8", "version": "1"})["Location"] == whole
    assert keeper.post(f"{whole}move/", {"event": "offer"}).status_code == 302
    for client in (keeper, manager):
        assert "data-sign-pad" in client.get(f"{whole}paper/").content.decode()
        assert client.post(f"{whole}sign/", SIGN)["Location"] == whole
    shown = manager.get(whole).content.decode()
    assert "8 分钟内" in shown
    assert "履行中" in shown
    assert manager.post(f"{whole}sign/", SIGN).status_code == 409
    assert "校验无误" in manager.get(f"{whole}paper/").content.decode()
    assert "到院巡诊 0/2" in manager.get("/agreements/cooperations/").content.decode()


def test_the_law_refuses_on_screen(cast: Cast, enter: Enter) -> None:
    make.care_home(cast)
    posted = make.FIELDS["outsourcing"] | {
        "arrangement": "department_contract", "side": "first", "partner": str(cast.harbour.pk), "client_id": str(uuid4()),
        "valid_from": "2025-06-16", "valid_until": "2026-06-16",
    }  # fmt: skip
    answer = enter(HOME).post("/agreements/cooperations/new/outsourcing/", posted)
    assert answer.status_code == 409
    assert "第三十九条" in answer.content.decode()
    assert 'value="department_lease"' in answer.content.decode()
    assert 'name="quota_per_month"' in answer.content.decode()  # the form stays, with what was typed
    english = enter(HOME)
    english.cookies["yijia_language"] = "en"
    assert "article 39" in english.post("/agreements/cooperations/new/outsourcing/", posted).content.decode()


def test_a_designation_is_drafted_by_either(cast: Cast, enter: Enter, see_all: Callable) -> None:
    given = make.FIELDS["designation"] | {"valid_from": "2025-06-16", "valid_until": "2026-06-16"}
    path = "/agreements/cooperations/new/designation/"
    assert enter("manager").post(path, given | {"side": "first", "client_id": str(uuid4())}).status_code == 302
    chosen = given | {"side": "second", "partner": str(cast.hill.pk), "client_id": str(uuid4())}
    assert enter("agency_clerk").post(path, chosen).status_code == 302
    see_all()
    assert {c.organisation_id for c in Cooperation.objects.all()} == {cast.harbour.pk, cast.hill.pk}
    assert enter("agency_clerk").get("/agreements/cooperations/new/nothing/").status_code == 404


def test_signing_on_paper_keeps_the_scan(cast: Cast, enter: Enter, see_all: Callable) -> None:
    row = make.offered(cast)
    given = SIGN | {"method": "paper", "image": ""}
    path = f"/agreements/cooperations/{row.pk}/sign/"
    assert enter(HOME).post(path, given).status_code == 409
    assert enter(HOME).post(path, given | {"scan": SimpleUploadedFile("s.txt", b"no picture")}).status_code == 422
    assert enter(HOME).post(path, given | {"scan": SimpleUploadedFile("s.png", PNG)}).status_code == 302
    see_all()
    made = row.signatures.get()
    image = enter("manager").get(f"/agreements/cooperations/signatures/{made.pk}/image/")
    assert image.content == PNG
    assert enter("stranger_manager").get(f"/agreements/cooperations/signatures/{made.pk}/image/").status_code == 404


def test_an_sm2_certificate_signs_for_its_own_party_only(
    cast: Cast, enter: Enter, tmp_path: Any, settings: Any, see_all: Callable
) -> None:  # AGREEMENT-12
    row = make.offered(cast)
    sealed = base64.b64encode(certificates.sign(bytes(row.text_sm3), certificates.HOLDER_KEY)).decode()

    def post(certificate: bytes, over: str = sealed) -> Any:
        given = {
            "name": "王院长",
            "post": "院长",
            "method": "certificate",
            "certificate": certificates.pem(certificate),
            "sealed": over,
        }
        return enter(HOME).post(f"/agreements/cooperations/{row.pk}/sign/", given)

    own = certificates.certificate(CN="王院长", O=HOME)
    assert "没有配置可信的证书签发机构" in post(own).content.decode()
    issuers = tmp_path / "issuers.pem"
    issuers.write_text(certificates.pem(certificates.issuer()), encoding="ascii")
    settings.SM2_ISSUERS = str(issuers)
    assert post(certificates.certificate(CN="王院长", O="港湾医院")).status_code == 409
    assert post(certificates.certificate(CN="李院长", O=HOME)).status_code == 409
    other = base64.b64encode(certificates.sign(b"other words", certificates.HOLDER_KEY)).decode()
    assert post(own, other).status_code == 409
    assert post(own, "///").status_code == 422
    assert post(own).status_code == 302
    see_all()
    made = row.signatures.get()
    page = enter(HOME).get(f"/agreements/cooperations/{row.pk}/paper/").content.decode()
    assert "校验无误" in page
    assert "1337" in page
    assert made.certificate is not None


def test_moves_ask_for_reasons(cast: Cast, enter: Enter) -> None:
    row = make.in_force(cast)
    path = f"/agreements/cooperations/{row.pk}/move/"
    assert enter("manager").post(path, {"event": "suspend"}).status_code == 409
    assert enter("manager").post(path, {"event": "suspend", "reason": "改造"}).status_code == 302
    assert "已暂停" in enter(HOME).get(f"/agreements/cooperations/{row.pk}/").content.decode()
    assert enter("manager").post(path, {"event": "explode"}).status_code == 422
    assert enter("manager").get(path).status_code == 405


def test_renewing_on_screen(cast: Cast, enter: Enter, see_all: Callable) -> None:
    row = make.in_force(cast)
    path = f"/agreements/cooperations/{row.pk}/renew/"
    assert 'value="2026-06-16"' in enter(HOME).get(path).content.decode()
    given = TERMS | {"valid_from": "2026-06-16", "valid_until": "2027-06-16", "client_id": str(uuid4())}
    assert enter(HOME).post(path, given | {"valid_from": "2026-01-01"}).status_code == 422
    assert enter(HOME).post(path, given).status_code == 302
    see_all()
    assert Cooperation.objects.get(renews=row).valid_until.year == 2027


def test_an_event_recorded_by_hand(cast: Cast, enter: Enter, see_all: Callable) -> None:
    row = make.in_force(cast)
    path = f"/agreements/cooperations/{row.pk}/duties/rounds/"
    assert "手工登记一次" in enter("manager").get(path).content.decode()
    assert "手工登记一次" not in enter("regulator").get(path).content.decode()
    given = {"happened_at": "2025-06-16T08:30", "quantity": "1", "source_id": str(uuid4())}
    for _ in range(2):
        assert enter("manager").post(f"{path}record/", given).status_code == 302
    assert enter("manager").post(f"{path}record/", given | {"happened_at": "soon"}).status_code == 422
    assert enter("manager").post(f"{path}record/", given | {"happened_at": "2025-06-17T08:30"}).status_code == 409
    assert enter("regulator").post(f"{path}record/", given).status_code == 403
    assert enter("manager").get(f"/agreements/cooperations/{row.pk}/duties/dancing/").status_code == 404
    see_all()
    assert Performance.objects.count() == 1


def test_a_breach_is_answered_and_settled_on_screen(cast: Cast, enter: Enter, travel: Any, see_all: Callable) -> None:
    breach = missed(cast)
    travel(timedelta(days=4))
    path = f"/agreements/cooperations/breaches/{breach.pk}/"
    page = enter("manager").get(path).content.decode()
    assert "约定 10 分钟内，实际 15 分钟" in page
    assert "care.referral 2" in page
    assert "违约 1" in enter("manager").get("/agreements/cooperations/?breached=1").content.decode()
    assert enter(HOME).post(f"{path}answer/", {"text": "x"}).status_code == 409
    assert enter("manager").post(f"{path}answer/", {"text": "线路故障"}).status_code == 302
    assert "免责" in enter(HOME).get(path).content.decode()
    assert enter(HOME).post(f"{path}decide/", {"event": "excuse", "text": "属实"}).status_code == 302
    see_all()
    assert Breach.objects.get().state == "excused"


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("manager", 200),
        (HOME, 200),
        ("regulator", 200),
        ("agency_clerk", 200),
        ("stranger_manager", 404),
        ("nurse", 403),
        ("elder", 403),
    ],
)
def test_who_reads(cast: Cast, enter: Enter, part: str, status: int) -> None:
    row, breach = make.in_force(cast, "consortium", organisation_id=make.care_home(cast)[0].pk), missed(cast)
    client = enter(part)
    for path in (
        f"cooperations/{row.pk}/", f"cooperations/{row.pk}/paper/", f"cooperations/{row.pk}/paper.pdf",
        f"cooperations/{row.pk}/duties/information_shared/", f"cooperations/breaches/{breach.pk}/",
    ):  # fmt: skip
        assert client.get(f"/agreements/{path}").status_code == status, path


def test_papers_as_pdf(cast: Cast, enter: Enter) -> None:
    row, paper = make.in_force(cast), signed(cast)
    for path in (f"/agreements/cooperations/{row.pk}/paper.pdf", f"/agreements/{paper.pk}/paper.pdf"):
        answer = enter("manager").get(path)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert answer.content == enter("manager").get(path).content
    assert enter("elder").get(f"/agreements/{prepared(cast).pk}/paper.pdf").status_code == 200
    assert enter("stranger_elder").get(f"/agreements/{paper.pk}/paper.pdf").status_code == 404


def send(client: Client, path: str, body: Any) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def test_api(cast: Cast, enter: Enter, travel: Any) -> None:
    home, _ = make.care_home(cast)
    keeper, manager = enter(HOME), enter("manager")
    body = {
        "kind": "medical_cooperation", "organisation_id": home.pk, "partner_id": cast.harbour.pk,
        "fields": make.FIELDS["medical_cooperation"], "valid_from": "2025-06-16", "valid_until": "2026-06-16", "client_id": str(uuid4()),
    }  # fmt: skip
    made = send(keeper, "/cooperations", body)
    assert made.status_code == 201, made.content
    path = f"/cooperations/{made.json()['id']}"
    assert send(keeper, "/cooperations", body).json()["id"] == made.json()["id"]
    words = {"fields": body["fields"], "valid_from": "2025-06-16", "valid_until": "2026-06-16", "version": 9}
    assert send(keeper, f"{path}/words", words).status_code == 412
    assert send(keeper, f"{path}/move", {"event": "offer"}).json()["state"] == "offered"
    assert send(keeper, f"{path}/sign", SIGN).status_code == 200
    assert send(manager, f"{path}/sign", SIGN).json()["state"] == "in_force"
    told = {
        "duty": "green_channel_answer",
        "happened_at": NOW.isoformat(),
        "seconds": 900,
        "source_type": "x",
        "source_id": "1",
    }
    assert send(manager, f"{path}/performance", told).status_code == 201
    assert send(manager, f"{path}/performance", told | {"seconds": 1}).status_code == 409
    assert manager.get(f"/api/v1{path}/performance").json()["total"] == 1
    shown = manager.get(f"/api/v1{path}").json()
    assert (shown["is_whole"], shown["signatures"][0]["is_sound"]) == (True, True)
    assert [w["kept"] for w in shown["windows"] if w["duty"] == "green_channel_answer"] == [False]
    assert manager.get("/api/v1/cooperations?kind=medical_cooperation").json()["total"] == 1
    renewed = send(
        keeper, f"{path}/renew", {"valid_from": "2026-06-16", "valid_until": "2027-06-16", "client_id": str(uuid4())}
    )
    assert renewed.status_code == 201
    assert enter("stranger_manager").get(f"/api/v1{path}").status_code == 404
    assert enter("nurse").get(f"/api/v1{path}").status_code == 403


def test_the_authority_is_told_of_breaches_to_settle(cast: Cast, enter: Enter) -> None:
    missed(cast)
    for part in ("regulator", "agency_clerk"):
        assert portals.counts(cast.actors[part], NOW, NOW.date())["breaches_to_decide"] >= 1, part
    assert "/agreements/cooperations/?breached=1" in enter("regulator").get("/").content.decode()


def test_api_of_breaches(cast: Cast, enter: Enter) -> None:
    breach = missed(cast)
    listed = enter("regulator").get("/api/v1/cooperation-breaches?is_open=true").json()
    assert [b["id"] for b in listed["items"]] == [breach.pk]
    path = f"/cooperation-breaches/{breach.pk}"
    assert enter("regulator").get(f"/api/v1{path}").json() == listed["items"][0]
    assert enter("stranger_manager").get(f"/api/v1{path}").status_code == 404
    assert enter("expert").get(f"/api/v1{path}").status_code == 403
    assert send(enter("manager"), f"{path}/answer", {"text": "线路故障"}).json()["state"] == "answered"
    assert send(enter("regulator"), f"{path}/decide", {"event": "uphold", "text": "属实"}).json()["state"] == "upheld"
    assert send(enter("stranger_manager"), f"{path}/answer", {"text": "x"}).status_code == 404


def test_an_expired_licence_is_said_on_the_page(cast: Cast, enter: Enter) -> None:  # AGREEMENT-18
    row = make.in_force(cast)
    Organisation.objects.filter(pk=cast.harbour.pk).update(licence_valid_until=NOW.date())
    for path in ("/agreements/cooperations/", f"/agreements/cooperations/{row.pk}/"):
        assert "港湾医院的执业许可到 2025-06-16 已经到期" in enter(HOME).get(path).content.decode()
