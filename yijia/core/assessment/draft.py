"""Whether a result is a draft, and the confirmation that ends it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from yijia.core.policy import plain


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody compared an instrument with the original document and signed that they agree.

    serial          the how-manieth confirmation of this instrument's edition
    fingerprint     of the content that was compared; a changed content is not confirmed
    """

    instrument: str
    edition: str
    serial: int
    fingerprint: str
    confirmed_on: date


def fingerprint(content: Any) -> str:
    """Digest of an instrument's content: the same whatever order its fields are written in."""
    text = json.dumps(plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def edition_tag(edition: str, confirmation: Confirmation | None) -> str:
    """How a result names its edition: `instruments/2021-08`, or `instruments/2021-08+confirmed.1`."""
    return edition if confirmation is None else f"{edition}+confirmed.{confirmation.serial}"
