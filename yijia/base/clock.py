"""The one place that reads the wall clock; everything below a door gets `at` as an argument."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present, aware UTC; shifted by YIJIA_CLOCK_SHIFT_S in a demo, never in production."""
    return datetime.now(UTC) + timedelta(seconds=settings.CLOCK_SHIFT_S)


def business_date(at: datetime) -> date:
    """The calendar day in China at that instant."""
    return at.astimezone(SHANGHAI).date()
