"""Who may apply, and who may not assess."""

from dataclasses import dataclass
from datetime import date

from yijia.core.calendar import add_months, age_on
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Application:
    """What an application states, and what the register knows about the person.

    months_disabled     as the applicant states it; None: not stated
    last_decided_on     of the decision before this one; None: there is none
    """

    born_on: date | None
    died_on: date | None
    is_insured: bool
    months_disabled: int | None
    is_complete: bool
    grade: str | None
    may_apply: bool | None
    last_decided_on: date | None


def admit(application: Application, *, on: date, least_months: int, gap_months: int) -> Refusal | None:
    """Why an application cannot be taken in, or None.

    least_months    how long the disability must have lasted
    gap_months      how long after a decision a new application is taken

    Source      PROC-02 in docs/rules/procedures.md
    """
    if application.born_on is None:
        return Refusal("cases.no_birth_date")
    if application.died_on is not None and application.died_on <= on:
        return Refusal("cases.died", {"on": application.died_on})
    if on < application.born_on or age_on(application.born_on, on) < 0:
        return Refusal("cases.no_birth_date")
    if not application.is_insured:
        return Refusal("cases.not_insured")
    if not application.is_complete or application.months_disabled is None:
        return Refusal("cases.incomplete")
    if application.months_disabled < least_months:
        return Refusal("cases.too_short", {"months": application.months_disabled, "least": least_months})
    if application.may_apply is not True:
        return Refusal("cases.gate_not_met", {"grade": application.grade or "—"})
    last = application.last_decided_on
    if last is not None and on < add_months(last, gap_months):
        return Refusal("cases.too_soon", {"last": last, "from": add_months(last, gap_months)})
    return None


def conflict(*, is_same_person: bool, is_proxy: bool, is_same_home: bool, has_entered: bool) -> Refusal | None:
    """Why somebody may not assess this person, or None.

    is_proxy        guardian, relative or proxy of the person, now or before
    is_same_home    registered at the same address
    has_entered     already entered in this round, so that the second entry would not be independent

    Source      PROC-04 in docs/rules/procedures.md
    """
    if is_same_person or is_proxy:
        return Refusal("cases.assessor_relative")
    if is_same_home:
        return Refusal("cases.assessor_same_home")
    if has_entered:
        return Refusal("cases.assessor_twice")
    return None
