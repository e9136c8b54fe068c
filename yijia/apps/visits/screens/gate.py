"""The gate in full: every rule with its verdict, why, from which source, and who can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry.words import REMEDIES
from yijia.apps.visits import words
from yijia.apps.visits.screens.cards import Person, item_name
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.core.gate.check import Finding, GateReport, Scope
from yijia.core.gate.vocabulary import VISIT_GATE
from yijia.core.rules import Conjunct


@dataclass(frozen=True, slots=True)
class GateLine:
    """One finding as `parts/gates.html` shows it."""

    label: str
    verdict: bool | None
    text: str
    remedy: str
    who: str
    url: str
    rule: str
    key: str
    code: str
    scope: str
    subject: str
    evidence: str
    sources: list[dict[str, Any]] = field(default_factory=list)


def lines(
    report: GateReport, order: Any, crew: Iterable[Person] = (), names: dict[int, str] | None = None
) -> list[GateLine]:
    """The report in words, reds first, each group in the order of the rules."""
    known = {one.staff_id: one.name for one in crew} | (names or {})
    found = [_line(finding, order, known) for finding in report.findings]
    return sorted(found, key=lambda line: line.verdict is True)


def _line(finding: Finding, order: Any, names: dict[int, str]) -> GateLine:
    rule = finding.rule
    label = (rule.en if words.is_english() else rule.zh) or rule.key
    subject = _subject(finding, order, names)
    verdict = True if not finding.is_red else False if finding.code == "gate.failed" else None
    said = str(words.GATE.get(finding.code, finding.code))
    failed = words.joined(conjunct_words(one) for one in finding.failed)
    return GateLine(
        label=f"{label} · {subject}" if subject else label, verdict=verdict, text=f"{said} – {failed}" if failed else ("" if verdict and finding.code == "gate.passed" else said),
        remedy=str(words.REMEDIES.get(rule.key) or REMEDIES.get(rule.key, "")), who=" · ".join(str(words.MENDERS[role.value]) for role in rule.who_mends), url="",
        rule=rule.rule.text if rule.rule else "", key=rule.key, code=finding.code, scope=str(words.SCOPES[rule.scope.value]), subject=subject,
        evidence=rule.evidence.value if rule.evidence else "missing", sources=_sources(rule),
    )  # fmt: skip


def _subject(finding: Finding, order: Any, names: dict[int, str]) -> str:
    if finding.subject is None:
        return ""
    if finding.rule.scope is Scope.STAFF:
        return names.get(int(finding.subject), str(finding.subject))
    return item_label(str(finding.subject), order)


def item_label(code: str, order: Any) -> str:
    """An item's name."""
    return item_name(catalogue.items(business_date(order.wanted_from), order.jurisdiction).get(code), code)


def _sources(rule: Any) -> list[dict[str, Any]]:
    known = editions.current().sources
    found = [known[code] for code in rule.sources if code in known]
    if not found:
        return [
            {
                "title": str(words.OWN_RULE),
                "clause": rule.clause or "",
                "url": "",
                "evidence": rule.evidence.value if rule.evidence else "missing",
            }
        ]
    return [
        {
            "title": f"{s.title}（{s.doc_no}）" if s.doc_no else s.title, "clause": rule.clause or "",
            "url": s.url if (s.url or "").startswith("https://") else "", "evidence": rule.evidence.value if rule.evidence else s.level.value,
        }
        for s in found
    ]  # fmt: skip


def conjunct_words(one: Conjunct) -> str:
    """A failed condition with the facts it saw, in words: 护士注册失效日 2025-06-01."""
    parts = []
    for name, value in one.values.items():
        column = VISIT_GATE[name]
        parts.append(
            f"{column.en if words.is_english() else column.zh}{': ' if words.is_english() else '：'}{_value(value)}"
        )
    return (", " if words.is_english() else "，").join(parts) or one.text


def _value(value: Any) -> str:
    if value is None:
        return str(words.UNKNOWN)
    if isinstance(value, bool):
        return str(words.YES if value else words.NO)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
