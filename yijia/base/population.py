"""Benefits for a whole population in a Parquet file: a month's run, and what a change of the rules would do."""

# ruff: noqa: S608 - names are columns of a published vocabulary, values go through `quoted`

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yijia.base.parquet import connection, people
from yijia.core.benefits import FACTS, Changes, Month, Offer, Scheme, Verdict, offer_for
from yijia.core.benefits.entitlement import Because
from yijia.core.benefits.plan import Plan, plan_for
from yijia.core.benefits.sql import VERDICTS, code_of, codes_of, month_query, profiles_query, reasons_of
from yijia.core.policy import Editions, is_jurisdiction, jurisdiction_chain
from yijia.core.rules import Kind
from yijia.core.rules.sql import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL_TYPES = {
    Kind.BOOLEAN: "BOOLEAN",
    Kind.INTEGER: "INTEGER",
    Kind.DECIMAL: "DECIMAL(18,4)",
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
}
SUBJECTS = ("elder", "person")


class NoPopulation(ValueError):
    """There is no file of people, or nobody in it lives in the region."""


@dataclass(frozen=True)
class Population:
    """People in a Parquet file, and where they are registered and live.

    source      the people of the region as a table in a query; facts that the file lacks are NULL
    places      each registration and residence that occurs together, with how many people
    """

    folder: Path
    region: str
    source: str
    columns: frozenset[str]
    places: Mapping[tuple[str | None, str | None], int]

    @property
    def count(self) -> int:
        """How many people."""
        return sum(self.places.values())


