"""Referrals in any state, made as people make them: harbour asks, hill takes."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from tests import cast as tests_cast
from tests.cast import NOW, Cast
from tests.factories import cooperations
from yijia.apps.referrals import actions
from yijia.apps.referrals.models import Consult, EmergencyCall, Referral
from yijia.apps.registry.models import Organisation, ResidentLink


def third_house(cast: Cast) -> Organisation:
    """A third institution that may be asked."""
    found = Organisation.objects.filter(name="河口医院").first()
    return found or tests_cast.organisation("河口医院", "Estuary Hospital", 3, 113.78, 23.05)


def doctor_at(cast: Cast, house: Organisation, part: str, serial: int) -> None:
    """A doctor of an institution joins the cast."""
    if part in cast.actors:
        return
    who = cast.users[part] = tests_cast.user(part, f"测试{part}")
    cast.staff[part] = tests_cast.staff(f"测试{part}", serial, house, user=who, title="主治医师", profession="doctor")
    cast.actors[part] = tests_cast.grant(who, "doctor", organisation_id=house.pk, staff_id=cast.staff[part].pk)


def taking(cast: Cast) -> None:
    """Doctors at hill and at a third house."""
    doctor_at(cast, cast.hill, "hill_doctor", 71)
    doctor_at(cast, third_house(cast), "third_doctor", 72)


def requested(cast: Cast, *, at: datetime = NOW, asked: Any = None, **more: Any) -> Referral:
    """The elder, up from harbour; to hill unless said otherwise."""
    taking(cast)
    given: dict[str, Any] = {
        "client_id": uuid.uuid4(), "resident_id": cast.residents["elder"].pk, "direction": "up", "urgency": "urgent", "wants": "bed",
        "asked": [house.pk for house in (asked or [cast.hill])], "reason": "血压控制不住，需住院调整",
        "conditions": ["高血压三级", "脑梗死后遗症"], "medicines": ["氨氯地平 5mg 每日一次"], "course": "三天来头晕加重。", "by": cast.actors["doctor"],
    }  # fmt: skip
    return actions.request_referral(**(given | more), at=at)


def offered(cast: Cast, *, at: datetime = NOW, part: str = "hill_doctor", **more: Any) -> Referral:
    referral = requested(cast, at=at, **more)
    return actions.offer_place(
        referral_id=referral.pk, place="心内科 12 床", starts_at=at + timedelta(hours=2), by=cast.actors[part], at=at
    )


def accepted(cast: Cast, *, at: datetime = NOW, part: str = "hill_doctor", **more: Any) -> Referral:
    referral = offered(cast, at=at, part=part, **more)
    return actions.accept_referral(referral_id=referral.pk, by=cast.actors[part], at=at)


def arrived(cast: Cast, *, at: datetime = NOW, **more: Any) -> Referral:
    referral = accepted(cast, at=at, **more)
    return actions.arrive_referral(referral_id=referral.pk, by=cast.actors["hill_doctor"], at=at)


def returned(cast: Cast, *, at: datetime = NOW, programme: str = "family_bed", **more: Any) -> Referral:
    referral = arrived(cast, at=at - timedelta(hours=1), **more)
    return actions.return_referral(
        referral_id=referral.pk, plan="每周查房一次，血压每日两次", back_to_id=cast.harbour.pk, programme=programme, conditions=["高血压三级，已控制"],
        by=cast.actors["hill_doctor"], at=at,
    )  # fmt: skip


def consulted(cast: Cast, *, at: datetime = NOW) -> Consult:
    """Harbour asks hill about the elder; accepted, so the record is open."""
    taking(cast)
    row = actions.request_consult(
        client_id=uuid.uuid4(), resident_id=cast.residents["elder"].pk, asked_id=cast.hill.pk, question="抗凝药是否继续？", by=cast.actors["doctor"], at=at
    )  # fmt: skip
    return actions.accept_consult(consult_id=row.pk, by=cast.actors["hill_doctor"], at=at)


def called(cast: Cast, *, at: datetime = NOW, part: str = "晴川养老院") -> EmergencyCall:
    """The care home pressed the button for the elder who lives there."""
    home, _keeper = cooperations.care_home(cast)
    ResidentLink.objects.get_or_create(
        organisation=home, resident=cast.residents["elder"], kind="home", until_on=None, defaults={"since_on": at.date()}
    )  # fmt: skip
    return actions.call_emergency(
        client_id=uuid.uuid4(), resident_id=cast.residents["elder"].pk, where="203 房 1 床", by=cast.actors[part], at=at
    )
