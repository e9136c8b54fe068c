"""Programmes under way on the eve of the day: beds, contracts, follow-ups; one late, one worsening, one not begun."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from yijia.apps.agreements import actions as agreements
from yijia.apps.agreements.models import Agreement
from yijia.apps.agreements.queries import code_of
from yijia.apps.care import actions, jobs, queries
from yijia.apps.care.models import Duty, Episode
from yijia.base import accounts
from yijia.base.clock import business_date
from yijia.base.errors import Refused
from yijia.base.models import User
from yijia.core.permissions import Actor
from yijia.core.programmes.example import admitted
from yijia.core.programmes.model import Programme
from yijia.core.programmes.vocabulary import STATED
from yijia.demo.county.plan import Client, County
from yijia.demo.drawing import signature

_NAMES = UUID("7d0a3f52-31c7-4f5e-8a55-0b1c2d3e4f00")
DAY = timedelta(days=1)
TRIES = 4  # elders asked for one story: the rules may refuse one, for what the county wrote about them
CALM = {"has_danger_sign": False, "has_adverse_reaction": False, "has_new_complication": False, "is_intractable_reaction": False}  # fmt: skip
GOOD = {"systolic": 132, "diastolic": 80, "fasting_glucose": 6}
BAD = {"systolic": 168, "diastolic": 96, "fasting_glucose": 11}


@dataclass(frozen=True, slots=True)
class Story:
    """One episode: how many days ago it was asked for, and what became of it.

    is_begun    False: still being assessed
    is_kept     False: the last service due was never done, so it is late
    is_worse    the last look found the person worse
    """

    programme: str
    days: int
    is_begun: bool = True
    is_kept: bool = True
    is_worse: bool = False


STORIES = (
    *(Story("family_doctor", days) for days in (340, 300, 210, 120, 60, 12)),
    Story("family_doctor", 2, is_begun=False),
    *(Story("family_bed", days) for days in (26, 19, 11)),
    Story("family_bed", 16, is_worse=True),
    Story("family_bed", 12, is_kept=False),
    Story("family_bed", 1, is_begun=False),
    Story("hospice", 6),
    Story("hospice", 9, is_kept=False),
    *(Story("hypertension", days) for days in (170, 45)),
    Story("hypertension", 95, is_worse=True),
    Story("diabetes", 30),
    *(Story("elder_health", days) for days in (150, 40)),
)


def enrol(county: County) -> int:
    """Live them through the real actions at the first institution; how many a place's programmes let begin."""
    house, at = county.houses[0], county.plan.at
    waiting = [client for client in county.clients if client.house.id == house.id]
    by = _actor(house.doctors[0].user_id, at - 360 * DAY, "doctor")
    known = {found.code: found for found in queries.programmes_of(county.plan.place.code, business_date(at))}
    # Who has a contract in the county's count may have this one: the published rate of contracts stays as it is.
    counted = set(Agreement.objects.filter(kind="family_doctor").values_list("resident_id", flat=True))
    begun = 0
    for serial, story in enumerate(story for story in STORIES if story.programme in known):
        asked = [client for client in waiting if story.programme != "family_doctor" or client.id in counted]
        for client in asked[:TRIES]:
            waiting.remove(client)
            tale = _Tale(county, known[story.programme], story, client, by, serial)
            if tale.told():
                begun += 1
                break
    jobs.compute_due(at)
    return begun