def open_population(folder: Path, region: str) -> Population:
    """The people of a folder who live in a region.

    Raises      NoPopulation
    """
    import duckdb  # as in `parquet.connection`

    try:
        table = people(folder)
        with connection() as duck:
            kinds = {name: kind for name, kind, *_ in duck.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
            _demand_columns(kinds)
            found = duck.execute(f"SELECT hukou, residence, count(*) FROM {table} GROUP BY ALL").fetchall()
    except (FileNotFoundError, duckdb.Error) as error:
        raise NoPopulation(str(error)) from error
    for place in {place for hukou, home, _ in found for place in (hukou, home)} - {None}:
        if not is_jurisdiction(place):
            raise NoPopulation(f"“{place}” is no place such as CN-500155")
    places = {
        (hukou, home): count
        for hukou, home, count in sorted(found, key=lambda row: (row[1] or "", row[0] or ""))
        if home is not None and region in jurisdiction_chain(home)
    }
    if not places:
        raise NoPopulation(f"{folder}: nobody lives in {region}")
    inside = sorted({home for _, home in places if home is not None})
    missing = ", ".join(
        f"CAST(NULL AS {SQL_TYPES[column.kind]}) AS {name}" for name, column in FACTS.items() if name not in kinds
    )
    listed = "*" + (f", {missing}" if missing else "")
    everywhere = {home for _, home, _ in found}
    narrowed = (
        "" if everywhere <= set(inside) else f" WHERE residence IN ({', '.join(quoted(place) for place in inside)})"
    )
    return Population(folder, region, f"(SELECT {listed} FROM {table}{narrowed})", frozenset(kinds), places)


def _demand_columns(kinds: Mapping[str, str]) -> None:
    """Refuse a file without places, or with a column of another type than its rules expect.

    Raises      NoPopulation
    """
    for needed in ("residence", "hukou"):
        if needed not in kinds:
            raise NoPopulation(f"no column {needed}")
    for name, column in FACTS.items():
        if name in kinds and not any(kinds[name].startswith(good) for good in _READABLE[column.kind]):
            raise NoPopulation(f"{name}: {kinds[name]}, not {column.kind.value}")


_READABLE = {
    Kind.BOOLEAN: ("BOOLEAN",), Kind.TEXT: ("VARCHAR", "ENUM"), Kind.DATE: ("DATE",),
    Kind.INTEGER: ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    Kind.DECIMAL: ("DECIMAL", "INTEGER", "BIGINT"),
}  # fmt: skip


def plan_of(
    population: Population,
    editions: Editions,
    month: Month,
    changes: Changes | None = None,
    subjects: Sequence[str] = SUBJECTS,
) -> Plan:
    """What the people of a population are asked for a month: the schemes in force on its first day."""

    def offers(hukou: str | None, residence: str | None) -> Offer:
        return offer_for(editions, hukou=hukou, residence=residence, on=month.first, changes=changes)

    return plan_for(population.places, offers, month, subjects)


def run(population: Population, editions: Editions, month: Month, out: Path | None = None) -> dict[str, Any]:
    """Every scheme for everybody: how many are granted, held, not entitled, not decidable, and what it costs.

    out     also write each person's answers there, as Parquet
    Source  BENEFIT-15 in docs/rules/benefits.md
    """
    plan = plan_of(population, editions, month)
    counted = ", ".join(part for code in plan.codes for part in _counts(plan, code))
    with connection() as duck:
        if out is not None:
            out.parent.mkdir(parents=True, exist_ok=True)
            target = quoted(str(out))
            answers = month_query(plan, population.source, ("person_id",))
            duck.execute(f"COPY ({answers}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
        # One step after the other: as a single query the planner would work everything out several times.
        duck.execute(f"CREATE TEMP TABLE profile AS {profiles_query([plan], population.source)}")
        duck.execute(f"CREATE TEMP TABLE answer AS {month_query(plan, 'profile', ('people',))}")
        cursor = duck.execute(f"SELECT hukou, residence, sum(people) AS people, {counted} FROM answer GROUP BY ALL")
        groups = rows(cursor)
    return {
        "region": population.region, "month": str(month), "people": population.count,
        "schemes": [_scheme_totals(plan, code, groups) for code in plan.codes],
        "granted_month_fen": sum(g[f"{code}_granted_fen"] for g in groups for code in plan.codes),
        "held_month_fen": sum(g[f"{code}_held_fen"] for g in groups for code in plan.codes),
        "districts": _districts(plan, groups), "to_confirm": _to_confirm(plan, groups),
    }  # fmt: skip


def _counts(plan: Plan, code: str) -> Iterable[str]:
    def summed(what: str, where: str) -> str:
        return f"CAST(coalesce(sum({what}) FILTER ({where}), 0) AS BIGINT)"

    for because in reasons_of(plan, code):
        if because is not Because.NOT_MET:
            yield f"{summed('people', f'{code}_because = {code_of(because)}')} AS {code}_{code_of(because)}"
    yield f"{summed('people', f'{code}_because IS NOT NULL')} AS {code}_offered"
    for verdict, name in ((Verdict.GRANTED, "granted"), (Verdict.HELD, "held")):
        due = summed(f"{code}_due_fen * people", f"{code}_because IN {codes_of(verdict)}")
        yield f"{due} AS {code}_{name}_fen"
    unpriced = f"{code}_because IN {codes_of(Verdict.HELD)} AND {code}_due_fen IS NULL"
    yield f"{summed('people', unpriced)} AS {code}_unpriced"


def rows(cursor: "DuckDBPyConnection") -> list[dict[str, Any]]:
    """The result as mappings."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _reason_counts(plan: Plan, code: str, groups: Iterable[Mapping[str, Any]]) -> dict[Because, int]:
    found = dict.fromkeys(reasons_of(plan, code), 0)
    for group in groups:
        told = 0
        for because in found:
            if because is not Because.NOT_MET:
                told += group[f"{code}_{code_of(because)}"]
                found[because] += group[f"{code}_{code_of(because)}"]
        found[Because.NOT_MET] += group[f"{code}_offered"] - told
    return found


def _scheme_totals(plan: Plan, code: str, groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    scheme = plan.variants[code][-1].scheme
    reasons = _reason_counts(plan, code, groups)
    verdicts = {
        verdict.value: sum(n for because, n in reasons.items() if VERDICTS[because] is verdict) for verdict in Verdict
    }
    return {
        "code": code, "zh": scheme.zh, "en": scheme.en, "in_kind": scheme.in_kind, "is_cap": scheme.is_cap, **verdicts,
        "not_offered": sum(group["people"] - group[f"{code}_offered"] for group in groups),
        "granted_month_fen": sum(group[f"{code}_granted_fen"] for group in groups),
        "held_month_fen": sum(group[f"{code}_held_fen"] for group in groups),
        "held_without_amount": 0 if scheme.in_kind else sum(group[f"{code}_unpriced"] for group in groups),
        "reasons": {because.value: count for because, count in reasons.items() if count},
    }  # fmt: skip


def _districts(plan: Plan, groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for group in groups:
        row = found.setdefault(
            group["residence"],
            {"district": group["residence"], "people": 0, "granted_month_fen": 0, "held_month_fen": 0},
        )
        row["people"] += group["people"]
        for code in plan.codes:
            row["granted_month_fen"] += group[f"{code}_granted_fen"]
            row["held_month_fen"] += group[f"{code}_held_fen"]
    return [found[district] for district in sorted(found)]


def _to_confirm(plan: Plan, groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each edition that holds money back, what of it must be confirmed, and how many people wait for it."""
    waiting: dict[tuple[str, str], dict[str, Any]] = {}
    for group in groups:
        for code in plan.codes:
            held = sum(group[f"{code}_{code_of(b)}"] for b in reasons_of(plan, code) if VERDICTS[b] is Verdict.HELD)
            scheme = _scheme_at(plan, code, group["hukou"], group["residence"])
            if not held or scheme is None:
                continue
            row = waiting.setdefault((code, scheme.jurisdiction), {
                "code": code, "key": scheme.key, "jurisdiction": scheme.jurisdiction, "people": 0, "month_fen": 0,
                "parts": _parts(scheme), "evidence": scheme.value.evidence.value, "sources": list(scheme.value.sources),
                "note": scheme.value.note,
            })  # fmt: skip
            row["people"] += held
            row["month_fen"] += group[f"{code}_held_fen"]
    return sorted(waiting.values(), key=lambda row: -row["people"])


def _scheme_at(plan: Plan, code: str, hukou: str | None, residence: str | None) -> Scheme | None:
    for by, place in (("residence", residence), ("hukou", hukou)):
        chain = () if place is None else jurisdiction_chain(place)
        found = [v.scheme for v in plan.variants[code] if v.scheme.place == by and v.scheme.jurisdiction in chain]
        if found:
            return min(found, key=lambda scheme: chain.index(scheme.jurisdiction))
    return None


def _parts(scheme: Scheme) -> list[str]:
    if scheme.rule is None:
        return ["rule", "amounts"]
    parts = [part for part in ("rule", "parameters") if not scheme.is_firm(part)]
    amounts = any(step.amount_fen is None for step in scheme.amounts) or not scheme.is_firm("amounts")
    unread = [
        part for part, offset in (("starts", scheme.start_offset), ("stops", scheme.stop_offset)) if offset is None
    ]
    return [*parts, *(["amounts"] if amounts else []), *unread]
