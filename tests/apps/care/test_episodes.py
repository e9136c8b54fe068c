"""Episodes in trouble: refusals with their reasons, races, late news, and that nothing written is lost."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import episodes
from yijia.apps.agreements.models import Agreement
from yijia.apps.care import actions, jobs, queries
from yijia.apps.care.models import Contact, Duty, Episode, EpisodeEvent, EpisodeRecord, Occupancy
from yijia.apps.care.screens.episodes import _papers
from yijia.apps.registry import actions as registry
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused
from yijia.base.models import OutboxEvent
from yijia.base.words import sentence
from yijia.core.calendar import add_months
from yijia.core.permissions import SYSTEM
from yijia.core.programmes.lifecycle import State

DAY = timedelta(days=1)


def refused(act: Any) -> str:
    with pytest.raises(Refused) as caught:
        act()
    assert sentence(caught.value.refusal)
    return caught.value.refusal.code


def record(cast: Cast, episode: Episode, activity: str, at: Any, **more: Any) -> EpisodeRecord:
    given: dict[str, Any] = {"persons": [cast.staff["doctor"].pk], "note": "平稳", "by": cast.actors["doctor"]} | more
    return actions.record_service(episode_id=episode.pk, activity=activity, at=at, **given)


def test_what_is_missing_is_named_before_anybody_agrees(cast: Cast) -> None:
    episode = episodes.applied(cast)
    doctor = cast.actors["doctor"]
    actions.assess_episode(episode_id=episode.pk, by=doctor, at=NOW)
    agree = {"episode_id": episode.pk, "by": doctor, "at": NOW}
    assert refused(lambda: actions.agree_episode(**agree)) == "episodes.not_eligible"
    actions.qualify(
        episode_id=episode.pk,
        persons=[cast.staff["doctor"].pk],
        is_passed=False,
        stated=episodes.BEDDED,
        by=doctor,
        at=NOW,
    )
    assert refused(lambda: actions.agree_episode(**agree)) == "episodes.not_qualified"
    actions.qualify(episode_id=episode.pk, persons=[cast.staff["doctor"].pk], is_passed=True, by=doctor, at=NOW)
    assert refused(lambda: actions.agree_episode(**agree)) == "episodes.no_papers"
    with pytest.raises(Invalid):
        actions.qualify(episode_id=episode.pk, persons=[], is_passed=True, by=doctor, at=NOW)
    with pytest.raises(Invalid):
        actions.qualify(
            episode_id=episode.pk,
            persons=[cast.staff["doctor"].pk],
            is_passed=True,
            stated={"age_years": 5},
            by=doctor,
            at=NOW,
        )
    with pytest.raises(Forbidden):
        actions.agree_episode(**(agree | {"by": cast.actors["nurse"]}))
    with pytest.raises(NotFound):
        actions.assess_episode(episode_id=episode.pk, by=cast.actors["stranger_manager"], at=NOW)


def test_a_bed_runs_and_one_record_closes_what_it_serves(cast: Cast) -> None:
    episode = episodes.active(cast)
    dues = {duty.activity: duty for duty in queries.open_duties_of(cast.actors["doctor"], episode)}
    assert dues["first_round"].due_at == NOW + timedelta(hours=24)
    record(cast, episode, "first_round", NOW + timedelta(hours=3), is_worse=True)
    episode.refresh_from_db()
    assert episode.is_worsening
    assert Duty.objects.get(pk=dues["first_round"].pk).state == Duty.State.DONE
    assert Contact.objects.filter(resident=episode.resident, kind="family_bed").count() == 1
    assert episode.next_activity != "first_round"


def test_a_late_admission_ends_the_bed_where_the_stay_began(cast: Cast) -> None:
    episode = episodes.active(cast)
    at = NOW + 4 * DAY
    written = record(cast, episode, "first_round", NOW + 3 * DAY)
    admitted_at = NOW + 2 * DAY
    facts = {
        "resident_id": episode.resident_id,
        "organisation_id": cast.harbour.pk,
        "hospital": "人民医院",
        "by": cast.actors["doctor"],
    }
    actions.report_admission(**facts, admitted_at=admitted_at, at=at)
    episode.refresh_from_db()
    assert (episode.state, episode.end_reason) == (State.CLOSING, "hospitalised")
    bed, stay = (Occupancy.objects.get(kind=kind) for kind in ("episode", "hospital"))
    assert bed.during.upper == stay.during.lower == admitted_at
    step = EpisodeEvent.objects.get(episode=episode, event="admitted")
    assert step.facts["records_during_stay"] == [written.pk]
    assert step.facts["days_late"] == 2
    assert queries.settlement_of(episode) is not None  # settled before admission
    assert not Duty.objects.filter(episode=episode, state="open").exists()
    assert (
        refused(lambda: actions.report_admission(**facts, admitted_at=admitted_at + DAY, at=at))
        == "episodes.stay_overlaps"
    )
    actions.report_discharge(resident_id=episode.resident_id, discharged_at=at, by=cast.actors["doctor"], at=at)
    assert EpisodeRecord.objects.filter(pk=written.pk).exists()


def test_an_overlapping_stay_is_refused_and_leaves_nothing_behind(cast: Cast) -> None:
    """Reported late by another hospital, from before the stay that is known: the sentence names it, and no episode was touched."""
    episode = episodes.active(cast, programme="family_doctor")
    facts = {"resident_id": episode.resident_id, "organisation_id": cast.harbour.pk, "by": cast.actors["doctor"]}
    actions.report_admission(**facts, admitted_at=NOW + 3 * DAY, hospital="人民医院", at=NOW + 4 * DAY)
    before = EpisodeEvent.objects.count(), OutboxEvent.objects.count()
    with pytest.raises(Refused) as caught:
        actions.report_admission(**facts, admitted_at=NOW + 2 * DAY, hospital="中医院", at=NOW + 4 * DAY)
    assert caught.value.refusal.code == "episodes.stay_overlaps"
    assert "住院" in sentence(caught.value.refusal)
    assert (EpisodeEvent.objects.count(), OutboxEvent.objects.count()) == before
    assert Occupancy.objects.filter(kind="hospital").count() == 1


def test_whoever_is_in_hospital_gets_no_bed_at_home(cast: Cast) -> None:
    episode = episodes.agreed(cast)
    actions.report_admission(
        resident_id=episode.resident_id,
        organisation_id=cast.harbour.pk,
        admitted_at=NOW,
        hospital="人民医院",
        by=cast.actors["doctor"],
        at=NOW,
    )
    opening = {"lead_id": cast.staff["doctor"].pk, "nurse_id": cast.staff["nurse"].pk, "registered_no": "R"}
    assert (
        refused(lambda: actions.activate_episode(episode_id=episode.pk, **opening, by=cast.actors["doctor"], at=NOW))
        == "episodes.slot_taken"
    )


def test_a_renewal_signed_late_begins_that_day_and_says_so(cast: Cast) -> None:
    episode = episodes.active(cast, programme="family_doctor")
    assert episode.cycle_until is not None
    late = NOW + 400 * DAY
    jobs.compute_due(late)
    episode.refresh_from_db()
    assert episode.state == State.RENEWING
    renew = {"episode_id": episode.pk, "by": cast.actors["doctor"], "at": late}
    assert refused(lambda: actions.renew_episode(**renew)) == "episodes.not_qualified"
    actions.qualify(
        episode_id=episode.pk, persons=[cast.staff["doctor"].pk], is_passed=True, by=cast.actors["doctor"], at=late
    )
    assert refused(lambda: actions.renew_episode(**renew)) == "episodes.no_papers"
    actions.prepare_enrolment(episode_id=episode.pk, by=cast.actors["doctor"], at=late)
    episodes.sign_all(cast, episode, at=late)
    renewed = actions.renew_episode(**renew)
    step = EpisodeEvent.objects.get(episode=episode, event="renew")
    assert renewed.cycle_no == 2
    assert step.facts["gap_days"] == (late.date() - episode.cycle_until).days
    assert renewed.cycle_from == late.date()


def test_a_renewal_in_time_is_signed_for_the_year_it_begins(cast: Cast) -> None:
    """PROG-13: the running year's contract is still in force, and does not do for the next year."""
    episode = episodes.active(cast, programme="family_doctor")
    ends_on = episode.cycle_until
    assert ends_on is not None
    soon, doctor = NOW + ((ends_on - NOW.date()).days - 10) * DAY, cast.actors["doctor"]
    old = list(episode.papers)
    actions.review_episode(episode_id=episode.pk, by=doctor, at=soon)
    actions.qualify(episode_id=episode.pk, persons=[cast.staff["doctor"].pk], is_passed=True, by=doctor, at=soon)
    renew = {"episode_id": episode.pk, "by": doctor, "at": soon}
    assert refused(lambda: actions.renew_episode(**renew)) == "episodes.no_papers"
    prepared = actions.prepare_enrolment(**renew)
    (fresh,) = set(prepared.papers) - set(old)
    assert set(old) <= set(prepared.papers)
    told = [title for title, _url, _signed in _papers(doctor, prepared)]
    assert len(told) == len(set(told)) == 2  # two of one kind say until when each holds
    assert Agreement.objects.get(pk=fresh).valid_until == add_months(ends_on, 12)
    assert actions.prepare_enrolment(**renew).papers == prepared.papers
    assert refused(lambda: actions.renew_episode(**renew)) == "episodes.no_papers"
    episode.refresh_from_db()
    episodes.sign_all(cast, episode, at=soon)
    assert actions.renew_episode(**renew).cycle_from == ends_on


