"""The cast stands: everybody has the scope their part says."""

from tests.cast import Cast
from yijia.core.permissions import Reach, reach


def test_everybody_has_a_part(cast: Cast) -> None:
    assert {part: reach(actor) for part, actor in cast.actors.items() if reach(actor) is Reach.NONE} == {}
    assert cast.actors["nurse"].organisation_ids == {cast.harbour.pk}
    assert cast.actors["relative"].resident_ids == {cast.residents["elder"].pk}
    assert cast.actors["stranger_nurse"].organisation_ids == {cast.hill.pk}
