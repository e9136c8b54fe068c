"""The whole tree at once: schema, overlaps, gaps, bands, rules, worked examples."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from yijia.core.policy.bands import band, overlapping
from yijia.core.policy.editions import Editions
from yijia.core.policy.evidence import Evidence
from yijia.core.policy.frozen import contains, plain
from yijia.core.policy.jurisdictions import is_jurisdiction
from yijia.core.policy.schema import read_document
from yijia.core.policy.values import Document, Finding, Source, Value
from yijia.core.refusal import Refusal
from yijia.core.rules import Rule, RuleError, Vocabulary, compile_rule

_NOTHING: Mapping[str, Any] = {}
Found = Iterator[tuple[str, str, dict[str, Any]]]  # code, field, facts


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, and how many values of each level each place has."""

    findings: tuple[Finding, ...]
    counts: Mapping[tuple[str, Evidence], int]
    examples_run: int
    rules_compiled: int

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before anybody relies on the tree."""
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What somebody should look at."""
        return tuple(finding for finding in self.findings if not finding.is_error)


def check(
    documents: Iterable[Document], sources: Mapping[str, Source], vocabularies: Mapping[str, Vocabulary]
) -> Report:
    """Everything that can be wrong with a tree of documents, found in one go.

    vocabularies    the published ones by name; a rule names the one it is written in
    """
    findings: list[Finding] = []
    values: list[Value] = []
    for document in documents:
        found, wrong = read_document(document, sources)
        values += found
        findings += wrong
    findings += _periods(values)
    editions = Editions(values, sources)
    examples_run = rules_compiled = 0
    for value in values:
        rules = dict(_rules(value.value))
        compiled = {
            path: _compile(text, name, parameters, vocabularies) for path, (text, name, parameters, _) in rules.items()
        }
        rules_compiled += sum(isinstance(rule, Rule) for rule in compiled.values())
        by_id = {id_: compiled[path] for path, (*_, id_) in rules.items() if id_ is not None}
        inside = [*_rule_faults(compiled), *_band_faults(value.value)]
        findings += (Finding(code, value.document, value.key, field, facts) for code, field, facts in inside)
        for position, example in enumerate(value.examples):
            examples_run += 1
            fault = _example(value, example, editions, compiled.get("value"), by_id)
            if fault is not None:
                code, facts = fault
                findings.append(Finding(code, value.document, value.key, f"examples[{position}]", facts))
    counts = Counter((value.jurisdiction, value.evidence) for value in values)
    return Report(tuple(findings), counts, examples_run, rules_compiled)


def _periods(values: Iterable[Value]) -> Iterator[Finding]:
    """Overlaps (errors) and undeclared gaps (warnings) between the periods of one key, place and class."""
    groups: defaultdict[tuple[str, str, str], list[Value]] = defaultdict(list)
    for value in values:
        groups[value.key, value.jurisdiction, value.insured_class or ""].append(value)
    for group in groups.values():
        group.sort(key=lambda value: value.from_on or date.min)
        for earlier, later in pairwise(group):
            if earlier.until_on is None or later.from_on is None or later.from_on < earlier.until_on:
                facts = {"other": earlier.document, "start": later.from_on, "until": earlier.until_on}
                yield Finding("policy.overlap", later.document, later.key, "effective", facts)
            elif earlier.until_on < later.from_on and not earlier.gap_ok:
                facts = {"start": earlier.until_on, "until": later.from_on}
                yield Finding("policy.gap", later.document, later.key, "effective", facts, is_error=False)


def _rules(
    content: Any, path: str = "value", vocabulary: Any = None, parameters: Any = _NOTHING
) -> Iterator[tuple[str, tuple[Any, Any, Any, Any]]]:
    """Each rule inside a value: its path, and (text, vocabulary name, parameters, id)."""
    if isinstance(content, Mapping):
        vocabulary = content.get("vocabulary", vocabulary)
        parameters = content.get("parameters", parameters)
        if isinstance(content.get("rule"), str):
            yield path, (content["rule"], vocabulary, parameters, content.get("id"))
        for name, part in content.items():
            yield from _rules(part, f"{path}.{name}", vocabulary, parameters)
    elif isinstance(content, tuple):
        for position, part in enumerate(content):
            yield from _rules(part, f"{path}[{position}]", vocabulary, parameters)


