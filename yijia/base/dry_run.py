"""What a change of the rules would do to everybody: who gains, who loses, where, and what it costs a year."""

# ruff: noqa: S608 - names are columns of a published vocabulary, values go through `quoted`

import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from yijia.base.parquet import connection
from yijia.base.population import Population, plan_of, rows
from yijia.core.benefits import Changes, Month, Scheme, Verdict, changeable
from yijia.core.benefits.plan import Plan
from yijia.core.benefits.scheme import changed_parts
from yijia.core.benefits.sql import QUALIFIES, codes_of, month_query, profiles_query
from yijia.core.benefits.vocabulary import Looks, born_by
from yijia.core.policy import Editions
from yijia.core.rules.sql import quoted

AGES = (60, 65, 70, 75, 80, 85, 90, 95, 100)
"""Where the age bands of the answer begin."""

CUTS = ("district", "sex", "age_band", "grade")
OUTCOMES = ("gain", "lose")
_MEASURES = ("people", "gain", "lose", "before_year_fen", "after_year_fen", "before_granted_year_fen", "after_granted_year_fen", "before_unpriced", "after_unpriced")  # fmt: skip


def schemes_in(plan: Plan) -> list[Scheme]:
    """Every scheme of a plan."""
    return [variant.scheme for variants in plan.variants.values() for variant in variants]


def dry_run(
    population: Population,
    editions: Editions,
    month: Month,
    *,
    changes: Changes | None = None,
    against: Editions | None = None,
) -> dict[str, Any]:
    """Gains, losses and yearly cost of changed numbers, or of another edition, by district, sex, age band and grade.

    changes     numbers to try, of `core.benefits.parse_changes`
    against     another edition to compare with; changes are made in it

    A year's cost counts the amounts that are known, of granted and held people alike; `*_granted_year_fen` is the part that
    may be paid now, `*_unpriced` how many people wait for an amount nobody has read.

    Source  BENEFIT-16 in docs/rules/benefits.md
    """
    started = time.perf_counter()
    before, after, codes = _plans(population, editions, month, changes, against)
    groups: list[dict[str, Any]] = []
    if codes:
        source = profiles_query([before, after], population.source, ("sex",), AGES, ("elder_grade",))
        with connection() as duck:
            duck.execute(f"CREATE TEMP TABLE profile AS {source}")
            duck.execute(f"CREATE TEMP TABLE answer AS {_compared(before, after, 'profile', _facts(before, after))}")
            cuts = f"residence AS district, sex, {_band(month)} AS age_band, {_grade(month)} AS grade"
            groups = rows(duck.execute(f"SELECT {cuts}, {_sums()} FROM answer GROUP BY ALL"))
    totals = _added(groups)
    return {
        "region": population.region, "month": str(month), "people": population.count, "schemes": sorted(codes),
        "changes": _told(before, after), **_totals(totals),
        **{f"by_{cut}": _by(groups, cut) for cut in CUTS},
        "seconds": round(time.perf_counter() - started, 3),
    }  # fmt: skip


def people_behind(
    population: Population,
    editions: Editions,
    month: Month,
    *,
    outcome: str,
    changes: Changes | None = None,
    against: Editions | None = None,
    where: Mapping[str, str | None] | None = None,
    limit: int = 50,
    skip: int = 0,
) -> list[dict[str, Any]]:
    """Some of the people behind one number of a dry run, by their number, masked.

    outcome     gain or lose
    where       district, sex, age_band, grade → the value of the cut

    Raises      ValueError: no such outcome or cut, or nobody has a `person_id`
    """
    if outcome not in OUTCOMES or set(where or {}) - set(CUTS) or "person_id" not in population.columns:
        raise ValueError(f"{outcome}: {where}")
    before, after, codes = _plans(population, editions, month, changes, against)
    if not codes:
        return []
    district = (where or {}).get("district")
    source = population.source
    if district is not None:
        source = f"(SELECT * FROM {source} WHERE residence = {quoted(district)})"
    carried = [*_facts(before, after), "person_id", "sex", "elder_grade", "elder_grade_until_on"]
    query = _compared(before, after, source, carried, one="1 AS people")
    cuts = f"person_id, residence AS district, sex, {_band(month)} AS age_band, {_grade(month)} AS grade"
    wanted = [(cut, value) for cut, value in (where or {}).items() if value is not None]
    conditions = " AND ".join([f"{outcome} > 0", *(f"{cut} = ?" for cut, _ in wanted)])
    with connection() as duck:
        found = rows(
            duck.execute(
                f"SELECT * FROM (SELECT {cuts}, before_year_fen, after_year_fen,"
                f" CAST({_is('gain')} AS INTEGER) AS gain, CAST({_is('lose')} AS INTEGER) AS lose FROM ({query}))"
                f" WHERE {conditions} ORDER BY person_id LIMIT {int(limit)} OFFSET {int(skip)}",
                [value for _, value in wanted],
            )
        )
    return [{**row, "person_id": masked(row["person_id"])} for row in found]


