"""Gate rules out of policy, and the report that says what is red, why, and who can mend it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from yijia.core.gate import facts as facts_module
from yijia.core.gate.facts import Facts
from yijia.core.gate.vocabulary import VISIT_GATE
from yijia.core.permissions import Role
from yijia.core.policy import Editions, Evidence, Value
from yijia.core.refusal import Refusal
from yijia.core.rules import Conjunct, Rule, compile_rule

PREFIX = "gate:"


class Scope(StrEnum):
    """What a rule looks at; `staff` is asked of each nurse, `item` of each item, `team` of all nurses together."""

    INSTITUTION = "institution"
    ITEM = "item"
    ORDER = "order"
    HOME = "home"
    STAFF = "staff"
    TEAM = "team"


BEFORE_STAFF = frozenset({Scope.INSTITUTION, Scope.ITEM, Scope.ORDER, Scope.HOME})
"""Scopes that can be asked before anybody is proposed, i.e. before dispatching."""

ALL = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class GateRule:
    """One rule in force, compiled.

    refused     policy could not give the rule (value missing, evidence too weak): the gate stays red for it
    min_staff   how many must go when the rule applies; only rules on the team say so
    """

    key: str
    scope: Scope
    zh: str
    en: str
    who_mends: tuple[Role, ...]
    rule: Rule | None
    applies_when: Rule | None = None
    sources: tuple[str, ...] = ()
    evidence: Evidence | None = None
    clause: str | None = None
    jurisdiction: str | None = None
    min_staff: int | None = None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule asked about one thing.

    code        gate.passed, gate.not_applicable, gate.failed, gate.not_known, gate.no_staff, or the refusal of policy
    subject     item code or staff id the rule was asked about, None for the visit itself
    failed      the conditions that are not known to be true, with the facts they saw
    """

    rule: GateRule
    code: str
    subject: str | int | None = None
    failed: tuple[Conjunct, ...] = ()

    @property
    def key(self) -> str:
        """Key of the rule, e.g. `gate:nurse_registration`."""
        return self.rule.key

    @property
    def is_red(self) -> bool:
        """Whether it stops the visit."""
        return self.code not in ("gate.passed", "gate.not_applicable")


@dataclass(frozen=True, slots=True)
class GateReport:
    """All findings, in the order of the rules."""

    findings: tuple[Finding, ...]

    @property
    def reds(self) -> tuple[Finding, ...]:
        """What stops the visit."""
        return tuple(finding for finding in self.findings if finding.is_red)

    @property
    def greens(self) -> tuple[Finding, ...]:
        """What was asked and is in order, or does not apply."""
        return tuple(finding for finding in self.findings if not finding.is_red)

    @property
    def is_green(self) -> bool:
        """Whether the visit may be sent; a gate that asked nothing stays shut."""
        return bool(self.findings) and not self.reds

    def refusal(self) -> Refusal | None:
        """None when green, else `orders.gate_red` with the keys of the red rules."""
        if self.is_green:
            return None
        return Refusal("orders.gate_red", {"rules": tuple(dict.fromkeys(red.key for red in self.reds))})


@lru_cache(maxsize=256)
def load(editions: Editions, *, jurisdiction: str, on: date) -> tuple[GateRule, ...]:
    """The gate of a place on a day.

    A rule whose value is missing or too weak there is kept as a refused rule, which is red: leaving it out would open
    the gate. Only a key that does not speak there at all is left out.

    Raises      RuleError, KeyError or ValueError: policy holds a malformed rule (`yijia policy check` finds it earlier)
    Source      GATE-01, GATE-03 in docs/rules/gate.md
    """
    rules = []
    for key in editions.keys:
        if not key.startswith(PREFIX):
            continue
        answer = editions.demand(key, use="gate", jurisdiction=jurisdiction, on=on)
        if isinstance(answer, Value):
            rules.append(read(answer))
        elif answer.code != "policy.unknown":
            rules.append(GateRule(key, Scope.INSTITUTION, "", "", (Role.REGULATOR,), None, refused=answer))
    return tuple(sorted(rules, key=lambda rule: (list(Scope).index(rule.scope), rule.key)))


