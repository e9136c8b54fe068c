"""Texts and mails to people: kept as rows, sent by a provider; the demo's provider is the sink page.

The number or address is encrypted; the text never holds an identity number or a full phone number.
"""

from datetime import datetime

from django.utils import translation

from yijia.base.crypto import seal
from yijia.base.models import Message
from yijia.core.people import masking


def send_sms(
    *,
    phone: str,
    template: str,
    text: str,
    at: datetime,
    resident_id: int | None = None,
    organisation_id: int | None = None,
) -> Message:
    """Hand a text message over in the running transaction; the worker sends it after the commit."""
    return Message.objects.create(
        at=at, channel="sms", to_enc=seal(phone, "base.message.to"), to_masked=masking.phone(phone), template=template,
        text=text, resident_id=resident_id, organisation_id=organisation_id,
    )  # fmt: skip


def in_chinese(text: object) -> str:
    """A lazy sentence in Chinese, whatever language the request speaks: texts go to families in Chinese."""
    with translation.override("zh-hans"):
        return str(text)
