"""Rounds the cooperating institution owes a home, and those its people made."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F

from yijia.apps.agreements import queries as agreements
from yijia.apps.agreements.models import Cooperation, Performance
from yijia.apps.care import queries as care
from yijia.apps.care.models import EpisodeRecord
from yijia.apps.homes.models import Placement
from yijia.apps.visits.models import Visit
from yijia.base import editions
from yijia.core.agreements.duties import Duty, Window
from yijia.core.agreements.lifecycle import BINDING
from yijia.core.calendar import business_date, start_of
from yijia.core.permissions import Actor
from yijia.core.policy import Value

SOURCE = "homes.round"
"""How a round that was found in the records names its source."""
ROUNDS = "rounds"
"""The duty of `agreement:medical_cooperation` that says how often the other side comes."""

_NO_TERM: Mapping[str, Any] = {"kinds": (), "look_back_days": 1, "coming_days": 1}


def terms_of_rounds(jurisdiction: str, on: date) -> Mapping[str, Any]:
    """What counts as a round, how far back it is looked for, and how many days ahead visits are shown."""
    found = editions.current().lookup("term:care_home_rounds", jurisdiction=jurisdiction, on=on)
    return found.value if isinstance(found, Value) else _NO_TERM


@dataclass(frozen=True, slots=True)
class Made:
    """The rounds of one day under one agreement."""

    agreement_id: int
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """One agreement that owes rounds: the duty, and its periods, the oldest first."""

    row: Cooperation
    duty: Duty
    windows: tuple[Window, ...]


def accounts_of(actor: Actor, today: date) -> list[Account]:
    """The running agreements that owe rounds to the actor's home, with what was done in each period."""
    rows = [row for row in agreements.list_cooperations(actor) if row.state in BINDING]
    owing = [(row, duty) for row in rows for duty in agreements.duties_of(row) if duty.code == ROUNDS]
    measured = agreements.measured_many([row for row, _ in owing], today)
    return [Account(row, duty, measured[row.pk].get(ROUNDS, ())) for row, duty in owing]


def rounds_made_for_system(at: datetime, resident_id: int | None = None) -> list[Made]:
    """Days of the last ones on which a partner's people wrote a round of, or a doctor of theirs visited, somebody who lives in the home.

    All of one day are one round; a day that was counted already, by hand or by a look before, is not counted again.

    resident_id     only under the agreements of the home this person lives in

    Source      HOME-07 in docs/rules/homes.md
    """
    today, found = business_date(at), []
    for row in _owing(today, resident_id):
        if any(duty.code == ROUNDS for duty in agreements.duties_of(row)):
            found += _made(row, today)
    return found


def _owing(today: date, resident_id: int | None) -> Iterable[Cooperation]:
    rows = Cooperation.objects.filter(state__in=BINDING, force_from__lte=today, partner__isnull=False)
    if resident_id is None:
        return rows
    return rows.filter(organisation__in=Placement.objects.filter(resident_id=resident_id).values("organisation"))


def rounds_gone_for_system(at: datetime, resident_id: int) -> list[int]:
    """Rounds that were counted from records, under the agreements of a person's home, on days that no record stands for any more.

    Source      HOME-07 in docs/rules/homes.md
    """
    gone: list[int] = []
    for row in _owing(business_date(at), resident_id):
        counted = Performance.objects.filter(cooperation=row, duty=ROUNDS, source_type=SOURCE, uncounted__isnull=True)
        days = [(pk, business_date(moment)) for pk, moment in counted.values_list("id", "happened_at")]
        if days:
            standing = _days(row, min(on for _, on in days), business_date(at))
            gone += [pk for pk, on in days if on not in standing]
    return gone


def _made(row: Cooperation, today: date) -> list[Made]:
    terms = terms_of_rounds(row.jurisdiction, today)
    since = today - timedelta(days=int(terms["look_back_days"]))
    first = _days(row, since, today)
    told = Performance.objects.filter(cooperation=row, duty=ROUNDS, happened_at__gte=start_of(since))
    known = {
        business_date(moment) for moment in told.filter(uncounted__isnull=True).values_list("happened_at", flat=True)
    }
    again = Counter(
        business_date(moment) for moment in told.exclude(uncounted=None).values_list("happened_at", flat=True)
    )
    return [
        Made(row.pk, on.isoformat() + (f"/{again[on]}" if again[on] else ""), first[on])
        for on in sorted(first)
        if on not in known
    ]


def _days(row: Cooperation, since: date, today: date) -> dict[date, datetime]:
    """The days since one on which there was a round under an agreement, with its moment."""
    terms = terms_of_rounds(row.jurisdiction, today)
    lived = _lived(row.organisation_id, since)
    if not lived:
        return {}
    first: dict[date, datetime] = {}
    for on, moment, resident_id in [*_written(row, lived, since, terms["kinds"]), *_visited(row, lived, since)]:
        if any(begins <= on and (ends is None or on < ends) for begins, ends in lived[resident_id]):
            first[on] = min(moment, first.get(on, moment))
    return first


def _lived(home_id: int, since: date) -> dict[int, list[tuple[date, date | None]]]:
    """Who lived in the home on which days."""
    rows = Placement.objects.filter(organisation_id=home_id).exclude(until_on__lte=since)
    found: dict[int, list[tuple[date, date | None]]] = {}
    for resident_id, begins, ends in rows.values_list("resident_id", "from_on", "until_on"):
        found.setdefault(resident_id, []).append((begins, ends))
    return found


def _written(
    row: Cooperation, residents: Iterable[int], since: date, kinds: Iterable[str]
) -> list[tuple[date, datetime, int]]:
    rows = EpisodeRecord.objects.filter(
        organisation_id=row.partner_id, kind=EpisodeRecord.Kind.SERVICE, on__gte=since, resident_id__in=list(residents)
    )
    counts = set(kinds)
    told = care.standing_records(rows).values_list("on", "written_at", "resident_id", "serves")
    return [(on, moment, resident_id) for on, moment, resident_id, serves in told if counts & set(serves)]


def _visited(row: Cooperation, residents: Iterable[int], since: date) -> list[tuple[date, datetime, int]]:
    rows = Visit.objects.filter(
        organisation_id=row.partner_id, finished_at__gte=start_of(since), resident_id__in=list(residents),
        assignments__is_active=True, assignments__staff__profession="doctor",
    )  # fmt: skip
    told = rows.annotate(ended=F("finished_at")).values_list("ended", "resident_id").distinct()
    return [(business_date(moment), moment, resident_id) for moment, resident_id in told]
