"""Signing in lands at a home that fits the screen and passes the accessibility check."""

import pytest

from tests.journeys.conftest import DESK, PHONE, assert_accessible, assert_fits


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("part", ["manager", "regulator", "auditor", "clerk", "admin", "doctor"])
def test_home(sign_in, part, size) -> None:
    page = sign_in(part, size=size)
    assert page.locator("h1").count() == 1
    assert_accessible(page)
    assert_fits(page)
