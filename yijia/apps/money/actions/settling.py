"""What an episode's own fees earned falls due to the institution once the person's part of them is paid."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Sum

from yijia.apps.money import queries
from yijia.apps.money.actions import posting
from yijia.apps.money.models import Posting, Voucher
from yijia.core.permissions import Actor
from yijia.core.pricing import ledger

SETTLED = "settled:"
"""What the key of a settlement begins with; the key of the fees it settles follows."""


def settle_fees(episode_id: int, *, by: Actor, at: datetime) -> list[Voucher]:
    """Settle every entry of fees whose part for the person is paid, the oldest first; what nobody's pocket bears, at once. Told again, nothing new.

    The episode is locked by whoever calls, so that its money moves in single file.

    Source      PRICE-21 in docs/rules/pricing.md
    """
    left = queries.fees_of_episode(episode_id).paid_fen
    made = []
    red = Voucher.objects.filter(reverses=OuterRef("pk"))
    rows = queries.vouchers_of_episode(episode_id).filter(~Exists(red), kind=ledger.Kind.CHARGE.value).order_by("id")
    for fees in rows:
        owed = _sum(fees, ledger.Account.RECEIVABLE_PATIENT)
        is_paid, left = owed <= left, max(0, left - owed)
        if is_paid and not Voucher.objects.filter(key=f"{SETTLED}{fees.key}").exists():
            entry = ledger.post_settlement(
                -_sum(fees, ledger.Account.UNSETTLED), institution=f"organisation:{fees.organisation_id}"
            )
            assert entry is not None
            made.append(_post(entry, fees, key=f"{SETTLED}{fees.key}", by=by, at=at))
    return made


def unsettle(fees: Voucher, *, by: Actor, at: datetime) -> Voucher | None:
    """Fees are taken back: where they were settled, the settlement is mirrored in red.

    Source      PRICE-21 in docs/rules/pricing.md
    """
    settled = Voucher.objects.select_for_update().filter(key=f"{SETTLED}{fees.key}").first()
    if settled is None or Voucher.objects.filter(reverses=settled).exists():
        return None
    return _post(
        ledger.reverse(queries.entry_of(settled)), fees, key=f"{settled.key}:red", by=by, at=at, reverses=settled
    )


def _sum(voucher: Voucher, account: ledger.Account) -> int:
    """Debit less credit of one account in one entry."""
    found = Posting.objects.filter(voucher=voucher, account=account).aggregate(
        debit=Sum("debit_fen"), credit=Sum("credit_fen")
    )
    return int(found["debit"] or 0) - int(found["credit"] or 0)


def _post(
    entry: ledger.Entry, fees: Voucher, *, key: str, by: Actor, at: datetime, reverses: Voucher | None = None
) -> Voucher:
    assert fees.organisation_id is not None
    return posting.post_fees(
        entry, key=key, organisation_id=fees.organisation_id, by=by, at=at, reverses=reverses, note=fees.note
    )