def test_whoever_dies_keeps_every_record_and_gets_no_visitor(cast: Cast) -> None:
    running, asked = episodes.active(cast), episodes.applied(cast, programme="family_doctor")
    record(cast, running, "first_round", NOW)
    resident = cast.residents["elder"]
    registry.record_death(
        resident_id=resident.pk, died_on=NOW.date(), version=resident.version, by=cast.actors["doctor"], at=NOW
    )
    actions.end_for(resident_id=resident.pk, reason="died", by=SYSTEM, at=NOW)
    for row in (running, asked):
        row.refresh_from_db()
    assert (running.state, running.end_reason) == (State.CLOSING, "died")
    assert asked.state == State.CLOSED
    assert not Duty.objects.filter(resident=resident, state="open").exists()
    closing = {"episode_id": running.pk, "by": cast.actors["doctor"], "at": NOW}
    assert refused(lambda: actions.close_episode(**closing)) == "episodes.no_closing_record"
    actions.write_closing(**closing, summary="去世撤床")
    assert refused(lambda: actions.close_episode(**closing)) == "episodes.not_settled"
    account = actions.settle_episode(**closing).content
    assert account["total_fen"] is None  # nobody knows the price here: said, not guessed
    assert [one["code"] for one in account["stopped"]] == ["programmes.not_known"]
    assert actions.close_episode(**closing).state == State.CLOSED
    assert EpisodeRecord.objects.filter(episode=running).count() == 4


