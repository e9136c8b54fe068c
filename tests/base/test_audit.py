"""What was done, read or refused stays on record, in order, and cannot be changed without being found."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import NOW, Cast
from yijia.base import audit, outbox
from yijia.base.actions import action
from yijia.base.errors import Refused
from yijia.base.models import AuditEntry
from yijia.core.permissions import NOBODY, Actor
from yijia.core.refusal import Refusal


@action("test.grow")
def grow(*, by: Actor, at: Any, refuse: bool = False, crash: bool = False) -> None:
    outbox.publish("test.grown", {}, at=at)
    if refuse:
        raise Refused(Refusal("permission.missing", {"permission": "order:view"}))
    if crash:
        raise ZeroDivisionError


@action("test.grow_twice")
def grow_twice(*, by: Actor, at: Any) -> None:
    grow(by=by, at=at)
    grow(by=by, at=at, refuse=True)


def names() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", "name"))


def test_a_write_and_its_entry_stand_together(cast: Cast) -> None:
    grow(by=cast.actors["manager"], at=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.name, entry.role, entry.organisation_id) == (
        "write",
        "test.grow",
        "manager",
        cast.harbour.pk,
    )


def test_a_refused_action_is_undone_and_on_record(cast: Cast) -> None:
    from yijia.base.models import OutboxEvent

    with pytest.raises(Refused):
        grow_twice(by=cast.actors["manager"], at=NOW)
    assert names() == [("refused", "test.grow")]
    assert not OutboxEvent.objects.exists()
    assert audit.verify() == (1, [])


def test_a_crash_leaves_neither_row_nor_entry(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        grow(by=cast.actors["manager"], at=NOW, crash=True)
    assert names() == []


def three_entries(cast: Cast) -> int:
    for _ in range(3):
        grow(by=cast.actors["manager"], at=NOW)
    assert audit.verify() == (3, [])
    return cast.harbour.pk % audit.CHAINS


@pytest.mark.parametrize(
    "statement", ["UPDATE base_auditentry SET name = 'x'", "DELETE FROM base_auditentry", "TRUNCATE base_auditentry"]
)
def test_the_database_refuses_to_rewrite(cast: Cast, sql: Any, statement: str) -> None:
    three_entries(cast)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize(
    "table", ["money_posting", "money_voucher", "care_orderevent", "visits_fix", "base_outboxevent"]
)
def test_what_is_written_once_stays_written(cast: Cast, sql: Any, table: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(f"TRUNCATE {table} CASCADE")


def test_a_changed_entry_is_named(cast: Cast, sql: Any) -> None:
    chain = three_entries(cast)
    sql("ALTER TABLE base_auditentry DISABLE TRIGGER append_only")
    sql('UPDATE base_auditentry SET facts = \'{"code": "forged"}\' WHERE seq = 2')
    assert audit.verify() == (3, [audit.Break(chain, 2, "changed")])


@pytest.mark.parametrize(("last", "found"), [(1, []), (2, ["changed"]), (3, ["changed"])])
def test_the_newest_entries_alone_are_looked_at(cast: Cast, sql: Any, last: int, found: list[str]) -> None:
    three_entries(cast)
    assert audit.verify(last) == (last, [])
    sql("ALTER TABLE base_auditentry DISABLE TRIGGER append_only")
    sql("UPDATE base_auditentry SET name = 'forged' WHERE seq = 2")
    assert [one.reason for one in audit.verify(last)[1]] == found


def test_chains_are_walked_in_one_question(cast: Cast, django_assert_num_queries: Any) -> None:
    grow(by=cast.actors["manager"], at=NOW)
    grow(by=cast.actors["elder"], at=NOW)
    with django_assert_num_queries(2):  # the heads and the entries
        assert audit.verify() == (2, [])


def test_an_entry_that_was_cut_out_is_missed(cast: Cast, sql: Any) -> None:
    chain = three_entries(cast)
    sql("ALTER TABLE base_auditentry DISABLE TRIGGER append_only")
    sql("DELETE FROM base_auditentry WHERE seq = 2")
    _, breaks = audit.verify()
    assert audit.Break(chain, 2, "missing") in breaks


def test_a_cut_tail_is_missed(cast: Cast, sql: Any) -> None:
    chain = three_entries(cast)
    sql("ALTER TABLE base_auditentry DISABLE TRIGGER append_only")
    sql("DELETE FROM base_auditentry WHERE seq = 3")
    assert audit.verify() == (2, [audit.Break(chain, 3, "head")])


def test_a_chain_forged_without_the_key_does_not_fit(cast: Cast, sql: Any, settings: Any) -> None:
    from yijia.base import crypto

    chain = three_entries(cast)
    sql("ALTER TABLE base_auditentry DISABLE TRIGGER append_only")
    real, settings.HASH_KEY = settings.HASH_KEY, "a guess"
    crypto._mac_key.cache_clear()
    previous = audit.GENESIS
    for entry in AuditEntry.objects.order_by("seq"):
        entry.name = "forged"
        previous = entry.hash = audit.digest(entry, previous)
        entry.save()
    sql("UPDATE base_audithead SET hash = %s WHERE chain = %s", previous, chain)
    settings.HASH_KEY = real
    crypto._mac_key.cache_clear()
    _, breaks = audit.verify()
    assert {(b.seq, b.reason) for b in breaks} >= {(1, "changed"), (2, "changed"), (3, "changed")}


def test_two_institutions_write_on_their_own_chains(cast: Cast) -> None:
    grow(by=cast.actors["manager"], at=NOW)
    grow(by=cast.actors["stranger_manager"], at=NOW)
    assert len(set(AuditEntry.objects.values_list("chain", flat=True))) == 2


def test_a_read_is_on_record(cast: Cast) -> None:
    audit.read(
        cast.actors["nurse"], NOW, "care.order", subject_type="care.order", subject_ids=[5], resident_ids=[9, 9, 3]
    )
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject_ids, entry.resident_ids) == ("read", [5], [3, 9])


def test_log_in_and_out_and_a_failed_one_are_on_record_without_the_typed_name(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "110101199003071234", "password": "wrong"})
    client.post("/accounts/login/", {"login": "nurse", "password": "harbour-lantern-42"})
    client.post("/accounts/logout/")
    assert names() == [("refused", "accounts.login"), ("login", "accounts.login"), ("logout", "accounts.logout")]
    assert not any("110101199003071234" in str(vars(entry)) for entry in AuditEntry.objects.all())
    assert AuditEntry.objects.filter(user_id=None).get().role == ""


def test_a_door_that_refused_is_on_record(enter: Any) -> None:
    assert enter("nurse").get("/api/v1/me").status_code == 200
    assert enter("nurse").get("/no/such/page").status_code == 404
    assert ("refused", "address") in names()


def test_nobody_writes_for_the_system(cast: Cast) -> None:
    audit.note(verb="refused", name="x", by=NOBODY, at=NOW)
    assert AuditEntry.objects.get().role == ""
