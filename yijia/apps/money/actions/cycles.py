"""Fees of an episode's cycle that no order carries, put into the ledger when the cycle's account is made, and put right with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.care import queries as care
from yijia.apps.care.models import Episode
from yijia.apps.care.queries.episode_records import Account
from yijia.apps.money import queries, seams
from yijia.apps.money.actions import posting, settling
from yijia.apps.money.models import Voucher
from yijia.base.actions import action
from yijia.base.errors import Forbidden, NotFound
from yijia.core.permissions import Actor, Permission
from yijia.core.pricing import ledger
from yijia.core.pricing.facts import Payer

LTCI = "LTCI"
"""Code of the long-term-care insurance among the benefits."""

BENEFIT = "benefit"
"""What the key of an entry says that was made because the insurance is, or is no longer, paid as a benefit."""

PAYERS = {
    "person": Payer.PATIENT,
    "insurance": Payer.INSURANCE,
    "public_health": Payer.SUBSIDY,
    "subsidy": Payer.SUBSIDY,
}


@action("money.post_cycle")
def post_cycle(*, record_id: int, by: Actor, at: datetime) -> list[Voucher]:
    """Book the fees of a cycle's account; made anew, what was booked is taken back in red and booked as it is now. Told again, nothing new.

    An account that something stopped books nothing. Of what the long-term-care insurance pays, the institution's part is booked; the
    family's part never passes its books. Where the person is paid the insurance as a benefit, nothing of it is booked here. What the
    person owes nothing of is settled at once.

    Raises      Forbidden: not the platform; NotFound
    Source      PRICE-18, PRICE-21 in docs/rules/pricing.md
    """
    if not by.is_system:
        raise Forbidden(Permission.ORDER_PRICE)
    account = care.account_for_system(record_id)
    if account is None:
        raise NotFound
    key = f"cycle:{account.episode_id}:{account.cycle_no}:{record_id}"
    Episode.objects.select_for_update(of=("self",)).get(pk=account.episode_id)
    if Voucher.objects.filter(key=key).exists():
        return []
    return _booked_as_now(account, key, "red", by, at)


@action("money.rebook_cycles")
def rebook_cycles(*, resident_id: int, by: Actor, at: datetime) -> list[Voucher]:
    """The long-term-care insurance of a person began, or ceased, to be paid as a benefit: what cycles booked of it is put right.

    What was booked is taken back in red, its settlement with it, and booked again as it is now: without the insurance's part while the
    benefit stands, with it once the benefit is stopped or asked back. Told again, nothing new.

    Raises      Forbidden: not the platform
    Source      PRICE-22 in docs/rules/pricing.md
    """
    if not by.is_system:
        raise Forbidden(Permission.ORDER_PRICE)
    made = []
    for record_id in care.accounts_of_for_system(resident_id):
        account = care.account_for_system(record_id)
        if account is None or not any("goes_to" in line for line in account.content["lines"]):
            continue
        Episode.objects.select_for_update(of=("self",)).get(pk=account.episode_id)
        key = f"cycle:{account.episode_id}:{account.cycle_no}:{record_id}"
        times = Voucher.objects.filter(key__startswith=f"{key}:{BENEFIT}").count()
        made += _booked_as_now(account, f"{key}:{BENEFIT}{times + 1}", f"red:{BENEFIT}", by, at)
    return made


def _booked_as_now(account: Account, key: str, red: str, by: Actor, at: datetime) -> list[Voucher]:
    """Take back what a cycle booked where it says something else now, and book what it says."""
    if account.content["stopped"]:
        return []
    house, resident = f"organisation:{account.organisation_id}", f"resident:{account.resident_id}"
    lines = account.content["lines"]
    if any("goes_to" in line for line in lines) and seams.is_paid_as_benefit(account.resident_id, LTCI):
        lines = [line for line in lines if "goes_to" not in line]
    entry = ledger.post_fees(shares_of(lines), resident=resident, institution=house)
    rows = Voucher.objects.select_for_update().filter(kind=ledger.Kind.CHARGE.value)
    before = rows.filter(key__startswith=f"cycle:{account.episode_id}:{account.cycle_no}:").order_by("-id").first()
    made = []
    given: dict[str, Any] = {"organisation_id": account.organisation_id, "by": by, "at": at, "note": account.number}
    if before is not None and not Voucher.objects.filter(reverses=before).exists():
        old = queries.entry_of(before)
        if entry is not None and set(old.postings) == set(entry.postings):
            return []
        if (back := settling.unsettle(before, by=by, at=at)) is not None:
            made.append(back)
        made.append(posting.post_fees(ledger.reverse(old), key=f"{before.key}:{red}", reverses=before, **given))
    if entry is not None:
        made.append(posting.post_fees(entry, key=key, **given))
    return [*made, *settling.settle_fees(account.episode_id, by=by, at=at)]


def shares_of(lines: list[Mapping[str, Any]]) -> dict[Payer, int]:
    """Who bears the lines: as the line says, else the person; of a line that goes to several only what goes to the institution."""
    found = dict.fromkeys(Payer, 0)
    for line in lines:
        if "goes_to" in line:
            found[Payer.INSURANCE] += line["goes_to"].get("institution", 0 if line["goes_to"] else line["amount_fen"])
            continue
        shares = line.get("by_payer") or {"person": line["amount_fen"]}
        for payer, fen in shares.items():
            found[PAYERS[payer]] += fen
    return found
