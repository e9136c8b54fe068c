"""Dated facts about residents: those that stand, and everything that was ever said."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef

from yijia.apps.registry.models import ResidentFact
from yijia.apps.registry.queries.residents import get_resident
from yijia.core.people.facts import Fact, Kind
from yijia.core.permissions import Actor


def fact_of(row: ResidentFact, *, until_on: date | None = None) -> Fact:
    """A row as the core reads it.

    until_on    the end to put in place of the row's own
    """
    return Fact(Kind(row.kind), row.code, row.level, row.from_on, until_on or row.until_on)


def standing_facts_for_system(resident_ids: Iterable[int]) -> dict[int, tuple[ResidentFact, ...]]:
    """The statements nobody replaced or voided, by resident, the oldest first; one query for many people."""
    found: dict[int, tuple[ResidentFact, ...]] = {}
    replaced = ResidentFact.objects.filter(replaces=OuterRef("pk"))
    rows = ResidentFact.objects.filter(~Exists(replaced), resident_id__in=list(resident_ids), is_void=False)
    for row in rows.order_by("from_on", "pk"):
        found[row.resident_id] = (*found.get(row.resident_id, ()), row)
    return found


def list_facts(actor: Actor, resident_id: int) -> list[ResidentFact]:
    """Everything ever stated of a resident in sight, the newest statement first.

    Raises      NotFound
    """
    person = get_resident(actor, resident_id)
    rows = ResidentFact.objects.filter(resident=person).select_related("confirmed_by", "replaced_by")
    return list(rows.order_by("-confirmed_at", "-pk"))
