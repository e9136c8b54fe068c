"""What decides the clock of a step and what a summary can be filled with."""

from collections.abc import Mapping
from datetime import date, datetime

from yijia.apps.care import queries as care
from yijia.apps.referrals.models import Referral
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
    return limit(state.value, since, promised={}, terms=terms, key=STEPS)


def readings_of(resident: Resident, on: date) -> list[Reading]:
    """The latest value of each vital sign in the records the reader's institution wrote, newest visit first."""
    known = visits.vitals(resident.jurisdiction, on)
    rows = Record.objects.filter(visit__order__resident=resident).order_by("-written_at")[:RECORDS]
    found: dict[str, Reading] = {}
    for row in rows:
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
