"""A resident as benefit rules see one: the register's dated facts put under the names of the vocabulary."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yijia.apps.registry.queries import fact_of
from yijia.core.people import facts as people
from yijia.core.people.facts import Fact, Kind

ELDER_INSTRUMENT = "gbt_42195_2022"
_SEX = {"1": "male", "2": "female"}


def facts_of(person: Any, standing: Iterable[Any], day: date, *, office: str | None = None) -> dict[str, Any]:
    """What the register holds about a person on a day; what it does not hold is left out: not known.

    person      a resident row
    standing    the resident's standing fact rows
    office      a place of registration to look from: who has left it is seen as registered there until the day of the move

    Source      BENEFIT-01 in docs/rules/benefits.md
    """
    stated = [fact_of(row) for row in standing]
    held = people.on_day(stated, day)
    found: dict[str, Any] = {
        "birth_on": person.born_on, "died_on": person.died_on, "sex": _SEX.get(person.sex),
        "residence": person.jurisdiction, "is_permanent_resident": True, "insured_class": person.insured_class,
    }  # fmt: skip
    for kind, facts in held.items():
        for fact in facts:  # of grades one an instrument: a person may hold an ability grade and a long-term-care grade
            found |= _columns(kind, fact, day)
    found |= _home(stated, held, office)
    return {name: value for name, value in found.items() if value is not None}


def hukou_of(standing: Iterable[Any], day: date) -> str | None:
    """Where a person is registered on a day; None: nobody has recorded it."""
    held = people.on_day((fact_of(row) for row in standing), day)
    return held[Kind.HUKOU][0].code if Kind.HUKOU in held else None


def _columns(kind: Kind, fact: Fact, day: date) -> dict[str, Any]:
    match kind:
        case Kind.DISABILITY:
            return {"has_disability_card": True, "disability_category": fact.code, "disability_grade": fact.level}
        case Kind.INCOME:
            return {"income_class": fact.code}
        case Kind.RESIDENCE:
            return {"has_residence_permit": True}
        case Kind.LIVING:
            return {"lives_alone": fact.code == "alone"}
        case Kind.CARE_GRADE:
            name = "elder_grade" if fact.code == ELDER_INSTRUMENT else "care_grade"
            return {name: fact.level, f"{name}_until_on": fact.until_on}
        case Kind.BEDBOUND:
            return {"bedridden_months": max(0, people.months_since(fact, day))}
        case Kind.INSURANCE:
            return {"insured_class": fact.code}
        case Kind.CARE_MODE:
            return {"care_mode": fact.code}
        case Kind.DIAGNOSIS:
            return {"has_rehab_diagnosis": True}
        case _:
            return {}


def _home(stated: list[Fact], held: Mapping[Kind, tuple[Fact, ...]], office: str | None) -> dict[str, Any]:
    now = held[Kind.HUKOU][0].code if Kind.HUKOU in held else None
    if office is None or office == now:
        return {"hukou": now}
    left = [f.until_on for f in stated if f.kind is Kind.HUKOU and f.code == office and f.until_on is not None]
    return {"hukou": office, "moved_on": max(left)} if left else {"hukou": now}


def doubts_of(person: Any, standing: Iterable[Any], day: date) -> list[str]:
    """Where another source says something else than the facts do; codes, for a person to clear up.

    Source      “How an entitlement lives” in docs/rules/benefits.md
    """
    held = people.on_day((fact_of(row) for row in standing), day)
    found = []
    if person.died_on is not None and person.died_on <= day:
        found.append("dead")
    card = held.get(Kind.DISABILITY)
    if card and person.disability_grade is not None and person.disability_grade != card[0].level:
        found.append("disability_differs")
    insured = held.get(Kind.INSURANCE)
    if insured and insured[0].code != person.insured_class:
        found.append("insurance_differs")
    grade = held.get(Kind.CARE_GRADE)
    if grade and grade[0].level == 0 and person.is_disabled_elder:
        found.append("grade_differs")
    return found
