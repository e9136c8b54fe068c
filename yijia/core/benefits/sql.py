"""A month of every scheme for a whole population as one DuckDB query that gives the answers of `month.due`.

Source      BENEFIT-15 in docs/rules/benefits.md
"""

# ruff: noqa: S608 - names are columns of a published vocabulary, values go through `quoted`

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from yijia.core.benefits.entitlement import Because, Verdict
from yijia.core.benefits.month import MONTHS_OF, Month, looks_at, over_from
from yijia.core.benefits.plan import Plan, Variant
from yijia.core.benefits.scheme import A_YEAR, Amount, Scheme, Unit
from yijia.core.benefits.vocabulary import Looks, born_by
from yijia.core.rules import Rule

REASONS = tuple(Because)
"""A reason in a population is its place in this list."""

VERDICTS: Mapping[Because, Verdict] = {
    Because.MET: Verdict.GRANTED,
    Because.FACTS_UNKNOWN: Verdict.UNKNOWN,
    **dict.fromkeys((Because.NOT_MET, Because.ENDED, Because.LOWER, Because.SAME_KIND), Verdict.NOT),
    **dict.fromkeys(
        (
            Because.RULE_NOT_READ,
            Because.AMOUNT_NOT_READ,
            Because.EVIDENCE_WEAK,
            Because.NO_STEP,
            Because.OVERLAP_OPEN,
            Because.START_NOT_READ,
            Because.STOP_NOT_READ,
        ),
        Verdict.HELD,
    ),
}

_STEPS = 64
_KEYS = 4096


def code_of(because: Because) -> int:
    """A reason's number in a population."""
    return REASONS.index(because)


def codes_of(*verdicts: Verdict) -> str:
    """The numbers of the reasons that give one of these verdicts, as an SQL list."""
    return "(" + ", ".join(str(code_of(because)) for because, verdict in VERDICTS.items() if verdict in verdicts) + ")"


QUALIFIES = codes_of(Verdict.GRANTED, Verdict.HELD)


def month_query(plan: Plan, people: str, carried: Sequence[str] = (), prefix: str = "") -> str:
    """A query with, for each scheme, `<code>_because`, `<code>_fen` as published, `<code>_year_fen` and `<code>_due_fen`.

    people      a table with the stored facts; those it lacks are not known
    carried     further columns to hand through
    prefix      put before the names of the result columns
    """
    looks = Looks()
    first, last = plan.month.first.isoformat(), plan.month.last.isoformat()
    keep = ", ".join(dict.fromkeys(("hukou", "residence", *carried)))
    sql = f"SELECT *, least(died_on, moved_on) AS ended_on FROM {people}"
    asked = ", ".join(f"{_asked(plan, code, looks)} AS {prefix}{code}_key" for code in plan.codes)
    sql = f"SELECT {keep}, ended_on, {asked} FROM ({sql})"
    told = ", ".join(_told(plan, code, prefix) for code in plan.codes)
    sql = f"SELECT {keep}, ended_on, {told} FROM ({sql})"
    for overlap, where in plan.overlaps:
        codes = [code for code in overlap.codes if code in plan.variants]
        settled = _SETTLED.get(overlap.kind)
        if settled is not None and len(codes) > 1:
            replaced = ", ".join(settled(codes, where, prefix))
            sql = f"SELECT * REPLACE ({replaced}) FROM ({sql})"
    days = f"CASE WHEN ended_on <= DATE '{last}' THEN greatest(0, ended_on - DATE '{first}' + 1) ELSE {plan.month.days} END"
    owed = ", ".join(_owed(code, prefix, days) for code in plan.codes)
    return f"SELECT {keep}, {owed} FROM ({sql})"


def profiles_query(
    plans: Sequence[Plan],
    people: str,
    dimensions: Sequence[str] = (),
    ages: Sequence[int] = (),
    grades: Sequence[str] = (),
) -> str:
    """The people as profiles, each standing for all whom these plans and dimensions cannot tell apart.

    dimensions  further columns that keep people apart
    ages        further ages on the first day of the month that keep people apart
    grades      grades that keep people apart on the first day of the month

    A profile holds the stored facts, so that `month_query` may ask it as it would ask a person, and `people`: how many it
    stands for.
    """
    looks = Looks()
    for plan in plans:
        for code in plan.codes:
            _asked(plan, code, looks)
    looks.births |= {born_by(plan.month.first, years) for plan in plans for years in ages}
    for grade in grades:
        looks.untils[grade] |= {plan.month.first for plan in plans}
    named = dict.fromkeys(
        [*grades, *(column for plan in plans for column in plan.columns()), "hukou", "residence", "died_on", "moved_on"]
    )
    kept = [
        name
        for name in (*named, *dimensions)
        if name not in ("birth_on", *(f"{grade}_until_on" for grade in looks.untils))
    ]
    groups = list(dict.fromkeys(kept))
    selected = list(groups)
    if looks.is_exact:
        groups.append("birth_on")
        selected.append("birth_on")
    elif looks.births:
        groups.append(" + ".join(f"CAST(birth_on <= DATE '{day}' AS INTEGER)" for day in sorted(looks.births)))
        selected.append("min(birth_on) AS birth_on")
    for grade, days in looks.untils.items():
        groups += [f"{grade}_until_on <= DATE '{day}'" for day in sorted(days)]
        selected.append(f"min({grade}_until_on) AS {grade}_until_on")
    return f"SELECT {', '.join(selected)}, count(*) AS people FROM {people} GROUP BY {', '.join(groups)}"


