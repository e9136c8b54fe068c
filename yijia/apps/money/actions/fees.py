"""Fees of an episode at the cash desk: taken with a receipt, and given back in red where more was paid than is owed."""

from datetime import datetime
from uuid import UUID

from yijia.apps.care import queries as care
from yijia.apps.care.models import Episode
from yijia.apps.money import queries
from yijia.apps.money.actions import posting, settling
from yijia.apps.money.actions.payments import checked_name
from yijia.apps.money.models import FeeReceipt
from yijia.base.actions import action
from yijia.base.errors import Forbidden, Invalid, Refused
from yijia.base.words import say
from yijia.core import money
from yijia.core.permissions import Actor, Permission, may
from yijia.core.pricing import ledger
from yijia.core.refusal import Refusal


@action("money.take_fee")
def take_fee(*, episode_id: int, client_id: UUID, amount_fen: int, person: str, by: Actor, at: datetime) -> FeeReceipt:
    """Take money for what an episode owes; below zero it is given back. What is paid in full is settled. The same client_id gives the first receipt back.

    Raises      NotFound; Forbidden; Invalid; Refused: money.client_id_used, .nothing_due_of_episode, .above_due, .above_overpaid
    Source      PRICE-20, PRICE-21 in docs/rules/pricing.md
    """
    seen = care.get_episode(by, episode_id)
    if not may(by, Permission.PAYMENT_TAKE):
        raise Forbidden(Permission.PAYMENT_TAKE)
    episode = Episode.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    first = FeeReceipt.objects.filter(client_id=client_id).first()
    if first is not None:
        if (first.episode_id, first.amount_fen) != (episode_id, amount_fen):
            raise Refused(Refusal("money.client_id_used", {"client_id": str(client_id)}))
        return first
    name = checked_name(person, "person")
    if amount_fen == 0:
        raise Invalid({"amount": [say("金额要大于零")]})
    due = queries.fees_of_episode(episode.pk).due_fen
    if amount_fen > 0 >= due or amount_fen < 0 <= due:
        raise Refused(Refusal("money.nothing_due_of_episode", {"number": episode.number}))
    if abs(amount_fen) > abs(due):
        code = "money.above_due" if due > 0 else "money.above_overpaid"
        raise Refused(Refusal(code, {"amount": money.show(abs(amount_fen)), "due": money.show(abs(due))}))
    desk, resident = f"desk:{episode.organisation_id}", f"resident:{episode.resident_id}"
    fen = abs(amount_fen)
    taken, used = ledger.post_payment(fen, desk=desk, resident=resident), ledger.post_apply(fen, resident=resident)
    assert taken is not None
    assert used is not None
    given = {"organisation_id": episode.organisation_id, "by": by, "at": at, "note": episode.number}
    if amount_fen < 0:
        back = ledger.post_refund(fen, desk=desk, resident=resident)
        assert back is not None
        taken, used = back, ledger.reverse(used)
    voucher = posting.post_fees(taken, key=f"fee:{client_id}", **given)
    posting.post_fees(used, key=f"apply:fee:{client_id}", **given)
    made = FeeReceipt.objects.create(
        organisation_id=episode.organisation_id, episode=episode, client_id=client_id, amount_fen=amount_fen,
        receipt_no=posting.next_receipt("SK" if amount_fen > 0 else "TK", at), person=name, at=at, by_id=by.user_id, voucher=voucher,
    )  # fmt: skip
    settling.settle_fees(episode.pk, by=by, at=at)
    return made
