"""The running day: something happens, and the plan answers with up to three proposals that leave the rest in peace.

The engine stays resident: a `Day` keeps the tables of today's plan, with one spare row for a visit that is asked about.
What has begun, or is on the way, is frozen. A proposal is a versioned difference: the new routes of the carers it
touches, applied only to the plan it was made for.
"""

from yijia.core.dispatch.live.day import Day

__all__ = ["Day"]
