"""Somebody with the right compares an instrument with its original and signs: an audited change of edition."""

from datetime import datetime

from yijia.apps.cases.actions.common import words_of
from yijia.apps.cases.models import InstrumentConfirmation
from yijia.base import instruments, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Forbidden, Refused, refuse_if
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal


@action("instruments.confirm")
def confirm_instrument(
    *, instrument: str, fingerprint: str, original: str, signed_name: str, note: str = "", by: Actor, at: datetime
) -> InstrumentConfirmation:
    """Sign that the instrument, exactly as it is now, agrees with its original; from then on its results are no drafts.

    fingerprint     of the content that was on the screen; a content that changed meanwhile is not signed
    original        the document compared with, and where it was seen

    Raises      Forbidden; Invalid; Refused: policy.unknown, instruments.changed, .not_draft, .already_confirmed
    Source      ASSESS-07 in docs/rules/assessment.md
    """
    if not may(by, Permission.INSTRUMENT_CONFIRM):
        raise Forbidden(Permission.INSTRUMENT_CONFIRM)
    found = refuse_if(instruments.find(instrument, jurisdiction=by.jurisdiction or "CN", on=business_date(at)))
    if found.fingerprint != fingerprint:
        raise Refused(Refusal("instruments.changed"))
    if not found.is_draft:
        raise Refused(Refusal("instruments.not_draft"))
    before = InstrumentConfirmation.objects.filter(instrument=found.id, edition=found.edition)
    if before.filter(fingerprint=fingerprint).exists():
        raise Refused(Refusal("instruments.already_confirmed"))
    made = InstrumentConfirmation.objects.create(
        instrument=found.id, edition=found.edition, serial=before.count() + 1, fingerprint=fingerprint,
        original=words_of(original, "original")[:200], note=words_of(note, "note", needed=False),
        signed_name=words_of(signed_name, "signed_name")[:60], confirmed_at=at, confirmed_by_id=by.user_id,
    )  # fmt: skip
    news = {"instrument": found.id, "edition": f"{found.edition}+confirmed.{made.serial}", "fingerprint": fingerprint}
    outbox.publish("instruments.confirmed", news, at=at)
    return made
