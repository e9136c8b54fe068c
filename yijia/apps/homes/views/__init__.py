"""Doors of a care home: today, who lives where, medicines, who comes from outside, and the family's view."""
