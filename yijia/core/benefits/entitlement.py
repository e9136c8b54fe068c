"""What one person is entitled to on a day and why; what not, and why not; what nobody may pay before it is confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from yijia.core.benefits.scheme import A_YEAR, Amount, Overlap, Scheme, Unit
from yijia.core.benefits.vocabulary import row_on
from yijia.core.policy import Evidence
from yijia.core.rules import Conjunct


class Verdict(StrEnum):
    """The answer of a scheme to a person."""

    GRANTED = "granted"
    HELD = "held"
    NOT = "not"
    UNKNOWN = "unknown"


class Because(StrEnum):
    """Why the answer is what it is; the words live with the screens."""

    MET = "benefit.met"
    NOT_MET = "benefit.not_met"
    FACTS_UNKNOWN = "benefit.facts_unknown"
    RULE_NOT_READ = "benefit.rule_not_read"
    AMOUNT_NOT_READ = "benefit.amount_not_read"
    EVIDENCE_WEAK = "benefit.evidence_weak"
    NO_STEP = "benefit.no_step"
    LOWER = "benefit.overlap_lower"
    SAME_KIND = "benefit.overlap_same_kind"
    OVERLAP_OPEN = "benefit.overlap_open"
    START_NOT_READ = "benefit.start_not_read"
    STOP_NOT_READ = "benefit.stop_not_read"
    ENDED = "benefit.ended"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A part of an edition that somebody must confirm against the original before it moves money.

    part        rule, amounts, starts, stops, or overlap
    """

    key: str
    jurisdiction: str
    part: str
    evidence: Evidence
    demanded: Evidence
    sources: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """How an overlap rule treated this scheme: `wins`, `gives_way`, `adds`, `open`."""

    overlap: Overlap
    effect: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One scheme's answer to one person on a day.

    amount_fen      as published, per `unit`; None where nobody has read it, or nothing is due
    because         the deciding reason
    conjuncts       each condition of the rule with its verdict and the person's values
    missing         the facts that are not known and that leave the answer open
    """

    scheme: Scheme
    verdict: Verdict
    amount_fen: int | None
    unit: Unit | None
    step: str | None
    because: Because
    conjuncts: tuple[Conjunct, ...]
    missing: tuple[str, ...]
    overlaps: tuple[Beside, ...]
    needs_confirmation: tuple[Confirmation, ...]

    @property
    def code(self) -> str:
        """The scheme's code."""
        return self.scheme.code

    @property
    def qualifies(self) -> bool:
        """Whether the conditions are met, as far as they are known."""
        return self.verdict in (Verdict.GRANTED, Verdict.HELD)


def entitlements(
    facts: Mapping[str, Any], schemes: Iterable[Scheme], overlaps: Sequence[Overlap], on: date
) -> list[Entitlement]:
    """Each scheme's answer to a person on a day, in the order of the schemes.

    facts       what the register holds, by the names of `vocabulary.FACTS`; what is left out is not known

    Raises      ValueError: a fact has no column, or not the column's type
    Source      BENEFIT-03 to BENEFIT-08 in docs/rules/benefits.md
    """
    row = row_on(facts, on)
    return settle([answer(scheme, row) for scheme in schemes], overlaps)


def answer(scheme: Scheme, row: Mapping[str, Any]) -> Entitlement:
    """One scheme's answer, other schemes left aside."""
    if scheme.rule is None:
        found = _entitlement(scheme, Verdict.HELD, Because.RULE_NOT_READ)
        return replace(found, needs_confirmation=_confirmations(scheme, None))
    verdict = scheme.rule.verdict(row)
    conjuncts = scheme.rule.explain(row)
    if verdict is False:
        return _entitlement(scheme, Verdict.NOT, Because.NOT_MET, conjuncts)
    missing = tuple(dict.fromkeys(name for conjunct in conjuncts for name in conjunct.unknown))
    if verdict is None:
        return _entitlement(scheme, Verdict.UNKNOWN, Because.FACTS_UNKNOWN, conjuncts, missing)
    step, unknown = _step(scheme.amounts, row)
    if unknown:
        return _entitlement(scheme, Verdict.UNKNOWN, Because.FACTS_UNKNOWN, conjuncts, unknown)
    if scheme.in_kind:
        because = Because.MET if scheme.is_firm("rule") and scheme.is_firm("parameters") else Because.EVIDENCE_WEAK
    elif step is None:
        because = Because.NO_STEP
    elif step.amount_fen is None:
        because = Because.AMOUNT_NOT_READ
    else:
        parts = ("rule", "parameters", "amounts")
        because = Because.MET if all(scheme.is_firm(part) for part in parts) else Because.EVIDENCE_WEAK
    granted = because is Because.MET
    found = _entitlement(scheme, Verdict.GRANTED if granted else Verdict.HELD, because, conjuncts)
    return replace(
        found,
        amount_fen=None if step is None else step.amount_fen,
        unit=None if step is None else step.unit,
        step=None if step is None else step.id,
        needs_confirmation=() if granted else _confirmations(scheme, step),
    )


