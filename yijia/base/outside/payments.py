"""Whoever moves money for us: one protocol, and the cash desk that needs nobody else.

Every call carries our own client id and may be repeated: the same id moves money once. A provider that answers over a
network is called before the transaction that books its answer, never inside it.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Moved:
    """The provider's word that money moved.

    reference       the provider's own number; empty where it has none
    """

    reference: str


class Provider(Protocol):
    """What we ask of anybody who takes money or gives it back.

    code            kept with each payment
    """

    code: str

    def charge(self, *, client_id: UUID, amount_fen: int, payer_name: str) -> Moved | Refusal:
        """Take money."""

    def void(self, *, client_id: UUID) -> Moved | Refusal:
        """Take back a charge whose answer was lost, before it was booked."""

    def refund(self, *, client_id: UUID, payment_client_id: UUID, amount_fen: int) -> Moved | Refusal:
        """Give back part or all of a payment."""


class CashDesk:
    """Cash across a counter: the clerk has counted it before pressing the button, so taking it cannot fail.

    Giving it back needs a hand to put it into: a refund is set aside, and handed over by an action of its own.
    """

    code = "cash"

    def charge(self, *, client_id: UUID, amount_fen: int, payer_name: str) -> Moved | Refusal:
        return Moved(reference="")

    def void(self, *, client_id: UUID) -> Moved | Refusal:
        return Moved(reference="")

    def refund(self, *, client_id: UUID, payment_client_id: UUID, amount_fen: int) -> Moved | Refusal:
        return Moved(reference="")


PROVIDERS: dict[str, Provider] = {CashDesk.code: CashDesk()}


def provider(code: str) -> Provider | Refusal:
    """The provider of a code.

    Refuses     money.unknown_provider
    """
    return PROVIDERS.get(code) or Refusal("money.unknown_provider", {"provider": code})
