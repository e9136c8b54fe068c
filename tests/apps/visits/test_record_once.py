"""One visit record fills the round note, the contract, the follow-up; a correction reaches all of them, and both stay."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import episodes, visits
from yijia.apps.care import actions as care
from yijia.apps.care import queries as care_queries
from yijia.apps.care.models import Contact, Duty, Episode, EpisodeRecord, Order
from yijia.apps.care.screens.records import fields_of
from yijia.apps.visits import actions
from yijia.apps.visits.models import Visit
from yijia.apps.visits.queries import questions_for_system
from yijia.base import outbox
from yijia.base.errors import Invalid, Refused
from yijia.base.words import sentence
from yijia.core.permissions import SYSTEM

CALM = {"has_danger_sign": False, "has_adverse_reaction": False, "has_new_complication": False}
DAY = timedelta(days=1)


@pytest.fixture
def followed(cast: Cast) -> Cast:
    """An elder with a bed, a contract and a hypertension follow-up, all running for 95 days at harbour."""
    began = NOW - 95 * DAY
    for programme in ("family_bed", "family_doctor"):
        episodes.active(cast, programme=programme, at=began)
    row = episodes.applied(cast, programme="hypertension", at=began)
    given: dict[str, Any] = {"episode_id": row.pk, "by": cast.actors["doctor"], "at": began}
    care.assess_episode(**given)
    care.qualify(**given, persons=[cast.staff["doctor"].pk], is_passed=True, stated={"has_hypertension": True})
    care.agree_episode(**given)
    care.activate_episode(**given, lead_id=cast.staff["doctor"].pk)
    Episode.objects.filter(programme="family_doctor").update(stated={"has_hypertension": True})
    return cast


def visited(cast: Cast, answers: dict[str, Any], *, systolic: int = 132) -> Visit:
    """A nurse's visit with one blood pressure, confirmed by the family; its news has gone round."""
    care.refresh_due(by=SYSTEM, at=NOW)
    visit = visits.in_service(cast)
    at = visit.started_at + timedelta(minutes=15)
    vitals = {"systolic": (Decimal(systolic), "mmHg"), "diastolic": (Decimal(78), "mmHg")}
    sheet = visits.sheet(visit, vitals=vitals, answers=answers)
    actions.write_record(visit_id=visit.pk, sheet=sheet, by=cast.actors["nurse"], at=at)
    for kind, signer in (("nurse_signature", ""), ("family_signature", "家属")):
        actions.sign_record(
            visit_id=visit.pk, kind=kind, signer=signer, image=visits.DATA_URL, by=cast.actors["nurse"], at=at
        )
    done = at + timedelta(minutes=5)
    actions.complete(visit_id=visit.pk, place=visits.at_home(visit), by=cast.actors["nurse"], at=done)
    visit = actions.confirm(visit_id=visit.pk, by=cast.actors["relative"], at=done + timedelta(minutes=5))
    outbox.drain(at=done + timedelta(minutes=5))
    return visit


def made(visit: Visit) -> dict[tuple[str, str], EpisodeRecord]:
    rows = EpisodeRecord.objects.filter(order_id=visit.order_id, corrected_by=None).select_related("episode")
    return {(row.episode.programme, row.activity): row for row in rows}


def test_the_visit_asks_what_the_follow_up_needs_and_measures_the_rest(followed: Cast) -> None:
    care.refresh_due(by=SYSTEM, at=NOW)
    visit = visits.in_service(followed)
    asked = [question.code for question in questions_for_system(visit, visit.started_at)]
    assert asked == ["has_danger_sign", "has_adverse_reaction", "has_new_complication"]
    sheet = visits.sheet(visit, answers={"systolic": 3})
    with pytest.raises(Invalid):
        actions.write_record(visit_id=visit.pk, sheet=sheet, by=followed.actors["nurse"], at=visit.started_at)


def test_one_record_fills_round_note_contract_and_follow_up(followed: Cast) -> None:
    visit = visited(followed, CALM)
    found = made(visit)
    assert set(found) == {("hypertension", "bp_follow_up"), ("family_bed", "bed_nursing")}
    follow_up, note = found["hypertension", "bp_follow_up"], found["family_bed", "bed_nursing"]
    assert (follow_up.verdict, follow_up.content["reading"]["systolic"]) == ("controlled", 132)
    assert note.content["note"] == "精神好"
    for row in found.values():  # where it came from: which visit, who, when
        assert row.content["source"]["visit_id"] == visit.pk
        assert row.persons == [followed.staff["nurse"].pk]
        assert row.written_by_id == followed.users["nurse"].pk
    contract = Episode.objects.get(programme="family_doctor")
    done = Duty.objects.get(episode=contract, activity="bp_follow_up", state=Duty.State.DONE)
    assert done.record_id == follow_up.pk  # the contract counts the follow-up's record, nobody enters it again
    actions.hand_on(order_id=visit.order_id, by=SYSTEM, at=NOW)
    assert EpisodeRecord.objects.filter(order_id=visit.order_id).count() == 2