def _asked(plan: Plan, code: str, looks: Looks) -> str:
    """Scheme, reason and step of one code as a single number; NULL where a person's places have no such scheme."""
    branches = " ".join(f"WHEN {v.where} THEN {_answered(v, plan.month, looks)}" for v in plan.variants[code])
    return f"CAST(CASE {branches} END AS INTEGER)"


def _answered(variant: Variant, month: Month, looks: Looks) -> str:
    scheme = variant.scheme
    base = variant.number * _KEYS

    def key(because: Because, step: int = 0) -> str:
        return str(base + code_of(because) * _STEPS + step)

    over = f"ended_on < DATE '{over_from(scheme, month).isoformat()}'"
    if scheme.rule is None:
        return f"(CASE WHEN {over} THEN {key(Because.ENDED)} ELSE {key(Because.RULE_NOT_READ)} END)"
    rule = scheme.rule.sql(looks.columns(looks_at(scheme, month)))
    found = _stepped(scheme, month, looks, key)
    return (
        f"(CASE WHEN {over} THEN {key(Because.ENDED)} WHEN {rule} THEN {found}"
        f" WHEN ({rule}) IS NULL THEN {key(Because.FACTS_UNKNOWN)} ELSE {key(Because.NOT_MET)} END)"
    )


def _stepped(scheme: Scheme, month: Month, looks: Looks, key: Callable[..., str]) -> str:
    """The reason and step of somebody who meets the rule."""
    branches: list[str] = []
    columns = looks.columns(looks_at(scheme, month))
    for number, step in enumerate(scheme.amounts, start=1):
        because = _reason(scheme, step)
        taken = key(because, number)
        if because is Because.MET:
            taken = _in_time(scheme, month, looks, number, key)
        if step.rule is None:
            return f"(CASE {' '.join(branches)} ELSE {taken} END)" if branches else taken
        condition = step.rule.sql(columns)
        branches.append(f"WHEN {condition} THEN {taken} WHEN ({condition}) IS NULL THEN {key(Because.FACTS_UNKNOWN)}")
    nothing = (
        _in_time(scheme, month, looks, 0, key) if _reason(scheme, None) is Because.MET else key(_reason(scheme, None))
    )
    return f"(CASE {' '.join(branches)} ELSE {nothing} END)" if branches else nothing


def _reason(scheme: Scheme, step: Amount | None) -> Because:
    if scheme.in_kind:
        return Because.MET if scheme.is_firm("rule") and scheme.is_firm("parameters") else Because.EVIDENCE_WEAK
    if step is None:
        return Because.NO_STEP
    if step.amount_fen is None:
        return Because.AMOUNT_NOT_READ
    firm = all(scheme.is_firm(part) for part in ("rule", "parameters", "amounts"))
    return Because.MET if firm else Because.EVIDENCE_WEAK


def _in_time(scheme: Scheme, month: Month, looks: Looks, step: int, key: Callable[..., str]) -> str:
    """Granted, unless the month is one of those that an unread start or stop rule would have to decide."""
    branches = []
    if scheme.start_offset is None and scheme.rule is not None and _ages(scheme):
        early = _early(scheme, scheme.rule, looks.columns(month.first))
        branches.append(f"WHEN ({early}) IS NOT TRUE THEN {key(Because.START_NOT_READ, step)}")
    if scheme.stop_offset is None:
        branches.append(f"WHEN ended_on <= DATE '{month.last.isoformat()}' THEN {key(Because.STOP_NOT_READ, step)}")
    return f"(CASE {' '.join(branches)} ELSE {key(Because.MET, step)} END)" if branches else key(Because.MET, step)


def _early(scheme: Scheme, rule: Rule, columns: Mapping[str, Any]) -> str:
    """Whether the conditions were met on the first day already, the step known."""
    known = "TRUE"
    for amount in reversed(scheme.amounts):
        if amount.rule is not None:
            condition = amount.rule.sql(columns)
            known = f"(CASE WHEN {condition} THEN TRUE WHEN ({condition}) IS NULL THEN FALSE ELSE {known} END)"
        else:
            known = "TRUE"
    return f"{rule.sql(columns)} AND {known}"


def _ages(scheme: Scheme) -> bool:
    """Whether a day can change the answer at all."""
    rules = [scheme.rule, *(step.rule for step in scheme.amounts)]
    named = {column for rule in rules if rule is not None for column in rule.columns}
    return bool(named & {"age", "elder_grade", "care_grade"})


