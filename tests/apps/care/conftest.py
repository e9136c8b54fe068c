"""Harbour is open for orders; hill only publishes blood tests."""

import pytest

from tests.cast import Cast
from tests.factories import catalogue


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """The cast, with harbour ready to be ordered from."""
    catalogue.open_shop(cast, cast.harbour)
    return cast
