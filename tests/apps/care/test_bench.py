"""The bench of care writes its rows by the database's own hand: it must know every column that may not be empty."""

import pytest

from yijia.bench import care


@pytest.mark.django_db
def test_the_bench_runs_and_has_its_figures() -> None:
    found = care.run(2, 400, 200)
    assert (found["residents"], found["episodes"]) == (400, 200)
    assert found["open_duties"] > 0
    assert set(care.TARGETS) <= set(found)
