"""Journeys need Django and a browser; without one they fail in CI, and elsewhere are skipped loudly."""

from pathlib import Path

import pytest

from tests import browser
from tests.support import use_django

use_django()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    journeys = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
    if not journeys or browser.find():
        return
    if browser.is_ci():
        raise pytest.UsageError(browser.HOW)
    for item in journeys:
        item.add_marker(pytest.mark.skip(reason=browser.HOW))
