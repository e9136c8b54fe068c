"""Bounded contexts; each imports only the ones below it (docs/map.md)."""
