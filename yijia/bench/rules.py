"""Rules over a Chongqing-sized register: everybody at once against one person at a time, in seconds and megabytes."""

import resource
import statistics
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from yijia.base import dry_run, editions, instruments, population
from yijia.base.parquet import connection, people
from yijia.core.benefits import FACTS, PERSON, Month, Offer, entitlements, offer_for, parse_changes, row_on
from yijia.core.benefits.vocabulary import Looks
from yijia.core.refusal import Refusal
from yijia.core.rules import compile_rule

# ruff: noqa: S608 - a rule's own translation and a path of this process

REGION = "CN-500000"
MONTH = Month(2026, 6)
ON = date(2026, 6, 1)
RULE = "age >= 80 AND hukou LIKE 'CN-50%' AND has_contract"
SETTING = "OLD_AGE.min_age=75"
INSTRUMENT = "gbt_42195_2022"
CASES = 1000
SAMPLE = 3000
LIMITS = {
    "all_schemes_s": 20.0,
    "one_rule_s": 0.3,
    "dry_run_s": 3.0,
    "explain_ms": 5.0,
    "peak_mb": 4096.0,
    "assess_1000_s": 0.2,
}


def make(folder: Path, elders: int) -> float:
    """Make the register in a process of its own, so that its memory is not counted here; the seconds it took."""
    started = time.perf_counter()
    child = get_context("spawn").Process(target=_make, args=(folder, elders))
    child.start()
    child.join()
    if child.exitcode != 0:
        raise RuntimeError("the register was not made")
    return time.perf_counter() - started


def _make(folder: Path, elders: int) -> None:
    from yijia.demo import elders as maker

    maker.make(REGION, elders, 1, folder, ON)


def run(folder: Path) -> dict[str, Any]:
    """Every figure, with the same work done one person at a time on a sample, and how many times faster all at once is."""
    tree = editions.current()
    crowd = population.open_population(folder, REGION)
    sample = _sample(folder)
    plan = population.plan_of(crowd, tree, MONTH)
    changes = parse_changes([SETTING], dry_run.schemes_in(plan))
    all_schemes = _timed(lambda: population.run(crowd, tree, MONTH), 1)
    one_rule = _timed(lambda: _count(folder), 5)
    dry = _timed(lambda: dry_run.dry_run(crowd, tree, MONTH, changes=changes), 3)
    explained = _explain(sample)
    assessed = _assess()
    size = crowd.count
    loops = {
        "all_schemes_s": _loop(lambda: _every_scheme(sample), size),
        "one_rule_s": _loop(lambda: _one_rule(sample), size),
        "dry_run_s": _loop(lambda: _tried(sample, changes), size),
    }
    found = {
        "people": size, "schemes": len(plan.codes), "all_schemes_s": all_schemes, "one_rule_s": one_rule, "dry_run_s": dry,
        "explain_ms": explained, "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), **assessed,
    }  # fmt: skip
    found["one_at_a_time"] = {
        name: {"seconds": round(seconds, 1), "times_slower": round(seconds / max(found[name], 1e-9), 1)}
        for name, seconds in loops.items()
    } | {"sample": len(sample)}
    found["limits"] = LIMITS
    found["holds"] = all(found[name] <= limit for name, limit in LIMITS.items())
    return found


def _timed(work: Callable[[], Any], times: int) -> float:
    """Median seconds."""
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return round(statistics.median(spent), 3)


def _loop(work: Callable[[], Any], size: int) -> float:
    """Seconds for everybody, from those for the sample."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * size / SAMPLE


def _sample(folder: Path) -> list[dict[str, Any]]:
    """Some people, as a register hands them out one by one."""
    listed = ", ".join(name for name in FACTS if name not in _ABSENT)
    with connection() as duck:
        cursor = duck.execute(
            f"SELECT {listed} FROM {people(folder)} USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (1)"
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_ABSENT = ("has_rehab_diagnosis", "has_residence_permit", "has_passed_carer_exam", "carer_class_hours")


def _count(folder: Path) -> int:
    condition = compile_rule(RULE, PERSON).sql(Looks().columns(ON))
    with connection() as duck:
        (count,) = duck.execute(f"SELECT count(*) FROM {people(folder)} WHERE {condition}").fetchone() or (0,)
    return int(count)


def _one_rule(sample: list[dict[str, Any]]) -> int:
    rule = compile_rule(RULE, PERSON)
    return sum(rule.verdict(row_on(facts, ON)) is True for facts in sample)


def _offer(facts: dict[str, Any], changes: Any = None) -> Offer:
    return offer_for(editions.current(), hukou=facts["hukou"], residence=facts["residence"], on=ON, changes=changes)


def _every_scheme(sample: list[dict[str, Any]], codes: tuple[str, ...] = (), changes: Any = None) -> int:
    """What each scheme would pay each person, with nothing explained: the leanest loop that still gives the sums."""
    total = 0
    for facts in sample:
        row = row_on(facts, ON)
        for scheme in _offer(facts, changes).schemes:
            if (codes and scheme.code not in codes) or scheme.rule is None or scheme.rule.verdict(row) is not True:
                continue
            for step in scheme.amounts:
                if step.rule is None or step.rule.verdict(row):
                    total += step.amount_fen or 0
                    break
    return total


def _tried(sample: list[dict[str, Any]], changes: Any) -> int:
    return _every_scheme(sample, ("OLD_AGE",), changes) - _every_scheme(sample, ("OLD_AGE",))


def _explain(sample: list[dict[str, Any]]) -> float:
    """Milliseconds for one person's every scheme with every condition; the median of five hundred people."""
    spent = []
    for facts in sample[:500]:
        started = time.perf_counter()
        offer = _offer(facts)
        entitlements(facts, offer.schemes, offer.overlaps, ON)
        spent.append(time.perf_counter() - started)
    return round(statistics.median(spent) * 1000, 3)


def _assess() -> dict[str, float]:
    """A thousand assessments scored, and the same with the instrument read anew for each."""
    from yijia.core import assessment

    instrument = instruments.find(INSTRUMENT, jurisdiction=REGION, on=ON)
    if isinstance(instrument, Refusal):
        raise RuntimeError(instrument.code)
    rng = Random(1)
    cases = [{item.id: rng.choice(item.options).id for item in instrument.items} for _ in range(CASES)]
    ready = instruments.compiled(instrument)
    fast = _timed(lambda: [ready.assess(case) for case in cases], 3)
    slow = _timed(lambda: [assessment.assess(instrument, case) for case in cases[:100]], 1) * CASES / 100
    return {"assess_1000_s": fast, "assess_1000_uncompiled_s": round(slow, 3)}


def open_or_make(folder: Path | None, elders: int, scratch: Path) -> tuple[Path, float | None]:
    """The folder of the register, made when it is not there; the seconds it took, or None."""
    where = folder or scratch
    if (where / "people.parquet").is_file():
        return where, None
    return where, round(make(where, elders), 1)
