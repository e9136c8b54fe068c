"""One person's episode told through the real actions, from the day it was asked for until the county's midnight."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from yijia.apps.agreements import actions as agreements
from yijia.apps.agreements.queries import code_of
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Duty, Episode
from yijia.base import accounts
from yijia.base.errors import Refused
from yijia.base.models import User
from yijia.core.permissions import Actor
from yijia.core.programmes.duties import Course, due_list
from yijia.core.programmes.example import admitted
from yijia.core.programmes.model import Activity, Cadence, Programme
from yijia.core.programmes.vocabulary import PERSON, STATED
from yijia.demo.county.plan import Client, County, House
from yijia.demo.drawing import signature

_NAMES = UUID("7d0a3f52-31c7-4f5e-8a55-0b1c2d3e4f00")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
CALM = {"has_danger_sign": False, "has_adverse_reaction": False, "has_new_complication": False, "is_intractable_reaction": False}  # fmt: skip
GOOD = {"systolic": 132, "diastolic": 80, "fasting_glucose": 6}
BAD = {"systolic": 168, "diastolic": 96, "fasting_glucose": 11}
VISIT_MIN = 60
ENDS_BEFORE = 2 * DAY
"""How long before the county's midnight whatever became of an episode happened."""


@dataclass(frozen=True, slots=True)
class Story:
    """One episode: how many days ago it was asked for, and what became of it.

    is_begun    False: still being assessed
    is_kept     False: the last service due was never done, so it is late
    is_worse    the last look found the person worse
    is_own      the demo's own elder has it, where the rules let that elder
    then        what happened two days ago: paused, hospital, renewing, closing, closed; nothing while it just runs
    """

    programme: str
    days: int
    is_begun: bool = True
    is_kept: bool = True
    is_worse: bool = False
    is_own: bool = False
    then: str = ""


