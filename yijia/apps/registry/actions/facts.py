"""Dated facts benefits hang on: recording, ending, and saying that one was never true. Rows are only ever added."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yijia.apps.registry import queries
from yijia.apps.registry.actions.faults import Faults
from yijia.apps.registry.models import Resident, ResidentFact
from yijia.base import outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import NotFound, Refused, Stale
from yijia.core.people import facts as core
from yijia.core.people.facts import Fact, Kind
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal

CHANGED = "residents.fact_changed"


@action("facts.record")
def record_fact(
    *,
    resident_id: int,
    kind: str,
    code: str,
    level: int | None = None,
    from_on: date,
    until_on: date | None = None,
    source: str,
    by: Actor,
    at: datetime,
) -> ResidentFact:
    """Record what a paper or another register says of a person since a day; upper contexts hear `residents.fact_changed`.

    What stood open-ended before it ends on its first day: a new card, a move. The same statement again changes nothing.

    source      the paper or register it was read from; never an identifier

    Raises      NotFound; Invalid; Refused people.fact_overlap: another statement claims a day of the period
    Source      ID-12, ID-13 in docs/rules/people.md
    """
    resident = _locked(by, resident_id)
    faults = Faults()
    faults.choice("kind", kind, Kind)
    faults.text("source", source, core.LONGEST_SOURCE)
    faults.settle()
    fact = Fact(Kind(kind), code, level, from_on, until_on)
    for field, refusal in core.check(fact, born_on=resident.born_on, today=business_date(at)).items():
        faults.add(field, refusal)
    if resident.died_on is not None and from_on > resident.died_on:
        faults.add("from_on", Refusal("people.fact_after_death", {"died_on": resident.died_on}))
    faults.settle()
    standing = queries.standing_facts_for_system([resident_id]).get(resident_id, ())
    same = next((row for row in standing if queries.fact_of(row) == fact), None)
    if same is not None:
        return same
    giving = [row for row in standing if _gives_way(queries.fact_of(row), fact)]
    others = (queries.fact_of(row) for row in standing if row not in giving)
    if (clash := core.clash(fact, others)) is not None:
        raise Refused(clash)
    for row in giving:
        is_void = row.from_on >= from_on  # a later decision about the same days
        ended = queries.fact_of(row, until_on=None if is_void else from_on)
        _add(ended, resident_id, row.source, by, at, replaces=row, is_void=is_void)
    made = _add(fact, resident_id, source, by, at)
    _tell(made, from_on, at, before=giving[0] if giving else None)
    return made


@action("facts.end")
def end_fact(*, fact_id: int, until_on: date, source: str, by: Actor, at: datetime) -> ResidentFact:
    """A standing statement holds no longer from a day on.

    Raises      NotFound; Stale: it was corrected meanwhile; Invalid
    """
    row = _standing(by, fact_id)
    faults = Faults()
    faults.text("source", source, core.LONGEST_SOURCE)
    faults.period("until_on", row.from_on, until_on)
    if row.until_on is not None and until_on > row.until_on:
        faults.add("until_on", Refusal("people.fact_ends_before", {"until": row.until_on}))
    faults.settle()
    made = _add(queries.fact_of(row, until_on=until_on), row.resident_id, source, by, at, replaces=row)
    _tell(made, until_on, at, before=row)
    return made


@action("facts.void")
def void_fact(*, fact_id: int, source: str, by: Actor, at: datetime) -> ResidentFact:
    """A standing statement was never true: what rested on it is looked at again from its first day.

    source      what shows that it was wrong

    Raises      NotFound; Stale; Invalid
    """
    row = _standing(by, fact_id)
    faults = Faults()
    faults.text("source", source, core.LONGEST_SOURCE)
    faults.settle()
    made = _add(queries.fact_of(row), row.resident_id, source, by, at, replaces=row, is_void=True)
    _tell(made, row.from_on, at, before=row)
    return made


def _locked(by: Actor, resident_id: int) -> Resident:
    """The resident in sight, locked: the facts of one person are written in single file."""
    seen = queries.get_resident(by, resident_id)
    return Resident.objects.select_for_update(of=("self",)).get(pk=seen.pk)


def _standing(by: Actor, fact_id: int) -> ResidentFact:
    row = ResidentFact.objects.filter(pk=fact_id).first()
    if row is None:
        raise NotFound
    _locked(by, row.resident_id)
    if row.is_void or ResidentFact.objects.filter(replaces=row).exists():
        raise Stale
    return row


def _gives_way(old: Fact, new: Fact) -> bool:
    """Whether an open-ended statement simply ends where the new one begins; a grade gives way to a later decision."""
    if not old.meets(new):
        return False
    return new.kind is Kind.CARE_GRADE or (old.until_on is None and old.from_on < new.from_on)


def _add(
    fact: Fact, resident_id: int, source: str, by: Actor, at: datetime, *, replaces: ResidentFact | None = None, is_void: bool = False
) -> ResidentFact:  # fmt: skip
    try:
        with transaction.atomic():
            return ResidentFact.objects.create(
                resident_id=resident_id, kind=fact.kind.value, code=fact.code, level=fact.level, from_on=fact.from_on,
                until_on=fact.until_on, source=source, replaces=replaces, is_void=is_void, confirmed_at=at, confirmed_by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError as error:  # somebody corrected the same row a moment ago
        raise Stale from error


def _tell(row: ResidentFact, since: date, at: datetime, *, before: ResidentFact | None) -> None:
    """The life event: what changed, and from which day what rests on it must be looked at again."""
    payload = {
        "resident_id": row.resident_id, "kind": row.kind, "code": row.code, "level": row.level, "fact_id": row.pk,
        "before": before.code if before is not None else None, "is_void": row.is_void, "since_on": since.isoformat(),
    }  # fmt: skip
    outbox.publish(CHANGED, payload, at=at)
