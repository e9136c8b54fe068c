"""Programmes of care as data: who may have one, how it runs, what is due, how it ends."""
