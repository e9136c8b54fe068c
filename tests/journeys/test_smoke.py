"""Every role's places, both sizes, both languages: they open, fit the screen and pass the accessibility check."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import DESK, PHONE, assert_accessible, assert_fits

PARTS = [
    "elder",
    "relative",
    "nurse",
    "doctor",
    "dispatcher",
    "manager",
    "clerk",
    "agency_clerk",
    "assessor",
    "expert",
    "federation",
    "regulator",
    "auditor",
    "admin",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("part", PARTS)
def test_places(sign_in: Callable[..., Any], part: str, language: str) -> None:
    page = sign_in(part, size=DESK, language=language)
    places = page.eval_on_selector_all("ul.places a", "links => links.map(a => a.getAttribute('href'))")
    assert places
    ahead, seen = list(dict.fromkeys(places)), []
    while ahead:
        place = ahead.pop(0)
        seen.append(place)
        page.goto(place)
        beside = page.eval_on_selector_all("nav.beside a", "links => links.map(a => a.getAttribute('href'))")
        ahead += [other for other in beside if other not in [*ahead, *seen]]
        assert page.locator("h1").count() == 1, place
        assert_accessible(page)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            assert_fits(page)
