"""The engine's machine code is made before the tests that ask it, so that none of them waits for a compiler."""

import pytest

from yijia.base.local import engine


@pytest.fixture(scope="session", autouse=True)
def _engine_is_ready() -> None:
    if not engine.is_ready():
        engine.warm()
