"""A referral's way, its clocks, and everything that can come between (REF-01 … REF-09)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, TODAY, Cast
from tests.factories import episodes, referrals
from yijia.apps.agreements import queries as agreements
from yijia.apps.care import actions as care
from yijia.apps.care import queries as episode_queries
from yijia.apps.care.models import Duty, Episode, Occupancy
from yijia.apps.referrals import actions, queries
from yijia.apps.referrals.models import Referral, ReferralAnswer, ReferralEvent
from yijia.apps.registry import actions as registry_actions
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation, ResidentLink
from yijia.base import errors, outbox
from yijia.core.permissions import SYSTEM
from yijia.core.referrals import document


def refused(code: str, act: Any) -> None:
    with pytest.raises(errors.Refused) as said:
        act()
    assert said.value.refusal.code == code


def test_a_request_carries_a_readable_document(cast: Cast) -> None:
    """REF-01 REF-02"""
    referral = referrals.requested(cast)
    kept = queries.latest_document(referral)
    assert kept is not None
    assert document.faults(kept.bundle) == ()
    told = document.read(kept.bundle)
    assert told.person == cast.residents["elder"].name
    assert {section.code: section.lines for section in told.sections}["conditions"] == ("高血压三级", "脑梗死后遗症")
    kept.bundle = {}
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save()


def test_the_same_request_twice_is_one(cast: Cast) -> None:
    """REF-01"""
    first = referrals.requested(cast)
    assert referrals.requested(cast).pk == first.pk  # another client, the same open matter
    assert referrals.requested(cast, client_id=first.client_id).pk == first.pk
    assert Referral.objects.count() == 1
    assert ReferralEvent.objects.filter(event="request").count() == 1


def test_who_cannot_be_asked(cast: Cast) -> None:
    """REF-01"""
    home = Organisation.objects.filter(pk=cast.hill.pk)
    home.update(kind="care_home")
    refused("referrals.nobody_to_ask", lambda: referrals.requested(cast))
    with pytest.raises(errors.Invalid) as wrong:
        referrals.requested(cast, asked=[cast.hill], reason=" ", conditions=[""])
    assert set(wrong.value.fields) == {"reason", "conditions"}
    with pytest.raises(errors.Forbidden):
        referrals.requested(cast, by=cast.actors["manager"])
    with pytest.raises(errors.NotFound):
        referrals.requested(cast, resident_id=cast.residents["neighbour"].pk)


def test_each_step_has_its_clock(cast: Cast) -> None:
    """REF-03 REF-05"""
    referral = referrals.requested(cast)
    assert referral.due_ground == "policy"
    assert referral.due_at is not None
    assert referral.due_at > NOW
    later = NOW + timedelta(minutes=20)
    actions.offer_place(
        referral_id=referral.pk, place="12 床", starts_at=later, by=cast.actors["hill_doctor"], at=later
    )
    actions.accept_referral(referral_id=referral.pk, by=cast.actors["hill_doctor"], at=later + timedelta(minutes=5))
    steps = {row.event: row.seconds for row in ReferralEvent.objects.filter(referral=referral)}
    assert steps == {"request": 0, "offer": 1200, "accept": 300}
    routine = referrals.requested(cast, direction="down", urgency="routine")
    assert routine.due_at is not None
    assert referral.due_at is not None
    assert routine.due_at > referral.due_at


def test_nothing_is_accepted_without_a_place(cast: Cast) -> None:
    """REF-03"""
    referral = referrals.requested(cast)
    by = cast.actors["hill_doctor"]
    refused("referrals.no_offer", lambda: actions.accept_referral(referral_id=referral.pk, by=by, at=NOW))
    refused(
        "referrals.no_place_named",
        lambda: actions.offer_place(referral_id=referral.pk, place=" ", starts_at=NOW, by=by, at=NOW),
    )
    refused(
        "referrals.not_asked",
        lambda: actions.offer_place(
            referral_id=referral.pk, place="x", starts_at=NOW, by=cast.actors["doctor"], at=NOW
        ),
    )


def test_the_second_to_accept_hears_who_was_first(cast: Cast) -> None:
    """REF-04"""
    third = referrals.third_house(cast)
    referral = referrals.offered(cast, asked=[cast.hill, third])
    actions.offer_place(referral_id=referral.pk, place="3 床", starts_at=NOW, by=cast.actors["third_doctor"], at=NOW)
    actions.accept_referral(referral_id=referral.pk, by=cast.actors["hill_doctor"], at=NOW)
    with pytest.raises(errors.Refused) as said:
        actions.accept_referral(referral_id=referral.pk, by=cast.actors["third_doctor"], at=NOW)
    assert said.value.refusal.code == "referrals.taken"
    assert said.value.refusal.facts["taker"] == cast.hill.name
    assert {row.organisation_id: row.answer for row in queries.answers_of(referral)} == {
        cast.hill.pk: "accepted", third.pk: "released",
    }  # fmt: skip
    assert registry.get_resident(cast.actors["hill_doctor"], referral.resident_id)
    with pytest.raises(errors.NotFound):
        registry.get_resident(cast.actors["third_doctor"], referral.resident_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralAnswer.objects.filter(referral=referral, organisation=third).update(answer="accepted")


def test_the_last_no_refuses(cast: Cast) -> None:
    """REF-04 REF-06"""
    third = referrals.third_house(cast)
    referral = referrals.offered(cast, asked=[cast.hill, third])
    no = {"referral_id": referral.pk, "reason": "没有床位", "at": NOW}
    refused(
        "referrals.no_reason",
        lambda: actions.decline_referral(**(no | {"reason": " "}), by=cast.actors["hill_doctor"]),
    )
    assert actions.decline_referral(**no, by=cast.actors["hill_doctor"]).state == "requested"
    refused("referrals.not_asked", lambda: actions.decline_referral(**no, by=cast.actors["hill_doctor"]))
    ended = actions.decline_referral(**no, by=cast.actors["third_doctor"])
    assert (ended.state, ended.ended_reason, ended.due_at) == ("refused", "没有床位", None)
    assert not queries.has_document_sight(cast.actors["third_doctor"], ended, queries.answers_of(ended))
    assert queries.has_document_sight(cast.actors["doctor"], ended, queries.answers_of(ended))
    again = referrals.requested(cast)  # what was refused does not block asking again
    assert again.pk != referral.pk


def test_a_yes_taken_back_asks_the_others_again(cast: Cast) -> None:
    """REF-07"""
    third = referrals.third_house(cast)
    referral = referrals.accepted(cast, asked=[cast.hill, third])
    no = {"referral_id": referral.pk, "reason": "床位被占", "by": cast.actors["hill_doctor"], "at": NOW}
    back = actions.decline_referral(**no)
    assert (back.state, back.taker_id) == ("requested", None)
    assert ReferralEvent.objects.get(event="break_off").facts["after_accepting"] is True
    assert {row.organisation_id: row.answer for row in queries.answers_of(back)} == {
        cast.hill.pk: "refused", third.pk: "asked",
    }  # fmt: skip
    assert not ResidentLink.objects.filter(organisation=cast.hill, kind="referral", until_on__isnull=True).exists()


def test_a_yes_taken_back_by_the_only_one_refuses(cast: Cast) -> None:
    """REF-07"""
    referral = referrals.accepted(cast)
    actions.decline_referral(referral_id=referral.pk, reason="停电", by=cast.actors["hill_doctor"], at=NOW)
    referral.refresh_from_db()
    assert (referral.state, referral.taker_id) == ("refused", None)


def test_who_has_arrived_cannot_be_refused_or_withdrawn(cast: Cast) -> None:
    """REF-08"""
    referral = referrals.arrived(cast)
    given = {"referral_id": referral.pk, "reason": "误", "at": NOW}
    refused("referrals.has_arrived", lambda: actions.withdraw_referral(**given, by=cast.actors["doctor"]))
    refused("referrals.has_arrived", lambda: actions.decline_referral(**given, by=cast.actors["hill_doctor"]))
    refused(
        "referrals.wrong_status",
        lambda: actions.arrive_referral(referral_id=referral.pk, by=cast.actors["hill_doctor"], at=NOW),
    )


def test_arriving_ends_the_bed_at_home_and_the_stay_ends_with_the_return(cast: Cast) -> None:
    """REF-08 REF-09"""
    episode = episodes.active(cast, at=NOW - timedelta(days=3))
    referral = referrals.arrived(cast, at=NOW - timedelta(days=2), episode_id=episode.pk)
    episode.refresh_from_db()
    assert episode.state == "referred"
    stay = Occupancy.objects.get(kind="hospital")
    assert (stay.place, stay.during.upper) == (cast.hill.name, None)
    refused(
        "referrals.no_plan",
        lambda: actions.return_referral(
            referral_id=referral.pk, plan=" ", back_to_id=cast.harbour.pk, programme="family_bed", conditions=["x"],
            by=cast.actors["hill_doctor"], at=NOW,
        ),
    )  # fmt: skip
    actions.return_referral(
        referral_id=referral.pk, plan="每周查房", back_to_id=cast.harbour.pk, programme="family_bed", conditions=["高血压"],
        by=cast.actors["hill_doctor"], at=NOW,
    )  # fmt: skip
    stay.refresh_from_db()
    assert stay.during.upper == NOW
    done = actions.take_over_referral(referral_id=referral.pk, by=cast.actors["doctor"], at=NOW + timedelta(minutes=30))
    assert (done.state, done.back_episode_id) == ("closed", episode.pk)
    episode.refresh_from_db()
    assert episode.state == "active"
    assert Duty.objects.filter(episode=episode, state="open").exists()  # work is due again
    assert not ResidentLink.objects.filter(organisation=cast.hill, kind="referral", until_on__isnull=True).exists()


def test_a_plan_becomes_a_new_episode_and_due_work(cast: Cast) -> None:
    """REF-09"""
    referral = referrals.returned(cast)
    done = actions.take_over_referral(referral_id=referral.pk, by=cast.actors["doctor"], at=NOW)
    episode = Episode.objects.get(pk=done.back_episode_id)
    assert (episode.programme, episode.state) == ("family_bed", "assessing")
    doctor = cast.actors["doctor"]
    care.qualify(
        episode_id=episode.pk, persons=[cast.staff["doctor"].pk], is_passed=True, stated=episodes.BEDDED, by=doctor, at=NOW
    )  # fmt: skip
    care.prepare_enrolment(episode_id=episode.pk, by=doctor, at=NOW)
    episodes.sign_all(cast, episode)
    care.agree_episode(episode_id=episode.pk, by=doctor, at=NOW)
    care.activate_episode(
        episode_id=episode.pk, lead_id=cast.staff["doctor"].pk, nurse_id=cast.staff["nurse"].pk, registered_no="R1", by=doctor, at=NOW
    )  # fmt: skip
    assert Duty.objects.filter(episode=episode, state="open").exists()


def test_what_was_written_before_goes_along_and_stays_as_it_is(cast: Cast, enter: Any) -> None:
    """REF-09, PROG-29: the institution that takes over reads papers and records until then; nothing later, and changes nothing."""
    episode = episodes.active(cast)
    given = {"activity": "bed_round", "persons": [cast.staff["doctor"].pk], "by": cast.actors["doctor"]}
    care.record_service(episode_id=episode.pk, note="转诊前查房", at=NOW, **given)
    referral = referrals.arrived(cast, at=NOW + timedelta(hours=1), episode_id=episode.pk)
    third = referrals.third_house(cast)
    actions.return_referral(
        referral_id=referral.pk, plan="每周查房", back_to_id=third.pk, programme="family_bed", conditions=["高血压"], by=cast.actors["hill_doctor"],
        at=NOW + timedelta(hours=2),
    )  # fmt: skip
    reader, at = cast.actors["third_doctor"], NOW + timedelta(hours=3)
    papers = episode_queries.papers_of(episode)
    with pytest.raises(errors.NotFound):
        agreements.read_agreement(reader, papers[0].pk)
    done = actions.take_over_referral(referral_id=referral.pk, by=reader, at=at)
    here = episode_queries.get_episode(reader, done.back_episode_id)
    assert here.organisation_id == third.pk
    rounds = [one for one in episode_queries.records_of(reader, here) if one.content.get("note") == "转诊前查房"]
    assert [one.organisation_id for one in rounds] == [cast.harbour.pk]
    assert {one.pk for one in papers} <= {one.pk for one in episode_queries.papers_of(here)}
    assert agreements.read_agreement(reader, papers[0].pk).pk == papers[0].pk
    for change in (
        lambda: agreements.get_agreement(reader, papers[0].pk),  # to sign or to revoke
        lambda: care.correct_record(record_id=rounds[0].pk, is_void=True, reason="x", by=reader, at=at),
    ):
        with pytest.raises(errors.NotFound):
            change()
    page = enter("third_doctor").get(f"/orders/episodes/{here.pk}/").content.decode()
    assert "转诊前查房" in page
    assert "港湾医院" in page
    assert f"/correct/{rounds[0].pk}/" not in page
    assert enter("third_doctor").get(f"/agreements/{papers[0].pk}/").status_code == 200
    drawn = agreements.handed_signatures(papers[0])[0]  # the hand under it comes along
    picture = f"/agreements/signatures/{drawn.pk}/image/"
    assert picture in enter("third_doctor").get(f"/agreements/{papers[0].pk}/").content.decode()
    assert enter("third_doctor").get(picture).status_code == 200
    assert enter("stranger_manager").get(picture).status_code == 404
    assert enter("stranger_manager").get(f"/agreements/{papers[0].pk}/").status_code == 404


def test_only_a_house_that_can_give_it_gets_somebody_back(cast: Cast) -> None:
    """REF-09"""
    referral = referrals.arrived(cast)
    Organisation.objects.filter(pk=cast.harbour.pk).update(service_modes=[], licence_no="")
    given = {"plan": "查房", "back_to_id": cast.harbour.pk, "programme": "family_bed", "conditions": ["x"]}
    refused(
        "referrals.cannot_give",
        lambda: actions.return_referral(referral_id=referral.pk, **given, by=cast.actors["hill_doctor"], at=NOW),
    )
    refused(
        "referrals.not_yours",
        lambda: actions.take_over_referral(referral_id=referral.pk, by=cast.actors["hill_doctor"], at=NOW),
    )


def test_death_ends_it_before_and_after_arrival(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    """REF-08"""
    waiting = referrals.accepted(cast)
    there = referrals.arrived(cast, direction="down", wants="slot")
    registry_actions.record_death(
        resident_id=waiting.resident_id, died_on=TODAY, version=1, by=cast.actors["clerk"], at=NOW
    )
    outbox.drain(at=NOW + timedelta(seconds=1))
    waiting.refresh_from_db()
    there.refresh_from_db()
    assert (waiting.state, waiting.ended_reason) == ("withdrawn", "died")
    assert (there.state, there.ended_reason) == ("closed", "died")
    refused("referrals.person_died", lambda: referrals.requested(cast))


def test_admitted_elsewhere_withdraws_what_had_not_begun(cast: Cast) -> None:
    """REF-08"""
    referral = referrals.accepted(cast)
    care.report_admission(
        resident_id=referral.resident_id, organisation_id=cast.harbour.pk, admitted_at=NOW, hospital="别处医院", by=cast.actors["doctor"], at=NOW
    )  # fmt: skip
    outbox.drain(at=NOW + timedelta(seconds=1))
    referral.refresh_from_db()
    assert (referral.state, referral.ended_reason) == ("withdrawn", "admitted_elsewhere")


def test_the_takers_own_admission_waits_for_the_mark(cast: Cast) -> None:
    """REF-08"""
    referral = referrals.accepted(cast)
    care.report_admission(
        resident_id=referral.resident_id, organisation_id=cast.harbour.pk, admitted_at=NOW, hospital=cast.hill.name, by=cast.actors["doctor"], at=NOW
    )  # fmt: skip
    outbox.drain(at=NOW + timedelta(seconds=1))
    referral.refresh_from_db()
    assert referral.state == "accepted"
    actions.arrive_referral(referral_id=referral.pk, by=cast.actors["hill_doctor"], at=NOW + timedelta(minutes=1))
    assert Occupancy.objects.filter(kind="hospital", is_active=True).count() == 1


def test_a_stay_elsewhere_is_found_at_the_door(cast: Cast) -> None:
    """REF-08"""
    referral = referrals.accepted(cast)
    care.report_admission(
        resident_id=referral.resident_id, organisation_id=cast.harbour.pk, admitted_at=NOW, hospital="别处医院", by=SYSTEM, at=NOW
    )  # fmt: skip
    refused(
        "referrals.admitted_elsewhere",
        lambda: actions.arrive_referral(referral_id=referral.pk, by=cast.actors["hill_doctor"], at=NOW),
    )
    referral.refresh_from_db()
    assert referral.state == "accepted"


def test_what_waits_on_whom_late_first(cast: Cast) -> None:
    """REF-05"""
    slow = referrals.requested(cast, urgency="routine", direction="down")
    late = referrals.requested(cast)
    at = NOW + timedelta(hours=3)
    hill = cast.actors["hill_doctor"]
    found = queries.list_referrals(hill, queries.Filters(tab="ours"), at)
    assert [row.pk for row in found] == [late.pk, slow.pk]
    assert queries.waiting_counts(hill, at) == (2, 1)
    assert queries.waiting_counts(cast.actors["doctor"], at) == (0, 0)
    assert len(queries.list_referrals(cast.actors["doctor"], queries.Filters(tab="theirs"), at)) == 2
    assert list(queries.list_referrals(cast.actors["third_doctor"], queries.Filters(), at)) == []


def test_a_closed_one_says_why(cast: Cast) -> None:
    referral = referrals.arrived(cast)
    refused(
        "referrals.no_reason",
        lambda: actions.close_referral(referral_id=referral.pk, reason="", by=cast.actors["hill_doctor"], at=NOW),
    )
    refused(
        "referrals.not_yours",
        lambda: actions.close_referral(referral_id=referral.pk, reason="好转", by=cast.actors["doctor"], at=NOW),
    )
    done = actions.close_referral(
        referral_id=referral.pk, reason="好转", by=cast.actors["hill_doctor"], at=NOW + timedelta(hours=1)
    )
    assert done.state == "closed"
    with pytest.raises(errors.Stale):
        actions.close_referral(referral_id=referral.pk, reason="好转", version=1, by=cast.actors["hill_doctor"], at=NOW)


def test_who_takes_somebody_reads_the_records_for_that_time(cast: Cast, enter: Any) -> None:
    """REF-13"""
    episode = episodes.active(cast)
    given = {"activity": "bed_round", "persons": [cast.staff["doctor"].pk], "by": cast.actors["doctor"]}
    care.record_service(episode_id=episode.pk, note="转诊前查房", at=NOW, **given)
    referral = referrals.arrived(cast, at=NOW + timedelta(hours=1), episode_id=episode.pk)
    page = f"/referrals/{referral.pk}/"
    assert "转诊前查房" in enter("hill_doctor").get(page).content.decode()
    assert "转诊前查房" not in enter("doctor").get(page).content.decode()  # they have the episode itself
    referral.refresh_from_db()
    third = referrals.third_house(cast)
    actions.return_referral(
        referral_id=referral.pk, plan="每周查房", back_to_id=third.pk, programme="family_bed", conditions=["高血压"], by=cast.actors["hill_doctor"],
        at=NOW + timedelta(hours=2),
    )  # fmt: skip
    assert "转诊前查房" not in enter("hill_doctor").get(page).content.decode()
