"""Statements written once: what they answer, and what they refuse."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from yijia.base.models import RoleGrant, User
from yijia.base.rows import Given, GivenMany, Statement, only

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups() -> list[Group]:
    return [Group.objects.create(name=name) for name in ("a", "b", "c")]


def test_the_second_answer_is_the_second_askers_own(groups: list[Group]) -> None:
    named = Statement(lambda: Group.objects.filter(pk=Given("pk"), name=Given("name")))
    assert named.one(pk=groups[0].pk, name="a") == groups[0]
    assert named.one(pk=groups[1].pk, name="b") == groups[1]
    assert named.one(pk=groups[1].pk, name="a") is None


def test_the_same_value_in_two_places_is_filled_in_both(groups: list[Group]) -> None:
    twice = Statement(lambda: Group.objects.filter(pk__gte=Given("pk")).exclude(pk=Given("pk")).order_by("-pk"))
    assert twice.ask(pk=groups[0].pk) == [groups[2], groups[1]]


def test_many_values_and_none(groups: list[Group]) -> None:
    among = Statement(lambda: Group.objects.filter(pk__in=GivenMany("pks")).order_by("pk"))
    assert among.ask(pks=[groups[2].pk, groups[0].pk]) == [groups[0], groups[2]]
    assert among.ask(pks=[]) == []


def test_rows_beside_come_in_the_same_question() -> None:
    user = User.objects.create(username="statement")
    RoleGrant.objects.create(user=user, role="auditor", jurisdiction="CN", valid_from="2025-01-01")
    beside = Statement(lambda: RoleGrant.objects.select_related("user").filter(user_id=Given("user_id")))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert [grant.user.username for grant in beside.ask(user_id=user.pk)] == ["statement"]
    assert len(asked) == 1


def test_a_missing_value_is_named(groups: list[Group]) -> None:
    named = Statement(lambda: Group.objects.filter(pk=Given("group_id")))
    with pytest.raises(KeyError, match="group_id"):
        named.one()


def test_each_thread_writes_its_own(groups: list[Group]) -> None:
    """A compiler holds its thread's connection."""
    written = []
    named = Statement(lambda: written.append(threading.get_ident()) or Group.objects.filter(pk=Given("pk")))
    named.one(pk=groups[0].pk)
    named.one(pk=groups[0].pk)
    assert written == [threading.get_ident()]
    other = threading.Thread(target=lambda: (named.ask(pk=0), connection.close()))
    other.start()
    other.join()
    assert len(written) == 2


def test_the_only_row(groups: list[Group]) -> None:
    assert only(Group.objects.filter(name="b")) == groups[1]
    assert only(Group.objects.filter(name="z")) is None


def test_a_lock_outside_a_transaction_is_refused_each_time(
    groups: list[Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ORM looks when it writes the text; here it was written by somebody inside one."""
    held = Statement(lambda: Group.objects.select_for_update().filter(pk=Given("pk")))
    assert held.one(pk=groups[0].pk) == groups[0]
    with monkeypatch.context() as outside:
        outside.setattr(connections["default"], "in_atomic_block", False)
        with pytest.raises(transaction.TransactionManagementError):
            held.one(pk=groups[0].pk)
