"""The dry-run: on a snapshot of the register, with the list behind each number, kept as a proposal and taken back; the API."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import benefits as factory
from tests.factories.benefits import LIANGPING, NOW
from yijia.apps.benefits import jobs
from yijia.apps.benefits.models import Entitlement, Proposal
from yijia.base.editions import ROOT
from yijia.base.models import AuditEntry

PAGE = "/benefits/dry-run/"


@pytest.fixture
def home(town: Cast, tmp_path: Path, settings: Any) -> Path:
    """A data folder with a snapshot of four elders of Liangping: 62, 76, 81 and 91 years old."""
    settings.HOME = tmp_path
    for serial, year in ((101, 1964), (102, 1950), (103, 1945), (104, 1935)):
        factory.elder(town, serial, date(year, 3, 1))
    assert jobs.take_snapshot(LIANGPING, NOW) == f"{LIANGPING}-2026-06-16"
    return tmp_path


def change(key: str, value: str) -> dict[str, str]:
    return {"key_1": key, "value_1": value}


def test_an_age_lowered_brings_one_person_in(sit: Any, home: Path, see_all: Any) -> None:
    regulator = sit("regulator")
    asked = change("OLD_AGE.min_age", "75")
    page = regulator.get(PAGE, asked)
    screen = page.context["screen"]
    assert (page.status_code, screen.result["gain"], screen.result["lose"]) == (200, 1, 0)
    assert screen.result["difference_year_fen"] == 12 * 4000
    assert "chart-district" in page.content.decode()
    people = regulator.get(PAGE + "people/", asked | {"outcome": "gain", "cut": "sex", "is": "female"})
    assert [row["person_id"][:9] for row in people.context["screen"].rows] == ["R-*******"]
    see_all()
    assert AuditEntry.objects.filter(name="benefits.dry_run_people").count() == 1


def test_the_list_behind_a_number_goes_on_to_its_last_person(
    sit: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody behind the number can be seen, once each, page after page."""
    monkeypatch.setattr(sys.modules["yijia.apps.benefits.screens.trial"], "MOST_PEOPLE", 1)
    regulator, asked = sit("regulator"), change("OLD_AGE.min_age", "60") | {"outcome": "gain"}
    first, second, third = (
        regulator.get(PAGE + "people/", asked | {"from": n}).context["screen"] for n in ("1", "2", "3")
    )
    assert (len(first.rows), first.next_from, second.next_from, third.rows, third.next_from) == (1, 2, 3, (), None)
    assert first.rows[0]["person_id"] != second.rows[0]["person_id"]
    assert regulator.get(PAGE + "people/", asked | {"from": "x"}).context["screen"].first == 1


def test_numbers_are_called_by_name(sit: Any, home: Path) -> None:
    found = dict(sit("regulator").get(PAGE).context["screen"].form.fields["key_1"].choices)
    assert found["OLD_AGE.min_age"] == "高龄津贴 · 最低年龄：80"
    assert found["OLD_AGE.age_80.amount_fen"] == "高龄津贴 · 每月金额，周岁年龄不满 90（填元）：¥40.00"


def test_what_cannot_be_tried_says_why(sit: Any, home: Path) -> None:
    regulator = sit("regulator")
    assert "不归你管" in regulator.get(PAGE, {"region": "CN-440704"}).content.decode()
    assert regulator.get(PAGE, change("OLD_AGE.min_age", "many")).status_code == 422
    assert regulator.get(PAGE, change("NOTHING.here", "1")).status_code == 422
    for typed in ("30.005", "-1", "3e2", "1234567890", "三十"):
        wrong = regulator.get(PAGE, change("OLD_AGE.age_80.amount_fen", typed))
        assert wrong.status_code == 422, typed
        assert "高龄津贴 · 金额”要填不小于 0 的数" in wrong.content.decode(), typed
    assert regulator.get(PAGE, {"population": "../../etc"}).status_code == 200
    for part in ("agency_clerk", "clerk", "elder", "auditor"):
        assert sit(part).get(PAGE).status_code == 403, part


