"""The steps of a walk, each by the real action; what the rules must refuse is tried too."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from yijia.apps.agreements import actions as agreements
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Duty, Episode, Occupancy
from yijia.apps.referrals import actions as referrals
from yijia.core.permissions import SYSTEM
from yijia.core.programmes.duties import Course, due_list
from yijia.core.programmes.lifecycle import Event, State
from yijia.core.programmes.model import Programme
from yijia.core.programmes.vocabulary import PERSON, STATED
from yijia.demo.drawing import signature
from yijia.demo.walk.stage import DAY, NoWalk, Walk, granted, house_for, person_at, row_of, upper_house
from yijia.demo.walk.visit import answers_at_home, open_for, visit_through


def run(made: Walk) -> Walk:
    events = made.programme.events
    _begin(made)
    _serve(made)
    if Event.SUSPEND in events:
        _move(made, "suspend", reason="外出探亲")
        made.at += 2 * DAY
        _move(made, "resume")
    if Event.RENEW in events:
        _renew(made)
    if Event.REFER in events:
        _refer(made)
    _hospital(made)
    _end(made)
    return made


def _begin(made: Walk) -> None:
    programme = made.programme
    row = row_of(programme)
    said = {name: row[name] for name in row if name in STATED and row[name] is not None}
    asked = {
        "client_id": uuid.uuid4(), "programme": programme.code, "resident_id": made.resident.pk, "organisation_id": made.house.pk,
        "by": made.actors["family"], "at": made.at,
    }  # fmt: skip
    first = actions.apply_for_programme(**asked)
    made.episode_id = first.pk
    again = actions.apply_for_programme(**{**asked, "client_id": uuid.uuid4()})
    made.note("apply", number=first.number, asked_twice_is_one=again.pk == first.pk)
    _move(made, "assess")
    if programme.papers or programme.qualification:
        code = (
            "episodes.not_eligible"
            if said
            else "episodes.not_qualified"
            if programme.qualification
            else "episodes.no_papers"
        )
        made.refused("agree_too_early", code, lambda: _act(made, "agree"))
    asked_for = programme.qualification
    persons = [made.staff[role].pk for role in made.staff]
    for number in range(max(1, (asked_for.visits or 1) if asked_for else 1)):
        team = persons[: max(1, (asked_for.persons or 1) if asked_for else 1)]
        record = actions.qualify(
            episode_id=made.episode_id,
            persons=team,
            is_passed=True,
            stated=said,
            note="入户评估",
            by=made.actors["doctor"],
            at=made.at,
        )
        made.note("qualify", visit=number + 1, persons=len(team), grade=record.content["grade"], stated=sorted(said))
    _sign(made)
    _move(made, "agree")
    if programme.registration is not None:
        made.refused("activate_unregistered", "episodes.not_registered", lambda: _act(made, "activate", **_team(made)))
    _move(made, "activate", registered_no="REG-0001" if programme.registration else "", **_team(made))
    if programme.slots:
        made.refused("second_at_once", "episodes.slot_taken", lambda: _second(made))


def _serve(made: Walk) -> None:
    """Everything due is done once, as its day comes; what nobody knows how often is told."""
    episode = made.episode()
    row = PERSON.row(row_of(made.programme))
    course = Course(made.at, episode.grade, episode.cycle_until)
    for refusal in due_list(made.programme, course, row, [], made.at.date()).unknown:
        made.stop(refusal)
    dues = list(Duty.objects.filter(episode_id=made.episode_id, state="open").order_by("due_at", "id"))
    made.note("due", due=[{"activity": due.activity, "opens_on": due.opens_on, "due_at": due.due_at} for due in dues])
    _order(made)
    for line in made.programme.plan:
        duty = Duty.objects.filter(episode_id=made.episode_id, activity=line.code, state="open").first()
        if duty is None:
            continue
        made.at = (
            max(made.at + timedelta(hours=1), duty.due_at - timedelta(hours=1))
            if line.cadence != "times"
            else made.at + timedelta(hours=1)
        )
        reading = None
        if made.programme.follow_up is not None and made.programme.follow_up.activity == line.code:
            reading = _reading(made.programme, is_controlled=False)
        record = _record(made, line.code, reading)
        made.note("record", activity=line.code, serves=record.serves, verdict=record.verdict, next_on=record.next_on)
    if made.programme.follow_up is not None:
        made.at += 14 * DAY
        record = _record(made, made.programme.follow_up.activity, _reading(made.programme, is_controlled=False))
        made.note(
            "record",
            activity=record.activity,
            verdict=record.verdict,
            next_on=record.next_on,
            is_worsening=made.episode().is_worsening,
        )
        made.at += 14 * DAY
        record = _record(made, made.programme.follow_up.activity, _reading(made.programme, is_controlled=True))
        made.note("record", activity=record.activity, verdict=record.verdict, next_on=record.next_on)


def _record(made: Walk, activity: str, reading: Mapping[str, Any] | None) -> Any:
    return actions.record_service(
        episode_id=made.episode_id, activity=activity, persons=[made.hands(activity)], note="按计划完成", reading=reading,
        minutes=60, by=made.actors["doctor"], at=made.at,
    )  # fmt: skip


def _order(made: Walk) -> None:
    """Lines that ask for items go the ordinary way of an order, to the ledger; what stops one is told."""
    lines = [line for line in made.programme.plan if line.items]
    if not lines:
        return
    open_for(made, dict.fromkeys(code for line in lines for code in line.items))
    for line in lines:
        duty = Duty.objects.filter(episode_id=made.episode_id, activity=line.code, state="open").first()
        if duty is None:
            continue
        duty = actions.order_duty(
            duty_id=duty.pk,
            home_risk=answers_at_home(made),
            guardian_present=True,
            by=made.actors["doctor"],
            at=made.at,
        )
        if duty.refusal is not None:
            made.stop(duty.refusal)
        made.note(
            "order",
            activity=line.code,
            order=duty.order.number if duty.order else None,
            refused=duty.refusal and duty.refusal["code"],
        )
        if duty.order is not None:
            visit_through(made, duty, duty.order)


def _renew(made: Walk) -> None:
    until = made.episode().cycle_until
    day = made.at.date() if until is None else until - DAY
    made.at = max(made.at, made.at.replace(year=day.year, month=day.month, day=day.day))
    _move(made, "review")
    made.refused("renew_unreviewed", "episodes.not_qualified", lambda: _act(made, "renew"))
    actions.qualify(
        episode_id=made.episode_id,
        persons=[person.pk for person in made.staff.values()],
        is_passed=True,
        note="续期评估",
        by=made.actors["doctor"],
        at=made.at,
    )
    _sign(made)
    _move(made, "renew")
    episode = made.episode()
    made.note("cycle", number=episode.cycle_no, begins=episode.cycle_from, until=episode.cycle_until)


def _refer(made: Walk) -> None:
    """Up to another institution and back with a plan: the episode follows the referral, nothing moves it beside."""
    above = upper_house(made.house)
    person, user = person_at(above, "doctor", 70, made.house.jurisdiction, made.at)
    there = granted(user, "doctor", made, organisation_id=above.pk, staff_id=person.pk)
    asker = {"by": made.actors["doctor"], "at": made.at}
    referral = referrals.request_referral(
        client_id=uuid.uuid4(), resident_id=made.resident.pk, direction="up", urgency="urgent", wants="slot", asked=[above.pk], reason="病情加重",
        conditions=["待查"], course="转上级医院诊治", episode_id=made.episode_id, **asker,
    )  # fmt: skip
    given = {"referral_id": referral.pk, "by": there, "at": made.at}
    referrals.offer_place(place="内科门诊 1 号", starts_at=made.at, **given)
    referrals.accept_referral(**given)
    referrals.arrive_referral(**given)
    made.note("refer", referral=referral.number)
    made.refused("take_back_beside", "episodes.still_referred", lambda: _act(made, "take_back"))
    made.at += 5 * DAY
    plan = {
        "plan": "按原计划继续",
        "back_to_id": made.house.pk,
        "programme": made.programme.code,
        "conditions": ["已好转"],
    }
    referrals.return_referral(referral_id=referral.pk, **plan, by=there, at=made.at)
    referrals.take_over_referral(referral_id=referral.pk, by=made.actors["doctor"], at=made.at)
    made.note("take_back", referral=referral.number)


def _hospital(made: Walk) -> None:
    """A stay reported two days late: the home bed ends where it began."""
    does = made.programme.ending.on_hospital if made.programme.ending else "none"
    if does == "none":
        return
    made.at += 3 * DAY
    admitted_at = made.at - 2 * DAY
    actions.report_admission(
        resident_id=made.resident.pk,
        organisation_id=made.house.pk,
        admitted_at=admitted_at,
        hospital="人民医院",
        by=made.actors["doctor"],
        at=made.at,
    )
    together = Occupancy.objects.filter(
        resident=made.resident, is_active=True, slot="bed", during__contains=admitted_at + timedelta(hours=1)
    )
    made.note("admitted", hospital_reported_days_late=2, beds_at_once=together.count())
    if together.count() > 1:
        raise NoWalk("a family bed overlaps a hospital stay")
    if does == "suspend":
        made.at += 4 * DAY
        actions.report_discharge(
            resident_id=made.resident.pk, discharged_at=made.at - DAY, by=made.actors["doctor"], at=made.at
        )
        made.note("discharged")
        _move(made, "resume")


def _end(made: Walk) -> None:
    if made.episode().state != State.CLOSING:
        made.at += DAY
        ending = made.programme.ending
        _move(made, "end", reason=ending.reasons[-1].code if ending else "")
    made.refused("close_too_early", "episodes.no_closing_record", lambda: _act(made, "close"))
    actions.write_closing(
        episode_id=made.episode_id,
        summary="病情平稳，转社区随访",
        advice="按时复诊",
        by=made.actors["doctor"],
        at=made.at,
    )
    made.note("write_closing")
    account = actions.settle_episode(episode_id=made.episode_id, by=made.actors["doctor"], at=made.at).content
    for stopped in account["stopped"]:
        made.stop(stopped)
    made.note("settle", **account)
    _move(made, "close")


def _move(made: Walk, name: str, **more: Any) -> None:
    _act(made, name, **more)
    made.note(name)


def _act(made: Walk, name: str, **more: Any) -> Episode:
    act = getattr(actions, f"{name}_episode")
    found: Episode = act(episode_id=made.episode_id, by=made.actors["doctor"], at=made.at, **more)
    return found


def _sign(made: Walk) -> None:
    """Every paper that is not signed yet, by the resident's hand, or the guardian's for a child."""
    actions.prepare_enrolment(episode_id=made.episode_id, by=made.actors["doctor"], at=made.at)
    signer, name = made.signer()
    for paper in queries.papers_of(made.episode()):
        if paper.signed_at is None:
            if paper.text["template"]["both"]:
                doctor = {"by": made.actors["doctor"], "at": made.at}
                agreements.countersign(agreement_id=paper.pk, house_image=signature("测试医生"), **doctor)
            agreements.sign(
                agreement_id=paper.pk,
                signer=signer,
                name=name,
                method="glass",
                image=signature(name),
                by=made.actors["family"],
                at=made.at,
            )
            made.note("sign", paper=paper.kind, title=paper.text["zh"]["title"])


def _second(made: Walk) -> None:
    """Another institution tries to begin the same for the same person."""
    other = Episode.objects.get(pk=made.episode_id)
    other.pk, other.number, other.client_id, other.state = None, f"{other.number}-2", uuid.uuid4(), State.AGREED
    other.organisation = house_for(made.programme, made.house.jurisdiction, 2)
    other.lead = other.nurse = None
    other.save()
    people = {
        role: person_at(other.organisation, role, 50 + n, made.house.jurisdiction, made.at)[0]
        for n, role in enumerate(made.staff)
    }
    ids = [person.pk for person in people.values()]
    actions.activate_episode(
        episode_id=other.pk,
        lead_id=ids[0],
        nurse_id=ids[1] if len(ids) > 1 else None,
        registered_no="REG-2",
        by=SYSTEM,
        at=made.at,
    )


def _team(made: Walk) -> dict[str, Any]:
    ids = [person.pk for person in made.staff.values()]
    return {"lead_id": ids[0], "nurse_id": ids[1] if len(ids) > 1 else None}


def _reading(programme: Programme, *, is_controlled: bool) -> dict[str, Any]:
    """A follow-up that the programme's own rules call controlled, or the least worrying one that they do not."""
    calm = {
        "has_danger_sign": False,
        "has_adverse_reaction": not is_controlled,
        "has_new_complication": False,
        "is_intractable_reaction": False,
    }
    needed = programme.follow_up.needed if programme.follow_up else ()
    values: dict[str, Any] = {"systolic": 128, "diastolic": 78, "fasting_glucose": 6}
    return {name: value for name, value in {**values, **calm}.items() if name in needed or name in calm}
