"""What episodes owe outside any order: fees of their cycles and settled months, less what the desk took."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from yijia.apps.care import queries as care
from yijia.apps.care.models import Episode
from yijia.apps.money.models import FeeReceipt, Posting, Voucher
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor
from yijia.core.pricing.ledger import Account, Entry, Kind
from yijia.core.pricing.ledger import Posting as Side

BOOKED = ("cycle", "rehab")
"""What the keys of an episode's own entries begin with; the episode's id follows."""


@dataclass(frozen=True, slots=True)
class Fees:
    """One episode's money outside orders, in fen.

    owed        the person's part of what was booked, corrections included
    paid        taken at the desk, less what was given back
    """

    owed_fen: int
    paid_fen: int

    @property
    def due_fen(self) -> int:
        """What is still owed; below zero where more was paid than is owed."""
        return self.owed_fen - self.paid_fen


def vouchers_of_episode(episode_id: int) -> QuerySet[Voucher]:
    """The entries of an episode's own fees, the newest first."""
    mine = Q()
    for kind in BOOKED:
        mine |= Q(key__startswith=f"{kind}:{episode_id}:")
    return (
        Voucher.objects.filter(mine, order__isnull=True).annotate(amount_fen=Sum("postings__debit_fen")).order_by("-id")
    )


def entry_of(voucher: Voucher) -> Entry:
    """What a voucher says, as it was booked."""
    rows = Posting.objects.filter(voucher=voucher).order_by("id")
    sides = tuple(Side(Account(row.account), row.party, row.debit_fen, row.credit_fen) for row in rows)
    return Entry(Kind(voucher.kind), sides)


def fees_of_episode(episode_id: int) -> Fees:
    """What one episode owes, as this transaction sees it."""
    ids = vouchers_of_episode(episode_id).order_by().values("pk")
    owed = Posting.objects.filter(voucher__in=ids, account=Account.RECEIVABLE_PATIENT).aggregate(fen=Sum("debit_fen"))
    paid = FeeReceipt.objects.filter(episode_id=episode_id).aggregate(fen=Sum("amount_fen"))
    return Fees(int(owed["fen"] or 0), int(paid["fen"] or 0))


def fees_due(actor: Actor, text: str = "", most: int = 20) -> list[tuple[Episode, Fees]]:
    """Episodes in sight with something to take or to give back; with a text those it finds, paid ones as well."""
    owed: dict[int, int] = {}
    begins = Q()
    for kind in BOOKED:
        begins |= Q(voucher__key__startswith=f"{kind}:")
    rows = Posting.objects.filter(begins, account=Account.RECEIVABLE_PATIENT, voucher__order__isnull=True)
    for pk, fen in rows.annotate(episode=_second("voucher__key")).values_list("episode").annotate(fen=Sum("debit_fen")):
        owed[pk] = fen
    paid = _paid(owed)
    wanted = text.replace("\0", "").strip()
    found = [pk for pk, fen in owed.items() if wanted or fen != paid.get(pk, 0)]
    seen = care.episodes_in_sight(actor).filter(pk__in=found).select_related("resident", "organisation")
    if wanted:
        seen = seen.filter(Q(number=wanted) | Q(resident__name__startswith=wanted))
    return [(one, Fees(owed[one.pk], paid.get(one.pk, 0))) for one in seen.order_by("-pk")[:most]]


def _second(key: str) -> Any:
    part = Func(F(key), Value(":"), Value(2), function="split_part")
    return Cast(part, BigIntegerField())


def _paid(ids: Iterable[int]) -> dict[int, int]:
    rows = FeeReceipt.objects.filter(episode_id__in=list(ids)).order_by()
    return {pk: int(fen) for pk, fen in rows.values_list("episode_id").annotate(fen=Sum("amount_fen"))}


def receipts_of_episode(episode_id: int) -> list[FeeReceipt]:
    """What the desk took and gave back for an episode, the newest first."""
    return list(FeeReceipt.objects.filter(episode_id=episode_id).order_by("-id"))


def get_fee_receipt(actor: Actor, receipt_id: int) -> FeeReceipt:
    """One receipt of an episode in sight. Raises NotFound."""
    rows = FeeReceipt.objects.select_related("episode__resident", "organisation", "by")
    found = rows.filter(pk=receipt_id, episode__in=care.episodes_in_sight(actor)).first()
    if found is None:
        raise NotFound
    return found
