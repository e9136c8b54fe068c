"""People: identifiers, telephones, masks, and people who cannot exist."""
