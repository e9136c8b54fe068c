"""One small county serves every test of a file; what a test does to it is undone."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.support import use_django

use_django()


from tests.standing import Standing, standing  # noqa: E402
from yijia.base.models import Deployment  # noqa: E402
from yijia.demo.county import County, make_county  # noqa: E402
from yijia.demo.county.load import load_county  # noqa: E402
from yijia.demo.day import EVE  # noqa: E402

REGION = "CN-441900"
PEOPLE = 4000
EVE_ON = date(2025, 6, 16)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Standing[County]]:
    """A county of four thousand with a history of sixty visits."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with standing(lambda: make_county(REGION, PEOPLE, 1, EVE, visits=60)) as rows:
            yield rows


@pytest.fixture
def county(made: Standing[County], db: None) -> County:
    """The county as read back from the database; what the test changes is undone after it."""
    made.rows()
    return load_county(Deployment.objects.get(pk=1))
