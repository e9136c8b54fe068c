"""Shared Django: accounts, doors, audit, outbox, idempotency, errors, crypto, components."""
