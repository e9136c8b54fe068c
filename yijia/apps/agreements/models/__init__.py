"""Signed papers, and the agreements between institutions with what was done under them."""

from .cooperations import Breach, Cooperation, CooperationEvent, PartySignature, Performance, Uncounted
from .papers import Agreement, Signature, SigningCode

__all__ = [
    "Agreement",
    "Breach",
    "Cooperation",
    "CooperationEvent",
    "PartySignature",
    "Performance",
    "Signature",
    "SigningCode",
    "Uncounted",
]