def test_a_doctor_leaves_and_every_contract_finds_another(cast: Cast) -> None:
    episode = episodes.active(cast)
    move = {"from_staff_id": cast.staff["doctor"].pk, "reason": "离职", "by": cast.actors["manager"], "at": NOW}
    other = cast.staff["nurse"]
    assert refused(lambda: actions.transfer_episodes(**move, to_staff_id=other.pk)) == "episodes.other_profession"
    from tests.cast import staff

    heir = staff("接手医生", 77, cast.harbour, profession="doctor")
    assert [row.pk for row in actions.transfer_episodes(**move, to_staff_id=heir.pk)] == [episode.pk]
    episode.refresh_from_db()
    assert episode.lead_id == heir.pk
    assert EpisodeEvent.objects.get(episode=episode, event="transfer").facts["to"] == heir.pk
    with pytest.raises(NotFound):
        actions.transfer_episodes(**(move | {"by": cast.actors["stranger_manager"]}), to_staff_id=heir.pk)


def test_a_record_put_right_after_it_was_counted_keeps_both_and_counts_once(cast: Cast) -> None:
    episode = episodes.active(cast)
    old = record(cast, episode, "first_round", NOW, note="写错了")
    fix = {"record_id": old.pk, "reason": "写错人", "by": cast.actors["doctor"], "at": NOW + DAY}
    assert EpisodeEvent.objects.filter(event="correct_record").count() == 0
    new = actions.correct_record(**fix, is_void=True)
    assert new.corrects_id == old.pk
    assert EpisodeRecord.objects.get(pk=old.pk).content["note"] == "写错了"
    assert Contact.objects.filter(resident=episode.resident, kind="family_bed").count() == 0
    assert Duty.objects.filter(episode=episode, activity="first_round", state="open").exists()  # owed again
    assert refused(lambda: actions.correct_record(**fix, is_void=True)) == "episodes.already_corrected"


