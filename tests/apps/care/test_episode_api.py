"""The API of programmes, door by door: works, wrong method, stranger, no right, repeated, refused."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.apps.care.test_api import send
from tests.cast import NOW, Cast, staff
from tests.factories import episodes
from yijia.apps.care.models import Duty, Episode, EpisodeRecord

Enter = Callable[..., Client]
API = "/api/v1"


def ask(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "client_id": str(uuid.uuid4()), "programme": "family_bed", "resident_id": cast.residents["elder"].pk, "organisation_id": cast.harbour.pk,
    } | more  # fmt: skip


def step(client: Client, row: dict[str, Any], event: str, **more: Any) -> Any:
    return send(client, "POST", f"/episodes/{row['id']}/steps", {"event": event} | more, tag=row["version"])


def test_the_whole_way_of_a_bed(cast: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    elder, doctor = enter("elder"), enter("doctor")
    known = {one["code"]: one for one in elder.get(f"{API}/programmes").json()}
    assert known["hypertension"]["is_money_known"]
    assert not known["family_bed"]["is_money_known"]
    wish = ask(cast)
    row = send(elder, "POST", "/episodes", wish).json()
    assert (row["state"], row["programme"]) == ("applied", "family_bed")
    assert send(elder, "POST", "/episodes", ask(cast)).json()["id"] == row["id"]  # asked twice is one
    row = step(doctor, row, "assess").json()
    assert step(doctor, row, "agree").json()["code"] == "episodes.not_eligible"
    look = {"persons": [cast.staff["doctor"].pk], "is_passed": True, "stated": episodes.BEDDED}
    found = send(doctor, "POST", f"/episodes/{row['id']}/qualifications", look)
    assert (found.status_code, found.json()["content"]["grade"]) == (201, "severe")
    row = send(doctor, "POST", f"/episodes/{row['id']}/papers", {}).json()
    assert len(row["papers"]) == 2
    see_all()
    episodes.sign_all(cast, Episode.objects.get())
    row = step(doctor, row, "agree").json()
    people = {"lead_id": cast.staff["doctor"].pk, "nurse_id": cast.staff["nurse"].pk, "registered_no": "R1"}
    old = row
    row = step(doctor, row, "activate", **people).json()
    assert row["state"] == "active"
    assert {duty["activity"] for duty in row["duties"]} >= {"first_round", "bed_round"}
    assert step(doctor, old, "activate", **people).status_code == 412  # an old tag
    ward = doctor.get(f"{API}/ward", {"organisation_id": cast.harbour.pk}).json()
    assert (ward["occupied"], ward["beds"][0]["id"]) == (1, row["id"])
    due = doctor.get(f"{API}/duties", {"days": 7}).json()
    assert due[0]["activity"] == "first_round"
    given = {"activity": "first_round", "persons": [cast.staff["doctor"].pk], "note": "平稳"}
    empty = send(enter("nurse"), "POST", f"/episodes/{row['id']}/records", given | {"note": " "})  # PROG-30
    assert (empty.status_code, empty.json()["rules"]["note"]) == (422, ["says_nothing"])
    alone = send(
        enter("nurse"), "POST", f"/episodes/{row['id']}/records", given | {"persons": [cast.staff["nurse"].pk]}
    )
    assert (alone.status_code, alone.json()["rules"]["persons"]) == (422, ["other_hands"])  # PROG-32
    assert "医生" in alone.json()["errors"]["persons"][0]
    record = send(enter("nurse"), "POST", f"/episodes/{row['id']}/records", given).json()
    assert (record["serves"], record["source"]) == (["first_round", "bed_round"], None)
    fix = {"reason": "笔误", "note": "平稳，无压疮"}
    again = send(doctor, "POST", f"/episodes/{row['id']}/records/{record['id']}/correction", fix)
    assert (again.status_code, again.json()["corrects_id"]) == (201, record["id"])
    refused = send(doctor, "POST", f"/episodes/{row['id']}/records/{record['id']}/correction", fix)
    assert (refused.status_code, refused.json()["code"]) == (409, "episodes.already_corrected")
    heir = staff("接手医生", 81, cast.harbour, profession="doctor")
    handing = {"from_staff_id": cast.staff["doctor"].pk, "to_staff_id": heir.pk, "reason": "离职"}
    assert send(doctor, "POST", "/episode-transfers", handing).json() == {"count": 1}
    row = doctor.get(f"{API}/episodes/{row['id']}").json()
    named = {"lead_id": cast.staff["doctor"].pk, "reason": "居民要求"}
    row = send(doctor, "PUT", f"/episodes/{row['id']}/people", named, tag=row["version"]).json()
    assert row["lead_id"] == cast.staff["doctor"].pk
    stay = {"organisation_id": cast.harbour.pk, "admitted_at": NOW.isoformat(), "hospital": "人民医院"}
    assert send(doctor, "POST", f"/residents/{row['resident_id']}/admission", stay).status_code == 201
    row = doctor.get(f"{API}/episodes/{row['id']}").json()
    assert (row["state"], row["end_reason"]) == ("closing", "hospitalised")
    out = {"discharged_at": (NOW + timedelta(days=3)).isoformat()}
    assert send(doctor, "POST", f"/residents/{row['resident_id']}/discharge", out).status_code == 422  # not come yet
    assert send(doctor, "POST", f"/episodes/{row['id']}/settlement", {}).status_code == 201
    assert send(doctor, "POST", f"/episodes/{row['id']}/closing", {"summary": "撤床"}).status_code == 201
    assert step(doctor, row, "close").json()["state"] == "closed"
    assert step(doctor, row, "close").status_code in (409, 412)
    assert elder.get(f"{API}/episodes", {"programme": "family_bed"}).json()["total"] == 1


def test_a_step_is_told_what_it_asks_for_and_nothing_else(cast: Cast, enter: Enter) -> None:
    doctor = enter("doctor")
    row = doctor.get(f"{API}/episodes/{episodes.active(cast).pk}").json()
    assert step(doctor, row, "suspend").status_code == 422
    assert step(doctor, row, "review", reason="x").status_code == 422
    assert step(doctor, row, "fly").status_code == 422
    row = step(doctor, row, "suspend", reason="外出").json()
    assert row["state"] == "suspended"
    row = step(doctor, row, "resume").json()
    row = step(doctor, row, "review").json()
    assert step(doctor, row, "renew").json()["code"] == "episodes.not_qualified"
    assert step(doctor, row, "end", reason="improved").json()["state"] == "closing"


def test_a_duty_is_ordered_or_says_why_not(cast: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    row = episodes.active(cast)
    duties = {duty.activity: duty.pk for duty in Duty.objects.filter(episode=row)}
    doctor = enter("doctor")
    answer = send(doctor, "POST", f"/duties/{duties['bed_round']}/order", {})
    assert (answer.status_code, answer.json()["order_id"]) == (200, None)  # the place has no price for a round
    refused = send(doctor, "POST", f"/duties/{duties['superior_round']}/order", {})
    assert refused.json()["code"] == "episodes.no_order_needed"


DOORS = (
    ("GET", "/episodes/{id}", None),
    ("POST", "/episodes/{id}/steps", {"event": "suspend", "reason": "x"}),
    ("POST", "/episodes/{id}/qualifications", {"persons": [1], "is_passed": True}),
    ("POST", "/episodes/{id}/papers", {}),
    ("PUT", "/episodes/{id}/people", {"reason": "x"}),
    ("POST", "/episodes/{id}/records", {"activity": "first_round", "persons": [1]}),
    ("POST", "/episodes/{id}/records/{record}/correction", {"reason": "x"}),
    ("POST", "/episodes/{id}/settlement", {}),
    ("POST", "/episodes/{id}/closing", {"summary": "x"}),
    ("POST", "/duties/{duty}/order", {}),
)


@pytest.mark.parametrize(("method", "path", "body"), DOORS, ids=[path for _, path, _ in DOORS])
def test_strangers_find_nothing_and_colleagues_without_the_right_are_told(
    cast: Cast, enter: Enter, method: str, path: str, body: Any
) -> None:
    row = episodes.active(cast)
    record = EpisodeRecord.objects.filter(episode=row).first()
    duty = Duty.objects.filter(episode=row).first()
    assert record
    assert duty
    where = path.format(id=row.pk, record=record.pk, duty=duty.pk)
    right = "stranger_nurse" if path.endswith(("records", "correction")) else "stranger_manager"
    stranger = send(enter(right), method, where, body, tag=row.version)
    assert stranger.status_code in ((403, 404) if "qualif" in path else (404,)), stranger.content
    assert send(enter("auditor"), method, where, body, tag=row.version).status_code == 403
    assert enter("doctor").delete(f"{API}{where}").status_code == 405


def test_lists_are_for_their_parts(cast: Cast, enter: Enter) -> None:
    episodes.active(cast)
    for path in ("/duties", f"/ward?organisation_id={cast.harbour.pk}"):
        assert enter("clerk").get(API + path).status_code == 200
        assert enter("elder").get(API + path).status_code == 403
    assert enter("stranger_manager").get(f"{API}/duties").json() == []
    assert enter("stranger_manager").get(f"{API}/ward", {"organisation_id": cast.harbour.pk}).json()["beds"] == []
    assert enter("elder").post(
        f"{API}/episode-transfers", json.dumps({}), content_type="application/json"
    ).status_code in (403, 422)
