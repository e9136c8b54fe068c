"""People and households, organisations, staff and their papers."""
