"""PostgreSQL itself keeps one institution's rows from another, whatever a query forgot."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tests.cast import NOW, Cast
from yijia.apps.registry.models import Staff, Team
from yijia.base import accounts, scope
from yijia.base.middleware import UnitOfWork
from yijia.core.permissions import Actor, Role

RAW = "SELECT count(*), coalesce(sum((organisation_id = %s)::int), 0) FROM registry_staff"


def test_a_harbour_nurse_sees_no_hill_row_even_by_raw_sql(cast: Cast, sql: Any) -> None:
    everybody = sql(RAW, cast.hill.pk)[0]
    scope.set_tenants(accounts.tenants_of(cast.actors["nurse"]))
    count, of_hill = sql(RAW, cast.hill.pk)[0]
    assert everybody[1] > 0
    assert count > 0
    assert of_hill == 0
    assert not Staff.objects.filter(organisation=cast.hill).exists()
    assert Staff.objects.filter(organisation=cast.hill).update(name="x") == 0


def test_a_row_of_another_institution_cannot_be_written(cast: Cast) -> None:
    scope.set_tenants(accounts.tenants_of(cast.actors["nurse"]))
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Team.objects.create(organisation=cast.hill, name="x", kind="nursing")


def test_without_a_word_nothing_is_seen(cast: Cast, sql: Any) -> None:
    scope.set_tenants(())
    assert sql(RAW, cast.hill.pk)[0] == (0, 0)


def test_the_application_cannot_step_around_the_wall(cast: Cast, sql: Any) -> None:
    assert sql("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False, False)]


def test_whole_system_gives_the_sight_back_also_after_a_fall(cast: Cast, sql: Any) -> None:
    scope.set_tenants([cast.harbour.pk])
    with scope.whole_system():
        assert Staff.objects.filter(organisation=cast.hill).exists()
    assert not Staff.objects.filter(organisation=cast.hill).exists()
    with pytest.raises(ZeroDivisionError), scope.whole_system(), transaction.atomic():
        raise ZeroDivisionError
    assert not Staff.objects.filter(organisation=cast.hill).exists()


def test_a_pooled_connection_carries_no_sight_to_the_next_visitor(bare_connection: None) -> None:
    """The word said inside a request's transaction is gone with it; outside nothing was ever said."""

    def said() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('yijia.tenants', true), '')")
            return str(cursor.fetchone()[0])

    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(said())
        return HttpResponse(status=request.wanted)

    for status in (200, 409, 500):
        for method in ("get", "post"):
            request = getattr(RequestFactory(), method)("/x")
            request.actor, request.at, request.wanted = (
                Actor(user_id=1, role=Role.DISPATCHER, organisation_ids=frozenset({7})),
                NOW,
                status,
            )
            assert UnitOfWork(view)(request).status_code == status
            assert (seen[-1], said()) == ("7", "")
    with scope.whole_system():
        assert said() == "*"
    assert said() == ""
    with pytest.raises(ZeroDivisionError), transaction.atomic(), scope.whole_system():
        raise ZeroDivisionError
    assert said() == ""
