"""What each institution offers: items by the written criteria, filed prices, cancellation terms, area and hours."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.catalogue.models import Filing, FilingEvent, OfferedItem, ServiceArea
from yijia.base import editions
from yijia.core.calendar import start_of
from yijia.core.policy import Value
from yijia.demo import bulk
from yijia.demo.county.plan import County, House, Plan

MOST_ITEMS = 43  # the first batch of the provincial catalogue, where the authority said no other number
CORE = 14  # offered by everybody: what elders ask for most
OFTEN = (
    "NI-CL-03", "NI-CL-06", "NI-CL-13", "NI-CL-14", "NI-CL-18", "NI-CL-20", "NI-CL-01", "NI-CL-02", "NI-CD-01", "NI-CL-25", "NI-CL-26", "NI-CL-29",
    "NI-CL-32", "NI-CL-33",
)  # fmt: skip
WHY = "演示数据：依据近一年需求与护理部评估，符合该项标准。"
BASIS = "演示数据：按人力、交通与耗材成本测算，并参考居民承受能力；金额为虚构。"
TERMS = {"departed": {"visit_fee": "0.5"}, "no_show": {"visit_fee": "0.5"}}
TERM_WORDS = "演示数据：出发后取消退还一半上门服务费，其余全部退还。"


def make_offers(county: County) -> None:
    """Choose, file and open for every institution."""
    plan = county.plan
    known = {code: item for code, item in catalogue.items(plan.on, plan.place.code).items() if item.is_home_allowed}
    nursing = [code for code, item in known.items() if item.service == "home_nursing"]
    first = [code for code in OFTEN if code in nursing]
    pool = first + [code for code in sorted(nursing) if code not in first]
    pool = pool[: plan.rates.items or MOST_ITEMS]
    rounds = [code for code, item in known.items() if item.service == "home_bed_round" and _has_price(plan, code)]
    rest = pool[CORE:]
    for index, house in enumerate(county.houses):
        more = rest if index == 0 else plan.rng.sample(rest, len(rest) * (3 if house.level else 2) // 4)
        house.items = tuple(sorted({*pool[:CORE], *more})) + (tuple(rounds) if house.level == 2 else ())
    county.planted_prices = {"unfiled_price": rest[0], "out_of_date_price": rest[1]}
    _items(county)
    _prices(county, known)
    _areas(county)


def _has_price(plan: Plan, code: str) -> bool:
    """Whether policy gives the item a price that may move money here."""
    return isinstance(
        editions.current().demand(f"item:{code}", use="money", jurisdiction=plan.place.code, on=plan.on), Value
    )


def _items(county: County) -> None:
    plan = county.plan
    written, _ = catalogue.criteria(plan.on, plan.place.code)
    answers = {criterion.code: {"met": True, "why": WHY} for criterion in written}
    picked = _opening(plan)
    rows = [
        {
            "organisation_id": house.id, "item_code": code, "criteria": answers, "state": "published", "picked_at": picked, "picked_by_id": house.manager,
            "reviewed_at": picked + timedelta(days=2), "reviewed_by_id": county.officials["regulator"], "version": 3,
        }
        for house in county.houses
        for code in house.items
    ]  # fmt: skip
    county.counts["offered_items"] = bulk.load(OfferedItem, rows)


def _opening(plan: Plan) -> datetime:
    """When the institutions filed: the first working week of the year, nine o'clock."""
    return start_of(date(plan.on.year, 1, 2)) + timedelta(hours=9)


def _prices(county: County, known: dict[str, Any]) -> None:
    plan, drafts = county.plan, []
    on = _opening(plan).date() + timedelta(days=6)
    fee = editions.current().demand("fee:visit_fee", use="money", jurisdiction=plan.place.code, on=on)
    fee_code = catalogue.visit_fee_code(plan.place.code, on)
    for house in county.houses:
        if isinstance(fee, Value):  # where nobody said who sets the fee, nobody can file one
            drafts.append(_visit_fee(plan, house, fee_code))
        for code in house.items:
            is_planted = house is county.houses[0] and code == county.planted_prices["unfiled_price"]
            if not _is_fixed(plan, code) and not is_planted:
                drafts.append(_draft(house, "medical_price", code, known[code].zh, "次", _amount(known[code]), BASIS))
        drafts.append(
            _draft(house, "cancellation", "cancellation", "取消条款", "单", None, TERM_WORDS) | {"terms": TERMS}
        )
    for row in drafts:
        if row["organisation_id"] == county.houses[0].id and row["code"] == county.planted_prices["out_of_date_price"]:
            row["effective_until"] = plan.on
    _write_filings(county, drafts, on)


