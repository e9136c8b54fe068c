"""What is known about a person who may be entitled to something, and the columns in which benefit rules are written."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yijia.core.rules import Column, Kind, Vocabulary

NO_PLACE = "none"
INCOME_CLASSES = ("ordinary", "low_income_edge", "registered_poor", "minimum_living", "destitute")
CATEGORIES = ("vision", "hearing", "speech", "limb", "intellectual", "mental", "autism", "multiple")
CARE_MODES = ("none", "home_combined", "home_personal", "institution_visits", "institution")

_SHARED = {
    "sex": Column(Kind.TEXT, "性别", "Sex", choices=("female", "male")),
    "hukou": Column(Kind.TEXT, "户籍地（县级代码）", "County of household registration"),
    "hukou_street": Column(Kind.TEXT, "户籍所在街道", "Street of household registration"),
    "residence": Column(Kind.TEXT, "居住地（县级代码）", "County of residence"),
    "is_permanent_resident": Column(Kind.BOOLEAN, "常住本地", "Lives here permanently"),
    "income_class": Column(Kind.TEXT, "收入类别", "Income class", choices=INCOME_CLASSES),
    "has_disability_card": Column(Kind.BOOLEAN, "持有残疾人证", "Holds a disability card"),
    "disability_category": Column(Kind.TEXT, "残疾类别", "Category of disability", choices=CATEGORIES),
    "disability_grade": Column(
        Kind.INTEGER, "残疾等级（1 最重）", "Grade of disability, 1 is the most severe", "grade"
    ),
    "bedridden_months": Column(Kind.INTEGER, "因病卧床月数", "Months bedridden by illness", "months"),
    "insured_class": Column(Kind.TEXT, "基本医保类别", "Medical insurance", choices=("none", "employee", "resident")),
    "care_mode": Column(Kind.TEXT, "长护服务方式", "Mode of long-term care", choices=CARE_MODES),
    "lives_alone": Column(Kind.BOOLEAN, "独居", "Lives alone"),
    "has_contract": Column(Kind.BOOLEAN, "已签约家庭医生", "Has a family-doctor contract"),
    "last_checkup_on": Column(Kind.DATE, "最近一次体检日期", "Day of the last check-up"),
    "has_applied": Column(Kind.BOOLEAN, "已提出申请", "Has applied"),
    "has_rehab_diagnosis": Column(Kind.BOOLEAN, "有指定医院的残疾诊断", "Has a diagnosis from a designated hospital"),
    "has_residence_permit": Column(Kind.BOOLEAN, "持有居住证", "Holds a residence permit"),
    "has_passed_carer_exam": Column(Kind.BOOLEAN, "医疗护理员培训考核合格", "Passed the care-assistant examination"),
    "carer_class_hours": Column(
        Kind.INTEGER, "医疗护理员培训学时", "Class hours of the care-assistant course", "hours"
    ),
}

FACTS = Vocabulary(
    {
        "birth_on": Column(Kind.DATE, "出生日期", "Date of birth"),
        "died_on": Column(Kind.DATE, "死亡日期", "Date of death"),
        "moved_on": Column(Kind.DATE, "户籍迁出日期", "Day the registration moved away"),
        "elder_grade": Column(Kind.INTEGER, "老年人能力等级（GB/T 42195，0 完好至 4 完全失能）", "Ability grade, 0 able to 4 wholly disabled"),
        "elder_grade_until_on": Column(Kind.DATE, "能力等级失效日", "First day the ability grade no longer holds"),
        "care_grade": Column(Kind.INTEGER, "长护失能等级（0 至 5）", "Long-term-care grade, 0 to 5"),
        "care_grade_until_on": Column(Kind.DATE, "长护等级失效日", "First day the long-term-care grade no longer holds"),
        **_SHARED,
    }
)  # fmt: skip
"""What a register holds about a person, whatever the day."""

PERSON = Vocabulary(
    {
        "age": Column(Kind.INTEGER, "周岁年龄", "Age in full years", "years"),
        "elder_grade": FACTS["elder_grade"],
        "care_grade": FACTS["care_grade"],
        **_SHARED,
    }
)
"""What a rule may ask about a person on a day."""

VOCABULARIES = {"benefit_person": PERSON}
_GRADES = ("elder_grade", "care_grade")


def row_on(facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The row a rule sees: age of that day, grades that have not run out; what is not said is not known.

    Raises      ValueError: a fact has no column, or not the column's type
    Source      BENEFIT-01 in docs/rules/benefits.md
    """
    known = FACTS.row(facts)
    row = {name: known[name] for name in PERSON if name in known}
    row["age"] = None if known["birth_on"] is None else age(known["birth_on"], on)
    for grade in _GRADES:
        until_on = known[f"{grade}_until_on"]
        if until_on is not None and until_on <= on:
            row[grade] = None
    return row


def age(birth_on: date, on: date) -> int:
    """Birthdays had; below zero before birth, so that no rule about elders takes the unborn."""
    return (_key(on) - _key(birth_on)) // 10000


def _key(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


class Looks:
    """The days at which a query looks: people whom no day tells apart may be asked as one.

    births      last days of birth that a condition names
    untils      days on which a grade is asked to hold still
    """

    def __init__(self) -> None:
        self.births: set[date] = set()
        self.untils: dict[str, set[date]] = {grade: set() for grade in _GRADES}
        self.is_exact = False

    def columns(self, on: date) -> dict[str, Any]:
        """How the columns of rules are written over a population that holds FACTS."""
        return {"age": Age(on, self), **{grade: _Grade(grade, on, self) for grade in _GRADES}}


class Age:
    """The age of a day over a stored date of birth; a comparison with a number is a comparison of dates."""

    def __init__(self, on: date, looks: Looks) -> None:
        self.on = on
        self.looks = looks

    @property
    def sql(self) -> str:
        """The age itself."""
        self.looks.is_exact = True
        born = "(year(birth_on) * 10000 + month(birth_on) * 100 + day(birth_on))"
        return f"CAST(floor(({_key(self.on)} - {born}) / 10000) AS INTEGER)"

    def compared(self, operator: str, number: int) -> str:
        """As a condition on the date of birth."""
        if operator in (">=", "<"):
            return f"(birth_on {'<=' if operator == '>=' else '>'} {self._born_by(number)})"
        if operator in (">", "<="):
            return f"(birth_on {'<=' if operator == '>' else '>'} {self._born_by(number + 1)})"
        same = f"(birth_on <= {self._born_by(number)} AND birth_on > {self._born_by(number + 1)})"
        return same if operator == "=" else f"(NOT {same})"

    def _born_by(self, years: int) -> str:
        day = born_by(self.on, years)
        self.looks.births.add(day)
        return f"DATE '{day.isoformat()}'"


def born_by(on: date, years: int) -> date:
    """The last day on which somebody who is these years old on a day can have been born."""
    year = max(1, min(9999, on.year - years))
    try:
        return on.replace(year=year)
    except ValueError:  # 29 February; who was born on 1 March has not had the birthday
        return date(year, 2, 28)


class _Grade:
    """A grade on a day: not known once it has run out."""

    def __init__(self, name: str, on: date, looks: Looks) -> None:
        self.name = name
        self.on = on
        self.looks = looks

    @property
    def sql(self) -> str:
        """The grade, or NULL."""
        self.looks.untils[self.name].add(self.on)
        return f"(CASE WHEN {self.name}_until_on <= DATE '{self.on.isoformat()}' THEN NULL ELSE {self.name} END)"

    def compared(self, operator: str, number: int) -> str:
        """As any column."""
        return f"({self.sql} {operator} {number})"
