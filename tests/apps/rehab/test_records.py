"""The guardian's choice and one record a person: what may be chosen, signed and settled."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, Cast
from tests.factories import rehab as make
from yijia.apps.agreements.models import Performance
from yijia.apps.care import actions as care
from yijia.apps.care.models import Episode, EpisodeRecord
from yijia.apps.registry import actions as registry
from yijia.apps.rehab import actions, jobs, queries
from yijia.apps.rehab.models import Designation, MonthSettlement, Placement
from yijia.base import outbox
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused
from yijia.base.models import OutboxEvent
from yijia.core.permissions import SYSTEM

MAY = date(2025, 5, 1)
DAY = timedelta(days=1)


def _refused(code: str) -> Any:
    return pytest.raises(Refused, match=code.replace(".", r"\."))


def test_the_live_list_of_a_child(cast: Cast) -> None:
    """REHAB-07: the category's institutions with distance, rating and free places; what is not listed is not offered."""
    row = make.listed(cast)
    child = make.child(cast)
    [offer] = queries.live_list(child, "rehab_child", NOW.date())
    assert (offer.designation.pk, offer.refusal, offer.rated, offer.place.free) == (row.pk, None, None, 2)
    assert offer.away_m is not None
    other = make.child(cast, "blind", 72, "vision")
    assert queries.live_list(other, "rehab_child", NOW.date()) == []
    with _refused("rehab.other_category"):
        make.chosen(cast, row, "blind", at=NOW)
    with _refused("rehab.expired"):
        make.chosen(cast, row, at=NOW + 400 * DAY)
    with _refused("rehab.choose_first"):  # the old way in is closed where a list is kept
        care.apply_for_programme(
            client_id=uuid.uuid4(), programme="rehab_child", resident_id=child.pk, organisation_id=cast.harbour.pk,
            by=cast.actors["child_guardian"], at=NOW,
        )  # fmt: skip
    with _refused("rehab.other_category"):
        care.apply_for_programme(
            client_id=uuid.uuid4(), programme="rehab_child", resident_id=other.pk, organisation_id=cast.harbour.pk,
            by=cast.actors["blind_guardian"], at=NOW,
        )  # fmt: skip


