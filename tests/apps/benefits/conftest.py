"""The cast, with the agency clerk and the regulator working in Liangping."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import benefits as factory


@pytest.fixture
def town(cast: Cast) -> Cast:
    for part in ("agency_clerk", "regulator", "clerk", "auditor"):
        factory.move_to(cast, part)
    return cast


@pytest.fixture
def sit(town: Cast, travel: Any) -> Callable[..., Client]:
    """A browser signed in as one of the cast, in June 2026."""

    def sign_in(part: str, at: datetime = factory.NOW, **more: Any) -> Client:
        travel(at)
        client = Client(**more)
        client.force_login(town.users[part], backend="yijia.base.accounts.Backend")
        return client

    return sign_in
