"""Fees of an episode at the desk: what was booked, what is still due, the receipt."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words
from yijia.apps.care import queries as care
from yijia.apps.money import queries, words
from yijia.apps.money.screens.desk import Receipt
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.words import sentence
from yijia.core import money
from yijia.core.permissions import Reach, reach
from yijia.core.programmes.model import Programme
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One episode with something to take or give back."""

    episode_id: int
    number: str
    programme: str
    who: str
    institution: str
    owed_fen: int
    paid_fen: int
    due_fen: int


@dataclass(frozen=True, slots=True)
class FeePage:
    """One episode's fees, ready for cash.

    stopped     why the account of a cycle booked nothing
    """

    row: FeeRow
    over_fen: int
    entries: list[Any]
    receipts: list[Any]
    stopped: list[str]
    client_id: str
    amount: str


def fee_rows(request: HttpRequest, text: str) -> list[FeeRow]:
    """Episodes at the desk, as `queries.fees_due` finds them."""
    return [_row(episode, fees, request) for episode, fees in queries.fees_due(request.actor, text)]


def _row(episode: Any, fees: queries.Fees, request: HttpRequest) -> FeeRow:
    programme = care.programme_for(episode.programme, episode.jurisdiction, business_date(request.at))
    name = episode_words.of(programme.words) if isinstance(programme, Programme) else episode.programme
    house = episode.organisation
    return FeeRow(
        episode.pk, episode.number, name, episode.resident.name, house.name_en if words.is_english() else house.name, fees.owed_fen,
        fees.paid_fen, fees.due_fen,
    )  # fmt: skip


def fee_page(request: HttpRequest, episode_id: int) -> FeePage:
    """One episode at the desk. Raises NotFound."""
    episode = care.get_episode(request.actor, episode_id)
    fees = queries.fees_of_episode(episode.pk)
    audit.read(
        request.actor, request.at, "money.fees", subject_type="care.episode", subject_ids=[episode.pk], resident_ids=[episode.resident_id]
    )  # fmt: skip
    entries = [
        {
            "said": said(one.key),
            "amount_fen": one.amount_fen,
            "at": one.posted_at,
            "is_red": one.reverses_id is not None,
        }
        for one in queries.vouchers_of_episode(episode.pk)
    ]
    stops = [
        sentence(Refusal(stop["code"], stop["facts"]))
        for stop in care.stops_of_accounts(episode)
    ]  # fmt: skip
    return FeePage(
        _row(episode, fees, request), max(0, -fees.due_fen), entries, queries.receipts_of_episode(episode.pk), stops, str(uuid.uuid4()),
        money.show(abs(fees.due_fen)),
    )  # fmt: skip


def said(key: str) -> str:
    """What an entry of an episode is for, from its business fact."""
    kind, _episode, which, *more = key.split(":")
    if any(part.startswith("benefit") for part in more):
        return _("第 %(n)s 个周期的费用：长护险改为（或不再）按待遇发给本人，原来记的冲销重记") % {"n": which}
    return _("第 %(n)s 个周期的费用") % {"n": which} if kind == "cycle" else _("%(month)s 康复结算") % {"month": which}


def fee_receipt(request: HttpRequest, receipt_id: int) -> Receipt:
    """A receipt of an episode's fees, for paper. Raises NotFound."""
    row = queries.get_fee_receipt(request.actor, receipt_id)
    audit.read(
        request.actor, request.at, "money.fee_receipt", subject_type="money.feereceipt", subject_ids=[row.pk], resident_ids=[row.episode.resident_id]
    )  # fmt: skip
    house, is_own = row.organisation, reach(request.actor) is Reach.PEOPLE
    programme = care.programme_for(row.episode.programme, row.episode.jurisdiction, business_date(row.at))
    name = episode_words.of(programme.words) if isinstance(programme, Programme) else row.episode.programme
    return Receipt(
        number=row.receipt_no, is_refund=row.amount_fen < 0, institution=house.name_en if words.is_english() else house.name,
        order_number=row.episode.number, order_id=row.episode_id, person=row.person, amount_fen=abs(row.amount_fen),
        capitals=words.capitals(abs(row.amount_fen)), what=name, provider=str(words.PROVIDERS["cash"]), at=row.at,
        by="" if row.by is None or is_own else row.by.display_name, note="", payment_receipt="", is_synthetic=house.is_synthetic, is_episode=True,
    )  # fmt: skip
