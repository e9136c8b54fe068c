"""Entitlement without application: found, checked, told, approved, paid month by month, stopped and asked back."""
