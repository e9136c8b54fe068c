"""Exports for auditors and authorities."""