class Tale:
    """The people of one story, each with their own rights, and how far it has been told."""

    def __init__(self, county: County, house: House, programme: Programme, story: Story, client: Client, serial: int):
        self.county, self.house, self.programme, self.story, self.client, self.serial = (
            county, house, programme, story, client, serial,
        )  # fmt: skip
        self.now = county.plan.at
        self.at = self.now - story.days * DAY + timedelta(hours=9, minutes=serial)
        self.by = _actor(house.doctors[0].user_id, self.at, "doctor")
        self.family = _actor(client.user_id, self.at, "family" if client.is_family else "resident")
        self.staff = {member.profession: member.id for member in reversed(house.staff)}
        self.episode_id = 0

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
        self.episode_id = episode.pk
        ids = self._team()
        self._later(hours=3)
        actions.assess_episode(episode_id=episode.pk, by=self.by, at=self.at)
        asked = self.programme.qualification
        if not self.story.is_begun and asked is not None:
            return
        seen_by = list(dict.fromkeys([*ids, self.staff["doctor"], self.staff["nurse"]]))[: max(2, len(ids))]
        for _visit in range(max(1, (asked.visits or 1) if asked else 1)):
            self._later(hours=2)
            actions.qualify(
                episode_id=episode.pk, persons=seen_by, is_passed=True, stated=stated, note="入户评估，符合条件", by=self.by, at=self.at
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
        self._serve(episode, stated)
        self._then(episode.pk)

    def _team(self) -> list[int]:
        """Who answers for it: the professions the programme asks for, a doctor and a nurse where it asks for neither."""
        asked = self.programme.provider.roles if self.programme.provider else ()
        roles = [role for role in asked if role in self.staff] or ["doctor"]
        return [self.staff[role] for role in dict.fromkeys([*roles, *(("nurse",) if roles == ["doctor"] else ())])]

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

    def _serve(self, episode: Episode, stated: Mapping[str, Any]) -> None:
        """What fell due until now was done on its day; a kept episode's last too. What nobody says how often to do is done weekly."""
        last = self.now - self._unserved()
        loose = self._loose(episode, stated)
        begun, served = self.at, set[int]()
        while True:
            dues = Duty.objects.filter(episode=episode, state="open", due_at__lte=last).exclude(pk__in=served)
            duty = dues.order_by("due_at", "id").first()
            if duty is None:
                break
            served.add(duty.pk)
            self.at = max(self.at + timedelta(minutes=40), duty.due_at - timedelta(hours=2))
            is_last = self.story.is_worse and not dues.filter(due_at__gt=duty.due_at).exists()
            line = self.programme.activity(duty.activity)
            assert line is not None
            self._record(line, is_worse=is_last)
        for line in loose:
            self.at = begun + DAY
            while self.at < last:
                self._record(line, is_worse=self.story.is_worse and self.at + WEEK >= last)
                self.at += WEEK

    def _unserved(self) -> timedelta:
        """For how long before the county's midnight nobody wrote down a service."""
        if not self.story.is_kept:
            return 8 * DAY
        return ENDS_BEFORE if self.story.then else timedelta()

    def _loose(self, episode: Episode, stated: Mapping[str, Any]) -> list[Activity]:
        """Visits to the home that the plan names and the place does not say how often."""
        course = Course(self.at, episode.grade, episode.cycle_until, package=episode.package)
        unknown = due_list(self.programme, course, PERSON.row(stated), [], self.at.date()).unknown
        lines = (self.programme.activity(refusal.facts["activity"]) for refusal in unknown)
        return [line for line in lines if line is not None and line.at_home]

    def _record(self, line: Activity, *, is_worse: bool) -> None:
        follow_up = self.programme.follow_up
        reading = None
        if follow_up is not None and follow_up.activity == line.code:
            values = {**(BAD if is_worse else GOOD), **CALM}
            reading = {name: value for name, value in values.items() if name in follow_up.needed or name in CALM}
        person = next((self.staff[role] for role in line.roles if role in self.staff), self.staff["doctor"])
        actions.record_service(
            episode_id=self.episode_id, activity=line.code, persons=[person], note="较上次差，已告知家属" if is_worse else "平稳",
            reading=reading, is_worse=is_worse, minutes=VISIT_MIN if line.cadence is Cadence.WEEKLY else None, by=self.by, at=self.at,
        )  # fmt: skip

    def _then(self, pk: int) -> None:
        """What became of it, two days ago."""
        at = self.now - ENDS_BEFORE + timedelta(hours=10, minutes=self.serial)
        given: dict[str, Any] = {"episode_id": pk, "by": self.by, "at": at}
        match self.story.then:
            case "paused":
                actions.suspend_episode(reason="随子女外出暂住", **given)
            case "hospital":
                actions.report_admission(
                    resident_id=self.client.id, organisation_id=self.house.id, admitted_at=at - timedelta(hours=3), hospital=self.house.name,
                    reason="肺部感染", by=self.by, at=at,
                )  # fmt: skip
            case "renewing":
                actions.review_episode(**given)
            case "closing":
                actions.end_episode(reason=self._reason(), **given)
            case "closed":
                actions.end_episode(reason=self._reason(), **given)
                actions.write_closing(summary="服务期内平稳，目标达到。", advice="按时复诊，有变化随时联系。", **given)
                actions.settle_episode(**given)
                actions.close_episode(**given)

    def _reason(self) -> str:
        known = [one.code for one in self.programme.ending.reasons] if self.programme.ending else []
        return next(code for code in ("improved", "requested", *known) if code in known)

    def _later(self, hours: int) -> None:
        self.at += timedelta(hours=hours)


def _stated(programme: Programme) -> Iterator[tuple[str, Any]]:
    """What a person whom the programme admits would say."""
    row: Mapping[str, Any] = admitted(programme) or {}
    yield from ((name, value) for name, value in row.items() if name in STATED and value is not None)


def _actor(user_id: int, at: datetime, role: str) -> Actor:
    return accounts.actor_for(User.objects.get(pk=user_id), at, role)
