"""Dated facts about a person that benefits hang on: what each kind says, and which statements are refused."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yijia.core.refusal import Refusal

PLACE = re.compile(r"CN-[0-9]{6}")


class Kind(StrEnum):
    """What a fact is about; of each kind at most one statement holds on a day, except where `MANY` says otherwise."""

    DISABILITY = "disability"  # 残疾人证
    INCOME = "income"  # 低保、特困、边缘
    HUKOU = "hukou"  # 户籍地
    RESIDENCE = "residence"  # 居住证
    LIVING = "living"  # 居住方式
    CARE_GRADE = "care_grade"  # 失能等级
    BEDBOUND = "bedbound"  # 瘫痪卧床
    INSURANCE = "insurance"  # 医保
    LTC_INSURANCE = "ltc_insurance"  # 长护险
    PENSION = "pension"  # 养老金
    ADMITTED = "admitted"  # 入住机构
    CARE_MODE = "care_mode"  # 长护服务方式
    DIAGNOSIS = "diagnosis"  # 指定医院诊断


MANY = frozenset({Kind.PENSION, Kind.CARE_GRADE})
"""Kinds of which several statements may hold at once, one a code."""

CODES: Mapping[Kind, tuple[str, ...]] = {
    Kind.DISABILITY: ("vision", "hearing", "speech", "limb", "intellectual", "mental", "autism", "multiple"),
    Kind.INCOME: ("ordinary", "low_income_edge", "registered_poor", "minimum_living", "destitute"),
    Kind.HUKOU: (),
    Kind.RESIDENCE: (),
    Kind.LIVING: ("alone", "couple", "with_family", "with_helper", "institution"),
    Kind.CARE_GRADE: (),
    Kind.BEDBOUND: ("paralysed", "ill"),
    Kind.INSURANCE: ("employee", "resident", "none"),
    Kind.LTC_INSURANCE: ("insured", "none"),
    Kind.PENSION: ("employee", "resident", "civil", "none"),
    Kind.ADMITTED: ("care_home", "hospital", "welfare_home"),
    Kind.CARE_MODE: ("home_combined", "home_personal", "institution_visits", "institution"),
    Kind.DIAGNOSIS: ("rehabilitation",),
}
"""The codes of each kind; an empty tuple: the code is a place (HUKOU, RESIDENCE) or the instrument that graded."""

LEVELS: Mapping[Kind, tuple[int, int]] = {Kind.DISABILITY: (1, 4), Kind.CARE_GRADE: (0, 5)}
"""Kinds that carry a level, with the lowest and the highest: disability 1 is the gravest, care grade 0 means able."""

LONGEST_SOURCE = 80


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement, true in [from_on, until_on).

    code        see `CODES`
    level       see `LEVELS`; None for the other kinds
    """

    kind: Kind
    code: str
    level: int | None
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def meets(self, other: "Fact") -> bool:
        """Whether both claim a day of which only one can be true."""
        if self.kind is not other.kind or (self.kind in MANY and self.code != other.code):
            return False
        ends_before = self.until_on is not None and self.until_on <= other.from_on
        begins_after = other.until_on is not None and other.until_on <= self.from_on
        return not (ends_before or begins_after)


def check(fact: Fact, *, born_on: date, today: date) -> dict[str, Refusal]:
    """What is wrong with a statement, by field; empty when it can stand.

    Source  ID-12 in docs/rules/people.md
    """
    wrong: dict[str, Refusal] = {}
    codes = CODES[fact.kind]
    if fact.kind in (Kind.HUKOU, Kind.RESIDENCE):
        if not PLACE.fullmatch(fact.code):
            wrong["code"] = Refusal("people.fact_place", {"value": fact.code[:20]})
    elif (codes and fact.code not in codes) or not re.fullmatch(r"[a-z0-9_]{1,40}", fact.code):
        wrong["code"] = Refusal("people.fact_code", {"value": fact.code[:20]})
    span = LEVELS.get(fact.kind)
    if span is None and fact.level is not None:
        wrong["level"] = Refusal("people.fact_no_level", {})
    elif span is not None and (fact.level is None or not span[0] <= fact.level <= span[1]):
        wrong["level"] = Refusal("people.fact_level", {"from": span[0], "until": span[1]})
    latest = date.max if fact.kind is Kind.CARE_GRADE else today  # a decision may name a later day
    if not born_on <= fact.from_on <= latest:
        wrong["from_on"] = Refusal("people.fact_from", {"born_on": born_on, "today": today})
    if fact.until_on is not None and fact.until_on <= fact.from_on:
        wrong["until_on"] = Refusal("people.fact_until", {"from": fact.from_on})
    return wrong


def clash(fact: Fact, standing: Iterable[Fact]) -> Refusal | None:
    """The first standing statement that claims the same day, named; None when there is room.

    Source  ID-13 in docs/rules/people.md
    """
    for other in standing:
        if fact.meets(other):
            return Refusal("people.fact_overlap", {"since": other.from_on, "until": other.until_on})
    return None


def on_day(standing: Iterable[Fact], day: date) -> dict[Kind, tuple[Fact, ...]]:
    """The statements that hold on a day, by kind; a kind without one is left out: not known, which is not no.

    Source  ID-14 in docs/rules/people.md
    """
    found: dict[Kind, tuple[Fact, ...]] = {}
    for fact in standing:
        if fact.holds_on(day):
            found[fact.kind] = (*found.get(fact.kind, ()), fact)
    return found


def months_since(fact: Fact, day: date) -> int:
    """Whole months a statement has held, for rules such as “bedbound for half a year”."""
    months = (day.year - fact.from_on.year) * 12 + day.month - fact.from_on.month
    return months - (day.day < fact.from_on.day)
