"""What decides the clock of a step and what a summary can be filled with."""

from collections.abc import Mapping
from datetime import date, datetime

from yijia.apps.care import queries as care
from yijia.apps.referrals.models import Referral
from yijia.apps.referrals.queries.promises import promise_between
from yijia.apps.registry.models import Organisation, Resident
from yijia.apps.visits import queries as visits
from yijia.apps.visits.models import Record
from yijia.base import editions
from yijia.core.calendar import business_date
from yijia.core.policy import Value
from yijia.core.programmes.model import Programme
from yijia.core.referrals.clock import Limit, limit
from yijia.core.referrals.document import Reading
from yijia.core.referrals.lifecycle import State

STEPS = "term:referral_steps"
ANSWERED = "referral_answer"
CAPACITY = "capacity"
CONSULTED = "remote_consult"
"""Duties of a cooperation agreement that referrals and consultations are counted towards."""

_SECONDS = 60
RECORDS = 20
"""How many visits back a vital sign is looked for."""


def term(key: str, jurisdiction: str, on: date) -> Mapping[str, object]:
    """A policy value of minutes or seconds; empty where the place states none."""
    value = editions.current().lookup(key, jurisdiction=jurisdiction, on=on)
    return value.value if isinstance(value, Value) else {}


def limit_for(referral: Referral, state: State, since: datetime) -> Limit:
    """By when the step that a state waits for has to be taken."""
    stated = term(STEPS, referral.jurisdiction, business_date(since)).get(referral.urgency, {})
    minutes = stated if isinstance(stated, Mapping) else {}
    terms = {step: int(count) * _SECONDS for step, count in minutes.items()}
    promised = {} if state is not State.REQUESTED else _promised(referral, since)
    return limit(state.value, since, promised=promised, terms=terms, key=STEPS)


def _promised(referral: Referral, since: datetime) -> dict[str, tuple[int, str]]:
    """The shortest answer any of the asked institutions promised the asker."""
    found = []
    for asked in referral.parties:
        promise = promise_between(referral.organisation_id, asked, [ANSWERED], business_date(since))
        if promise is not None and promise.duty.response_s is not None:
            found.append((promise.duty.response_s, promise.number))
    return {State.REQUESTED.value: min(found)} if found else {}


def readings_of(resident: Resident, on: date, *, organisation_id: int | None = None) -> list[Reading]:
    """The latest value of each vital sign, newest visit first: of one institution's records, or of all that are in sight."""
    known = visits.vitals(resident.jurisdiction, on)
    rows = Record.objects.filter(visit__order__resident=resident).order_by("-written_at")
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    found: dict[str, Reading] = {}
    for row in rows[:RECORDS]:
        for code, told in row.vitals.items():
            if code in known and code not in found and _is_number(told.get("value")):
                sign = known[code]
                found[code] = Reading(code, sign.zh, str(told["value"]), told.get("unit") or sign.unit, row.written_at)
    return [found[code] for code in known if code in found]


def _is_number(text: object) -> bool:
    try:
        float(str(text))
    except ValueError:
        return False
    return True


def programmes_for(house: Organisation, on: date) -> list[Programme]:
    """Programmes of its place that an institution may give."""
    return [one for one in care.programmes_of(house.jurisdiction, on) if not care.provider_unmet(one, house, on)]
