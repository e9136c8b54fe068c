"""What falls due within a day."""

from datetime import datetime, timedelta

import pytest

from yijia.core.calendar import SHANGHAI
from yijia.core.programmes.duties import is_soon

NOW = datetime(2025, 6, 16, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("due_at", "soon"),
    [
        (None, False),
        (NOW - timedelta(minutes=1), False),  # late, counted as that
        (NOW, True),
        (NOW + timedelta(hours=23), True),
        (NOW + timedelta(hours=24), False),
        (datetime(2025, 6, 17, tzinfo=SHANGHAI), True),  # any time today
        (datetime(2025, 6, 18, tzinfo=SHANGHAI), True),  # any time tomorrow
        (datetime(2025, 6, 19, tzinfo=SHANGHAI), False),
    ],
)
def test_the_whole_of_tomorrow_is_within_a_day(due_at: datetime | None, soon: bool) -> None:
    """PROG-31"""
    assert is_soon(due_at, NOW) is soon
