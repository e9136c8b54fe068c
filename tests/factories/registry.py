"""States of the register, made by calling its actions."""

from datetime import date
from typing import Any

from tests.cast import NOW, TODAY, TOWN, Cast
from yijia.apps.registry import actions
from yijia.apps.registry.models import Credential, Proxy, Resident, Staff
from yijia.core.people.identity import Sex
from yijia.core.people.synthetic import synthetic_id
from yijia.core.permissions import Actor

BORN = date(1950, 5, 6)
PHONE = "13800138000"


def identity_number(serial: int = 7, born_on: date = BORN, sex: Sex = Sex.FEMALE) -> str:
    """The number of somebody who cannot exist."""
    return synthetic_id(serial, born_on, sex, TOWN)


def application(serial: int = 7, **more: Any) -> dict[str, Any]:
    """What the desk asks of a new resident."""
    facts = {
        "name": "测试老人", "identity_number": identity_number(serial), "phone": PHONE, "address": "东莞市莞城街道测试路7号", "township": "莞城",
        "lon": 113.75, "lat": 23.04, "insured_class": "resident",
    }  # fmt: skip
    return facts | more


def registered_resident(by: Actor, serial: int = 7, **more: Any) -> Resident:
    """A resident registered at the desk or by an institution."""
    return actions.register_resident(**application(serial, **more), by=by, at=NOW)[0]


def standing_proxy(by: Actor, resident_id: int, **more: Any) -> Proxy:
    """A relative allowed to order and to see the bill."""
    facts = {"name": "测试女儿", "phone": "13900139000", "relation": "女", "matters": ["order", "bill"]} | more
    return actions.grant_proxy(resident_id=resident_id, **facts, by=by, at=NOW)


def new_staff(cast: Cast, **more: Any) -> Staff:
    """A nurse of the harbour without any paper."""
    facts = {
        "organisation_id": cast.harbour.pk,
        "name": "测试新护士",
        "badge_no": "N00001",
        "sex": "2",
        "profession": "nurse",
        "title": "护师",
        "practising_since": date(2015, 7, 1),
    }
    return actions.add_staff(**(facts | more), by=cast.actors["manager"], at=NOW)


def checked_credential(cast: Cast, staff_id: int, **more: Any) -> Credential:
    """A registration compared with the national register."""
    facts = {
        "kind": "registration",
        "number": "202044123456",
        "valid_from": date(2024, 1, 1),
        "valid_until": date(2029, 1, 1),
        "is_checked": True,
    } | more
    return actions.add_credential(staff_id=staff_id, **facts, by=cast.actors["manager"], at=NOW)


__all__ = [
    "BORN",
    "PHONE",
    "TODAY",
    "application",
    "checked_credential",
    "identity_number",
    "new_staff",
    "registered_resident",
    "standing_proxy",
]
