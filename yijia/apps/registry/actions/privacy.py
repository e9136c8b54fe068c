"""Looking behind a mask: with a purpose, counted, and written down for good."""

from datetime import datetime, timedelta

from yijia.apps.registry import queries
from yijia.apps.registry.actions.faults import Faults
from yijia.apps.registry.models import Credential, Proxy, Resident, Staff
from yijia.apps.registry.queries.residents import ADDRESS, IDENTITY, PHONE, PROXY_PHONE
from yijia.apps.registry.queries.staff import CREDENTIAL_NUMBER, STAFF_PHONE
from yijia.apps.registry.words import PURPOSES
from yijia.base import audit, editions
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import unseal
from yijia.base.errors import NotFound, Refused, refuse_if
from yijia.base.models import AuditEntry, User
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal

RATE = "term:unmask_per_hour"
HOUR = timedelta(hours=1)
MOST_DIGITS = 5


@action("registry.unmask")
def unmask(*, subject: str, subject_id: int, field: str, purpose: str, note: str = "", by: Actor, at: datetime) -> str:
    """One identifier in clear.

    subject     resident (identity, phone, address), proxy (phone), staff (phone) or credential (number)
    purpose     a code of PURPOSES; `other` asks for a note
    note        free text, without numbers that could identify somebody

    Raises      NotFound: out of sight, or nothing is stored there; Invalid; Refused registry.unmask_too_often,
                or the refusal of policy when no rate is in force
    """
    faults = Faults()
    faults.choice("purpose", purpose, PURPOSES)
    faults.text("note", note, 120, is_needed=purpose == "other")
    if sum(character.isdigit() for character in note) > MOST_DIGITS:
        faults.add("note", Refusal("registry.note_has_numbers"))
    faults.settle()
    sealed, context, label, resident_id = _sealed(subject, subject_id, field, by)
    _count(by, at)
    facts = {"field": field, "purpose": purpose, "note": note}
    audit.note(
        verb="unmask",
        name="registry.unmask",
        by=by,
        at=at,
        subject_type=label,
        subject_ids=[subject_id],
        resident_ids=[resident_id] if resident_id else [],
        facts=facts,
    )
    return unseal(sealed, context)


def _sealed(subject: str, subject_id: int, field: str, by: Actor) -> tuple[bytes, str, str, int | None]:
    """The stored value, its context, what it belongs to, and whose care it concerns."""
    found: tuple[bytes | None, str, str, int | None]
    match subject, field:
        case "resident", "identity":
            person = queries.get_resident(by, subject_id)
            found = person.identity_enc, IDENTITY, Resident._meta.label_lower, person.pk
        case "resident", "phone":
            person = queries.get_resident(by, subject_id)
            found = person.phone_enc, PHONE, Resident._meta.label_lower, person.pk
        case "resident", "address":
            person = queries.get_resident(by, subject_id)
            found = person.household.address_enc, ADDRESS, Resident._meta.label_lower, person.pk
        case "proxy", "phone":
            proxy = queries.get_proxy(by, subject_id)
            found = proxy.phone_enc, PROXY_PHONE, Proxy._meta.label_lower, proxy.resident_id
        case "staff", "phone":
            found = queries.get_staff(by, subject_id).phone_enc, STAFF_PHONE, Staff._meta.label_lower, None
        case "credential", "number":
            found = (
                queries.get_credential(by, subject_id).number_enc,
                CREDENTIAL_NUMBER,
                Credential._meta.label_lower,
                None,
            )
        case _:
            raise NotFound
    if not found[0]:
        raise NotFound
    return bytes(found[0]), *found[1:]


def _count(by: Actor, at: datetime) -> None:
    """Refuse beyond the rate of policy; the user's row is held so that two requests cannot both be the last."""
    rate = refuse_if(
        editions.current().demand(RATE, use="show", jurisdiction=by.jurisdiction or "CN", on=business_date(at))
    )
    User.objects.select_for_update().filter(pk=by.user_id).first()
    looked = AuditEntry.objects.filter(user_id=by.user_id, verb="unmask", at__gt=at - HOUR, at__lte=at).count()
    if looked >= rate.value["count"]:
        raise Refused(Refusal("registry.unmask_too_often", {"most": rate.value["count"]}))
