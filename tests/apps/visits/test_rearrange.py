"""Many visits moved at once: change places, gate and clock keep their word, one message to the family."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast, resident
from tests.factories import visits as factory
from yijia.apps.visits import actions, queries
from yijia.apps.visits.actions import Wish
from yijia.apps.visits.models import Assignment, Visit
from yijia.base import errors
from yijia.base.models import Message


def other_home(cast: Cast, serial: int = 9) -> str:
    cast.residents["second"] = resident("测试second", serial, cast.harbour)
    return "second"


def crew(visit: Visit) -> list[int]:
    return [one.staff_id for one in queries.crew(visit.pk)]


def move(cast: Cast, *wishes: Wish) -> list[actions.Moved]:
    return actions.rearrange(wishes=wishes, by=cast.actors["dispatcher"], at=NOW)


def test_two_visits_change_nurses_in_one_go(cast: Cast) -> None:
    """DISPATCH-18."""
    nurse, second = cast.staff["nurse"].pk, cast.staff["second_nurse"].pk
    one = factory.assigned(cast, "nurse")
    two = factory.assigned(cast, "second_nurse", part=other_home(cast))
    done = move(
        cast,
        Wish(one.order_id, (second,), one.planned_from),
        Wish(two.order_id, (nurse,), two.planned_from),
    )
    assert [d.refusal for d in done] == [None, None]
    assert (crew(one), crew(two)) == ([second], [nurse])
    assert done[0].staff_before == (nurse,)


def test_a_new_time_tells_the_family_once_in_both_languages(cast: Cast) -> None:
    """DISPATCH-22."""
    visit = factory.assigned(cast)
    nurse = cast.staff["nurse"].pk
    Message.objects.all().delete()
    later = visit.planned_from + timedelta(minutes=45)
    assert move(cast, Wish(visit.order_id, (nurse,), later))[0].refusal is None
    told = Message.objects.get(template="visits.moved")
    assert "改为 6月16日 11:45" in told.text
    assert "16 Jun 11:45" in told.text
    assert move(cast, Wish(visit.order_id, (nurse,), later))[0].refusal is None
    assert Message.objects.filter(resident_id=visit.resident_id).count() == 1
    visit.refresh_from_db()
    held = Assignment.objects.get(visit=visit, is_active=True)
    assert (visit.planned_from, held.during.upper) == (later, visit.planned_until)


def test_what_is_refused_stays_as_it_was(cast: Cast) -> None:
    """DISPATCH-18."""
    nurse, second = cast.staff["nurse"].pk, cast.staff["second_nurse"].pk
    one = factory.assigned(cast, "nurse")
    two = factory.assigned(cast, "second_nurse", part=other_home(cast))
    cast.staff["second_nurse"].credentials.filter(kind="registration").delete()
    done = move(
        cast,
        Wish(one.order_id, (second,), one.planned_from),
        Wish(two.order_id, (nurse,), two.planned_from + timedelta(minutes=90)),
    )
    assert done[0].refusal is not None
    assert done[0].refusal.code == "orders.gate_red"
    assert (crew(one), crew(two)) == ([nurse], [nurse])
    one.refresh_from_db()
    assert one.order.state == "assigned"


def test_outside_the_window_and_changed_since(cast: Cast) -> None:
    visit = factory.opened(cast)
    nurse = cast.staff["nurse"].pk
    late = visit.planned_from + timedelta(hours=3)
    assert move(cast, Wish(visit.order_id, (nurse,), late))[0].refusal.code == "visits.outside_window"
    seen = (visit.order.version, visit.version)
    assert move(cast, Wish(visit.order_id, (nurse,), visit.planned_from, seen))[0].refusal is None
    again = move(cast, Wish(visit.order_id, (cast.staff["second_nurse"].pk,), visit.planned_from, seen))
    assert again[0].refusal.code == "dispatch.visit_changed_since"
    assert crew(visit) == [nurse]


def test_a_signed_order_is_opened_on_the_way_and_strangers_are_not_seen(cast: Cast) -> None:
    order = factory.signed(cast)
    wish = Wish(order.pk, (cast.staff["nurse"].pk,), order.wanted_from)
    far = actions.rearrange(wishes=[wish], by=cast.actors["stranger_dispatcher"], at=NOW)
    assert far[0].refusal.code == "dispatch.visit_gone"
    assert move(cast, wish)[0].refusal is None
    assert crew(order.visit) == [cast.staff["nurse"].pk]
    with pytest.raises(errors.Forbidden):
        actions.rearrange(wishes=[wish], by=cast.actors["clerk"], at=NOW)


def test_who_is_absent_is_no_candidate(cast: Cast) -> None:
    visit = factory.opened(cast)
    nurse = cast.staff["nurse"]
    actions.note_absence(
        staff_id=nurse.pk, away_from=NOW, away_until=NOW + timedelta(hours=8), by=cast.actors["dispatcher"], at=NOW
    )
    found: Any = queries.candidates(cast.actors["dispatcher"], visit.order_id)
    assert "dispatch.absent" in {reason.code for reason in found.ranking.why_not(nurse.pk)}
    done = move(cast, Wish(visit.order_id, (nurse.pk,), visit.planned_from))
    assert done[0].refusal.code == "offers.is_away"
    assert crew(visit) == []


def test_whoever_is_named_first_leads_though_another_stays(cast: Cast) -> None:
    nurse, second = cast.staff["nurse"].pk, cast.staff["second_nurse"].pk
    visit = factory.assigned(cast, "nurse")
    assert move(cast, Wish(visit.order_id, (second, nurse), visit.planned_from))[0].refusal is None
    assert crew(visit) == [second, nurse]
    assert move(cast, Wish(visit.order_id, (nurse,), visit.planned_from))[0].refusal is None
    assert [(one.staff_id, one.is_lead) for one in queries.crew(visit.pk)] == [(nurse, True)]


def test_the_gate_is_read_once_however_many_are_moved(cast: Cast) -> None:
    """Every order more costs its own locks, rows and messages, and no more reading of gate, nurses and papers."""
    counts = []
    for first, many in ((20, 2), (30, 5)):
        wishes = []
        for i in range(many):
            cast.residents[f"home{i}"] = resident(f"测试{i}", first + i, cast.harbour)
            when = NOW + timedelta(minutes=60 + 60 * i)
            order = factory.signed(cast, part=f"home{i}", wanted_from=when)
            nurse = cast.staff["nurse" if many == 2 else "second_nurse"].pk
            wishes.append(Wish(order.pk, (nurse,), when, (order.version, None)))
        with CaptureQueriesContext(connection) as asked:
            assert [one.refusal for one in move(cast, *wishes)] == [None] * many
        told = [row["sql"] for row in asked.captured_queries]
        counts.append(len(told))
        assert sum('FROM "registry_credential"' in sql for sql in told) == 1
    assert (counts[1] - counts[0]) / 3 <= 27
