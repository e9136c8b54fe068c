"""The roster of duty leads: the last who is called when nobody answers an alarm."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yijia.apps.registry import queries as registry
from yijia.apps.visits.models import DutyLead
from yijia.apps.visits.queries import get_duty
from yijia.base.actions import action
from yijia.base.errors import Invalid, Refused
from yijia.base.words import say
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal

LONGEST = timedelta(days=31)


@action("duty.set")
def set_duty_lead(*, staff_id: int, from_at: datetime, until_at: datetime, by: Actor, at: datetime) -> DutyLead:
    """Put somebody of one's institution on the roster for a time.

    Raises      NotFound: not of one's own institution; Invalid by field; Refused: visits.duty_no_phone, visits.duty_taken
    """
    lead = registry.get_staff(by, staff_id)
    if until_at <= from_at or until_at <= at:
        raise Invalid({"until_at": [say("结束时间要晚于开始时间，也要晚于现在。")]})
    if until_at - from_at > LONGEST:
        raise Invalid({"until_at": [say("一次最多排 31 天。")]})
    if not lead.is_active:
        raise Invalid({"staff_id": [say("这位人员已停用，请另选。")]})
    if not lead.phone_enc:
        raise Refused(Refusal("visits.duty_no_phone", {"name": lead.name}))
    try:
        with transaction.atomic():
            return DutyLead.objects.create(
                organisation_id=lead.organisation_id, staff=lead, during=DateTimeTZRange(from_at, until_at), set_at=at, set_by_id=by.user_id
            )  # fmt: skip
    except IntegrityError as error:
        if "duty_lead_one_at_a_time" not in str(error):
            raise
        raise Refused(Refusal("visits.duty_taken")) from error


@action("duty.end")
def end_duty(*, duty_id: int, by: Actor, at: datetime) -> DutyLead:
    """Take a shift off the roster; one that goes on ends now and stays on record.

    Raises      NotFound
    """
    shift = get_duty(by, duty_id)
    shift.is_active, shift.ended_at, shift.ended_by_id = False, at, by.user_id
    shift.save(update_fields=["is_active", "ended_at", "ended_by"])
    return shift
