"""Doors of a resident's papers and of agreements between institutions."""
