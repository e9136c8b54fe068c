"""What the editions say to a person: the offer of the places, the answers, and what each month owes."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from yijia.apps.benefits.queries.people import facts_of
from yijia.base import editions
from yijia.core import benefits
from yijia.core.benefits import Due, Entitlement, Month, Offer, Scheme
from yijia.core.benefits.lifecycle import State
from yijia.core.calendar import add_months
from yijia.core.policy import Value

_APPLIED_FOR = frozenset({"on_application", "voucher_on_application", "direct_settlement", "prompted_consent"})
"""Ways of payment that wait for the person's word; until then such a scheme takes nothing from another."""
_SPOKEN = frozenset({State.AGREED.value, State.NOTICED.value, State.APPROVED.value})


@lru_cache(maxsize=4096)
def _offer(digest: int, hukou: str | None, residence: str | None, on: date) -> Offer:
    return benefits.offer_for(editions.current(), hukou=hukou, residence=residence, on=on)


def offer(hukou: str | None, residence: str | None, on: date) -> Offer:
    """The schemes of a person's places on a day; kept, because a county's people share few places."""
    return _offer(id(editions.current()), hukou, residence, on)


def needs_word(scheme: Scheme) -> bool:
    """Whether silence is not consent: the person must say yes before anything is paid."""
    return scheme.payment in _APPLIED_FOR or scheme.silence_is_consent is False


def aside(person: Any, standing: Iterable[Any], rows: Iterable[Any], on: date) -> frozenset[str]:
    """Schemes that take nothing from others: declined, or waiting for a word nobody has given.

    rows        the person's open entitlements
    Source      BENEFIT-07 in docs/rules/benefits.md
    """
    mine = list(rows)
    spoken = {row.scheme for row in mine if row.state in _SPOKEN or row.is_agreed}
    declined = {row.scheme for row in mine if row.state == State.DECLINED}
    facts = facts_of(person, standing, on)
    found = offer(facts.get("hukou"), person.jurisdiction, on)
    silent = {scheme.code for scheme in found.schemes if needs_word(scheme)} - spoken
    return frozenset(declined | silent)


def office_of(scheme: Scheme, hukou: str | None, residence: str) -> str:
    """The county whose clerks handle it."""
    return hukou if scheme.place == "hukou" and hukou else residence


def answers(facts: Mapping[str, Any], found: Offer, on: date, aside: Iterable[str] = ()) -> dict[str, Entitlement]:
    """Each scheme's answer on a day, by code.

    aside       schemes that take nothing from others: declined, or not applied for; each is still answered itself
    """
    left_out = frozenset(aside)
    base = [scheme for scheme in found.schemes if scheme.code not in left_out]
    said = {e.code: e for e in benefits.entitlements(facts, base, found.overlaps, on)}
    for scheme in found.schemes:
        if scheme.code in left_out:
            with_it = benefits.entitlements(facts, [*base, scheme], found.overlaps, on)
            said[scheme.code] = with_it[-1]
    return said


def dues_in(facts: Mapping[str, Any], found: Offer, month: Month, aside: Iterable[str] = ()) -> dict[str, Due]:
    """What each scheme owes for a month, by code; `aside` as in `answers`."""
    left_out = frozenset(aside)
    base = [scheme for scheme in found.schemes if scheme.code not in left_out]
    said = {due.entitlement.code: due for due in benefits.due(facts, base, found.overlaps, month)}
    for scheme in found.schemes:
        if scheme.code in left_out:
            said[scheme.code] = benefits.due(facts, [*base, scheme], found.overlaps, month)[-1]
    return said


def due_in(facts: Mapping[str, Any], found: Offer, code: str, month: Month, aside: Iterable[str] = ()) -> Due | None:
    """What one scheme owes for a month, beside the others; None where the places have no such scheme then."""
    left_out = frozenset(aside) - {code}
    schemes = [scheme for scheme in found.schemes if scheme.code not in left_out]
    return next((d for d in benefits.due(facts, schemes, found.overlaps, month) if d.entitlement.code == code), None)


def first_ahead(scheme: Scheme, on: date) -> date:
    """The day to look at: places that ask people before their birthday look some months ahead."""
    prompt = scheme.value.value.get("prompt") if isinstance(scheme.value.value, Mapping) else None
    return add_months(on, int(prompt["lead_months"])) if prompt else on


def notice_days(scheme: Scheme) -> int | None:
    """Working days of public notice before approval; None where the place asks for none, as far as was read."""
    content = scheme.value.value
    days = content.get("public_notice_workdays") if isinstance(content, Mapping) else None
    return None if days is None else int(days)


def lookback_months(on: date) -> int:
    """How many months back missed ones are searched.

    Source      term:benefit_lookback
    """
    value = editions.current().lookup("term:benefit_lookback", jurisdiction="CN", on=on)
    return int(value.value["months"]) if isinstance(value, Value) else 0


def batch_size(on: date) -> int:
    """People a transaction of the nightly pass. Source: term:benefit_pass_people."""
    value = editions.current().lookup("term:benefit_pass_people", jurisdiction="CN", on=on)
    return int(value.value["count"]) if isinstance(value, Value) else 1


def holidays(jurisdiction: str, on: date) -> dict[date, bool]:
    """Holidays and worked weekends of the years around a day, as the State Council's notices say."""
    found: dict[date, bool] = {}
    for year in (on.year, on.year + 1):
        value = editions.current().lookup(f"calendar:{year}", jurisdiction=jurisdiction, on=on)
        if isinstance(value, Value):
            found |= dict(value.value["exceptions"])
    return found
