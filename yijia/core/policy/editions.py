"""Lookup by place (fine to coarse), day and insured class, with every step explained."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from yijia.core.policy.evidence import Evidence
from yijia.core.policy.jurisdictions import jurisdiction_chain
from yijia.core.policy.schema import read_document
from yijia.core.policy.values import Document, Finding, Source, Value
from yijia.core.refusal import Refusal


class PolicyError(Exception):
    """The tree cannot be used; `findings` says where and why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            "; ".join(f"{f.document}: {f.key or '-'}: {f.field or '-'}: {f.code}" for f in self.findings[:5])
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value on the chain, and why it was (not) taken.

    verdict     taken, not_yet, ended, other_class, general (a value for the class beat it), coarser (a finer level spoke),
                class_needed, missing, ambiguous, weak
    """

    value: Value
    verdict: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One question, its answer, and everything that was considered, finest level first."""

    key: str
    chain: tuple[str, ...]
    on: date
    insured_class: str | None
    outcome: Value | Refusal
    candidates: tuple[Candidate, ...]


class Editions:
    """All values in force anywhere, ready for questions; immutable after construction."""

    def __init__(self, values: Iterable[Value], sources: Mapping[str, Source]) -> None:
        grouped: defaultdict[str, defaultdict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for value in values:
            grouped[value.key][value.jurisdiction].append(value)
        self._by_key: dict[str, dict[str, tuple[Value, ...]]] = {
            key: {place: tuple(found) for place, found in places.items()} for key, places in grouped.items()
        }
        self.sources = dict(sources)
        self.keys = tuple(sorted(self._by_key))

    @classmethod
    def from_documents(cls, documents: Iterable[Document], sources: Mapping[str, Source]) -> "Editions":
        """The editions of checked documents.

        Raises      PolicyError: a document breaks the schema
        """
        values: list[Value] = []
        findings: list[Finding] = []
        for document in documents:
            found, wrong = read_document(document, sources)
            values += found
            findings += (finding for finding in wrong if finding.is_error)
        if findings:
            raise PolicyError(findings)
        return cls(values, sources)

    @staticmethod
    def jurisdiction_chain(code: str) -> tuple[str, ...]:
        """The place itself first, the nation last."""
        return jurisdiction_chain(code)

    @property
    def all_values(self) -> tuple[Value, ...]:
        """Every value of every place, by key."""
        return tuple(value for key in self.keys for found in self._by_key[key].values() for value in found)

    def lookup(self, key: str, *, jurisdiction: str, on: date, insured_class: str | None = None) -> Value | Refusal:
        """The value that applies, or why none does: policy.unknown, .missing, .ambiguous, .insured_class.

        Source  POLICY-01 to POLICY-06 in docs/rules/policy.md
        """
        asked = {"key": key, "jurisdiction": jurisdiction, "on": on, "insured_class": insured_class}
        places = self._by_key.get(key, {})
        for place in jurisdiction_chain(jurisdiction):
            in_force = [value for value in places.get(place, ()) if value.holds_on(on)]
            speaking = _speaking(in_force, insured_class)
            if not speaking:
                continue
            first, *others = speaking
            facts = {**asked, "at": place, "sources": first.sources}
            if others:
                return Refusal("policy.ambiguous", facts)
            if first.insured_class != insured_class and first.insured_class is not None:
                return Refusal("policy.insured_class", facts)
            return Refusal("policy.missing", {**facts, "note": first.note}) if first.is_missing else first
        return Refusal("policy.unknown", asked)

    def layers(self, key: str, *, jurisdiction: str, on: date) -> tuple[Value, ...]:
        """Every value of a key in force along the chain, fine to coarse: for values that complete one another."""
        places = self._by_key.get(key, {})
        return tuple(
            value for place in jurisdiction_chain(jurisdiction) for value in places.get(place, ()) if value.holds_on(on)
        )

    def demand(
        self, key: str, *, use: str, jurisdiction: str, on: date, insured_class: str | None = None
    ) -> Value | Refusal:
        """The value, if its evidence is good enough for the use; otherwise policy.weak, or the refusal of the lookup.

        Source  POLICY-07 in docs/rules/policy.md; the levels are `demand:<use>`
        """
        found = self.lookup(key, jurisdiction=jurisdiction, on=on, insured_class=insured_class)
        if isinstance(found, Refusal):
            return found
        demanded = self.lookup(f"demand:{use}", jurisdiction=jurisdiction, on=on)
        if isinstance(demanded, Refusal):
            return demanded
        least = Evidence(demanded.value["at_least"])
        if found.evidence.meets(least):
            return found
        facts = {
            "key": key, "jurisdiction": jurisdiction, "on": on, "insured_class": insured_class, "at": found.jurisdiction,
            "evidence": found.evidence.value, "demanded": least.value, "use": use, "sources": found.sources, "note": found.note,
        }  # fmt: skip
        return Refusal("policy.weak", facts)

    def explain(
        self, key: str, *, jurisdiction: str, on: date, insured_class: str | None = None, use: str | None = None
    ) -> Explanation:
        """The answer of `lookup` (or of `demand`, with a use) and the verdict on every value along the chain."""
        chain = jurisdiction_chain(jurisdiction)
        outcome = (
            self.lookup(key, jurisdiction=jurisdiction, on=on, insured_class=insured_class)
            if use is None
            else self.demand(key, use=use, jurisdiction=jurisdiction, on=on, insured_class=insured_class)
        )
        stop = outcome.jurisdiction if isinstance(outcome, Value) else outcome.facts.get("at")
        candidates: list[Candidate] = []
        for place in chain:
            found = self._by_key.get(key, {}).get(place, ())
            speaking = _speaking([value for value in found if value.holds_on(on)], insured_class)
            is_past_stop = stop is not None and chain.index(place) > chain.index(stop)
            for value in found:
                candidates.append(Candidate(value, _verdict(value, on, speaking, outcome, is_past_stop)))
        return Explanation(key, chain, on, insured_class, outcome, tuple(candidates))

    def values(
        self, prefix: str, *, jurisdiction: str, on: date, insured_class: str | None = None
    ) -> tuple[Value, ...]:
        """The applicable value of every key that begins with the prefix, by key; refused keys are left out."""
        found = []
        for position in range(bisect_left(self.keys, prefix), len(self.keys)):
            key = self.keys[position]
            if not key.startswith(prefix):
                break
            answer = self.lookup(key, jurisdiction=jurisdiction, on=on, insured_class=insured_class)
            if isinstance(answer, Value):
                found.append(answer)
        return tuple(found)

    def of(self, key: str) -> tuple[Value, ...]:
        """Every value of one key, whatever the place and the day."""
        return tuple(value for _, found in sorted(self._by_key.get(key, {}).items()) for value in found)

    def near(self, key: str, count: int = 3) -> tuple[str, ...]:
        """Existing keys that look like a mistyped one."""
        return tuple(get_close_matches(key, self.keys, n=count, cutoff=0.5))


def _speaking(in_force: list[Value], insured_class: str | None) -> list[Value]:
    """The values with which one level answers: those of the class, else those for everyone, else (class unsaid) all."""
    own = [value for value in in_force if value.insured_class is not None and value.insured_class == insured_class]
    general = [value for value in in_force if value.insured_class is None]
    if own or general or insured_class is not None:
        return own or general
    return in_force[:1]  # the level speaks for classes only: one of them is enough to say so


def _verdict(value: Value, on: date, speaking: list[Value], outcome: Value | Refusal, is_past_stop: bool) -> str:
    if not value.holds_on(on):
        return "ended" if value.until_on is not None and value.until_on <= on else "not_yet"
    if is_past_stop:
        return "coarser"
    if value not in speaking:
        return "general" if value.insured_class is None else "other_class"
    if isinstance(outcome, Value):
        return "taken"
    # A use nobody defined refuses with the code of its own lookup: the evidence was not shown to be enough.
    return _STOPPED_BY.get(outcome.code, "weak")


_STOPPED_BY = {
    "policy.missing": "missing",
    "policy.ambiguous": "ambiguous",
    "policy.insured_class": "class_needed",
}
