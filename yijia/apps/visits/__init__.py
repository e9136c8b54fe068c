"""Offers, the visit itself, check-in, record, evidence, SOS, rating."""