def test_a_draft_with_a_fault_is_named_before_it_is_tried(sit: Any, home: Path) -> None:
    folder = home / "editions" / "mine" / LIANGPING
    folder.mkdir(parents=True)
    text = (ROOT / LIANGPING / "benefits.yaml").read_text(encoding="utf-8")
    (folder / "benefits.yaml").write_text(text.replace("age >= min_age", "agee >= min_age"), encoding="utf-8")
    page = sit("regulator").get(PAGE, {"against": "mine"})
    assert page.status_code == 200
    said = page.content.decode()
    assert "草案“mine”有错，没有试算" in said
    assert "value.rule" in said
    assert "“agee”" in said
    (folder / "benefits.yaml").write_text(text.replace("amount_fen: 4000", "amount_fen: 5000"), encoding="utf-8")
    assert sit("regulator").get(PAGE, {"against": "mine"}).context["screen"].result["gain"] == 1


def test_a_proposal_is_kept_listed_and_withdrawn_by_its_author(sit: Any, home: Path, see_all: Any) -> None:
    regulator = sit("regulator")
    url = f"{PAGE}propose/?key_1=OLD_AGE.age_80.amount_fen&value_1=30"
    assert regulator.post(f"{PAGE}propose/", {"title": "没有改"}).status_code == 409
    assert regulator.post(url, {"title": ""}).status_code == 422
    assert regulator.post(url, {"title": "八十岁减十元"}).status_code == 302
    see_all()
    kept = Proposal.objects.get()
    assert (kept.changes, kept.result["lose"], kept.result["difference_year_fen"]) == (
        {"OLD_AGE.age_80.amount_fen": "3000"}, 1, -12000,
    )  # fmt: skip
    listed = regulator.get("/benefits/proposals/").content.decode()
    assert "八十岁减十元" in listed
    assert "高龄津贴 · 金额" in listed
    assert "¥40.00 → ¥30.00" in listed
    assert "OLD_AGE" not in listed  # people read names, not keys
    assert regulator.post(f"/benefits/proposals/{kept.pk}/withdraw/").status_code == 302
    see_all()
    kept.refresh_from_db()
    assert kept.withdrawn_at is not None
    assert regulator.post("/benefits/proposals/999999/withdraw/").status_code == 404


def test_without_a_population_the_page_says_how_to_get_one(sit: Any, town: Cast, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    assert "还没有可以试算的人口" in sit("regulator").get(PAGE).content.decode()
    factory.elder(town, 105, date(1940, 1, 1))
    assert sit("regulator").post(f"{PAGE}snapshot/").status_code == 302
    assert (tmp_path / "populations" / f"{LIANGPING}-2026-06-16" / "people.parquet").is_file()


def test_the_api_answers_steps_and_lists(sit: Any, town: Cast) -> None:
    elder = factory.elder(town, 106, date(1946, 5, 1))
    factory.review(elder.pk)
    row = Entitlement.objects.get()
    clerk = sit("agency_clerk")

    def post(url: str, body: Any) -> Any:
        return clerk.post(f"/api/v1/{url}", json.dumps(body), content_type="application/json")

    answers = clerk.get(f"/api/v1/residents/{elder.pk}/benefits").json()
    mine = next(answer for answer in answers if answer["scheme"] == "OLD_AGE")
    assert (mine["verdict"], mine["amount"], mine["entitlement_id"]) == ("granted", "40.00", row.pk)
    assert all(condition["verdict"] is True for condition in mine["conditions"])
    assert clerk.get("/api/v1/entitlements?state=told").json()["total"] == 1
    assert post(f"entitlements/{row.pk}/step", {"event": "publish"}).json()["state"] == "noticed"
    refused = post("entitlements/step", {"ids": [row.pk, 999999], "event": "approve"}).json()
    assert refused == {
        "done": 0, "refused": [{"id": row.pk, "code": "benefits.notice_running"}, {"id": 999999, "code": "not_found"}],
    }  # fmt: skip
    Entitlement.objects.update(notice_until_on=date(2026, 6, 1))
    assert post(f"entitlements/{row.pk}/step", {"event": "approve"}).json()["state"] == "approved"
    orders = clerk.get("/api/v1/payment-orders?state=ready").json()["items"]
    batch = post("benefit-batches", {"ids": [order["id"] for order in orders]})
    assert (batch.status_code, batch.json()["total"]) == (201, "80.00")
    assert [one["id"] for one in clerk.get("/api/v1/benefit-batches").json()["items"]] == [batch.json()["id"]]
    assert post(f"benefit-batches/{batch.json()['id']}/settle", {}).json()["settled_at"]
    assert post(f"payment-orders/{orders[0]['id']}/step", {"event": "export"}).status_code == 409
    assert (
        post(f"payment-orders/{orders[0]['id']}/step", {"event": "claw_back", "note": "重复"}).json()["state"]
        == "recovering"
    )