def reasons_of(plan: Plan, code: str) -> tuple[Because, ...]:
    """The reasons that a scheme of the plan can give."""
    found = {Because.ENDED, Because.NOT_MET, Because.FACTS_UNKNOWN}
    for variant in plan.variants[code]:
        scheme = variant.scheme
        own = (
            {Because.RULE_NOT_READ}
            if scheme.rule is None
            else {_reason(scheme, step) for step in (*scheme.amounts, None)}
        )
        if Because.MET in own:
            own |= {Because.START_NOT_READ} if scheme.start_offset is None else set()
            own |= {Because.STOP_NOT_READ} if scheme.stop_offset is None else set()
        found |= own
    for overlap, _ in plan.overlaps:
        if code in overlap.codes:
            found |= {"max_one": {Because.LOWER, Because.OVERLAP_OPEN}, "same_kind": {Because.SAME_KIND}}.get(
                overlap.kind, set()
            )
    return tuple(because for because in REASONS if because in found)


def _told(plan: Plan, code: str, prefix: str) -> str:
    """The number taken apart: the reason, the amount as published, a year of it, and how it falls due."""
    key = f"{prefix}{code}_key"
    place = f"({key} // {_KEYS}) * {_STEPS} + {key} % {_STEPS}"
    amounts, years, dues, daily = [], [], [], []
    for variant in plan.variants[code]:
        for number, step in enumerate(variant.scheme.amounts, start=1):
            if step.amount_fen is None:
                continue
            at = variant.number * _STEPS + number
            amounts.append(f"WHEN {at} THEN {step.amount_fen}")
            if step.unit in A_YEAR:
                years.append(f"WHEN {at} THEN {step.amount_fen * A_YEAR[step.unit]}")
            if step.unit is Unit.DAY:
                daily.append(f"WHEN {at} THEN {step.amount_fen}")
            elif step.unit in MONTHS_OF:
                falls = plan.month.number % MONTHS_OF[step.unit] == 0
                dues.append(f"WHEN {at} THEN {step.amount_fen if falls else 0}")
    name = f"{prefix}{code}"
    return ", ".join(
        [
            f"CAST(({key} % {_KEYS}) // {_STEPS} AS TINYINT) AS {name}_because",
            f"{_chosen(place, amounts)} AS {name}_fen",
            f"{_chosen(place, years)} AS {name}_year_fen",
            f"{_chosen(place, dues)} AS {name}_whole_fen",
            f"{_chosen(place, daily)} AS {name}_day_fen",
        ]
    )


def _chosen(place: str, branches: Sequence[str]) -> str:
    return f"CAST(CASE {place} {' '.join(branches)} END AS BIGINT)" if branches else "CAST(NULL AS BIGINT)"


def _owed(code: str, prefix: str, days: str) -> str:
    name = f"{prefix}{code}"
    due = (
        f"CASE WHEN {name}_because IS NULL THEN NULL WHEN {name}_because NOT IN {QUALIFIES} THEN 0"
        f" WHEN {name}_day_fen IS NOT NULL THEN {name}_day_fen * ({days}) ELSE {name}_whole_fen END"
    )
    return f"{name}_because, {name}_fen, {name}_year_fen, {due} AS {name}_due_fen"


def _max_one(codes: Sequence[str], where: str, prefix: str) -> Iterator[str]:
    names = [f"{prefix}{code}" for code in codes]
    meets = [f"coalesce({name}_because IN {QUALIFIES}, FALSE)" for name in names]
    for mine, name in enumerate(names):
        others = [other for other in range(len(names)) if other != mine]
        beaten = " OR ".join(
            f"({meets[other]} AND {names[other]}_year_fen {'>=' if other < mine else '>'} {name}_year_fen)"
            for other in others
        )
        beside = " OR ".join(meets[other] for other in others)
        yield (
            f"CAST(CASE WHEN {where} AND {meets[mine]} AND {name}_year_fen IS NOT NULL AND ({beaten}) THEN {code_of(Because.LOWER)}"
            f" WHEN {where} AND {meets[mine]} AND {name}_year_fen IS NULL AND ({beside}) THEN {code_of(Because.OVERLAP_OPEN)}"
            f" ELSE {name}_because END AS TINYINT) AS {name}_because"
        )


def _same_kind(codes: Sequence[str], where: str, prefix: str) -> Iterator[str]:
    names = [f"{prefix}{code}" for code in codes]
    meets = [f"coalesce({name}_because IN {QUALIFIES}, FALSE)" for name in names]
    for mine, name in enumerate(names):
        if mine:
            before = " OR ".join(meets[:mine])
            yield (
                f"CAST(CASE WHEN {where} AND {meets[mine]} AND ({before}) THEN {code_of(Because.SAME_KIND)}"
                f" ELSE {name}_because END AS TINYINT) AS {name}_because"
            )


_SETTLED: dict[str, Callable[[Sequence[str], str, str], Iterator[str]]] = {"max_one": _max_one, "same_kind": _same_kind}
