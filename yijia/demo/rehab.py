"""Designated rehabilitation: one institution on the list with one child, one that was banned, one before the experts."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from yijia.apps.agreements import actions as agreements
from yijia.apps.care import actions as care
from yijia.apps.care import queries as episodes
from yijia.apps.care.models import Episode
from yijia.apps.cases import actions as cases
from yijia.apps.registry import actions as registry
from yijia.apps.registry.models import Organisation, Proxy, Staff
from yijia.apps.rehab import actions
from yijia.apps.rehab.models import Designation, Placement
from yijia.base import accounts
from yijia.base.clock import business_date
from yijia.base.models import RoleGrant, User
from yijia.core.calendar import add_months
from yijia.core.people.identity import Sex
from yijia.core.people.synthetic import synthetic_id
from yijia.core.permissions import Actor
from yijia.demo import logins
from yijia.demo.county.accounts import hashed
from yijia.demo.county.plan import County, House
from yijia.demo.drawing import signature

GUARDIAN, NAME, CHILD = logins.GUARDIAN["username"], "演示家长", "演示小朋友"
_NAMES = UUID("6c2d9d0e-4a0c-4b0a-8a54-1d1f7a9c2e00")
_SERIAL = 487
DAY = timedelta(days=1)
SINCE = 100  # days ago the first evaluation began
EXPERTS = ("expert", "expert2")
SHEET: dict[str, Any] = {
    "legal": True, "agreement": True, "standards": True, "capacity": True, "credentials": True, "cameras": True,
    "children_a_therapist": 5, "floor_area": 260, "equipment": True,
}  # fmt: skip
FIGURES = {
    "children_a_therapist": 8,
    "floor_area": 200,
    "equipment": "平衡杠、楼梯训练器、言语训练卡、感统器材（示例）",
}
PAPER = "示例：区残联评审标准附件（演示用，不是真实文件）"
MATTERS = ["order", "sign", "bill", "confirm", "record"]


def rehabilitate(county: County, at: datetime) -> int:
    """Live it through the real actions by people with their own rights; how many records there are."""
    story = _Story(county, at)
    began = at - SINCE * DAY
    for name, figure in FIGURES.items():
        cases.state_figure(
            key=f"rehab:criteria.{name}",
            figure=figure,
            original=PAPER,
            signed_name="演示残联",
            by=story.federation,
            at=began,
        )
    hospital, *others = county.houses
    here = story.designated(hospital, "limb", 6, began)
    for house in others[:1]:
        gone = story.designated(house, "autism", 4, began)
        actions.end_designation(
            designation_id=gone.pk,
            reason="safety_accident",
            note="演示：训练设备倒塌，检查后停训",
            by=story.federation,
            at=at - 5 * DAY,
        )
    for house in others[1:2]:
        story.before_the_experts(house, "speech", 3, at - 3 * DAY)
    placement = story.child(hospital, here, at - 70 * DAY)
    first = add_months(business_date(at).replace(day=1), -2)
    for month, is_signed in ((first, True), (add_months(first, 1), False)):
        story.month(placement, hospital, month, at, is_signed=is_signed)
    return 1


class _Story:
    """The people of the story, each with their own rights."""

    def __init__(self, county: County, at: datetime):
        self.county, self.at = county, at
        self.federation = self._actor(county.officials["federation"])
        self.guardian: Actor | None = None

    def _actor(self, user_id: int) -> Actor:
        return accounts.actor_for(User.objects.get(pk=user_id), self.at)

    def _key(self, name: str) -> UUID:
        return uuid5(_NAMES, f"{self.county.plan.place.code}/{self.county.plan.seed}/{name}")

    def before_the_experts(self, house: House, category: str, places: int, at: datetime) -> int:
        """Applied, accepted, visited."""
        case = actions.apply_for_list(
            client_id=self._key(f"case/{category}"), organisation_id=house.id, list_code="rehab_child", category=category, places=places,
            contact="演示联系人", statement="康复师 6 人，训练场地 260 平方米，设备齐全（演示）。", by=self._actor(house.manager), at=at,
        )  # fmt: skip
        actions.move_case(case_id=case.pk, event="accept", by=self.federation, at=at + DAY / 24)
        for name in EXPERTS:
            actions.name_expert(
                case_id=case.pk, expert_id=self.county.officials[name], by=self.federation, at=at + DAY / 12
            )
        cases.hand_in_sheet(case_id=case.pk, answers=SHEET, note="现场看过（演示）。", by=self.federation, at=at + DAY)
        return case.pk

    def designated(self, house: House, category: str, places: int, at: datetime) -> Designation:
        """As far as the letter."""
        pk = self.before_the_experts(house, category, places, at)
        for name in EXPERTS:
            by = self._actor(self.county.officials[name])
            cases.vote_house(case_id=pk, is_for=True, reason="场地和人员符合标准（演示）。", by=by, at=at + 2 * DAY)
        actions.move_case(case_id=pk, event="publish", by=self.federation, at=at + 3 * DAY)
        actions.move_case(case_id=pk, event="designate", by=self.federation, at=at + 16 * DAY)
        return Designation.objects.get(case_id=pk)

    def child(self, house: House, row: Designation, at: datetime) -> Placement:
        """A child with a guardian who chose, and a running episode."""
        place, main = self.county.plan.place, Organisation.objects.get(pk=house.id)
        doctor = self._actor(next(one.user_id for one in house.staff if one.profession == "doctor"))
        born_on = date(at.year - 4, 3, 2)
        resident = registry.register_resident(
            name=CHILD, identity_number=synthetic_id(_SERIAL, born_on, Sex.FEMALE, place.code), address="演示路117号", township=main.township,
            lon=main.lon + 0.011, lat=main.lat + 0.007, insured_class="resident", is_disabled_elder=False, disability_kind="limb",
            disability_grade=2, jurisdiction=place.code, by=doctor, at=at - DAY,
        )[0]  # fmt: skip
        user = User.objects.create(username=GUARDIAN, display_name=NAME, password=hashed())
        Proxy.objects.create(
            resident=resident, user=user, kind=Proxy.Kind.GUARDIAN, relation="母", name=NAME, scope=MATTERS, valid_from=business_date(at), granted_at=at,
        )  # fmt: skip
        RoleGrant.objects.create(
            user=user,
            role="family",
            jurisdiction=place.code,
            resident_id=resident.pk,
            scope=MATTERS,
            valid_from=business_date(at),
        )
        self.guardian = self._actor(user.pk)
        placement = actions.choose_institution(
            client_id=self._key("choice"), designation_id=row.pk, resident_id=resident.pk, stated={"has_disability_proof": True}, by=self.guardian, at=at
        )  # fmt: skip
        self._begin(placement.episode_id, house, main, doctor, at + DAY)
        return placement

    def _begin(self, pk: int, house: House, main: Organisation, doctor: Actor, at: datetime) -> None:
        lead = Staff.objects.create(
            organisation_id=house.id, name="演示康复师", pinyin_initials="YSKFS", badge_no=f"YS{self.county.plan.place.code[3:]}90001", sex="2", profession="therapist",
            title="主管技师", practising_since=date(2012, 7, 1), lon=main.lon, lat=main.lat, works_on=[1, 2, 3, 4, 5],
        )  # fmt: skip
        care.assess_episode(episode_id=pk, by=doctor, at=at)
        care.qualify(episode_id=pk, persons=[lead.pk], is_passed=True, by=doctor, at=at)
        care.prepare_enrolment(episode_id=pk, by=doctor, at=at)
        for paper in episodes.papers_of(Episode.objects.get(pk=pk)):
            agreements.sign(
                agreement_id=paper.pk,
                signer="guardian",
                name=NAME,
                relation="母",
                method="glass",
                image=signature(NAME),
                by=self.guardian,
                at=at,
            )
        care.agree_episode(episode_id=pk, by=doctor, at=at)
        care.activate_episode(episode_id=pk, lead_id=lead.pk, by=doctor, at=at)

    def month(self, placement: Placement, house: House, month: date, at: datetime, *, is_signed: bool) -> None:
        """Sessions, the evaluation, and the guardian's hand under one of the two."""
        doctor = self._actor(next(one.user_id for one in house.staff if one.profession == "doctor"))
        lead = Episode.objects.get(pk=placement.episode_id).lead_id
        begun = placement.chosen_at + 2 * DAY
        ends = add_months(month, 1)
        days = [begun + n * 4 * DAY for n in range(25)]
        for day in [one for one in days if month <= business_date(one) < ends and one < at][:6]:
            care.record_service(
                episode_id=placement.episode_id,
                activity="rehab_training",
                persons=[lead],
                note="步态和平衡训练（演示）",
                by=doctor,
                at=day,
            )
        row = actions.evaluate_month(
            placement_id=placement.pk, month=month, progress="能扶站 30 秒，左侧负重有进步（演示）。", goals="扶走 5 步（演示）。", minutes=360,
            claimed_fen=180_000, by=doctor, at=at - 8 * DAY,
        )  # fmt: skip
        if is_signed:
            actions.sign_month(
                evaluation_id=row.pk, name=NAME, relation="母", image=signature(NAME), by=self.guardian, at=at - 7 * DAY
            )