def test_the_sheet_says_units_as_people_write_them() -> None:
    row = EpisodeRecord(
        on=NOW.date(),
        content={
            "vitals": {
                "temperature": {"value": "36.5", "unit": "degC"},
                "pulse": {"value": 72, "unit": "/min"},
            }
        },
    )
    assert [field.value for field in fields_of(row)] == ["36.5 ℃", "72 次/分"]


def test_a_follow_up_that_lacks_an_answer_stays_due(followed: Cast) -> None:
    visit = visited(followed, {})
    assert set(made(visit)) == {("family_bed", "bed_nursing")}
    assert Duty.objects.filter(episode__programme="hypertension", activity="bp_follow_up", state="open").exists()
    row = Episode.objects.get(programme="hypertension")
    kept = care_queries.latest_values(row, visit.started_at.date())
    assert kept is not None
    assert kept.content["reading"]["systolic"] == 132


def test_a_correction_reaches_every_programme_and_keeps_both(followed: Cast) -> None:
    visit = visited(followed, CALM)
    old = made(visit)
    counted = Contact.objects.filter(resident=followed.residents["elder"]).count()
    care.correct_record(
        record_id=old["family_bed", "bed_nursing"].pk, reading={"systolic": 185}, reason="录错血压", by=followed.actors["doctor"], at=NOW + DAY
    )  # fmt: skip
    new = made(visit)
    assert set(new) == set(old)
    follow_up = new["hypertension", "bp_follow_up"]
    assert (follow_up.corrects_id, follow_up.verdict) == (old["hypertension", "bp_follow_up"].pk, "emergency")
    assert follow_up.content["before"] == {"systolic": 132}
    assert (
        EpisodeRecord.objects.get(pk=follow_up.corrects_id).verdict == "controlled"
    )  # the old one still says what it said
    assert Episode.objects.get(programme="hypertension").is_worsening
    due = Duty.objects.get(episode__programme="hypertension", activity="bp_follow_up", state="open")
    assert (due.due_at.date() - follow_up.on).days <= 15  # the next one moved from ninety days to fourteen
    assert Contact.objects.filter(resident=followed.residents["elder"]).count() == counted  # counted once, not twice


def test_an_account_names_its_visits_waits_for_their_money_and_follows_a_correction(followed: Cast) -> None:
    bed = Episode.objects.get(programme="family_bed")
    care.refresh_due(by=SYSTEM, at=NOW)
    order = visits.signed(followed)
    Duty.objects.filter(episode=bed, activity="bed_nursing", state="open").update(order=order)
    given: dict[str, Any] = {"episode_id": bed.pk, "by": followed.actors["doctor"], "at": NOW + DAY}
    record = EpisodeRecord.objects.create(
        organisation=bed.organisation, episode=bed, resident=bed.resident, kind="service", activity="bed_nursing", serves=["bed_nursing"],
        cycle_no=1, on=NOW.date(), order=order, written_at=NOW,
    )  # fmt: skip
    Order.objects.filter(pk=order.pk).update(state="confirmed")
    care.end_episode(**given, reason="improved")
    first = care.settle_episode(**given)
    assert [(one["number"], one["voucher"]) for one in first.content["orders"]] == [(order.number, "")]
    care.write_closing(**given, summary="撤床")
    with pytest.raises(Refused) as caught:
        care.close_episode(**given)
    assert caught.value.refusal.code == "episodes.orders_open"
    assert order.number in sentence(caught.value.refusal)
    Order.objects.filter(pk=order.pk).update(state="settled")
    care.correct_record(record_id=record.pk, is_void=True, reason="没有去", by=followed.actors["doctor"], at=NOW + DAY)
    again = EpisodeRecord.objects.get(corrects=first)
    assert again.content["orders"][0]["state"] == "settled"
    assert EpisodeRecord.objects.filter(pk=first.pk).exists()  # the account as it was stays beside it
    assert care.close_episode(**given).state == "closed"


def test_the_pages_say_where_each_thing_came_from(followed: Cast, enter: Any, see_all: Any) -> None:
    visit = visited(followed, CALM)
    see_all()
    doctor, order = enter("doctor"), f"/orders/{visit.order_id}/"
    contract = Episode.objects.get(programme="family_doctor")
    assert f'href="{order}"' in doctor.get(f"/orders/episodes/{contract.pk}/sheet/").content.decode()
    bed = doctor.get(f"/orders/episodes/{Episode.objects.get(programme='family_bed').pk}/").content.decode()
    assert "来自上门" in bed
    assert visit.order.number in bed
    used = doctor.get(order).content.decode()
    assert "这份记录还用在" in used
    assert "高血压随访" in used
    assert "高血压随访" in enter("elder").get(f"/orders/mine/{visit.order_id}/").content.decode()