def _compile(
    text: str, name: Any, parameters: Any, vocabularies: Mapping[str, Vocabulary]
) -> Rule | tuple[str, dict[str, Any]]:
    vocabulary = vocabularies.get(name) if isinstance(name, str) else None
    if vocabulary is None:
        return "policy.unknown_vocabulary", {"found": name}
    try:
        return compile_rule(text, vocabulary, parameters if isinstance(parameters, Mapping) else _NOTHING)
    except RuleError as error:
        line, column = error.position
        return "policy.bad_rule", {"line": line, "column": column, "rule_error": error.code, "rule_facts": error.facts}


def _rule_faults(compiled: Mapping[str, Rule | tuple[str, dict[str, Any]]]) -> Found:
    for path, rule in compiled.items():
        if not isinstance(rule, Rule):
            code, facts = rule
            yield code, f"{path}.rule", facts


def _band_faults(content: Any, path: str = "value") -> Found:
    if isinstance(content, Mapping):
        if isinstance(content.get("bands"), tuple):
            for first, second in overlapping(content["bands"]):
                yield "policy.band_overlap", f"{path}.bands", {"first": first, "second": second}
        for name, part in content.items():
            yield from _band_faults(part, f"{path}.{name}")
    elif isinstance(content, tuple):
        for position, part in enumerate(content):
            yield from _band_faults(part, f"{path}[{position}]")


def _example(
    value: Value, example: Any, editions: Editions, top: Any, by_id: Mapping[Any, Any]
) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with one worked example, or None when it comes out as written."""
    fields = example.keys() if isinstance(example, Mapping) else set()
    if "expect" not in fields:
        return "policy.bad_example", {}
    wanted = example["expect"]
    if "on" in fields and fields <= {"on", "jurisdiction", "insured_class", "use", "expect"}:
        place = example.get("jurisdiction", value.jurisdiction)
        if not isinstance(example["on"], date) or not is_jurisdiction(str(place)):
            return "policy.bad_example", {}
        return _lookup_example(value.key, example, place, editions)
    if "row" in fields and fields <= {"row", "rule", "expect"}:
        rule = by_id.get(example["rule"]) if "rule" in example else top
        if not isinstance(rule, Rule) or not (wanted is None or isinstance(wanted, bool)):
            return "policy.bad_example", {}
        try:
            verdict = rule.verdict(rule.vocabulary.row(example["row"]))
        except ValueError as error:
            return "policy.bad_example", {"problem": str(error)}
        return None if verdict is wanted else _failed(wanted, verdict)
    bands = value.value.get("bands") if isinstance(value.value, Mapping) else None
    if bands and fields == {"band", "expect"} and isinstance(example["band"], Mapping) and len(example["band"]) == 1:
        ((measure, number),) = example["band"].items()
        step = band(bands, measure, number)
        agrees = step is None if wanted is None else contains(step, wanted)
        return None if agrees else _failed(wanted, step)
    return "policy.bad_example", {}


def _lookup_example(
    key: str, example: Mapping[str, Any], place: str, editions: Editions
) -> tuple[str, dict[str, Any]] | None:
    wanted, on, insured_class = example["expect"], example["on"], example.get("insured_class")
    answer = (
        editions.demand(key, use=example["use"], jurisdiction=place, on=on, insured_class=insured_class)
        if "use" in example
        else editions.lookup(key, jurisdiction=place, on=on, insured_class=insured_class)
    )
    if isinstance(answer, Refusal):
        return None if wanted == answer.code else _failed(wanted, answer.code)
    return None if contains(answer.value, wanted) else _failed(wanted, answer.value)


def _failed(wanted: Any, found: Any) -> tuple[str, dict[str, Any]]:
    return "policy.example_failed", {"wanted": plain(wanted), "found": plain(found)}
