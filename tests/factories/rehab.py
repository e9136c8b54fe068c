"""Designations, bans, placements and months in every state, made by the real actions."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from tests import cast as people
from tests.cast import NOW, Cast
from tests.factories import cooperations
from tests.factories.agreements import DRAWN
from yijia.apps.agreements import actions as agreements
from yijia.apps.care import actions as care
from yijia.apps.care import queries as episodes
from yijia.apps.care.models import Episode
from yijia.apps.cases import actions as cases
from yijia.apps.cases.models import Case
from yijia.apps.registry.models import Proxy, Resident
from yijia.apps.rehab import actions
from yijia.apps.rehab.models import Designation, MonthlyEvaluation, Placement

SHEET: dict[str, Any] = {
    "legal": True, "agreement": True, "standards": True, "capacity": True, "credentials": True, "cameras": True,
    "children_a_therapist": 6, "floor_area": 300, "equipment": True,
}  # fmt: skip
FIGURES: dict[str, Any] = {"children_a_therapist": 8, "floor_area": 200, "equipment": "平衡杠、言语训练仪"}
_KEYS = {
    "yearly_yuan": "rehab:ceiling.yearly_yuan", "yearly_hours": "rehab:ceiling.yearly_hours", "ban_months": "rehab:exit.ban_months"
}  # fmt: skip
EVALUATED = NOW - timedelta(days=75)  # the evaluation begins
LISTED = NOW - timedelta(days=60)  # the yearly agreement binds
DAY = timedelta(days=1)


def stated(cast: Cast, at: datetime = EVALUATED, **more: Any) -> None:
    """The figures nobody read, stated with a document; `yearly_yuan` for the ceiling, `ban_months` for the ban."""
    keys = {f"rehab:criteria.{name}": figure for name, figure in FIGURES.items()}
    keys |= {_KEYS[name]: figure for name, figure in more.items()}
    for key, figure in keys.items():
        cases.state_figure(
            key=key,
            figure=figure,
            original="示例文件〔2025〕1号",
            signed_name="测试federation",
            by=cast.actors["federation"],
            at=at,
        )


def applied(cast: Cast, *, part: str = "manager", at: datetime = EVALUATED, **more: Any) -> Case:
    house = cast.harbour if part == "manager" else cast.hill
    given = {
        "client_id": uuid.uuid4(), "organisation_id": house.pk, "list_code": "rehab_child", "category": "limb", "places": 2,
        "contact": "测试联系人 0769-00000000", "statement": "康复师 6 人，场地 300 平方米。",
    }  # fmt: skip
    return actions.apply_for_list(**(given | more), by=cast.actors[part], at=at)


def visiting(cast: Cast, *, at: datetime = EVALUATED, **more: Any) -> Case:
    case = applied(cast, at=at, **more)
    return actions.move_case(case_id=case.pk, event="accept", by=cast.actors["federation"], at=at)


def voting(
    cast: Cast, *, answers: dict[str, Any] | None = None, named: tuple[str, ...] = ("expert", "second_expert"),
    at: datetime = EVALUATED, **more: Any,
) -> Case:  # fmt: skip
    case = visiting(cast, at=at, **more)
    cases.hand_in_sheet(case_id=case.pk, answers=SHEET | (answers or {}), by=cast.actors["federation"], at=at)
    for part in named:
        actions.name_expert(case_id=case.pk, expert_id=cast.users[part].pk, by=cast.actors["federation"], at=at)
    return case


def reviewed(cast: Cast, *, is_for: bool = True, at: datetime = EVALUATED, **more: Any) -> Case:
    case = voting(cast, at=at, **more)
    for part in ("expert", "second_expert"):
        cases.vote_house(case_id=case.pk, is_for=is_for, reason="看过现场", by=cast.actors[part], at=at)
    case.refresh_from_db()
    return case


def designated(cast: Cast, *, at: datetime = EVALUATED, states: bool = True, **more: Any) -> Designation:
    if states:
        stated(cast, at)
    case = reviewed(cast, at=at, **more)
    actions.move_case(case_id=case.pk, event="publish", by=cast.actors["federation"], at=at)
    actions.move_case(case_id=case.pk, event="designate", by=cast.actors["federation"], at=at + 12 * DAY)
    return Designation.objects.get(case=case)


def listed(cast: Cast, *, at: datetime = EVALUATED, **more: Any) -> Designation:
    """Designated, and bound by a yearly agreement."""
    row = designated(cast, at=at, **more)
    sign_yearly(cast, row, at=LISTED)
    return row


def sign_yearly(cast: Cast, row: Designation, *, at: datetime = LISTED, **fields: Any) -> Any:
    part = "manager" if row.organisation_id == cast.harbour.pk else "stranger_manager"
    begins = at.date()
    paper = cooperations.drafted(
        cast, "designation", at=at, organisation_id=row.organisation_id, by=cast.actors[part], valid_from=begins,
        valid_until=begins.replace(year=begins.year + 1), fields=fields,
    )  # fmt: skip
    agreements.move_cooperation(cooperation_id=paper.pk, event="offer", by=cast.actors[part], at=at)
    for who in (part, "federation"):
        cooperations.sign(cast, paper, who, at=at)
    return paper


def child(
    cast: Cast, part: str = "child", serial: int = 71, kind: str = "limb", born: date = date(2021, 3, 2)
) -> Resident:
    """A child with a guardian who holds the account `<part>_guardian`."""
    made = people.resident(f"测试{part}", serial, cast.harbour, born=born, disability_kind=kind)
    cast.residents[part] = made
    who = cast.users[f"{part}_guardian"] = people.user(f"{part}_guardian", f"测试{part}家长")
    scope = ["order", "sign", "bill", "confirm", "record"]
    Proxy.objects.create(
        resident=made, user=who, kind="guardian", relation="母", name=who.display_name, scope=scope, valid_from=date(2025, 1, 1), granted_at=NOW,
    )  # fmt: skip
    cast.actors[f"{part}_guardian"] = people.grant(who, "family", resident_id=made.pk, scope=scope)
    return made


def chosen(
    cast: Cast, row: Designation, part: str = "child", *, at: datetime = NOW - 50 * DAY, **more: Any
) -> Placement:
    given = {
        "client_id": uuid.uuid4(), "designation_id": row.pk, "resident_id": cast.residents[part].pk, "stated": {"has_disability_proof": True},
    }  # fmt: skip
    return actions.choose_institution(**(given | more), by=cast.actors[f"{part}_guardian"], at=at)


def therapist(cast: Cast) -> Any:
    if "therapist" not in cast.staff:
        cast.staff["therapist"] = people.staff("测试康复师", 77, cast.harbour, title="主管护师", profession="therapist")
    return cast.staff["therapist"]


def begun(cast: Cast, placement: Placement, part: str = "child", *, at: datetime = NOW - 48 * DAY) -> Episode:
    """The episode assessed, signed by the guardian and running."""
    doctor, lead = cast.actors["doctor"], therapist(cast)
    pk = placement.episode_id
    care.assess_episode(episode_id=pk, by=doctor, at=at)
    care.qualify(episode_id=pk, persons=[lead.pk], is_passed=True, stated={}, by=doctor, at=at)
    care.prepare_enrolment(episode_id=pk, by=doctor, at=at)
    for paper in episodes.papers_of(Episode.objects.get(pk=pk)):
        agreements.sign(
            agreement_id=paper.pk, signer="guardian", name="测试家长", method="glass", image=DRAWN, by=cast.actors[f"{part}_guardian"], at=at
        )  # fmt: skip
    care.agree_episode(episode_id=pk, by=doctor, at=at)
    return care.activate_episode(episode_id=pk, lead_id=lead.pk, by=doctor, at=at)


def trained(cast: Cast, placement: Placement, times: int = 3, *, at: datetime = NOW - 40 * DAY) -> None:
    """Sessions written into the episode, a day apart."""
    for day in range(times):
        care.record_service(
            episode_id=placement.episode_id, activity="rehab_training", persons=[therapist(cast).pk], note="步态训练", by=cast.actors["doctor"], at=at + day * DAY
        )  # fmt: skip


def evaluated(
    cast: Cast, placement: Placement, month: date = date(2025, 5, 1), *, at: datetime = NOW - 14 * DAY, **more: Any
) -> MonthlyEvaluation:
    given: dict[str, Any] = {"progress": "能扶站 30 秒", "goals": "扶走 5 步", "minutes": 720, "claimed_fen": 200_000}
    return actions.evaluate_month(
        placement_id=placement.pk, month=month, **(given | more), by=cast.actors["doctor"], at=at
    )


def signed(
    cast: Cast, row: MonthlyEvaluation, part: str = "child", *, at: datetime = NOW - 13 * DAY, **more: Any
) -> Any:
    given = {"name": "测试家长", "relation": "母", "image": DRAWN}
    return actions.sign_month(evaluation_id=row.pk, **(given | more), by=cast.actors[f"{part}_guardian"], at=at)


def running(cast: Cast, row: Designation | None = None, part: str = "child", serial: int = 71) -> Placement:
    """A child at harbour whose episode runs, with sessions in May."""
    row = row or listed(cast)
    child(cast, part, serial)
    placement = chosen(cast, row, part)
    begun(cast, placement, part)
    trained(cast, placement)
    return placement
