"""Doors of care: orders, and the episodes of programmes."""
