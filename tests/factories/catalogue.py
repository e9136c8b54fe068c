"""Institutions that are open for orders, made by the real actions."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.cast import NOW, TODAY, Cast
from yijia.apps.catalogue import actions, queries
from yijia.apps.catalogue.models import Filing, OfferedItem, ServiceArea
from yijia.apps.registry.models import Organisation
from yijia.base import clock
from yijia.core.permissions import Actor

DRESSING = "NI-CL-06"
BLOOD = "NI-CL-03"
CATHETER = "NI-CL-09"
FORBIDDEN = "NI-CL-47"
VISIT_FEE = "131000001N"
TERMS = {"departed": {"visit_fee": "0"}, "no_show": {"visit_fee": "0"}}


def manager(cast: Cast, house: Organisation) -> Actor:
    """The manager of one of the two institutions."""
    return cast.actors["manager" if house.pk == cast.harbour.pk else "stranger_manager"]


def answers(house: Organisation, at: datetime = NOW) -> dict[str, dict[str, Any]]:
    """Every written criterion of the place answered with yes and a reason."""
    written, _ = queries.criteria(clock.business_date(at), house.jurisdiction)
    return {criterion.code: {"met": True, "why": "已核对"} for criterion in written}


def picked(cast: Cast, house: Organisation, code: str = DRESSING, at: datetime = NOW) -> OfferedItem:
    return actions.pick_item(organisation_id=house.pk, item_code=code, by=manager(cast, house), at=at)


def submitted(cast: Cast, house: Organisation, code: str = DRESSING, at: datetime = NOW) -> OfferedItem:
    row = picked(cast, house, code, at)
    return actions.submit_item(offered_item_id=row.pk, criteria=answers(house, at), by=manager(cast, house), at=at)


def published(cast: Cast, house: Organisation, code: str = DRESSING, at: datetime = NOW) -> OfferedItem:
    row = submitted(cast, house, code, at)
    return actions.review_item(offered_item_id=row.pk, is_published=True, by=cast.actors["regulator"], at=at)


def draft(cast: Cast, house: Organisation, kind: str = "visit_fee", *, at: datetime = NOW, **more: Any) -> Filing:
    given: dict[str, Any] = {
        "organisation_id": house.pk, "kind": kind, "basis": "人力与交通成本，居民可承受", "effective_from": TODAY, "document_no": "测试〔2025〕1号",
    }  # fmt: skip
    if kind == "cancellation":
        given["terms"] = TERMS
    elif "bands" not in more:
        given["amount_fen"] = 13000
    return actions.draft_filing(**(given | more), by=manager(cast, house), at=at)


def reviewed(cast: Cast, house: Organisation, kind: str = "visit_fee", *, at: datetime = NOW, **more: Any) -> Filing:
    row = draft(cast, house, kind, at=at, **more)
    actions.submit_filing(filing_id=row.pk, by=manager(cast, house), at=at)
    return actions.review_filing(filing_id=row.pk, by=cast.actors["regulator"], at=at)


def filed(cast: Cast, house: Organisation, kind: str = "visit_fee", *, at: datetime = NOW, **more: Any) -> Filing:
    """A published filing."""
    row = reviewed(cast, house, kind, at=at, **more)
    return actions.publish_filing(filing_id=row.pk, by=cast.actors["regulator"], at=at)


def area(cast: Cast, house: Organisation, at: datetime = NOW, **more: Any) -> ServiceArea:
    return actions.set_service_area(
        organisation_id=house.pk, **({"radius_km": Decimal(15)} | more), by=manager(cast, house), at=at
    )


def open_shop(
    cast: Cast,
    house: Organisation,
    codes: Sequence[str] = (DRESSING, BLOOD),
    *,
    at: datetime = NOW,
    effective_from: date = TODAY,
    fee_fen: int = 13000,
) -> None:
    """Items published, every price and the cancellation terms filed, area set: the institution can be ordered from today."""
    for code in codes:
        published(cast, house, code, at)
        filed(cast, house, "medical_price", code=code, amount_fen=4500, at=at, effective_from=effective_from)
    filed(cast, house, "visit_fee", amount_fen=fee_fen, at=at, effective_from=effective_from)
    filed(
        cast,
        house,
        "consumable",
        code="DRESSING-PACK",
        name="换药包",
        name_en="Dressing pack",
        unit="个",
        amount_fen=1250,
        at=at,
        effective_from=effective_from,
    )
    filed(cast, house, "cancellation", at=at, effective_from=effective_from)
    area(cast, house, at)