def test_a_choice_makes_the_episode_once(cast: Cast) -> None:
    """REHAB-07, REHAB-09."""
    row = make.listed(cast)
    make.child(cast)
    key = uuid.uuid4()
    first = make.chosen(cast, row, client_id=key)
    assert make.chosen(cast, row, client_id=key).pk == first.pk
    assert (first.place_no, first.episode.programme, first.episode.state) == (1, "rehab_child", "applied")
    with _refused("rehab.same_institution"):
        make.chosen(cast, row)
    with pytest.raises(Forbidden):
        actions.choose_institution(
            client_id=uuid.uuid4(),
            designation_id=row.pk,
            resident_id=cast.residents["child"].pk,
            by=cast.actors["manager"],
            at=NOW,
        )
    with pytest.raises(NotFound):
        actions.choose_institution(
            client_id=uuid.uuid4(),
            designation_id=row.pk,
            resident_id=cast.residents["child"].pk,
            by=cast.actors["relative"],
            at=NOW,
        )
    twin, other = Placement.objects.get(pk=first.pk), make.child(cast, "other", 73)
    episode = Episode.objects.create(
        organisation=cast.harbour, number="E-X", client_id=uuid.uuid4(), programme="rehab_child", jurisdiction="CN-441900", resident=other,
        household_id=other.household_id, state_at=NOW, created_at=NOW,
    )  # fmt: skip
    twin.pk, twin.client_id, twin.resident, twin.episode = None, uuid.uuid4(), other, episode
    with pytest.raises(IntegrityError, match="placement_place_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_changing_once_a_year(cast: Cast) -> None:
    """REHAB-08: one change by wish; one that an exit forced does not count."""
    here = make.listed(cast)
    make.child(cast)
    first = make.chosen(cast, here)
    there = make.designated(cast, part="stranger_manager", states=False)
    make.sign_yearly(cast, there)
    second = make.chosen(cast, there, at=NOW)
    first.refresh_from_db()
    first.episode.refresh_from_db()
    assert (first.released_why, first.episode.state, second.replaces_id, second.is_change) == (
        "changed_provider",
        "closed",
        first.pk,
        True,
    )
    with _refused("rehab.changed_enough"):
        make.chosen(cast, here, at=NOW)
    actions.end_designation(
        designation_id=there.pk, reason="left", note="自愿退出", by=cast.actors["federation"], at=NOW
    )
    third = make.chosen(cast, here, at=NOW)
    assert (third.is_change, third.replaces_id) == (False, None)


def test_the_month_from_evaluation_to_settlement(cast: Cast) -> None:
    """REHAB-10, REHAB-11: unsigned it is not settled; an unknown ceiling settles nothing; then it is settled once."""
    placement = make.running(cast)
    federation = cast.actors["federation"]

    def settle() -> MonthSettlement:
        return actions.settle_month(placement_id=placement.pk, month=MAY, by=federation, at=NOW)

    with _refused("rehab.not_evaluated"):
        settle()
    row = make.evaluated(cast, placement)
    assert (row.sessions, row.serial) == (3, 1)
    assert EpisodeRecord.objects.filter(episode=placement.episode, activity="rehab_evaluation").count() == 1
    with _refused("rehab.not_signed"):
        settle()
    make.signed(cast, row)
    assert Performance.objects.filter(duty="evaluations", source_type="rehab.evaluation").count() == 1
    with _refused("rehab.signed"):
        make.signed(cast, row)
    with _refused("rehab.ceiling_unknown"):
        settle()
    make.stated(cast, at=NOW, yearly_yuan=3000)
    with pytest.raises(Forbidden):
        actions.settle_month(placement_id=placement.pk, month=MAY, by=cast.actors["manager"], at=NOW)
    assert settle().amount_fen == 200_000
    with _refused("rehab.settled"):
        settle()
    with _refused("rehab.settled"):
        make.evaluated(cast, placement, at=NOW)


def test_written_anew_it_is_signed_anew(cast: Cast) -> None:
    """REHAB-10: what was signed is kept."""
    placement = make.running(cast)
    row = make.evaluated(cast, placement)
    make.signed(cast, row)
    again = make.evaluated(cast, placement, claimed_fen=210_000, at=NOW - 10 * DAY)
    assert again.serial == 2
    make.stated(cast, at=NOW, yearly_yuan=3000)
    with _refused("rehab.not_signed"):
        actions.settle_month(placement_id=placement.pk, month=MAY, by=cast.actors["federation"], at=NOW)
    third = make.evaluated(cast, placement, at=NOW - 9 * DAY)
    with _refused("rehab.newer_evaluation"):
        make.signed(cast, again)
    assert make.signed(cast, third).text_sm3 == queries.evaluation_sm3(third)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(progress="改过")


def test_over_the_ceiling_names_figure_and_source(cast: Cast) -> None:
    """REHAB-11: the person's ceiling, and the agreement's."""
    placement = make.running(cast)
    make.signed(cast, make.evaluated(cast, placement))
    make.stated(cast, at=NOW, yearly_yuan=1999)
    with _refused("rehab.over_ceiling") as refused:
        actions.settle_month(placement_id=placement.pk, month=MAY, by=cast.actors["federation"], at=NOW)
    assert refused.value.refusal.facts["source"] == "示例文件〔2025〕1号"
    assert refused.value.refusal.facts["ceiling_fen"] == 199_900


def test_who_signs_and_what_is_wrong(cast: Cast) -> None:
    """REHAB-10."""
    placement = make.running(cast)
    row = make.evaluated(cast, placement)
    with pytest.raises(Invalid):
        make.signed(cast, row, image="data:text/html,x")
    with pytest.raises(NotFound):
        actions.sign_month(evaluation_id=row.pk, name="x", image=make.DRAWN, by=cast.actors["relative"], at=NOW)
    with pytest.raises(Forbidden):
        actions.sign_month(evaluation_id=row.pk, name="x", image=make.DRAWN, by=cast.actors["manager"], at=NOW)
    with pytest.raises(Invalid):
        make.evaluated(cast, placement, progress=" ", at=NOW)
    with _refused("rehab.month_outside"):
        make.evaluated(cast, placement, date(2025, 2, 1), at=NOW)


def test_training_of_parents_counts_when_it_is_long_enough(cast: Cast) -> None:
    """REHAB-13."""
    placement = make.running(cast)
    given: dict[str, Any] = {
        "placement_id": placement.pk,
        "held_on": date(2025, 6, 1),
        "topic": "家庭训练",
        "attendee": "测试家长",
    }
    key, doctor = uuid.uuid4(), cast.actors["doctor"]
    short = actions.train_parents(client_id=key, minutes=90, **given, by=doctor, at=NOW)
    assert not short.counts
    assert actions.train_parents(client_id=key, minutes=120, **given, by=doctor, at=NOW).pk == short.pk
    assert actions.train_parents(client_id=uuid.uuid4(), minutes=120, **given, by=doctor, at=NOW).counts
    assert Performance.objects.filter(duty="parent_trainings").count() == 1
    with pytest.raises(Invalid):
        actions.train_parents(client_id=uuid.uuid4(), minutes=0, **given, by=doctor, at=NOW)


def test_who_outgrows_the_programme_gives_the_place_back(cast: Cast) -> None:
    """REHAB-12, PROG-19: the decided end of a child who comes of age: the episode ends, the record stays, the place is free."""
    placement = make.running(cast)
    make.signed(cast, make.evaluated(cast, placement))
    seventh = NOW.replace(year=2028, month=3, day=3)
    swept = care.sweep_episodes(by=SYSTEM, at=seventh)
    assert placement.episode_id in {one.pk for one in swept}
    event = OutboxEvent.objects.filter(name="episodes.end").latest("pk")
    jobs.free_the_place(event, seventh)
    placement.refresh_from_db()
    assert placement.released_why == "episode_over"
    assert queries.month_rows(placement, seventh.date())[-2].month.is_signed


def test_a_child_who_dies_or_moves(cast: Cast) -> None:
    """REHAB-12, PROG-18: death ends the episode and frees the place, a month that was signed is still settled; a move ends nothing."""
    placement = make.running(cast)
    make.signed(cast, make.evaluated(cast, placement))
    make.stated(cast, at=NOW, yearly_yuan=3000)
    child = cast.residents["child"]
    assert care.move_for(resident_id=child.pk, by=SYSTEM, at=NOW) == []  # the child comes to the institution
    placement.refresh_from_db()
    assert placement.released_at is None
    registry.record_death(
        resident_id=child.pk, died_on=NOW.date(), version=child.version, by=cast.actors["doctor"], at=NOW
    )
    outbox.drain(at=NOW)
    placement.refresh_from_db()
    placement.episode.refresh_from_db()
    assert (placement.released_why, placement.episode.state, placement.episode.end_reason) == (
        "episode_over",
        "closing",
        "died",
    )
    settled = actions.settle_month(placement_id=placement.pk, month=MAY, by=cast.actors["federation"], at=NOW)
    assert settled.amount_fen == 200_000
    with _refused("rehab.month_outside"):
        make.evaluated(cast, placement, date(2025, 7, 1), at=NOW + 40 * DAY)


def test_a_session_taken_back_after_the_guardian_signed(cast: Cast) -> None:
    """REHAB-10: what was signed for is no longer there: not settled so; one that was settled says so and stays until it is taken back."""
    placement = make.running(cast)
    make.stated(cast, at=NOW, yearly_yuan=9000)
    federation = cast.actors["federation"]

    def void() -> None:
        row = EpisodeRecord.objects.filter(activity="rehab_training", is_void=False, corrected_by=None).latest("pk")
        care.correct_record(record_id=row.pk, is_void=True, reason="记错了人", by=cast.actors["doctor"], at=NOW)

    make.signed(cast, make.evaluated(cast, placement))
    void()
    with _refused("rehab.fewer_sessions"):
        actions.settle_month(placement_id=placement.pk, month=MAY, by=federation, at=NOW)
    make.signed(cast, make.evaluated(cast, placement))
    assert actions.settle_month(placement_id=placement.pk, month=MAY, by=federation, at=NOW).amount_fen == 200_000
    void()
    [row] = [one for one in queries.month_rows(placement, NOW.date()) if one.month.first == MAY]
    assert (row.settlement is not None, row.month.sessions, row.month.told_sessions) == (True, 1, 2)


def test_the_adults_programme_keeps_a_place_where_there_is_one(cast: Cast) -> None:
    """PROG-19, REHAB-07: who came of age goes on at the institution if it is on the adults’ list with a place free."""
    placement = make.running(cast)
    harbour, child = cast.harbour, cast.residents["child"]
    adults = Designation.objects.create(
        case=make.voting(cast, category="speech"), organisation=harbour, jurisdiction=placement.designation.jurisdiction, list_code="rehab_adult",
        category="limb", places=1, valid_from=NOW.date() - DAY, valid_until=NOW.date() + 300 * DAY, created_at=NOW,
    )  # fmt: skip

    def asked(number: str) -> Episode:
        return Episode.objects.create(
            organisation=harbour, number=number, client_id=uuid.uuid4(), programme="rehab_adult", jurisdiction="CN-441900", resident=child,
            household_id=child.household_id, state_at=NOW, created_at=NOW,
        )  # fmt: skip

    assert actions.follow_on(episode_id=asked("E-A").pk, by=SYSTEM, at=NOW) is None  # the child's place still runs
    actions.release_ended(episode_id=placement.episode_id, by=SYSTEM, at=NOW)
    episode = Episode.objects.get(number="E-A")
    made = actions.follow_on(episode_id=episode.pk, by=SYSTEM, at=NOW)
    assert made is not None
    assert (made.designation_id, made.list_code, made.place_no, made.is_change) == (adults.pk, "rehab_adult", 1, False)
    assert actions.follow_on(episode_id=episode.pk, by=SYSTEM, at=NOW) is None  # told again


# --- two at once, each on a connection of their own: the database decides


def test_a_month_that_nothing_can_settle_is_no_to_do(cast: Cast, enter: Any, see_all: Any) -> None:
    """REHAB-11: the home of the federation says why and where it is mended; stated, the month waits like any other."""
    placement = make.running(cast)
    make.signed(cast, make.evaluated(cast, placement))
    home = enter("federation").get("/").content.decode()
    assert "签过字的月份，现在核不了账" in home
    assert "没有人读到原文" in home
    assert "签过字的月份等你核账" not in home
    see_all()
    make.stated(cast, yearly_yuan=9000)
    home = enter("federation").get("/").content.decode()
    assert "现在核不了账" not in home
    assert "签过字的月份等你核账" in home.split("没有待办的几项")[0]
