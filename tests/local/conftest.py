"""What runs beside Yijia is tested for real, in folders of its own; no Django here."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not pytest's own: as root, each pytest that starts shuts the folder above all of them again."""
    with tempfile.TemporaryDirectory(prefix="yijia-") as name:
        yield Path(name)
