"""Complaints with owner and deadline, and the review of weak evidence."""
