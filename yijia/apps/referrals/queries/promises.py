"""What two institutions promised each other, and what was counted towards it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yijia.apps.agreements import queries as agreements
from yijia.apps.agreements.models import Cooperation
from yijia.core.agreements.duties import Duty

BETWEEN = (Cooperation.Kind.MEDICAL, Cooperation.Kind.CONSORTIUM, Cooperation.Kind.OUTSOURCING)
FOR_CALLS = (Cooperation.Kind.MEDICAL, Cooperation.Kind.OUTSOURCING)


@dataclass(frozen=True, slots=True)
class Promise:
    """One duty of a running agreement."""

    agreement_id: int
    number: str
    duty: Duty


def promise_between(first_id: int, second_id: int, codes: Iterable[str], on: date) -> Promise | None:
    """The first of these duties that a running agreement of the two owes; needs the whole system's sight."""
    wanted = tuple(codes)
    for kind in BETWEEN:
        standing = agreements.cooperation_between_for_system(first_id, second_id, kind, on)
        for duty in standing.duties if standing else ():
            if duty.code in wanted:
                return Promise(standing.id, standing.number, duty)
    return None


def partners_for_calls(home_id: int, on: date) -> list[agreements.Standing]:
    """Agreements of a care home that promise help, medical cooperation first; needs the home's own sight at least."""
    return [
        standing
        for kind in FOR_CALLS
        for standing in agreements.cooperations_of_for_system(home_id, kind, on)
        if standing.blocked is None and standing.organisation_id == home_id and standing.partner_id is not None
    ]
