"""Recording, ending and voiding facts, by web and by API; the news they make."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, Cast
from yijia.apps.registry import actions, queries
from yijia.apps.registry.models import ResidentFact
from yijia.base.errors import Refused, Stale
from yijia.base.models import AuditEntry, OutboxEvent

CARD = {"kind": "disability", "code": "limb", "level": 2, "from_on": "2020-01-01", "source": "残疾人证"}


def record(cast: Cast, part: str = "agency_clerk", **more: Any) -> ResidentFact:
    said = {"kind": "hukou", "code": "CN-441900", "from_on": date(1990, 1, 1), "source": "户口簿"} | more
    return actions.record_fact(resident_id=cast.residents["elder"].pk, **said, by=cast.actors[part], at=NOW)


def api(client: Any, url: str, body: Any) -> Any:
    return client.post(f"/api/v1/{url}", json.dumps(body), content_type="application/json")


def test_a_clerk_records_a_card_and_the_family_sees_it(enter: Any, cast: Cast, see_all: Any) -> None:
    page = f"/people/{cast.residents['elder'].pk}/facts/"
    answer = enter("clerk").post(page + "new/", CARD)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert "肢体残疾 2 级" in enter("elder").get(page).content.decode()
    see_all()
    event = OutboxEvent.objects.get(name="residents.fact_changed")
    assert (event.payload["kind"], event.payload["since_on"]) == ("disability", "2020-01-01")
    assert AuditEntry.objects.filter(name="registry.facts", resident_ids=[cast.residents["elder"].pk]).exists()


@pytest.mark.parametrize(
    ("part", "status"), [("clerk", 201), ("elder", 403), ("nurse", 403), ("regulator", 403), ("doctor", 403)]
)
def test_who_may_record(enter: Any, cast: Cast, part: str, status: int) -> None:
    assert api(enter(part), f"residents/{cast.residents['elder'].pk}/facts", CARD).status_code == status


def test_a_stranger_sees_nothing(enter: Any, cast: Cast) -> None:
    stranger, elder = enter("stranger_elder"), cast.residents["elder"].pk
    assert stranger.get(f"/people/{elder}/facts/").status_code == 404
    assert stranger.get(f"/api/v1/residents/{elder}/facts").status_code == 404
    assert enter("nurse").get(f"/people/{elder}/facts/").status_code == 403


def test_wrong_input_stands_beside_its_field(enter: Any, cast: Cast) -> None:
    page = f"/people/{cast.residents['elder'].pk}/facts/new/"
    answer = enter("clerk").post(page, CARD | {"level": 9, "from_on": "1900-01-01"})
    assert answer.status_code == 422
    assert {"level", "from_on"} <= set(answer.context["form"].errors)


def test_a_move_ends_the_old_home_on_the_day_the_new_begins(cast: Cast) -> None:
    old = record(cast)
    record(cast, code="CN-500155", from_on=date(2025, 3, 1))
    standing = queries.standing_facts_for_system([cast.residents["elder"].pk])[cast.residents["elder"].pk]
    assert [(row.code, row.until_on) for row in standing] == [("CN-441900", date(2025, 3, 1)), ("CN-500155", None)]
    assert ResidentFact.objects.get(pk=old.pk).until_on is None  # nothing is rewritten
    assert record(cast, code="CN-500155", from_on=date(2025, 3, 1)).pk == standing[1].pk  # said twice, written once
    with pytest.raises(Refused) as caught:
        record(cast, code="CN-440704", from_on=date(1995, 1, 1))
    assert caught.value.refusal.code == "people.fact_overlap"


def test_a_correction_replaces_and_a_second_one_is_stale(cast: Cast) -> None:
    row = record(cast)
    said = {"fact_id": row.pk, "source": "派出所核实", "by": cast.actors["clerk"], "at": NOW}
    ended = actions.end_fact(until_on=date(2025, 6, 1), **said)
    assert (ended.replaces_id, ended.until_on) == (row.pk, date(2025, 6, 1))
    with pytest.raises(Stale):
        actions.void_fact(**said)
    actions.void_fact(**(said | {"fact_id": ended.pk}))
    assert queries.standing_facts_for_system([row.resident_id]) == {}
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidentFact.objects.filter(pk=row.pk).update(code="CN-440000")


def test_the_api_ends_and_voids(enter: Any, cast: Cast) -> None:
    row = record(cast)
    clerk = enter("agency_clerk")
    assert api(clerk, f"facts/{row.pk}/end", {"until_on": "1980-01-01", "source": "x"}).status_code == 422
    assert api(clerk, f"facts/{row.pk}/end", {"source": "误登"}).json()["is_void"] is True
    assert api(clerk, f"facts/{row.pk}/end", {"source": "误登"}).status_code == 412
    assert api(clerk, "facts/999999/end", {"source": "误登"}).status_code == 404
    web = clerk.get(f"/people/{row.resident_id}/facts/{row.pk}/end/")
    assert web.status_code == 404
