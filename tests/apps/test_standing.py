"""Rows shared by a file, and a test of the same file that commits, in whatever order a worker takes them."""

import pytest
from django.db import connection

from tests import committed
from tests.cast import Cast
from tests.standing import Standing
from yijia.apps.registry.models import Resident

town = committed.town


def test_a_standing_cast(cast: Cast) -> None:
    assert connection.in_atomic_block
    assert Resident.objects.count() == len(cast.residents)


@pytest.mark.parametrize("_again", [1, 2])
def test_a_committed_one_between(town: Cast, _again: int) -> None:
    """Bug it catches: a connection closed inside the file's transaction, dead for whoever comes next."""
    assert not connection.in_atomic_block
    assert Resident.objects.count() == len(town.residents)


def test_rows_that_had_to_end_are_made_again(db: None) -> None:
    made: list[str] = []
    rows = Standing(lambda: made.append("again") or len(made))
    assert (rows.rows(), rows.rows()) == (1, 1)
    rows.end()
    rows.end()
    assert rows.rows() == 2
