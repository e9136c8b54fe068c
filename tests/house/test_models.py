"""Rows keep the house's promises: a name, who did it, whose they are, and what can never be rewritten."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import override

from tests.house.source import PACKAGE, short
from yijia.apps.registry.models import TenantRow

MODELS = [m for m in apps.get_models() if m.__module__.startswith("yijia.")]

# An instant that needs no "by": the clock, a machine or the row's own purpose says it.
_NO_BY = {
    "AuditEntry.at", "OutboxEvent.at", "IdempotentAnswer.at", "Message.at",  # at: the row is the event, its actor is in it
    "OutboxDelivery.next_try_at", "OutboxDelivery.done_at", "Message.sent_at", "ApiToken.expires_at",  # the worker, the calendar
    "Deployment.demo_ends_at", "Deployment.created_at",  # the installation
}  # fmt: skip
_CLOCKED = re.compile(
    r"(^at$|state_at|expires_at|due_at|deadline_at|answer_until|next_\w+_at|_from$|_until$|taken_at|heard_at|sent_at|computed_at|_due_at|reached_at|seen_at|client_at|server_at|starts_at|ends_at|retry_at)"
)


def test_every_row_has_a_name() -> None:
    nameless = [m.__name__ for m in MODELS if m.__str__ is models.Model.__str__]
    assert not nameless, nameless


def test_who_did_it_stands_beside_when() -> None:
    lonely = []
    for model in MODELS:
        fields = {f.name for f in model._meta.get_fields()}
        for field in model._meta.get_fields():
            if (
                isinstance(field, models.DateTimeField)
                and field.name.endswith("at")
                and f"{model.__name__}.{field.name}" not in _NO_BY
            ):
                if (
                    _CLOCKED.search(field.name)
                    or field.name.removesuffix("at") + "by" in fields
                    or {"by", "responder"} & fields
                ):
                    continue
                lonely.append(f"{model.__name__}.{field.name}")
    accepted = {"User.last_login", "User.date_joined"}
    assert not set(lonely) - accepted - _DOCUMENTED, sorted(set(lonely) - accepted - _DOCUMENTED)


# Instants whose person stands elsewhere in the row or above it, one reason each.
_DOCUMENTED = {
    "Offer.offered_at",  # the dispatcher is on the visit's audit entry; the row's `by` is who answers
    "Rating.rated_at",
    "EvidenceScore.scored_at",  # a rule of policy scores, not a person
    "EvidenceReview.opened_at",  # opened by the score
    "Hold.held_at",  # held by the rule that weak evidence is not paid
    "Fix.device_at",  # the phone's own clock, kept beside ours
    "Alarm.raised_at",  # the visit's staff stand on the row; a silent visit has nobody
}


def test_every_row_of_an_institution_is_behind_the_wall(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relforcerowsecurity")
        walled = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE policyname = 'tenant' AND qual IS NOT NULL AND with_check IS NOT NULL"
        )
        ruled = {name for (name,) in cursor.fetchall()}
    tenants = {m._meta.db_table for m in MODELS if issubclass(m, TenantRow)}
    assert tenants
    assert not tenants - (walled & ruled), sorted(tenants - (walled & ruled))


def test_what_a_migration_calls_append_only_is(db: None) -> None:
    named = {
        t
        for p in PACKAGE.rglob("migrations/*.py")
        for t in re.findall(r'append_only\("(\w+)"\)', p.read_text(encoding="utf-8"))
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname IN ('append_only', 'never_emptied') AND t.tgenabled = 'O'"
        )
        guarded: dict[str, set[str]] = {}
        for table, trigger in cursor.fetchall():
            guarded.setdefault(table, set()).add(trigger)
    assert {t for t in named if guarded.get(t) != {"append_only", "never_emptied"}} == set()
    assert named >= {"base_auditentry", "base_outboxevent", "money_posting", "money_voucher", "care_orderevent"}


def test_migrations_say_what_the_models_say_and_stand_in_one_line(db: None) -> None:
    loader = MigrationLoader(connection)
    ours = [c.label for c in apps.get_app_configs() if c.name.startswith("yijia.")]
    with override(None):  # Django's own labels are compared as written
        call_command("makemigrations", *ours, check_changes=True, dry_run=True, verbosity=0)
    for label in ours:
        assert len(loader.graph.leaf_nodes(label)) <= 1, label
        for node in loader.graph.nodes:
            if node[0] == label:
                own = [p for p in loader.graph.node_map[node].parents if p.key[0] == label]
                assert len(own) <= 1, node


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("models.py")), ids=short)
def test_models_decide_nothing(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    assert "def save(" not in text
    assert "def clean(" not in text
    assert "signals" not in text


def test_a_context_of_more_than_twelve_tables_is_two() -> None:
    """ADR 14 names the two that have one more, and why."""
    tables: dict[str, int] = {}
    for model in MODELS:
        tables[model._meta.app_label] = tables.get(model._meta.app_label, 0) + 1
    crowded = {label: count for label, count in tables.items() if count > (13 if label in _CROWDED else 12)}
    assert not crowded, crowded


_CROWDED = {"registry", "visits", "base"}  # base is no context: accounts, audit, outbox and the like
