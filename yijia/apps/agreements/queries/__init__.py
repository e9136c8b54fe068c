"""Papers in scope, what is merged into them, and whether they still count."""

from yijia.apps.agreements.queries.merge import fields_of
from yijia.apps.agreements.queries.papers import (
    consent_facts_for_system,
    consent_facts_of,
    get_agreement,
    get_signature,
    is_intact,
    list_agreements,
    list_signatures,
    own_standing,
    signature_sm3,
    standings,
    valid_consent_for_system,
)

__all__ = [
    "consent_facts_for_system", "consent_facts_of", "fields_of", "get_agreement", "get_signature", "is_intact", "list_agreements", "list_signatures", "own_standing",
    "signature_sm3", "standings", "valid_consent_for_system",
]  # fmt: skip
