"""Hospice care handed on inside the alliance: hospital → community → home, two hand-overs that wait, and a family left behind."""

from datetime import date, datetime
from typing import Any

from yijia.apps.care import actions, queries
from yijia.apps.care.models import Episode
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Organisation, Proxy, Resident
from yijia.base import accounts, outbox
from yijia.base.clock import business_date
from yijia.base.models import RoleGrant, User
from yijia.core.people.identity import Sex
from yijia.core.people.synthetic import synthetic_id
from yijia.core.permissions import Actor
from yijia.core.programmes.model import Programme
from yijia.core.refusal import Refusal
from yijia.demo.cooperations import allies
from yijia.demo.county.accounts import hashed
from yijia.demo.county.clients import SCOPE
from yijia.demo.county.plan import Client, County, House
from yijia.demo.tale import DAY, Story, Tale

MOURNER, MOURNER_NAME, LATE = "mourner", "演示遗属", "演示故人"
HANDED_ON = 4
_SERIAL, _FIRST = 486, 900  # of a made identity number; of the tales told here
_DIED = 27  # days ago: the family is to be called within thirty


def hand_on(county: County, at: datetime) -> int:
    """Live them through the real actions by people with their own rights; how many episodes there are."""
    found = queries.programme_for("hospice", county.plan.place.code, business_date(at))
    near = allies(county)
    if isinstance(found, Refusal) or len(near) < 2:
        return 0
    story = _Story(county, found, at)
    hospital, (community, home) = county.houses[0], near
    moved = story.begun(hospital, 18, until=12)
    story.offered(moved, hospital, community, "community", 12)
    story.taken(moved, community, "community", 11)
    story.offered(moved, community, home, "home", 5)
    story.taken(moved, home, "home", 4)
    story.offered(story.begun(hospital, 14), hospital, community, "community", 1)
    story.offered(story.begun(community, 13), community, hospital, "hospital", 1)
    story.left_behind(hospital)
    return HANDED_ON


class _Story:
    """The programme, the institutions, the moments."""

    def __init__(self, county: County, programme: Programme, at: datetime):
        self.county, self.programme, self.at, self.serial = county, programme, at, _FIRST

    def begun(self, house: House, days: int, until: int = 1, client: Client | None = None) -> int:
        """The episode of a new tale, kept until so many days ago; of the first elder whom the rules let begin.

        Raises      LookupError: of nobody
        """
        self.serial += 1
        for one in self._without() if client is None else [client]:
            tale = Tale(self.county, house, self.programme, Story(self.programme.code, days), one, self.serial % 60)
            tale.now = self.at - until * DAY
            if tale.told():
                return tale.episode_id
        raise LookupError(self.programme.code)

    def _without(self) -> list[Client]:
        """Elders who do not have the programme, those of the first institution before the others."""
        have = set(Episode.objects.filter(programme=self.programme.code).values_list("resident_id", flat=True))
        first = self.county.houses[0].id
        return sorted((one for one in self.county.clients if one.id not in have), key=lambda one: one.house.id != first)

    def offered(self, pk: int, house: House, to: House, setting: str, days: int) -> None:
        reason = {
            "community": "疼痛已控制，回社区继续",
            "home": "家属愿意在家照护",
            "hospital": "疼痛加重，需调整用药",
        }[setting]
        actions.offer_transfer(
            episode_id=pk, organisation_id=to.id, setting=setting, reason=reason, summary="晚期肿瘤，口服止痛药，家属已了解病情（演示）。",
            by=self._doctor(house), at=self.at - days * DAY,
        )  # fmt: skip

    def taken(self, pk: int, house: House, setting: str, days: int) -> None:
        doctor, nurse, at = house.doctors[0], house.nurses[0], self.at - days * DAY
        given: dict[str, Any] = {"episode_id": pk, "by": self._doctor(house)}
        actions.take_over_episode(lead_id=doctor.id, nurse_id=nurse.id, setting=setting, at=at, **given)
        actions.record_service(
            activity="hospice_visit", persons=[nurse.id], note="交接后首次上门，疼痛评分 3（演示）", at=at + DAY / 8, **given
        )  # fmt: skip

    def left_behind(self, house: House) -> None:
        """Somebody whose time at home is over; the family is still to be called."""
        client = self._late(house)
        pk = self.begun(house, 38, until=_DIED + 1, client=client)
        died_at = self.at - _DIED * DAY
        person = registry.record_death(
            resident_id=client.id,
            died_on=business_date(died_at),
            version=Resident.objects.get(pk=client.id).version,
            by=self._doctor(house),
            at=died_at,
        )
        outbox.drain(at=died_at)
        given: dict[str, Any] = {"episode_id": pk, "by": self._doctor(house)}
        actions.settle_episode(at=died_at + DAY, **given)
        actions.write_closing(
            summary=f"{person.name}在家中安详离世，家属陪伴（演示）。",
            advice="三十天内电话随访家属。",
            at=died_at + DAY,
            **given,
        )

    def _late(self, house: House) -> Client:
        """Somebody of this story alone, so that the county's published figures stay as they are."""
        main, place, at = Organisation.objects.get(pk=house.id), self.county.plan.place, self.at - 40 * DAY
        born_on = date(at.year - 83, 5, 4)
        person = registry.register_resident(
            name=LATE, identity_number=synthetic_id(_SERIAL, born_on, Sex.MALE, place.code), address="演示路86号", township=main.township,
            lon=main.lon + 0.009, lat=main.lat - 0.005, insured_class="resident", jurisdiction=place.code, by=self._doctor(house), at=at,
        )[0]  # fmt: skip
        user = User.objects.create(username=MOURNER, display_name=MOURNER_NAME, password=hashed())
        since = business_date(at)
        Proxy.objects.create(
            resident=person,
            user=user,
            kind=Proxy.Kind.PROXY,
            relation="女",
            name=MOURNER_NAME,
            scope=SCOPE,
            valid_from=since,
            granted_at=at,
        )
        RoleGrant.objects.create(
            user=user, role="family", jurisdiction=place.code, resident_id=person.pk, scope=SCOPE, valid_from=since
        )
        return Client(
            id=person.pk, name=person.name, household_id=person.household_id, lon=main.lon, lat=main.lat, house=house, keeper=house, user_id=user.pk,
            is_family=True, signer=MOURNER_NAME, relation="女", insured_class="resident", is_disabled_elder=False, identity_masked="",
        )  # fmt: skip

    def _doctor(self, house: House) -> Actor:
        return accounts.actor_for(User.objects.get(pk=house.doctors[0].user_id), self.at, "doctor")
