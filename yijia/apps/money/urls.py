"""Doors of this context."""

urlpatterns: list = []
