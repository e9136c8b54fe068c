"""The dry-run and its proposals in the API: the same answers, refusals and records as the pages."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import benefits as factory
from tests.factories.benefits import LIANGPING, NOW
from yijia.apps.benefits import jobs
from yijia.apps.benefits.models import Proposal
from yijia.base.editions import ROOT
from yijia.base.models import AuditEntry

NAME = f"{LIANGPING}-2026-06-16"
ASK = {"population": NAME, "region": LIANGPING, "month": "2026-06"}
RUN, PEOPLE, KEPT, WHO = (
    f"/api/v1/benefit-{name}" for name in ("dry-runs", "dry-runs/people", "proposals", "populations")
)


@pytest.fixture
def home(town: Cast, tmp_path: Path, settings: Any) -> Path:
    """A data folder with a snapshot of four elders of Liangping: 62, 76, 81 and 91 years old."""
    settings.HOME = tmp_path
    for serial, year in ((131, 1964), (132, 1950), (133, 1945), (134, 1935)):
        factory.elder(town, serial, date(year, 3, 1))
    jobs.take_snapshot(LIANGPING, NOW)
    return tmp_path


def post(client: Any, url: str, body: Any) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json")


def test_a_change_is_answered_with_its_cuts_and_the_people_behind(sit: Any, home: Path, see_all: Any) -> None:
    regulator = sit("regulator")
    assert regulator.get(WHO).json() == {"populations": [NAME], "drafts": []}
    numbers = regulator.get(f"{WHO}/{NAME}/numbers?region={LIANGPING}&month=2026-06").json()
    assert numbers["OLD_AGE.min_age"] == 80
    asked = ASK | {"changes": {"OLD_AGE.min_age": 75}}
    found = post(regulator, RUN, asked).json()
    assert (found["gain"], found["lose"], found["difference_year"], found["people"]) == (1, 0, "480.00", 4)
    assert sum(row["gain"] for row in found["by_sex"]) == 1
    assert {"key": "OLD_AGE.min_age", "jurisdiction": LIANGPING, "before": 80, "after": 75} in found["changes"]
    rows = post(regulator, PEOPLE, asked | {"outcome": "gain", "cut": "sex", "value": "female"}).json()
    assert [(row["person_id"][:9], row["before_year"], row["after_year"]) for row in rows] == [
        ("R-*******", "0.00", "480.00")
    ]
    see_all()
    assert AuditEntry.objects.filter(name="benefits.dry_run_people").count() == 1
    assert AuditEntry.objects.filter(name="benefits.dry_run").count() == 1


def test_another_edition_is_compared_and_kept_as_a_proposal(sit: Any, home: Path, see_all: Any) -> None:
    folder = home / "editions" / "draft-70" / LIANGPING
    folder.mkdir(parents=True)
    text = (ROOT / LIANGPING / "benefits.yaml").read_text(encoding="utf-8")
    (folder / "benefits.yaml").write_text(text.replace("min_age: 80", "min_age: 60"), encoding="utf-8")
    regulator = sit("regulator")
    asked = ASK | {"against": "draft-70"}
    assert post(regulator, RUN, asked).json()["gain"] == 2
    made = post(regulator, KEPT, asked | {"title": "六十岁起"})
    assert (made.status_code, made.json()["changes"], made.json()["gain"]) == (201, {"against": "draft-70"}, 2)
    web = regulator.post("/benefits/dry-run/propose/?against=draft-70", {"title": "网页上也能存"})
    assert web.status_code == 302
    listed = regulator.get(KEPT).json()
    assert [row["title"] for row in listed["items"]] == ["网页上也能存", "六十岁起"]
    one = f"{KEPT}/{made.json()['id']}"
    assert regulator.get(one).json() == made.json()
    assert regulator.get(f"{KEPT}/999999").status_code == 404
    assert sit("clerk").get(one).status_code == 403
    gone = post(regulator, f"{KEPT}/{made.json()['id']}/withdraw", {})
    assert gone.json()["withdrawn_at"] is not None
    assert post(regulator, f"{KEPT}/999999/withdraw", {}).status_code == 404
    see_all()
    assert Proposal.objects.filter(withdrawn_at__isnull=False).count() == 1


def test_what_cannot_be_tried_says_why(sit: Any, home: Path) -> None:
    regulator = sit("regulator")
    for change, status, code in (
        ({}, 409, "benefits.nothing_changed"), ({"region": "CN-440704"}, 409, "benefits.region_outside"),
        ({"population": "../../etc"}, 409, "benefits.no_population"), ({"against": "nope"}, 409, "benefits.no_draft"),
        ({"changes": {"OLD_AGE.min_age": "many"}}, 422, "invalid"), ({"changes": {"NOTHING.here": 1}}, 422, "invalid"),
        ({"changes": {"OLD_AGE.min_age": True}}, 422, "invalid"), ({"changes": {"OLD_AGE.min_age": 7.5}}, 422, "invalid"),
        ({"changes": {"OLD_AGE.min_age": 75}, "month": "2026-13"}, 422, "invalid"),
        ({"changes": {"OLD_AGE.min_age": 75}, "month": "June"}, 422, "invalid"),
    ):  # fmt: skip
        for url, more in ((RUN, {}), (PEOPLE, {"outcome": "gain"}), (KEPT, {"title": "x"})):
            answer = post(regulator, url, ASK | change | more)
            assert (url, change, answer.status_code, answer.json()["code"]) == (url, change, status, code)


def test_who_may_not_try(sit: Any, home: Path) -> None:
    asked = ASK | {"changes": {"OLD_AGE.min_age": 75}}
    for part in ("agency_clerk", "clerk", "elder", "auditor"):
        client = sit(part)
        assert client.get(WHO).status_code == 403
        assert client.get(KEPT).status_code == 403
        for url, more in ((RUN, {}), (PEOPLE, {"outcome": "gain"}), (KEPT, {"title": "x"}), (WHO, {})):
            assert post(client, url, asked | more).status_code == 403, (part, url)
    regulator = sit("regulator")
    assert post(regulator, PEOPLE, asked | {"outcome": "both"}).status_code == 422
    assert post(regulator, KEPT, asked | {"title": "x" * 81}).status_code == 422
    assert regulator.put(RUN).status_code == 405


def test_a_snapshot_is_taken_again_under_the_same_name(sit: Any, home: Path) -> None:
    regulator = sit("regulator")
    for _ in range(2):
        made = post(regulator, WHO, {})
        assert (made.status_code, made.json()) == (201, {"name": NAME, "people": 4})
    assert regulator.get(WHO).json()["populations"] == [NAME]
