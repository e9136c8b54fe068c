"""Rehabilitation by designated institutions: the federation's list, the guardian's choice, one record a person, what a month pays."""
