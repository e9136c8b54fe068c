"""Accounts made by invitation: a telephone is the user name, a first password goes there by text."""

import secrets
from datetime import datetime

from yijia.apps.registry.words import INVITATION
from yijia.base import messages
from yijia.base.models import User

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread: no i, l, o, 0, 1


def account_for(
    phone: str, name: str, *, resident_id: int | None = None, organisation_id: int | None = None, at: datetime
) -> User:
    """The account of a telephone; a new one gets a password for one use, told only to that telephone."""
    known = User.objects.filter(username=phone).first()
    if known is not None:
        return known
    password = "".join(secrets.choice(_LETTERS) for _ in range(10))
    user = User(username=phone, display_name=name, must_change_password=True)
    user.set_password(password)
    user.save()
    text = messages.in_chinese(INVITATION) % {"password": password}
    messages.send_sms(
        phone=phone,
        template="registry.invitation",
        text=text,
        at=at,
        resident_id=resident_id,
        organisation_id=organisation_id,
    )
    return user
