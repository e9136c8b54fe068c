"""Hazards that the database itself stops, whatever the code above it does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.cast import NOW, Cast
from tests.factories import care
from yijia.apps.visits.models import Assignment, Visit


def _visit(cast: Cast, hours: int) -> Visit:
    start = NOW + timedelta(hours=hours)
    order = care.row(cast, wanted_from=start)
    return Visit.objects.create(
        organisation=cast.harbour, order=order, resident=cast.residents["elder"], planned_from=start,
        planned_until=start + timedelta(hours=1), door_code_enc=b"x",
    )  # fmt: skip


def _assign(cast: Cast, visit: Visit, start: Any, hours: int, **more: Any) -> Assignment:
    during = DateTimeTZRange(start, start + timedelta(hours=hours))
    return Assignment.objects.create(
        organisation=cast.harbour, visit=visit, staff=cast.staff["nurse"], during=during, assigned_at=NOW, **more
    )


def test_the_database_refuses_two_homes_at_once(cast: Cast) -> None:
    first, second, third = _visit(cast, 1), _visit(cast, 2), _visit(cast, 9)
    _assign(cast, first, NOW + timedelta(hours=1), 2)
    with pytest.raises(IntegrityError, match="assignment_no_overlap"), transaction.atomic():
        _assign(cast, second, NOW + timedelta(hours=2), 1)
    _assign(cast, second, NOW + timedelta(hours=3), 1)  # end to end is no overlap
    _assign(cast, third, NOW + timedelta(hours=1), 1, is_active=False)  # a released hour is free


def test_the_database_refuses_dispatch_without_papers(cast: Cast) -> None:
    order = care.row(cast)
    order.state = "dispatching"
    with pytest.raises(IntegrityError, match="order_dispatched_is_signed"), transaction.atomic():
        order.save(update_fields=["state"])
