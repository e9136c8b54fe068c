"""Two at once on one price: one wins, the other is told clearly."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.apps.money.conftest import together, town  # noqa: F401 - fixtures
from tests.cast import NOW, TODAY, Cast
from tests.factories import catalogue as make
from yijia.apps.catalogue import actions
from yijia.apps.catalogue.models import Filing, OfferedItem
from yijia.base.errors import Refused, Stale

Together = Callable[[int, Callable[[int], Any]], list[Any]]

CODE = "NI-CL-05"


def test_one_after_the_other_is_told_too(cast: Cast) -> None:
    make.filed(cast, cast.hill)
    row = make.reviewed(cast, cast.hill)
    with pytest.raises(Refused, match=r"^filings\.later_price$"):
        actions.publish_filing(filing_id=row.pk, by=cast.actors["regulator"], at=NOW)


def test_two_publish_one_code_on_one_day(town: Cast, together: Together) -> None:  # noqa: F811
    cast = town
    make.picked(cast, cast.hill, CODE)
    rows = [make.reviewed(cast, cast.hill, "medical_price", code=CODE, amount_fen=fen) for fen in (4000, 5000)]
    found = together(2, lambda n: actions.publish_filing(filing_id=rows[n].pk, by=cast.actors["regulator"], at=NOW))
    assert sorted(map(_said, found)) in (["filings.later_price", "won"], ["filings.price_exists", "won"])
    held = Filing.objects.filter(organisation=cast.hill, code=CODE, state="published", effective_from=TODAY)
    assert held.count() == 1


def test_two_reviewers_on_one_filing(town: Cast, together: Together) -> None:  # noqa: F811
    cast = town
    row = make.draft(cast, cast.hill)
    row = actions.submit_filing(filing_id=row.pk, by=cast.actors["stranger_manager"], at=NOW)
    seen = {"filing_id": row.pk, "version": row.version, "by": cast.actors["regulator"], "at": NOW}
    acts = [partial(actions.review_filing, **seen), partial(actions.return_filing, note="不清楚", **seen)]
    found = together(2, lambda n: _told(acts[n]))
    assert sorted(map(_said, found)) == ["stale", "won"]


def test_two_pick_one_item(town: Cast, together: Together) -> None:  # noqa: F811
    cast = town
    pick = partial(
        actions.pick_item, organisation_id=cast.hill.pk, item_code=CODE, by=cast.actors["stranger_manager"], at=NOW
    )
    assert sorted(map(_said, together(2, lambda _: pick()))) == ["catalogue.already_picked", "won"]
    assert OfferedItem.objects.filter(organisation=cast.hill, item_code=CODE).count() == 1


def _said(outcome: Any) -> str:
    return outcome if isinstance(outcome, str) else "won"


def _told(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Stale:
        return "stale"