def masked(person_id: str) -> str:
    """An id of which only the beginning and the last two signs can be read."""
    head, dash, tail = person_id.rpartition("-")
    return f"{head}{dash}{'*' * max(0, len(tail) - 2)}{tail[-2:]}"


def known_keys(plan: Plan) -> dict[str, Any]:
    """What may be changed, with the values now."""
    return changeable(schemes_in(plan))


def _plans(
    population: Population, editions: Editions, month: Month, changes: Changes | None, against: Editions | None
) -> tuple[Plan, Plan, set[str]]:
    """The plan before and after, both narrowed to what differs and to what stands beside it."""
    before = plan_of(population, editions, month)
    after = plan_of(population, against or editions, month, changes)
    codes = {code for code in {*before.codes, *after.codes} if _differs(before, after, code)}
    codes |= _differing_overlaps(before, after)
    if not codes:
        return before, after, codes
    return before.only(codes), after.only(codes), codes


def _shape(plan: Plan, code: str) -> list[Any]:
    return [(v.where, changed_parts(v.scheme)) for v in plan.variants.get(code, ())]


def _differs(before: Plan, after: Plan, code: str) -> bool:
    return _shape(before, code) != _shape(after, code)


def _differing_overlaps(before: Plan, after: Plan) -> set[str]:
    one, other = ({(o.kind, o.codes, where) for o, where in plan.overlaps} for plan in (before, after))
    return {code for _, codes, _ in one ^ other for code in codes}


def _facts(before: Plan, after: Plan) -> list[str]:
    return list(dict.fromkeys((*before.columns(), *after.columns(), "died_on", "moved_on", "birth_on")))


def _compared(before: Plan, after: Plan, table: str, facts: Sequence[str], one: str = "people") -> str:
    """Each row with what it has before and after: schemes met, and what is known to be paid a year."""
    carried = list(dict.fromkeys((*facts, "sex", "elder_grade", "elder_grade_until_on")))
    handed = carried if one != "people" else [*carried, "people"]
    first = month_query(before, table, handed, prefix="b_")
    kept = [f"b_{code}_{part}" for code in before.codes for part in ("because", "year_fen", "fen")]
    second = month_query(after, f"({first})", [*handed, *kept], prefix="a_")
    counted = ", ".join([*_totals_of(before, "b_", "before"), *_totals_of(after, "a_", "after")])
    dims = "residence, sex, birth_on, elder_grade, elder_grade_until_on"
    extra = ", person_id" if "person_id" in facts else ""
    return f"SELECT {dims}{extra}, {one}, {counted} FROM ({second})"


def _totals_of(plan: Plan, prefix: str, name: str) -> Iterable[str]:
    def summed(what: str) -> str:
        return " + ".join(what.format(name=f"{prefix}{code}") for code in plan.codes)

    meets = f"coalesce({{name}}_because IN {QUALIFIES}, FALSE)"
    granted = f"coalesce({{name}}_because IN {codes_of(Verdict.GRANTED)}, FALSE)"
    yield f"{summed(f'CAST({meets} AS INTEGER)')} AS {name}_schemes"
    yield f"{summed(f'CASE WHEN {meets} THEN coalesce({{name}}_year_fen, 0) ELSE 0 END')} AS {name}_year_fen"
    yield f"{summed(f'CASE WHEN {granted} THEN coalesce({{name}}_year_fen, 0) ELSE 0 END')} AS {name}_granted_year_fen"
    in_kind = {code for code in plan.codes if plan.variants[code][-1].scheme.in_kind}
    paid = [code for code in plan.codes if code not in in_kind]
    unpriced = " OR ".join(f"({meets.format(name=prefix + code)} AND {prefix}{code}_fen IS NULL)" for code in paid)
    yield f"CAST({unpriced or 'FALSE'} AS INTEGER) AS {name}_unpriced"


