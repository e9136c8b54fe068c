"""Rounds are counted from what the partner's people wrote and did for those who live in the home."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, TODAY, Cast
from tests.factories import cooperations, episodes, visits
from tests.factories import homes as make
from yijia.apps.agreements import actions as agreements
from yijia.apps.agreements.models import Performance
from yijia.apps.care import actions as care
from yijia.apps.care.models import EpisodeRecord, Order
from yijia.apps.homes import jobs, queries
from yijia.apps.homes.models import GateEntry
from yijia.apps.registry.models import Staff
from yijia.base import outbox
from yijia.base.errors import Forbidden, NotFound
from yijia.core.permissions import SYSTEM


def rounded(cast: Cast, episode: object) -> None:
    care.record_service(
        episode_id=episode.pk, activity="bed_round", persons=[cast.staff["doctor"].pk], note="平稳", by=cast.actors["doctor"], at=NOW
    )  # fmt: skip


def test_a_written_round_counts_once_a_day(cast: Cast) -> None:
    """HOME-07"""
    cooperations.in_force(cast)
    episode = episodes.active(cast)
    rounded(cast, episode)
    assert jobs.count_rounds(NOW) == 0  # the person does not live there
    make.admitted(cast)
    assert jobs.count_rounds(NOW) == 1
    rounded(cast, episode)
    assert jobs.count_rounds(NOW + timedelta(hours=1)) == 0
    told = Performance.objects.get()
    assert (told.duty, told.quantity, told.source_type) == ("rounds", 1, "homes.round")
    [account] = queries.accounts_of(cast.actors[make.HOME], TODAY)
    assert (account.windows[-1].done, account.duty.quantity) == (1, 2)


def test_a_round_counts_at_once_and_a_void_one_no_more(cast: Cast) -> None:
    """HOME-07 AGREEMENT-17"""
    cooperations.in_force(cast)
    make.admitted(cast)
    episode, keeper = episodes.active(cast), cast.actors[make.HOME]

    def done() -> int:
        outbox.drain(at=NOW)
        return queries.accounts_of(keeper, TODAY)[0].windows[-1].done

    rounded(cast, episode)
    rounded(cast, episode)
    assert done() == 1
    first, second = EpisodeRecord.objects.filter(activity="bed_round").order_by("id")
    given = {"is_void": True, "reason": "记错了人", "by": cast.actors["doctor"], "at": NOW}
    care.correct_record(record_id=first.pk, **given)
    assert done() == 1  # the other record of the day stands
    care.correct_record(record_id=second.pk, **given)
    assert done() == 0
    told = Performance.objects.get()
    assert told.uncounted.why == "record_taken_back"
    assert agreements.uncount_performance(performance_id=told.pk, why="x", by=SYSTEM, at=NOW).pk == told.uncounted.pk
    with pytest.raises(Forbidden):
        agreements.uncount_performance(performance_id=told.pk, why="x", by=keeper, at=NOW)
    with pytest.raises(NotFound):
        agreements.uncount_performance(performance_id=0, why="x", by=SYSTEM, at=NOW)
    rounded(cast, episode)  # somebody did come that day
    assert done() == 1
    assert Performance.objects.count() == 2


def test_a_day_counted_by_hand_is_not_counted_again(cast: Cast) -> None:
    """HOME-07"""
    row = cooperations.in_force(cast)
    agreements.record_performance(
        agreement_id=row.pk, duty="rounds", happened_at=NOW, source_type="manual", source_id="1", by=cast.actors[make.HOME], at=NOW
    )  # fmt: skip
    make.admitted(cast)
    rounded(cast, episodes.active(cast))
    assert jobs.count_rounds(NOW + timedelta(hours=1)) == 0


def test_another_institutions_round_or_another_kind_is_none(cast: Cast) -> None:
    """HOME-07"""
    cooperations.in_force(cast)
    make.admitted(cast)
    episode = episodes.active(cast)
    care.record_service(
        episode_id=episode.pk, activity="health_guidance", persons=[cast.staff["doctor"].pk], note="饮食指导", by=cast.actors["doctor"], at=NOW
    )  # fmt: skip
    assert jobs.count_rounds(NOW) == 0
    rounded(cast, episode)
    assert jobs.count_rounds(NOW + timedelta(days=9)) == 0  # looked for too late
    assert jobs.count_rounds(NOW) == 1


def test_a_doctors_visit_is_a_round_and_a_nurses_is_not(cast: Cast) -> None:
    """HOME-07 HOME-08"""
    cooperations.in_force(cast, at=NOW - timedelta(days=1), valid_from=TODAY - timedelta(days=1))
    make.admitted(cast)
    visit = visits.completed(cast)
    assert jobs.count_rounds(visit.finished_at) == 0
    Staff.objects.filter(pk=cast.staff["nurse"].pk).update(profession="doctor")
    assert jobs.count_rounds(visit.finished_at) == 1


def test_due_rounds_and_visits_of_those_who_live_here_are_seen_and_no_others(cast: Cast) -> None:
    """HOME-08"""
    episodes.active(cast)
    visit = visits.assigned(cast, wanted_from=NOW + timedelta(hours=5))
    keeper = make.home(cast) and cast.actors[make.HOME]
    assert queries.visits_for_home(keeper, NOW) == []
    assert queries.rounds_due_for_home(keeper, NOW + timedelta(days=2)) == []
    make.admitted(cast)
    assert [row.pk for row in queries.visits_for_home(keeper, NOW)] == [visit.pk]
    due = queries.rounds_due_for_home(keeper, NOW + timedelta(days=2))
    assert {row.activity for row in due} == {"first_round", "superior_round"}
    make.other_home(cast)
    assert queries.visits_for_home(cast.actors[make.OTHER], NOW) == []


def test_who_has_left_is_not_still_to_come(cast: Cast, enter: Any, see_all: Any) -> None:
    """HOME-12"""
    still = "外来人员今天还要来，或者还没离开"
    make.admitted(cast)
    visit = visits.assigned(cast, wanted_from=NOW + timedelta(hours=5))
    keeper = enter(make.HOME)
    assert still in keeper.get("/homes/").content.decode()
    keeper.post("/homes/outside/in/", {"visit_id": visit.pk})
    see_all()
    inside = GateEntry.objects.get()
    Order.objects.filter(pk=visit.order_id).update(state="completed")
    assert still in keeper.get("/homes/").content.decode()  # not out of the house yet
    keeper.post(f"/homes/outside/{inside.pk}/out/")
    shown = keeper.get("/homes/").content.decode()
    assert still not in shown
    assert "离开" in shown  # still listed, as gone


def test_an_ended_visit_that_never_met_the_door_is_over(cast: Cast, enter: Any) -> None:
    """HOME-12"""
    make.admitted(cast)
    visits.completed(cast)
    assert "外来人员今天还要来，或者还没离开" not in enter(make.HOME).get("/homes/").content.decode()
