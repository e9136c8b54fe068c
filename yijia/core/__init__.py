"""Decisions: pure functions of facts, policy, clock and seed; no Django, no I/O, no sentences."""
