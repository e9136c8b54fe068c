"""Every programme of every region is walked through all its states with the real actions; only its file says how."""

from datetime import UTC, datetime

import pytest

from yijia.base import editions
from yijia.core.programmes.load import layers_of
from yijia.demo.walk import all_codes, walk

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
REGIONS = ("CN-441900", "CN-440704", "CN-440307", "CN-350000", "CN-500000")


_walked: set[tuple[str, ...]] = set()
"""Files walked already, so that what is the nation's alone is walked once, and what a place adds, there."""


@pytest.mark.parametrize("region", REGIONS)
def test_every_programme_of_a_region_walks_through_every_state(db: None, region: str) -> None:
    codes = all_codes(region, AT.date())
    assert {"family_bed", "family_doctor", "elder_health", "hypertension", "diabetes"} <= set(codes)
    for code in codes:
        files = (code, *sorted(value.document for value in layers_of(editions.current(), code, region, AT.date())))
        if files in _walked:
            continue
        _walked.add(files)
        report = walk(code, region, AT)
        assert report["is_complete"], (region, code, report["visited"], report["states"])
        assert report["steps"][-1]["state"] == "closed"
