"""Living in a care home: one table of moves, and which doses of a day are due, written or late."""
