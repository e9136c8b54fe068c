"""The account of one cycle: ordered visits with what the ledger says, and the fees that no order carries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.care import queries, seams
from yijia.apps.care.actions.episode_moves import stops
from yijia.apps.care.models import Episode, EpisodeRecord
from yijia.base import editions, outbox
from yijia.core.calendar import business_date
from yijia.core.permissions import Actor
from yijia.core.policy import plain
from yijia.core.programmes.model import Fee, Part, Programme
from yijia.core.refusal import Refusal


def settle_cycle(episode: Episode, programme: Programme, cycle_no: int, by: Actor, at: datetime) -> EpisodeRecord:
    """Write the account of a cycle down."""
    record = EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.SETTLEMENT,
        cycle_no=cycle_no, on=business_date(at), content=account(episode, programme, at, cycle_no), written_at=at, written_by_id=by.user_id,
    )  # fmt: skip
    _tell(record, at)
    return record


def _tell(record: EpisodeRecord, at: datetime) -> None:
    """Whoever keeps the books hears of an account."""
    outbox.publish("episodes.accounted", {"record_id": record.pk}, at=at, organisation_id=record.organisation_id)


def recount_settlement(episode: Episode, programme: Programme, cycle_no: int, at: datetime) -> EpisodeRecord | None:
    """A record of a cycle that has its account was put right: the account is made anew beside the old one.

    Source      PROG-15 in docs/rules/programmes.md
    """
    old = queries.settlement_of(episode, cycle_no)
    if old is None:
        return None
    content = account(episode, programme, at, cycle_no)
    if content["lines"] == old.content["lines"] and content["orders"] == old.content.get("orders", []):
        return None
    content["before_fen"] = old.content["total_fen"]
    record = EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.SETTLEMENT,
        cycle_no=cycle_no, on=business_date(at), content=content, corrects=old, written_at=at,
    )  # fmt: skip
    _tell(record, at)
    return record


def account(episode: Episode, programme: Programme, at: datetime, cycle_no: int | None = None) -> dict[str, Any]:
    """The cycle's account: visits that were ordered, with what the ledger says of each, and the fees beside them by the price rules.

    lines       fees that no order carries; what has no good price is named in `stopped`, and there is no total then

    Source      PROG-16 in docs/rules/programmes.md
    """
    cycle = episode.cycle_no if cycle_no is None else cycle_no
    orders = queries.ordered_in(episode, cycle)
    bills = seams.bills([order.pk for order in orders])
    ordered = [
        {"order_id": order.pk, "number": order.number, "state": order.state, "need": order.need, "quoted_fen": order.quote_total_fen, **_billed(bills.get(order.pk))}
        for order in orders
    ]  # fmt: skip
    paid_fen = sum(one["charged_fen"] or 0 for one in ordered)
    if programme.money is not None and programme.money.is_free:
        return {
            "lines": [],
            "orders": ordered,
            "ordered_fen": paid_fen,
            "total_fen": paid_fen,
            "stopped": [],
            "is_free": True,
        }
    package = programme.package(episode.package)
    price = queries.price_of_package(programme, package, at) if package else stops(programme, Part.MONEY, "money", at)
    stopped = [price] if isinstance(price, Refusal) else []
    lines = []
    if package is not None and isinstance(price, int) and price:
        grounds = programme.grounds[Part.PACKAGES]
        lines.append(
            {"key": f"package:{package.code}", "zh": package.words.zh, "en": package.words.en, "quantity": 1, "unit_fen": price, "amount_fen": price,
             "edition": grounds.edition, "by_payer": {share.payer: share.amount_fen for share in package.shares if share.amount_fen}}
        )  # fmt: skip
    cared, weak = _care_paid(episode, programme, cycle, at)
    lines += cared
    stopped += weak
    for fee in programme.money.fees if programme.money else ():
        quantity = _quantity(episode, programme, fee, cycle)
        if quantity == 0:
            continue
        found = editions.current().demand(
            fee.key, use="money", jurisdiction=episode.jurisdiction, on=business_date(at), insured_class=None
        )
        if isinstance(found, Refusal):
            stopped.append(found)
            continue
        amount = _amount(found.value)
        if amount is None:
            stopped.append(Refusal("programmes.no_amount", {"key": fee.key}))
            continue
        lines.append(
            {"key": fee.key, "zh": fee.words.zh, "en": fee.words.en, "quantity": quantity, "unit_fen": amount, "amount_fen": amount * quantity,
             "edition": found.edition}
        )  # fmt: skip
    total = None if stopped else paid_fen + sum(line["amount_fen"] for line in lines)
    told = [{"code": one.code, "facts": plain(dict(one.facts))} for one in stopped]
    return {
        "lines": lines, "orders": ordered, "ordered_fen": paid_fen, "total_fen": total, "stopped": told, "is_free": False,
    }  # fmt: skip


def _billed(bill: seams.Bill | None) -> dict[str, Any]:
    return {"charged_fen": bill.total_fen if bill else None, "voucher": bill.voucher if bill else ""}


def _amount(value: Any) -> int | None:
    price = value.get("price") if isinstance(value, Mapping) else None
    amount = price.get("amount_fen") if isinstance(price, Mapping) else None
    return amount if isinstance(amount, int) else None


def _quantity(episode: Episode, programme: Programme, fee: Fee, cycle_no: int) -> int:
    """How often a fee falls due outside any order; an ordered visit carries its own fees."""
    if fee.per != "visit":
        return 1
    lines = [line.code for line in programme.plan if fee.key.removeprefix("item:") in line.items]
    rows = queries.standing_records(EpisodeRecord.objects.filter(episode=episode, cycle_no=cycle_no, order=None))
    served = rows.filter(kind=EpisodeRecord.Kind.SERVICE).values_list("serves", flat=True)
    return sum(any(code in serves for code in lines) for serves in served)


LTCI = "insurance:ltci_benefit"


def _care_paid(
    episode: Episode, programme: Programme, cycle_no: int, at: datetime
) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """What the insurance pays for the agreed mode: so much for each day on which care was given, split between institution and family as it says.

    Source      PROG-27 in docs/rules/programmes.md
    """
    if programme.money is None or LTCI not in programme.money.insurance:
        return [], []
    week = queries.week_of(episode)
    days = _days_of_care(episode, programme, cycle_no)
    if week is None:  # the insurance pays by mode: without one there is no sum, and none is guessed
        names = {"programme_zh": programme.words.zh, "programme_en": programme.words.en, "days": days}
        return [], [Refusal("programmes.no_mode", names)] if days else []
    found = editions.current().demand(
        LTCI, use="money", jurisdiction=episode.jurisdiction, on=business_date(at), insured_class=None
    )
    if isinstance(found, Refusal):
        return [], [found]
    rows = [one for one in found.value.get("modes", ()) if one["mode"] == week.content["mode"]]
    paid = next((one for one in rows if one.get("severity") == episode.grade), None)
    if paid is None:
        return [], [Refusal("programmes.no_amount", {"key": LTCI})]
    if days == 0:
        return [], []
    day_fen = int(paid["day_fen"])
    parts = {name: int(paid[f"{name}_fen"]) * days for name in ("institution", "individual") if f"{name}_fen" in paid}
    line = {
        "key": LTCI, "zh": paid["zh"], "en": paid["en"], "quantity": days, "unit_fen": day_fen, "amount_fen": day_fen * days,
        "edition": found.edition, "by_payer": {"ltci": day_fen * days}, "goes_to": parts,
    }  # fmt: skip
    return [line], []


def _days_of_care(episode: Episode, programme: Programme, cycle_no: int) -> int:
    """On how many days care was given that the insurance counts."""
    records = EpisodeRecord.objects.filter(episode=episode, cycle_no=cycle_no, kind=EpisodeRecord.Kind.SERVICE)
    given = queries.standing_records(records).filter(activity=programme.counts.contact if programme.counts else "")
    return len({on for on, content in given.values_list("on", "content") if not content.get("is_beyond")})