def test_a_follow_up_follows_its_verdicts(cast: Cast) -> None:
    episode = episodes.applied(cast, programme="hypertension")
    doctor = cast.actors["doctor"]
    actions.assess_episode(episode_id=episode.pk, by=doctor, at=NOW)
    actions.qualify(
        episode_id=episode.pk,
        persons=[cast.staff["doctor"].pk],
        is_passed=True,
        stated={"has_hypertension": True},
        by=doctor,
        at=NOW,
    )
    actions.agree_episode(episode_id=episode.pk, by=doctor, at=NOW)
    actions.activate_episode(episode_id=episode.pk, lead_id=cast.staff["doctor"].pk, by=doctor, at=NOW)
    calm = {"has_danger_sign": False, "has_adverse_reaction": False, "has_new_complication": False}
    assert (
        refused(lambda: record(cast, episode, "bp_follow_up", NOW, reading={"systolic": 150}))
        == "programmes.reading_incomplete"
    )
    with pytest.raises(Invalid):
        record(cast, episode, "bp_follow_up", NOW, reading={"systolic": "high"})
    verdicts = []
    for number, systolic in enumerate((160, 160, 130)):
        found = record(
            cast,
            episode,
            "bp_follow_up",
            NOW + number * 14 * DAY,
            reading={"systolic": systolic, "diastolic": 80, **calm},
        )
        verdicts.append((found.verdict, (found.next_on - found.on).days if found.next_on else None))
    assert verdicts == [("first", 14), ("second", 14), ("controlled", 90)]
    duty = Duty.objects.get(episode=episode, activity="bp_follow_up", state="open")
    assert (duty.due_at - NOW).days >= 28 + 89


def test_a_child_comes_of_age_inside_an_agreement(cast: Cast) -> None:
    resident = cast.residents["elder"]
    resident.born_on = NOW.date().replace(year=NOW.year - 19)
    resident.save(update_fields=["born_on"])
    facts = {
        "resident": resident,
        "household": resident.household,
        "jurisdiction": "CN-440307",
        "state_at": NOW,
        "created_at": NOW,
    }
    row = Episode.objects.create(
        organisation=cast.harbour, number="E-19", client_id=uuid.uuid4(), programme="rehab_child", state="active", activated_at=NOW - 300 * DAY, cycle_no=1,
        **facts,
    )  # fmt: skip
    assert [swept.pk for swept in actions.sweep_episodes(by=SYSTEM, at=NOW)] == [row.pk]
    row.refresh_from_db()
    assert (row.state, row.end_reason) == (State.CLOSING, "came_of_age")
