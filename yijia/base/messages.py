"""Texts and mails to people: kept as rows, sent by a provider; the demo's provider is the sink page.

The number or address is encrypted; the text never holds an identity number or a full phone number.
"""

from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.module_loading import import_string

from yijia.base.crypto import seal, unseal
from yijia.base.models import Message
from yijia.core.people import masking

CONTEXT = "base.message.to"
MOST_ATTEMPTS = 8


class Provider(Protocol):
    """Who carries a message out of the house: one class per gateway, and its fake in the tests."""

    def send(self, *, channel: str, to: str, text: str, reference: str) -> None:
        """Hand one message over. `reference` is the same on every attempt, so that a gateway can drop a repeated one.

        Raises      OSError: the gateway did not take it; it is tried again later
        """


class Sink:
    """Carries nothing anywhere: the message can be looked at on the administrator's page."""

    def send(self, *, channel: str, to: str, text: str, reference: str) -> None:
        pass


def provider(path: str) -> Provider:
    """The provider named by the settings (YIJIA_MESSAGE_PROVIDER), a dotted class path."""
    made: Provider = import_string(path)()
    return made


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
        at=at, channel="sms", to_enc=seal(phone, CONTEXT), to_masked=masking.phone(phone), template=template,
        text=text, resident_id=resident_id, organisation_id=organisation_id,
    )  # fmt: skip


def send_due(*, at: datetime, provider: Provider, most: int = 500) -> int:
    """Send what waits, oldest first, each in its own transaction; a gateway that is down ends the round. How many went."""
    sent = 0
    while sent < most and _send_one(at, provider):
        sent += 1
    return sent


def _send_one(at: datetime, provider: Provider) -> bool:
    claimed = _claim(at)
    if claimed is None:
        return False
    provider.send(
        channel=claimed.channel, to=unseal(claimed.to_enc, CONTEXT), text=claimed.text, reference=f"yijia-{claimed.pk}"
    )
    Message.objects.filter(pk=claimed.pk).update(sent_at=at)
    return True


def _claim(at: datetime) -> Message | None:
    """The oldest message whose turn it is; counted as attempted before it is tried, so a fall costs a wait, not a flood."""
    with transaction.atomic():
        waits = [
            Q(attempts=n, at__lte=at - timedelta(seconds=0 if n == 0 else 30 * 2**n)) for n in range(MOST_ATTEMPTS)
        ]
        turn = waits[0]
        for later in waits[1:]:
            turn |= later
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(turn, sent_at__isnull=True)
            .order_by("id")
            .first()
        )
        if message:
            Message.objects.filter(pk=message.pk).update(attempts=F("attempts") + 1)
        return message


def in_chinese(text: object) -> str:
    """A lazy sentence in Chinese, whatever language the request speaks: texts go to families in Chinese."""
    with translation.override("zh-hans"):
        return str(text)


def in_both(text: object) -> tuple[str, str]:
    """A lazy sentence in Chinese and in English: for a text that must not be misread by whoever opens the door."""
    with translation.override("en"):
        return in_chinese(text), str(text)