class _Tale:
    """One person's episode, from the day it was asked for until the county's midnight."""

    def __init__(self, county: County, programme: Programme, story: Story, client: Client, by: Actor, serial: int):
        self.county, self.programme, self.story, self.client, self.by, self.serial = (
            county, programme, story, client, by, serial,
        )  # fmt: skip
        self.house = county.houses[0]
        self.now = county.plan.at
        self.at = self.now - story.days * DAY + timedelta(hours=9, minutes=serial)
        self.family = _actor(client.user_id, self.at, "family" if client.is_family else "resident")

    def told(self) -> bool:
        """Whether the rules let it begin; otherwise nothing is left of it."""
        try:
            with transaction.atomic():
                self._begin()
        except Refused:
            return False
        return True

    def _begin(self) -> None:
        stated = dict(_stated(self.programme))
        episode = actions.apply_for_programme(
            client_id=uuid5(_NAMES, f"{self.county.plan.place.code}/{self.county.plan.seed}/{self.serial}/{self.client.id}"),
            programme=self.programme.code, resident_id=self.client.id, organisation_id=self.house.id, by=self.family, at=self.at,
        )  # fmt: skip
        ids = [member.id for member in (*self.house.doctors[:1], *self.house.nurses[:1])]
        self._later(hours=3)
        actions.assess_episode(episode_id=episode.pk, by=self.by, at=self.at)
        asked = self.programme.qualification
        if not self.story.is_begun and asked is not None:
            return
        for _visit in range(max(1, (asked.visits or 1) if asked else 1)):
            self._later(hours=2)
            actions.qualify(
                episode_id=episode.pk, persons=ids, is_passed=True, stated=stated, note="入户评估，符合条件", by=self.by, at=self.at
            )  # fmt: skip
        episode = actions.prepare_enrolment(episode_id=episode.pk, by=self.by, at=self.at)
        if not self.story.is_begun:
            return
        self._sign(episode)
        actions.agree_episode(episode_id=episode.pk, by=self.by, at=self.at)
        actions.activate_episode(
            episode_id=episode.pk, lead_id=ids[0], nurse_id=ids[1] if len(ids) > 1 else None,
            registered_no=f"DEMO-{self.serial:04d}" if self.programme.registration else "", by=self.by, at=self.at,
        )  # fmt: skip
        self._serve(episode, ids)

    def _sign(self, episode: Episode) -> None:
        signer = "proxy" if self.client.is_family else "resident"
        for paper in queries.papers_of(episode):
            if paper.text["template"]["both"]:  # the doctor gives a code, the client enters it: both have signed
                code = agreements.give_code(agreement_id=paper.pk, by=self.by, at=self.at)
                agreements.sign_by_code(agreement_id=paper.pk, code=code_of(code), by=self.family, at=self.at)
                continue
            agreements.sign(
                agreement_id=paper.pk, signer=signer, name=self.client.signer, relation=self.client.relation, method="glass", image=signature(self.client.signer),
                by=self.family, at=self.at,
            )  # fmt: skip

    def _serve(self, episode: Episode, ids: list[int]) -> None:
        """What fell due until now was done on its day; a kept episode's last too."""
        last = self.now - 8 * DAY if not self.story.is_kept else self.now
        follow_up = self.programme.follow_up
        served: set[int] = set()
        while True:
            dues = Duty.objects.filter(episode=episode, state="open", due_at__lte=last).exclude(pk__in=served)
            duty = dues.order_by("due_at", "id").first()
            if duty is None:
                return
            served.add(duty.pk)
            self.at = max(self.at + timedelta(minutes=40), duty.due_at - timedelta(hours=2))
            is_last = self.story.is_worse and not dues.filter(due_at__gt=duty.due_at).exists()
            reading = None
            if follow_up is not None and follow_up.activity == duty.activity:
                values = {**(BAD if is_last else GOOD), **CALM}
                reading = {name: value for name, value in values.items() if name in follow_up.needed or name in CALM}
            actions.record_service(
                episode_id=episode.pk, activity=duty.activity, persons=ids[:1], note="较上次差，已告知家属" if is_last else "平稳",
                reading=reading, is_worse=is_last, by=self.by, at=self.at,
            )  # fmt: skip

    def _later(self, hours: int) -> None:
        self.at += timedelta(hours=hours)


def _stated(programme: Programme) -> Iterator[tuple[str, Any]]:
    """What a person whom the programme admits would say."""
    row: Mapping[str, Any] = admitted(programme) or {}
    yield from ((name, value) for name, value in row.items() if name in STATED and value is not None)


def _actor(user_id: int, at: datetime, role: str) -> Actor:
    return accounts.actor_for(User.objects.get(pk=user_id), at, role)
