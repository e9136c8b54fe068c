"""Indicators by one definition each, with the list behind every figure."""
