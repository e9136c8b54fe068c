"""A care home with beds and people in it, made as its manager makes them."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from tests import cast as people
from tests.cast import NOW, TODAY, Cast
from tests.factories import cooperations
from yijia.apps.homes import actions
from yijia.apps.homes.models import Bed, Medicine, Placement
from yijia.apps.registry.models import Organisation, Resident
from yijia.base.crypto import unseal

HOME, OTHER = "晴川养老院", "望江养老院"


def home(cast: Cast) -> Organisation:
    return cooperations.care_home(cast)[0]


def other_home(cast: Cast) -> Organisation:
    return cooperations.care_home(cast, OTHER, 92)[0]


def bed(cast: Cast, number: str = "1", room: str = "203", *, part: str = HOME) -> Bed:
    cooperations.care_home(cast, part, 91 if part == HOME else 92)
    return actions.add_beds(building="A 栋", room=room, numbers=[number], by=cast.actors[part], at=NOW)[0]


def identity(resident: Resident) -> str:
    return unseal(resident.identity_enc, "registry.resident.identity")


def admitted(
    cast: Cast, who: str = "elder", number: str = "1", *, part: str = HOME, at: datetime = NOW, from_on: date = TODAY - timedelta(days=30), **more: Any
) -> Placement:  # fmt: skip
    """Somebody of the cast moved in a month ago."""
    made = bed(cast, number, part=part)
    given = {
        "client_id": uuid.uuid4(),
        "bed_id": made.pk,
        "care_level": "assisted",
        "identity": identity(cast.residents[who]),
    }
    return actions.admit_resident(**(given | more), from_on=from_on, by=cast.actors[part], at=at)


def medicine(cast: Cast, placement: Placement, *, times: tuple[str, ...] = ("08:00", "18:00"), **more: Any) -> Medicine:
    given = {
        "name": "氨氯地平", "dose": "5 mg（1 片）", "route": "口服", "prescriber": "测试医生", "source": "门诊处方", "from_on": TODAY - timedelta(days=2),
    }  # fmt: skip
    return actions.add_medicine(placement_id=placement.pk, times=times, **(given | more), by=cast.actors[HOME], at=NOW)


def newcomer(cast: Cast, part: str, serial: int) -> Resident:
    """One more person, registered at the neighbour institution."""
    cast.residents[part] = people.resident(f"测试{part}", serial, cast.hill)
    return cast.residents[part]


def busy(cast: Cast) -> None:
    """A house in full swing: one in, one away, medicines, somebody at the door."""
    placement = admitted(cast)
    line = medicine(cast, placement)
    medicine(cast, placement, name="阿司匹林", times=("08:30",))
    actions.write_dose(medicine_id=line.pk, on=TODAY, slot="08:00", outcome="given", by=cast.actors[HOME], at=NOW)
    newcomer(cast, "lodger", 61)
    away = admitted(cast, "lodger", "2")
    actions.go_away(placement_id=away.pk, reason="family", by=cast.actors[HOME], at=NOW)
    bed(cast, "3")
    actions.sign_in_visitor(visitor="测试来人", house="测试单位", by=cast.actors[HOME], at=NOW)