def read(value: Value) -> GateRule:
    """The rule of one policy value."""
    content = value.value
    applies_when = content.get("applies_when")
    params = content.get("params") or {}
    return GateRule(
        key=value.key,
        scope=Scope(content["scope"]),
        zh=content["zh"],
        en=content["en"],
        who_mends=tuple(Role(role) for role in content["who_mends"]),
        rule=_compiled(content["rule"]),
        applies_when=None if applies_when is None else _compiled(applies_when["rule"]),
        sources=value.sources,
        evidence=value.evidence,
        clause=value.clause,
        jurisdiction=value.jurisdiction,
        min_staff=params.get("min_staff"),
    )


def check(facts: Facts, rules: Iterable[GateRule], *, scopes: frozenset[Scope] = ALL) -> GateReport:
    """Every rule asked of whatever it looks at.

    scopes      `BEFORE_STAFF` before dispatching, `ALL` before assignment and departure

    Source      GATE-02, GATE-04 … GATE-07 in docs/rules/gate.md
    """
    common = facts_module.common_row(facts)
    rows: dict[Scope, list[tuple[dict[str, Any], str | int | None]]] = {}  # the same for every rule of a scope
    findings: list[Finding] = []
    for rule in rules:
        if rule.scope not in scopes:
            continue
        if rule.refused is not None:
            findings.append(Finding(rule, rule.refused.code))
            continue
        if not facts.staff and rule.scope in (Scope.STAFF, Scope.TEAM):
            findings.append(Finding(rule, "gate.no_staff"))
            continue
        if rule.scope not in rows:
            rows[rule.scope] = list(_rows(rule.scope, facts, common))
        findings.extend(_ask(rule, row, subject) for row, subject in rows[rule.scope])
    return GateReport(tuple(findings))


def staff_needed(facts: Facts, rules: Iterable[GateRule]) -> int:
    """How many must go: the most that any rule on the team asks for; a rule that may apply counts.

    Source      GATE-07 in docs/rules/gate.md
    """
    row = VISIT_GATE.row(facts_module.common_row(facts))
    needed = 1
    for rule in rules:
        if rule.scope is Scope.TEAM and rule.min_staff is not None and _applies(rule, row):
            needed = max(needed, rule.min_staff)
    return needed


def for_candidate(facts: Facts, staff: facts_module.Staff) -> Facts:
    """The same visit with this nurse alone proposed; ask it for `Scope.STAFF` only."""
    return replace(facts, staff=(staff,))


def _rows(scope: Scope, facts: Facts, common: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str | int | None]]:
    match scope:
        case Scope.ITEM:
            for item in facts.items:
                yield VISIT_GATE.row({**common, **facts_module.item_row(item)}), item.code
            if not facts.items:
                yield VISIT_GATE.row(common), None
        case Scope.STAFF:
            for staff in facts.staff:
                yield VISIT_GATE.row({**common, **facts_module.staff_row(staff, facts)}), staff.staff_id
        case _:
            yield VISIT_GATE.row(common), None


def _ask(rule: GateRule, row: Mapping[str, Any], subject: str | int | None) -> Finding:
    if rule.rule is None:
        raise ValueError(f"{rule.key}: a rule without refusal has an expression")
    if not _applies(rule, row):
        return Finding(rule, "gate.not_applicable", subject)
    verdict = rule.rule.verdict(row)
    if verdict is True:
        return Finding(rule, "gate.passed", subject)
    failed = tuple(conjunct for conjunct in rule.rule.explain(row) if conjunct.verdict is not True)
    return Finding(rule, "gate.failed" if verdict is False else "gate.not_known", subject, failed)


def _applies(rule: GateRule, row: Mapping[str, Any]) -> bool:
    return rule.applies_when is None or rule.applies_when.verdict(row) is not False


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Rule:
    return compile_rule(text, VISIT_GATE)
