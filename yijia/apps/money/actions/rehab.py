"""A settled month of rehabilitation in the books: who bears it owes, the institution has earned; taken back, all of it in red."""

from datetime import datetime

from yijia.apps.care.models import Episode
from yijia.apps.money import queries
from yijia.apps.money.actions import posting, settling
from yijia.apps.money.actions.cycles import PAYERS
from yijia.apps.money.models import Voucher
from yijia.apps.rehab import queries as rehab
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound
from yijia.core.permissions import Actor, Permission
from yijia.core.pricing import ledger
from yijia.core.pricing.facts import Payer


@action("money.post_rehab_month")
def post_rehab_month(*, settlement_id: int, by: Actor, at: datetime) -> list[Voucher]:
    """Book a settled month, and in red once it was taken back; told again, nothing new.

    Raises      Forbidden: not the platform; NotFound
    Source      PRICE-19, PRICE-21 in docs/rules/pricing.md, REHAB-14
    """
    if not by.is_system:
        raise Forbidden(Permission.ORDER_PRICE)
    month = rehab.settled_for_system(settlement_id)
    if month is None:
        raise NotFound
    shares = dict.fromkeys(Payer, 0)
    for payer, fen in month.shares.items():
        shares[PAYERS[payer]] += fen
    episode_id = int(month.key.split(":")[1])
    Episode.objects.select_for_update(of=("self",)).get(pk=episode_id)
    made = []
    booked = Voucher.objects.select_for_update().filter(key=month.key).first()
    if booked is None:
        entry = ledger.post_fees(
            shares, resident=f"resident:{month.resident_id}", institution=f"organisation:{month.organisation_id}"
        )
        if entry is None:
            return []
        booked = posting.post_fees(
            entry, key=month.key, organisation_id=month.organisation_id, by=by, at=at, note=month.number
        )
        made.append(booked)
    if month.is_taken_back and (back := settling.unsettle(booked, by=by, at=at)) is not None:
        made.append(back)
    if month.is_taken_back and not Voucher.objects.filter(reverses=booked).exists():
        red = ledger.reverse(queries.entry_of(booked))
        made.append(
            posting.post_fees(
                red, key=f"{month.key}:red", organisation_id=month.organisation_id, by=by, at=at, reverses=booked, note=month.number
            )
        )  # fmt: skip
    return [*made, *settling.settle_fees(episode_id, by=by, at=at)]
