"""The whole way of one visit."""

from tests.cast import Cast
from tests.factories import visits as factory


def test_a_visit_from_signed_to_confirmed(cast: Cast) -> None:
    visit = factory.confirmed(cast)
    assert visit.order.state == "confirmed"
    assert visit.evidence.score == 100