def _is(outcome: str) -> str:
    """More money a year; or no less money and more schemes."""
    one, other = ("after", "before") if outcome == "gain" else ("before", "after")
    return f"({one}_year_fen > {other}_year_fen OR ({one}_year_fen = {other}_year_fen AND {one}_schemes > {other}_schemes))"


def _sums() -> str:
    weighted = {name: name for name in _MEASURES if name not in ("people", *OUTCOMES)}
    parts = [f"CAST(sum(people) FILTER ({_is(outcome)}) AS BIGINT) AS {outcome}" for outcome in OUTCOMES]
    parts += [f"CAST(sum({name} * people) AS BIGINT) AS {name}" for name in weighted]
    return ", ".join(["CAST(sum(people) AS BIGINT) AS people", *parts])


def _band(month: Month) -> str:
    branches = [
        f"WHEN birth_on IS NULL THEN NULL WHEN birth_on > DATE '{born_by(month.first, AGES[0])}' THEN '0-{AGES[0] - 1}'"
    ]
    for low, high in pairwise(AGES):
        branches.append(f"WHEN birth_on > DATE '{born_by(month.first, high)}' THEN '{low}-{high - 1}'")
    return f"CASE {' '.join(branches)} ELSE '{AGES[-1]}+' END"


def _grade(month: Month) -> str:
    return str(Looks().columns(month.first)["elder_grade"].sql)


def _added(groups: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    totals = dict.fromkeys(_MEASURES, 0)
    for group in groups:
        for name in _MEASURES:
            totals[name] += group[name] or 0
    return totals


def _totals(totals: Mapping[str, int]) -> dict[str, Any]:
    return {
        "gain": totals["gain"], "lose": totals["lose"],
        "before_year_fen": totals["before_year_fen"], "after_year_fen": totals["after_year_fen"],
        "difference_year_fen": totals["after_year_fen"] - totals["before_year_fen"],
        "before_granted_year_fen": totals["before_granted_year_fen"], "after_granted_year_fen": totals["after_granted_year_fen"],
        "difference_granted_year_fen": totals["after_granted_year_fen"] - totals["before_granted_year_fen"],
        "before_unpriced": totals["before_unpriced"], "after_unpriced": totals["after_unpriced"],
    }  # fmt: skip


def _by(groups: Sequence[Mapping[str, Any]], cut: str) -> list[dict[str, Any]]:
    found: dict[Any, list[Mapping[str, Any]]] = {}
    for group in groups:
        found.setdefault(group[cut], []).append(group)
    ordered = sorted(found, key=lambda value: (value is None, _sortable(value)))
    return [{cut: value, "people": (added := _added(found[value]))["people"], **_totals(added)} for value in ordered]


def _sortable(value: Any) -> tuple[int, str]:
    head = str(value).partition("-")[0].rstrip("+")
    return (int(head), "") if head.isdecimal() else (0, str(value))


def _told(before: Plan, after: Plan) -> list[dict[str, Any]]:
    """Each number that differs, with its place."""
    found = []
    old = {(v.scheme.code, v.scheme.jurisdiction): v.scheme for vs in before.variants.values() for v in vs}
    new = {(v.scheme.code, v.scheme.jurisdiction): v.scheme for vs in after.variants.values() for v in vs}
    for code, place in sorted({*old, *new}):
        one, other = old.get((code, place)), new.get((code, place))
        numbers = [changeable([scheme]) if scheme is not None else {} for scheme in (one, other)]
        for key in sorted({*numbers[0], *numbers[1]}):
            if numbers[0].get(key) != numbers[1].get(key) or (key in numbers[0]) != (key in numbers[1]):
                found.append(
                    {"key": key, "jurisdiction": place, "before": numbers[0].get(key), "after": numbers[1].get(key)}
                )
        rules = [
            scheme.rule.text if scheme is not None and scheme.rule is not None else None for scheme in (one, other)
        ]
        if rules[0] != rules[1]:
            found.append({"key": f"{code}.rule", "jurisdiction": place, "before": rules[0], "after": rules[1]})
    return found
