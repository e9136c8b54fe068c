"""The regulator's figures, the list behind each, and who may not see them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, TODAY, TOWN, Cast, resident
from yijia.apps.agreements.models import Agreement
from yijia.apps.measures import actions, jobs, queries
from yijia.apps.measures.models import Snapshot
from yijia.base.models import AuditEntry
from yijia.core.permissions import SYSTEM

Enter = Callable[..., Client]


@pytest.fixture
def town(cast: Cast) -> Cast:
    """Two residents; one of them has a family doctor, another had one until last month."""
    for name, until in (("elder", None), ("neighbour", date(2025, 5, 31))):
        Agreement.objects.create(
            organisation=cast.harbour, kind="family_doctor", resident=cast.residents[name], template_key="t", template_edition="t",
            text_sm3=b"", valid_from=date(2024, 6, 1), valid_until=until, created_at=NOW, signed_at=NOW,
        )  # fmt: skip
    return cast


def test_rate_counts_contracts_in_force_only(town: Cast) -> None:
    measure = queries.get_measure("contract_rate", TODAY)
    figure = queries.compute(measure, replace(SYSTEM, jurisdiction=TOWN), TODAY)
    assert (figure.numerator, figure.denominator) == (1, 2)


def test_the_dead_are_not_counted(town: Cast) -> None:
    resident("已故", 77, town.harbour, died_on=date(2025, 6, 1))
    figure = queries.compute(queries.get_measure("contract_rate", TODAY), replace(SYSTEM, jurisdiction=TOWN), TODAY)
    assert figure.denominator == 2


def test_overview_shows_numerator_denominator_date(town: Cast, enter: Enter) -> None:
    jobs.snapshot(NOW)
    page = enter("regulator").get("/measures/").content.decode()
    assert all(text in page for text in ("家庭医生签约率", "50.00%", "58.39%"))


def test_a_second_run_adds_a_version(town: Cast) -> None:
    jobs.snapshot(NOW)
    before = Snapshot.objects.count()
    jobs.snapshot(NOW)
    assert Snapshot.objects.count() == 2 * before
    assert set(Snapshot.objects.values_list("version", flat=True)) == {1, 2}


def test_list_behind_a_figure_is_masked_and_audited(town: Cast, enter: Enter, see_all: Any) -> None:
    town.residents["elder"].name = "欧阳测试"
    town.residents["elder"].save()
    page = enter("regulator").get("/measures/contract_rate/?only=counted").content.decode()
    see_all()
    assert "欧**" in page
    assert "欧阳测试" not in page
    assert AuditEntry.objects.filter(
        verb="read", name="measures.detail", resident_ids=[town.residents["elder"].pk]
    ).exists()


def test_pages_run_through_every_place_once(town: Cast) -> None:
    """A page is read from the places it lies in: none is left out, none comes twice, and the parts add up."""
    by, measure = replace(SYSTEM, jurisdiction=TOWN), queries.get_measure("contract_rate", TODAY)
    for number, township in enumerate(("石龙镇", "虎门镇", "石龙镇", "万江街道", "虎门镇")):
        person = resident("页页", 80 + number, town.harbour)
        person.household.township = township
        person.household.save()
    whole = queries.behind(by, measure, TODAY, limit=50)
    pages = [queries.behind(by, measure, TODAY, offset=at, limit=2) for at in range(0, 8, 2)]
    assert [one for page in pages for one in page.members] == whole.members
    assert len({one.id for one in whole.members}) == whole.total == 7
    assert len({one.place for one in whole.members}) == len(whole.cells) >= 3
    assert sum(cell.denominator or 0 for cell in whole.cells) == 7
    here = queries.behind(by, measure, TODAY, place="虎门镇", offset=1, limit=50)
    assert (here.total, [one.place for one in here.members]) == (2, ["虎门镇"])


def test_export_neutralises_and_says_who(town: Cast, enter: Enter) -> None:
    text = enter("regulator").get("/measures/contract_rate/list.csv").content.decode()
    assert text.splitlines()[0].startswith("\ufeff# contract_rate 2025-06-16 user=")


def test_manager_sees_own_institution_only(town: Cast, enter: Enter) -> None:
    answer = enter("manager").get("/api/v1/measures/contract_rate").json()
    assert (answer["live_numerator"], answer["live_denominator"]) == (1, 1)


def test_colleague_without_the_right(cast: Cast, enter: Enter) -> None:
    answer = enter("nurse").get("/measures/")
    assert answer.status_code == 403
    assert "查看指标" in answer.content.decode()
    assert enter("nurse").get("/api/v1/measures").json()["permission"] == "measure:view"


@pytest.mark.parametrize("path", ["/measures/nonsense/", "/measures/nonsense/list.csv", "/api/v1/measures/nonsense"])
def test_unknown_measure(cast: Cast, enter: Enter, path: str) -> None:
    assert enter("regulator").get(path).status_code == 404


def test_wrong_method(cast: Cast, enter: Enter) -> None:
    assert enter("regulator").post("/measures/").status_code == 405


@pytest.mark.parametrize("query", ["page=x", "page=0", "only=all'--"])
def test_bad_filter_names_the_field(cast: Cast, enter: Enter, query: str) -> None:
    assert enter("regulator").get(f"/measures/contract_rate/?{query}").status_code == 422


def test_place_filter_is_a_value_not_sql(town: Cast, enter: Enter) -> None:
    answer = enter("regulator").get("/measures/contract_rate/", {"place": "莞城' OR '1'='1"})
    assert "没有符合条件的记录" in answer.content.decode()


def test_visitor_is_sent_to_sign_in(db: None) -> None:
    assert Client().get("/measures/").headers["Location"].startswith("/accounts/login/")
    assert Client().get("/api/v1/measures").status_code == 401


def test_snapshot_belongs_to_the_place(cast: Cast) -> None:
    actions.take_snapshot(on=TODAY, by=replace(SYSTEM, jurisdiction="CN-500000"), at=NOW)
    assert queries.latest_figures(cast.actors["regulator"], TODAY) == {}
