"""The green channel and remote consultations: seconds, promises, breaches, and a record that opens and closes."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import cooperations, referrals, visits
from yijia.apps.agreements.models import Performance
from yijia.apps.referrals import actions, jobs, queries
from yijia.apps.referrals.models import Consult, ConsultEvent, EmergencyCall, EmergencyEvent, Referral
from yijia.apps.registry.models import ResidentLink
from yijia.base import errors
from yijia.base.models import AuditEntry

HOME = "晴川养老院"


def refused(code: str, act: Any, status: int = 409) -> None:
    with pytest.raises(errors.Refused) as said:
        act()
    assert (said.value.refusal.code, said.value.status) == (code, status)


def pressed(cast: Cast, **more: Any) -> EmergencyCall:
    """The elder lives at the care home; somebody there presses the button."""
    home, keeper = cooperations.care_home(cast)
    ResidentLink.objects.get_or_create(
        organisation=home, resident=cast.residents["elder"], kind="home", until_on=None, defaults={"since_on": NOW.date()}
    )  # fmt: skip
    given = {"client_id": uuid.uuid4(), "resident_id": cast.residents["elder"].pk, "where": "203 房 1 床"}
    return actions.call_emergency(**(given | more), by=keeper, at=NOW)


def test_every_step_has_its_second_and_the_promise_is_kept(cast: Cast) -> None:
    """REF-10"""
    paper = cooperations.in_force(cast, fields={"reception_min": "60"})
    call = pressed(cast)
    assert (call.asked_id, call.promised) == (cast.harbour.pk, {"answer": 600, "arrive": 3600})
    assert (call.due_at, call.due_ground, call.due_reference) == (
        NOW + timedelta(seconds=600),
        "agreement",
        paper.number,
    )
    doctor, keeper = cast.actors["doctor"], cast.actors[HOME]
    refused(
        "emergencies.not_yours", lambda: actions.answer_emergency(call_id=call.pk, by=keeper, at=NOW)
    )  # the home cannot answer its own call
    answered = actions.answer_emergency(call_id=call.pk, by=doctor, at=NOW + timedelta(seconds=95))
    assert (answered.is_breach, answered.due_at) == (None, NOW + timedelta(seconds=3600))
    refused(
        "emergencies.answered_by_other",
        lambda: actions.answer_emergency(call_id=call.pk, by=cast.actors["dispatcher"], at=NOW),
    )
    refused("emergencies.no_help_named", lambda: actions.send_help(call_id=call.pk, help=" ", by=doctor, at=NOW))
    actions.send_help(call_id=call.pk, help="救护车 2 号，急诊 1 床", by=doctor, at=NOW + timedelta(seconds=130))
    actions.arrive_emergency(call_id=call.pk, by=keeper, at=NOW + timedelta(minutes=20))
    done = actions.hand_over_emergency(call_id=call.pk, note="交接完毕", by=doctor, at=NOW + timedelta(minutes=25))
    assert (done.state, done.is_breach, done.due_at) == ("handed_over", False, None)
    log = EmergencyEvent.objects.filter(call=call).order_by("pk").values_list("event", "seconds")
    assert list(log) == [("call", 0), ("answer", 95), ("send", 130), ("arrive", 1200), ("hand_over", 1500)]
    counted = Performance.objects.filter(source_type="referrals.emergencycall").values_list("duty", "seconds")
    assert set(counted) == {("green_channel_answer", 95), ("green_channel_reception", 1200)}
    refused("emergencies.over", lambda: actions.stand_down_emergency(call_id=call.pk, reason="x", by=keeper, at=NOW))


def test_too_slow_is_a_breach_and_no_answer_is_one_too(cast: Cast) -> None:
    """REF-10"""
    cooperations.in_force(cast)
    call = pressed(cast)
    late = actions.answer_emergency(call_id=call.pk, by=cast.actors["doctor"], at=NOW + timedelta(seconds=601))
    assert late.is_breach is True
    actions.arrive_emergency(call_id=call.pk, by=cast.actors["doctor"], at=NOW + timedelta(hours=1))
    actions.hand_over_emergency(call_id=call.pk, by=cast.actors["doctor"], at=NOW + timedelta(hours=1))
    again = pressed(cast)
    refused(
        "emergencies.no_reason",
        lambda: actions.stand_down_emergency(call_id=again.pk, reason="", by=cast.actors[HOME], at=NOW),
    )
    ended = actions.stand_down_emergency(
        call_id=again.pk, reason="家属自己送医", by=cast.actors[HOME], at=NOW + timedelta(minutes=30)
    )
    assert ended.is_breach is True
    assert set(Performance.objects.values_list("duty", "seconds")) == {
        ("green_channel_answer", 601), ("green_channel_answer", None),
    }  # fmt: skip


def test_pressing_twice_is_one_call_and_no_paper_refuses_nobody(cast: Cast) -> None:
    """REF-10"""
    first = pressed(cast)  # no agreement: a log of its own, with policy's reminder
    assert (first.asked_id, first.due_ground, first.promised) == (None, "policy", {})
    assert pressed(cast).pk == first.pk
    assert pressed(cast, client_id=first.client_id).pk == first.pk
    keeper = cast.actors[HOME]
    answered = actions.answer_emergency(call_id=first.pk, note="120 已接", by=keeper, at=NOW + timedelta(seconds=40))
    assert (answered.state, answered.is_breach) == ("answered", None)
    with pytest.raises(errors.NotFound):
        actions.answer_emergency(call_id=first.pk, by=cast.actors["stranger_dispatcher"], at=NOW)
    with pytest.raises(errors.Forbidden):
        actions.call_emergency(client_id=uuid.uuid4(), resident_id=first.resident_id, by=cast.actors["clerk"], at=NOW)
    with pytest.raises(errors.NotFound):
        actions.call_emergency(client_id=uuid.uuid4(), resident_id=cast.residents["neighbour"].pk, by=keeper, at=NOW)


def test_a_stand_down_before_the_time_breaks_nothing(cast: Cast) -> None:
    """REF-10"""
    cooperations.in_force(cast)
    call = pressed(cast)
    actions.answer_emergency(call_id=call.pk, by=cast.actors["doctor"], at=NOW + timedelta(seconds=20))
    ended = actions.stand_down_emergency(
        call_id=call.pk, reason="按错", by=cast.actors["doctor"], at=NOW + timedelta(seconds=30)
    )
    assert ended.is_breach is False


def test_a_referral_counts_towards_capacity(cast: Cast) -> None:
    """REF-05: nobody is turned away while there is room, and who is turned away is on the account."""
    cooperations.in_force(cast, "medical_cooperation")
    home, _keeper = cooperations.care_home(cast)
    ResidentLink.objects.create(organisation=home, resident=cast.residents["elder"], kind="home", since_on=NOW.date())
    referrals.doctor_at(cast, home, "home_doctor", 73)
    referral = referrals.requested(cast, by=cast.actors["home_doctor"], asked=[cast.harbour])
    actions.decline_referral(referral_id=referral.pk, reason="无床", by=cast.actors["doctor"], at=NOW)
    assert list(Performance.objects.values_list("duty", "quantity")) == [("capacity", 0)]
    assert Referral.objects.get().state == "refused"


def asked(cast: Cast, **more: Any) -> Consult:
    referrals.taking(cast)
    given = {
        "client_id": uuid.uuid4(), "resident_id": cast.residents["elder"].pk, "asked_id": cast.hill.pk, "question": "抗凝药是否继续？",
    }  # fmt: skip
    return actions.request_consult(**(given | more), by=cast.actors["doctor"], at=NOW)


def test_the_record_is_open_from_acceptance_until_the_opinion(cast: Cast) -> None:
    """REF-11 REF-12"""
    visits.completed(cast)
    row = asked(cast)
    assert asked(cast).pk == row.pk
    hill = cast.actors["hill_doctor"]

    def read(at: Any = NOW) -> Any:
        return actions.read_shared_record(consult_id=row.pk, by=hill, at=at)

    refused("consults.not_accepted", read, 403)
    refused("consults.not_accepted", lambda: actions.answer_consult(consult_id=row.pk, opinion="停", by=hill, at=NOW))
    refused("consults.not_yours", lambda: actions.accept_consult(consult_id=row.pk, by=cast.actors["doctor"], at=NOW))
    accepted = actions.accept_consult(consult_id=row.pk, by=hill, at=NOW)
    assert accepted.open_until is not None
    read()
    read(NOW + timedelta(minutes=1))
    assert queries.shared_record(row, NOW).visits
    assert ConsultEvent.objects.filter(consult=row, event="read", by_id=hill.user_id).count() == 2
    assert AuditEntry.objects.filter(name="consults.read", user_id=hill.user_id).count() >= 2
    refused("consults.time_is_up", lambda: read(accepted.open_until), 403)
    refused("consults.no_opinion", lambda: actions.answer_consult(consult_id=row.pk, opinion=" ", by=hill, at=NOW))
    done = actions.answer_consult(consult_id=row.pk, opinion="继续，复查凝血", by=hill, at=NOW + timedelta(hours=1))
    assert (done.state, done.opinion) == ("answered", "继续，复查凝血")
    refused("consults.access_closed", read, 403)
    with pytest.raises(errors.NotFound):
        actions.read_shared_record(consult_id=row.pk, by=cast.actors["third_doctor"], at=NOW)
    refused(
        "consults.not_yours",
        lambda: actions.read_shared_record(consult_id=row.pk, by=cast.actors["doctor"], at=NOW),
        403,
    )


def test_refusal_withdrawal_and_time_close_the_record(cast: Cast) -> None:
    """REF-12"""
    hill = cast.actors
    first = asked(cast)
    actions.accept_consult(consult_id=first.pk, by=hill["hill_doctor"], at=NOW)
    refused(
        "consults.no_reason",
        lambda: actions.withdraw_consult(consult_id=first.pk, reason="", by=hill["doctor"], at=NOW),
    )
    actions.withdraw_consult(consult_id=first.pk, reason="已转院", by=hill["doctor"], at=NOW)
    refused(
        "consults.access_closed",
        lambda: actions.read_shared_record(consult_id=first.pk, by=hill["hill_doctor"], at=NOW),
        403,
    )
    second = asked(cast)
    actions.refuse_consult(consult_id=second.pk, reason="无此专科", by=hill["hill_doctor"], at=NOW)
    refused("consults.over", lambda: actions.accept_consult(consult_id=second.pk, by=hill["hill_doctor"], at=NOW))
    third = asked(cast)
    until = actions.accept_consult(consult_id=third.pk, by=hill["hill_doctor"], at=NOW).open_until
    assert until is not None
    refused(
        "consults.time_is_up",
        lambda: actions.answer_consult(consult_id=third.pk, opinion="晚了", by=hill["hill_doctor"], at=until),
    )
    assert jobs.close_lapsed(until - timedelta(seconds=1)) == 0
    assert jobs.close_lapsed(until) == 1
    third.refresh_from_db()
    assert third.state == "lapsed"
    actions.end_consults_for_the_dead(resident_id=asked(cast).resident_id, by=jobs.SYSTEM, at=NOW)
    assert Consult.objects.filter(ended_reason="died", state="withdrawn").count() == 1


def test_what_cannot_be_asked(cast: Cast) -> None:
    """REF-11"""
    refused("referrals.nobody_to_ask", lambda: asked(cast, asked_id=cast.harbour.pk))
    with pytest.raises(errors.Invalid):
        asked(cast, question=" ")
    with pytest.raises(errors.NotFound):
        asked(cast, resident_id=cast.residents["neighbour"].pk)
