"""Doors of rehabilitation by designated institutions."""