def _step(amounts: Sequence[Amount], row: Mapping[str, Any]) -> tuple[Amount | None, tuple[str, ...]]:
    """The first step that takes the row, and what is not known where that cannot be said."""
    for step in amounts:
        verdict = True if step.rule is None else step.rule.verdict(row)
        if verdict is None and step.rule is not None:
            return None, tuple(name for name in step.rule.columns if row[name] is None)
        if verdict:
            return step, ()
    return None, ()


def settle(found: Sequence[Entitlement], overlaps: Sequence[Overlap]) -> list[Entitlement]:
    """The answers after the rules about schemes beside each other.

    Source      BENEFIT-07 in docs/rules/benefits.md
    """
    settled = {entitlement.code: entitlement for entitlement in found}
    for overlap in overlaps:
        if overlap.kind not in _SETTLED:
            continue
        meeting = [settled[code] for code in overlap.codes if code in settled and settled[code].qualifies]
        if len(meeting) > 1:
            for changed in _SETTLED[overlap.kind](overlap, meeting):
                settled[changed.code] = changed
    return [settled[entitlement.code] for entitlement in found]


def _add(overlap: Overlap, meeting: Sequence[Entitlement]) -> Iterable[Entitlement]:
    if all(entitlement.code != overlap.codes[0] for entitlement in meeting):
        return ()  # the rule says what the first may be added to
    return (_beside(entitlement, overlap, "adds", meeting) for entitlement in meeting)


def _same_kind(overlap: Overlap, meeting: Sequence[Entitlement]) -> Iterable[Entitlement]:
    first, *others = meeting
    yield _beside(first, overlap, "wins", meeting)
    for entitlement in others:
        yield _given_way(entitlement, overlap, meeting, Because.SAME_KIND)


def _max_one(overlap: Overlap, meeting: Sequence[Entitlement]) -> Iterable[Entitlement]:
    """The highest a year of those whose amount is known; one whose amount nobody has read waits, because it might be more."""
    known = [entitlement for entitlement in meeting if _a_year(entitlement) is not None]
    best = max(known, key=lambda entitlement: _a_year(entitlement) or 0, default=None)
    for entitlement in meeting:
        if entitlement is best:
            yield _beside(entitlement, overlap, "wins", meeting)
        elif entitlement in known:
            yield _given_way(entitlement, overlap, meeting, Because.LOWER)
        else:
            held = replace(entitlement, verdict=Verdict.HELD, because=Because.OVERLAP_OPEN)
            yield _beside(held, overlap, "open", meeting)


_SETTLED = {"add": _add, "same_kind": _same_kind, "max_one": _max_one}
OVERLAP_KINDS = tuple(_SETTLED)


def _a_year(entitlement: Entitlement) -> int | None:
    if entitlement.amount_fen is None or entitlement.unit not in A_YEAR:
        return None
    return entitlement.amount_fen * A_YEAR[entitlement.unit]


def _given_way(
    entitlement: Entitlement, overlap: Overlap, meeting: Sequence[Entitlement], because: Because
) -> Entitlement:
    lost = replace(entitlement, verdict=Verdict.NOT, because=because)
    return _beside(lost, overlap, "gives_way", meeting)


def _beside(entitlement: Entitlement, overlap: Overlap, effect: str, meeting: Sequence[Entitlement]) -> Entitlement:
    others = tuple(other.code for other in meeting if other.code != entitlement.code)
    return replace(entitlement, overlaps=(*entitlement.overlaps, Beside(overlap, effect, others)))


def _entitlement(
    scheme: Scheme,
    verdict: Verdict,
    because: Because,
    conjuncts: tuple[Conjunct, ...] = (),
    missing: tuple[str, ...] = (),
) -> Entitlement:
    return Entitlement(scheme, verdict, None, None, None, because, conjuncts, missing, (), ())


def _confirmations(scheme: Scheme, step: Amount | None) -> tuple[Confirmation, ...]:
    """The parts that stand in the way, each with what it rests on."""
    parts = []
    if scheme.rule is None or not scheme.is_firm("rule"):
        parts.append(("rule", Evidence.MISSING if scheme.rule is None else scheme.level("rule")))
    if scheme.rule is not None and scheme.parameters and not scheme.is_firm("parameters"):
        parts.append(("parameters", scheme.level("parameters")))
    if not scheme.in_kind and (step is None or step.amount_fen is None):
        parts.append(("amounts", Evidence.MISSING))
    elif not scheme.in_kind and not scheme.is_firm("amounts"):
        parts.append(("amounts", scheme.level("amounts")))
    return tuple(confirmation(scheme, part, level) for part, level in parts)


def confirmation(scheme: Scheme, part: str, level: Evidence) -> Confirmation:
    """What must be confirmed about one part of a scheme."""
    value = scheme.value
    return Confirmation(scheme.key, scheme.jurisdiction, part, level, scheme.demanded, value.sources, value.note)
