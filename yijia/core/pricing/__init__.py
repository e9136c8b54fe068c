"""Money of a visit: quote, cancellation, ledger postings."""
