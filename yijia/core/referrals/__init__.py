"""Referral up and down, the green channel and remote consultation: moves, clocks, sides, and the document that travels."""
