"""The statement of a nurse: every line comes from a visit's own record, and says what was settled."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.test import Client

from tests.cast import Cast
from tests.factories import money, visits
from yijia.apps.money import queries

Enter = Callable[..., Client]


def test_a_month_of_a_nurse(cast: Cast, enter: Enter, see_all: Any) -> None:
    visit = visits.completed(cast)
    row = queries.work_of(cast.staff["nurse"].pk, date(2025, 6, 1), date(2025, 7, 1))[0]
    assert (row.number, row.minutes, row.done, row.is_lead) == (visit.order.number, 20, ("NI-CL-01",), True)
    assert (row.total_fen, row.fee_fen, row.voucher) == (None, 0, "")
    assert queries.work_of(cast.staff["nurse"].pk, date(2025, 7, 1), date(2025, 8, 1)) == []
    nurse = enter("nurse")
    page = nurse.get("/money/work/?month=2025-06").content.decode()
    assert visit.order.number in page
    assert "生命体征监测" in page
    assert "/money/work/" in nurse.get("/visits/").content.decode()
    assert nurse.post("/money/work/").status_code == 405


def test_a_settled_visit_says_so_in_words(cast: Cast, enter: Enter, see_all: Any) -> None:
    money.settled(cast)
    page = enter("nurse").get("/money/work/?month=2025-06").content.decode()
    assert '<span class="meta">已结算</span>' in page
    assert "settlement:order" not in page


def test_who_may_see_whose(cast: Cast, enter: Enter, see_all: Any) -> None:
    visit = visits.completed(cast)
    theirs = f"/money/work/?staff={cast.staff['nurse'].pk}"
    assert visit.order.number in enter("manager").get(theirs).content.decode()
    assert (
        visit.order.number not in enter("second_nurse").get(theirs).content.decode()
    )  # one's own, whoever is asked for
    assert enter("stranger_manager").get(theirs).status_code == 404
    assert enter("manager").get("/money/work/?staff=x&month=y").status_code == 200
    assert enter("elder").get("/money/work/").status_code == 403
    assert enter("clerk").get("/money/work/").status_code == 403
