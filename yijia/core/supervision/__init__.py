"""Complaints and evidence reviews: states and moves."""
