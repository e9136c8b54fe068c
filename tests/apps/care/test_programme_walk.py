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


REAL = (
    ("family_bed", "CN-500000", AT, "bed_round", 500),  # five yuan a round, from the reply
    ("family_bed", "CN-441900", datetime(2025, 6, 16, 1, 0, tzinfo=UTC), "bed_nursing", 17_500),  # filed fee and price
    ("hospice", "CN-350000", AT, "hospice_visit", 17_500),
)


@pytest.mark.parametrize(("code", "region", "at", "activity", "fen"), REAL)
def test_a_visit_of_the_plan_goes_the_whole_way_to_the_ledger(
    db: None, code: str, region: str, at: datetime, activity: str, fen: int
) -> None:
    report = walk(code, region, at)
    (visit,) = [step for step in report["steps"] if step["step"] == "visit"]
    assert (visit["activity"], visit["order_state"], visit["charged_fen"]) == (activity, "settled", fen)
    assert visit["voucher"].startswith("settlement:order:")
    assert [one["activity"] for one in visit["fills"]] == [activity]  # written once, at the visit
    assert report["is_complete"]
