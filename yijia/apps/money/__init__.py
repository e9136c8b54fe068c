"""Charges, payments, refunds, settlement and the append-only ledger."""