def _is_fixed(plan: Plan, code: str) -> bool:
    value = editions.current().lookup(f"item:{code}", jurisdiction=plan.place.code, on=plan.on)
    return isinstance(value, Value) and (value.value.get("price") or {}).get("mode") == "fixed"


def _visit_fee(plan: Plan, house: House, code: str) -> dict[str, Any]:
    base = plan.rng.choice((8000, 9000, 10000, 12000)) if house.level else plan.rng.choice((5000, 6000, 6800, 7500))
    row = _draft(house, "visit_fee", code, "上门服务费", "次", base, BASIS)
    if house.level and plan.rng.random() < 0.6:
        row |= {
            "amount_fen": None,
            "bands": [
                {"km_gt": "0", "km_le": "5", "amount_fen": base}, {"km_gt": "5", "km_le": "10", "amount_fen": base + 2000},
                {"km_gt": "10", "km_le": None, "amount_fen": base + 4000},
            ],
        }  # fmt: skip
    return row


def _amount(item: Any) -> int:
    """Invented, and the same for the same item everywhere: by its minutes and its risk."""
    rate = {"low": 60, "medium": 90, "high": 130}[item.risk_level]
    return max(500, round(item.duration_min * rate / 50) * 50)


def _draft(
    house: House, kind: str, code: str, name: str, unit: str, amount_fen: int | None, basis: str
) -> dict[str, Any]:
    return {
        "organisation_id": house.id, "kind": kind, "code": code, "name": name[:60], "unit": unit, "amount_fen": amount_fen, "basis": basis,
        "created_by_id": house.manager, "submitted_by_id": house.manager, "published_by_id": house.manager,
    }  # fmt: skip


def _write_filings(county: County, drafts: list[dict[str, Any]], on: date) -> None:
    plan, start = county.plan, _opening(county.plan)
    digits, regulator = plan.place.code.removeprefix("CN-"), county.officials["regulator"]
    events = []
    for serial, (row, pk) in enumerate(zip(drafts, bulk.draw_ids(Filing, len(drafts)), strict=True), start=1):
        row |= {
            "id": pk, "document_no": f"演示-{plan.on.year}-{serial:05d}", "effective_from": on, "state": "published",
            "number": f"{digits}-{plan.on.year}-{pk:06d}", "created_at": start, "submitted_at": start + timedelta(hours=1),
            "reviewed_at": start + timedelta(days=2), "reviewed_by_id": regulator, "published_at": start + timedelta(days=3), "version": 4,
        }  # fmt: skip
        steps = (
            ("draft", "", "draft", "created_at", "created_by_id"), ("submit", "draft", "submitted", "submitted_at", "submitted_by_id"),
            ("review", "submitted", "reviewed", "reviewed_at", "reviewed_by_id"), ("publish", "reviewed", "published", "published_at", "published_by_id"),
        )  # fmt: skip
        events += [
            {
                "organisation_id": row["organisation_id"],
                "filing_id": pk,
                "event": event,
                "from_state": before,
                "to_state": after,
                "at": row[at],
                "by_id": row[by],
            }
            for event, before, after, at, by in steps
        ]
    county.counts["filings"] = bulk.load(Filing, drafts)
    bulk.load(FilingEvent, events)


def _areas(county: County) -> None:
    bulk.load(
        ServiceArea,
        [
            {
                "organisation_id": house.id, "radius_km": Decimal(str(house.radius_km)), "open_on": [1, 2, 3, 4, 5, 6, 7], "updated_at": _opening(county.plan),
                "updated_by_id": house.manager,
            }
            for house in county.houses
        ],
    )  # fmt: skip
