"""A few agreements between the demo's institutions: one that runs with things missed, one to sign, one yearly, one consortium."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from yijia.apps.agreements import actions
from yijia.apps.agreements.models import Breach, Cooperation
from yijia.apps.registry.models import Organisation
from yijia.base import accounts
from yijia.base.clock import business_date
from yijia.base.models import User
from yijia.core.calendar import add_months
from yijia.core.permissions import SYSTEM, Actor
from yijia.demo.county.plan import County, House
from yijia.demo.drawing import signature
from yijia.demo.homes import HOME, KEEPER

_NAMES = UUID("0b6e9a52-8c5d-4a53-9a3c-7f1f3c2d5e00")
SINCE_DAYS = 75
AGREEMENTS = 4

SUPPORT = {
    "answer_min": 10,
    "reception_min": 60,
    "rounds_per_month": 2,
    "capacity_per_month": 6,
    "hotline": "0769-00000000",
}
OUTSOURCED = {
    "arrangement": "service_purchase", "settlement_basis": "per_service", "surplus_use": "retained", "quota_per_month": 60, "answer_min": 15,
    "acceptances_per_quarter": 1,
}  # fmt: skip
DESIGNATED = {"categories": "肢体、言语、孤独症", "evaluations_per_month": 1, "parent_trainings_per_quarter": 1}
JOINED = {
    "consortium": "演示县域医共体", "member_role": "primary", "shared_information": "referral", "referral_answer_min": 120,
    "shares_per_month": 1,
}  # fmt: skip


ALLIED = {
    "consortium": "演示安宁疗护联盟", "member_role": "hospice", "shared_information": "record", "referral_answer_min": 240, "shares_per_month": 1,
}  # fmt: skip


def ally(county: County) -> int:
    """Two health centres and the hospital are a hospice alliance before anybody is handed on; how many agreements that takes."""
    hospital, at = county.houses[0], county.plan.at
    story = _Story(county, at - timedelta(days=SINCE_DAYS))
    centres = allies(county)
    for centre in centres:
        story.signed(
            "consortium", centre.id, hospital.id, ALLIED, _actor(centre.manager, at), _actor(hospital.manager, at)
        )
    return len(centres)


def allies(county: County) -> list[House]:
    """The health centres of the hospice alliance."""
    return [house for house in county.houses if house.level is None][1:3]


def agree(county: County, at: datetime) -> int:
    """Sign them through the real actions by people with their own rights; how many there are."""
    home, hospital = _home(), county.houses[0]
    centre = next(house for house in county.houses if house.level is None)
    story = _Story(county, at - timedelta(days=SINCE_DAYS))
    keeper, manager = _actor(home.keeper, at), _actor(hospital.manager, at)
    running = story.signed("medical_cooperation", home.id, hospital.id, SUPPORT, keeper, manager)
    _live(running, at, manager)
    story.signed("consortium", centre.id, hospital.id, JOINED, _actor(centre.manager, at), manager)
    story.signed("designation", hospital.id, None, DESIGNATED, manager, _actor(county.officials["agency_clerk"], at))
    _Story(county, at - timedelta(days=1)).offered("outsourcing", home.id, hospital.id, OUTSOURCED, keeper)
    actions.review_cooperations(cooperation_ids=[running.pk], by=SYSTEM, at=at)
    late = Breach.objects.filter(cooperation=running, fault="late").first()
    if late is not None:
        actions.answer_breach(breach_id=late.pk, text="当晚两名急诊同时到达，已增派一名值班医生。", by=manager, at=at)
    return AGREEMENTS


@dataclass(frozen=True, slots=True)
class _Home:
    """The care home and who manages it."""

    id: int
    keeper: int


def _home() -> _Home:
    house = Organisation.objects.get(name=HOME)
    return _Home(house.pk, User.objects.get(username=KEEPER).pk)


class _Story:
    """Agreements that begin on one day of the past."""

    def __init__(self, county: County, at: datetime):
        self.county, self.at, self.on = county, at, business_date(at)

    def offered(self, kind: str, first: int, second: int | None, terms: dict[str, Any], drafter: Actor) -> Cooperation:
        seed = f"{self.county.plan.place.code}/{self.county.plan.seed}/{kind}"
        seed += f"/{first}" if terms is ALLIED else ""
        row = actions.draft_cooperation(
            kind=kind, organisation_id=first, partner_id=second, fields=terms, valid_from=self.on, valid_until=add_months(self.on, 12),
            client_id=uuid5(_NAMES, seed), by=drafter, at=self.at,
        )  # fmt: skip
        return actions.move_cooperation(
            cooperation_id=row.pk, event="offer", by=drafter, at=self.at + timedelta(minutes=20)
        )

    def signed(
        self, kind: str, first: int, second: int | None, terms: dict[str, Any], drafter: Actor, other: Actor
    ) -> Cooperation:
        row = self.offered(kind, first, second, terms, drafter)
        for minutes, by in ((40, drafter), (90, other)):
            name = User.objects.get(pk=by.user_id).display_name
            actions.sign_cooperation(
                cooperation_id=row.pk, name=name, post="负责人", method="glass", image=signature(name), by=by,
                at=self.at + timedelta(minutes=minutes),
            )  # fmt: skip
        row.refresh_from_db()
        return row


def _live(row: Cooperation, at: datetime, manager: Actor) -> None:
    """Two months of it: rounds kept in the first and missed by one in the second, calls of which one was answered late."""
    for days, duty, seconds, quantity in _happenings():
        happened = at - timedelta(days=SINCE_DAYS - days)
        actions.record_performance(
            agreement_id=row.pk, duty=duty, happened_at=happened, seconds=seconds, quantity=quantity, source_type="manual",
            source_id=f"demo-{duty}-{days}", by=manager, at=happened + timedelta(minutes=30),
        )  # fmt: skip


def _happenings() -> Iterator[tuple[int, str, int | None, int]]:
    """Day of the term, duty, seconds, quantity."""
    yield from ((days, "rounds", None, 1) for days in (8, 22, 40, 66))
    for days, seconds in ((12, 190), (33, 420), (51, 1260), (70, 240)):
        yield days, "green_channel_answer", seconds, 1
        yield days, "green_channel_reception", seconds + 1500, 1
        yield days, "capacity", None, 1


def _actor(user_id: int, at: datetime) -> Actor:
    return accounts.actor_for(User.objects.get(pk=user_id), at)
