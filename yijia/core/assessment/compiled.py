"""An instrument made ready to score many answer sets fast."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from yijia.core.assessment.draft import Confirmation, edition_tag
from yijia.core.assessment.instrument import Band, Do, Fact, Instrument, Step
from yijia.core.assessment.result import BadAnswers, Result, Wrong

_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
CONDITIONS = "conditions"
DIAGNOSES = "diagnoses"
BANDS = "bands"


class _Run:
    """One assessment under way: what has been read and computed so far."""

    __slots__ = ("bands", "counts", "facts", "level", "numbers", "options", "record", "scores", "sums")

    def __init__(self, options: dict[str, str], scores: dict[str, int], facts: frozenset[str]) -> None:
        self.options = options
        self.scores = scores
        self.facts = facts
        self.numbers: dict[str, int] = {}
        self.bands: dict[str, Band] = {}
        self.sums: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.level: int | None = None
        self.record: list[dict[str, Any]] = []


class Compiled:
    """A checked instrument with its answers indexed and its steps bound."""

    def __init__(
        self, instrument: Instrument, *, alternative: str | None = None, confirmation: Confirmation | None = None
    ) -> None:
        self.instrument = instrument
        self.alternative = alternative
        is_confirmed = confirmation is not None and confirmation.fingerprint == instrument.fingerprint
        self.is_draft = instrument.is_draft and not is_confirmed
        self.edition = edition_tag(instrument.edition, confirmation if is_confirmed else None)
        self.why_draft = (
            {"readiness": instrument.readiness, "zh": instrument.why_zh, "en": instrument.why_en}
            if self.is_draft
            else None
        )
        self._items = [
            (item.id, _accepted(item.options), [option.score for option in item.options],
             [option.id for option in item.options])
            for item in instrument.items
        ]  # fmt: skip
        self._names = frozenset(item.id for item in instrument.items)
        self._facts = {fact.id: fact for fact in instrument.facts}
        self._steps: list[tuple[Callable[[Step, _Run], None], Step]] = [
            (_DO[step.do], _cut(step, instrument, alternative)) for step in instrument.steps
        ]
        self._others: dict[str, Compiled] = {}

    def assess(self, answers: Any, facts: Any = None) -> Result | BadAnswers:
        """The result, or every fault at once; nothing is scored while one answer is missing."""
        wrong: list[Wrong] = []
        chosen = self._alternative(facts, wrong)
        if chosen != self.alternative and not wrong:
            return self._with(chosen).assess(answers, {name: fact for name, fact in facts.items() if name != BANDS})
        options, scores = self._answers(answers, wrong)
        holding, ignored = self._holding(facts, wrong)
        if wrong:
            return BadAnswers(tuple(wrong))
        run = _Run(options, scores, holding)
        for do, step in self._steps:
            do(step, run)
        return self._result(run, ignored)

    def _with(self, alternative: str | None) -> "Compiled":
        if alternative is None:
            return self
        if alternative not in self._others:
            other = Compiled(self.instrument, alternative=alternative)
            other.is_draft, other.edition, other.why_draft = self.is_draft, self.edition, self.why_draft
            self._others[alternative] = other
        return self._others[alternative]

    def _alternative(self, facts: Any, wrong: list[Wrong]) -> str | None:
        if not isinstance(facts, Mapping) or facts.get(BANDS) is None or not self.instrument.alternatives:
            return self.alternative
        name = facts[BANDS]
        if not isinstance(name, str) or name not in self.instrument.alternatives:
            known = tuple(self.instrument.alternatives)
            wrong.append(Wrong(f"facts.{BANDS}", "assessment.bad_fact", {"found": _shown(name), "wanted": known}))
            return self.alternative
        return name

    def _answers(self, answers: Any, wrong: list[Wrong]) -> tuple[dict[str, str], dict[str, int]]:
        options: dict[str, str] = {}
        scores: dict[str, int] = {}
        if not isinstance(answers, Mapping):
            wrong.append(Wrong("answers", "assessment.not_a_mapping", {"found": _shown(answers)}))
            return options, scores
        for name, accepted, its_scores, its_ids in self._items:
            answer = answers.get(name)
            if answer is None:
                wrong.append(Wrong(f"answers.{name}", "assessment.missing", {"item": name}))
                continue
            kind = type(answer)
            at = accepted.get(answer) if kind is int or kind is str or kind is float else None
            if at is None:
                code = "unknown_option" if kind in (int, str, float) else "not_an_answer"
                allowed = tuple(dict.fromkeys(its_ids))
                wrong.append(
                    Wrong(f"answers.{name}", f"assessment.{code}", {"found": _shown(answer), "allowed": allowed})
                )
                continue
            options[name] = its_ids[at]
            score = its_scores[at]
            if score is not None:
                scores[name] = score
        if len(answers) > len(self._items) or not self._names.issuperset(answers):
            wrong += (
                Wrong(f"answers.{_shown(name)}", "assessment.unknown_item", {"item": _shown(name)})
                for name in answers
                if name not in self._names
            )
        return options, scores

    def _holding(self, facts: Any, wrong: list[Wrong]) -> tuple[frozenset[str], tuple[str, ...]]:
        """The facts that hold, and those this instrument has no use for."""
        if facts is None:
            return frozenset(), ()
        if not isinstance(facts, Mapping):
            wrong.append(Wrong("facts", "assessment.not_a_mapping", {"found": _shown(facts)}))
            return frozenset(), ()
        if not self._facts:
            return frozenset(), tuple(_shown(name) for name in facts)
        holding: set[str] = set()
        for name, said in facts.items():
            field = f"facts.{_shown(name)}"
            if said is None or (name == BANDS and self.instrument.alternatives):
                continue
            if name in (CONDITIONS, DIAGNOSES) and name not in self._facts:
                self._listed(name, said, holding, wrong)
            elif name not in self._facts:
                known = (*self._facts, CONDITIONS, DIAGNOSES)
                wrong.append(Wrong(field, "assessment.unknown_fact", {"found": _shown(name), "known": known}))
            else:
                holds = _holds(self._facts[name], said)
                if holds is None:
                    wrong.append(
                        Wrong(field, "assessment.bad_fact", {"found": _shown(said), "wanted": ("true", "false")})
                    )
                elif holds:
                    holding.add(name)
        return frozenset(holding), ()

    def _listed(self, name: str, said: Any, holding: set[str], wrong: list[Wrong]) -> None:
        if not isinstance(said, list | tuple) or not all(isinstance(one, str) for one in said):
            wrong.append(Wrong(f"facts.{name}", "assessment.bad_fact", {"found": _shown(said), "wanted": ("[…]",)}))
            return
        for one in said:
            if name == CONDITIONS and one in self._facts:
                holding.add(one)
            elif name == DIAGNOSES and _ICD10.fullmatch(one):
                holding |= {
                    id_ for id_, fact in self._facts.items() if fact.icd10 and fact.icd10[0] <= one[:3] <= fact.icd10[1]
                }
            else:
                known = tuple(self._facts) if name == CONDITIONS else ("ICD-10",)
                wrong.append(Wrong(f"facts.{name}", "assessment.bad_fact", {"found": one, "wanted": known}))

    def _result(self, run: _Run, ignored: tuple[str, ...]) -> Result:
        instrument = self.instrument
        results = instrument.results
        first = run.bands[results[0]]
        initial: Any
        level: Any
        named: str | None = None
        if len(results) > 1:
            level = initial = {id_: run.bands[id_].id for id_ in results}
            zh = "；".join(f"{instrument.step(id_).zh}：{run.bands[id_].zh}" for id_ in results)
            en = "; ".join(f"{instrument.step(id_).en}: {run.bands[id_].en}" for id_ in results)
        else:
            initial = first.id if first.level is None else first.level
            level, band = initial, first
            if run.level is not None and run.level != first.level:
                level = run.level
                band = next(band for band in instrument.bands_of(self.alternative) if band.level == level)
            named, zh, en = band.id, band.zh, band.en
        may_apply = level in instrument.eligible if instrument.eligible else None
        return Result(
            instrument=instrument.id, version=instrument.version, edition=self.edition, level=level, band=named,
            zh=zh, en=en, score=None if len(results) > 1 else run.numbers.get(results[0]), initial_level=initial, sums=run.sums,
            bands={id_: band.id for id_, band in run.bands.items()}, counts=run.counts, may_apply=may_apply,
            answers=run.options, facts=tuple(id_ for id_ in self._facts if id_ in run.facts), steps=tuple(run.record),
            ignored_facts=ignored, is_draft=self.is_draft, why_draft=self.why_draft,
        )  # fmt: skip


def compile(
    instrument: Instrument, *, alternative: str | None = None, confirmation: Confirmation | None = None
) -> Compiled:
    """The instrument ready for `.assess(answers, facts)`.

    alternative     another published cut of the score, by its id; facts may name one too, as `bands`
    confirmation    ends the draft if it was given for exactly this content

    Raises      KeyError: there is no such alternative
    """
    if alternative is not None and alternative not in instrument.alternatives:
        raise KeyError(alternative)
    return Compiled(instrument, alternative=alternative, confirmation=confirmation)


def _accepted(options: Any) -> dict[Any, int]:
    """What may stand for an option: its id, or its score as a number."""
    accepted: dict[Any, int] = {}
    for position, option in enumerate(options):
        accepted[option.id] = position
        if option.score is not None:
            accepted[option.score] = position
    return accepted


def _cut(step: Step, instrument: Instrument, alternative: str | None) -> Step:
    if alternative is None or step.id != instrument.results[0]:
        return step
    return Step(
        id=step.id, do=step.do, zh=step.zh, en=step.en, group=step.group, items=step.items, reverse=step.reverse,
        reverse_from=step.reverse_from, of=step.of, bands=instrument.alternatives[alternative], evidence=step.evidence,
    )  # fmt: skip


def _holds(fact: Fact, said: Any) -> bool | None:
    """Whether a fact holds as it was said: yes or no, or a count where it has a threshold; None when neither."""
    if isinstance(said, bool):
        return said
    if fact.threshold is None:
        return None
    if isinstance(said, Mapping):
        if not all(_is_count(number) for number in said.values()):
            return None
        return sum(said.values()) >= fact.threshold
    return said >= fact.threshold if _is_count(said) else None


def _is_count(number: Any) -> bool:
    is_whole = isinstance(number, int) or (
        isinstance(number, float) and number.is_integer()
    )  # JSON writes 2 as 2.0 too
    return is_whole and not isinstance(number, bool) and number >= 0


def _shown(content: Any) -> str:
    """Something typed by a stranger, short enough to quote."""
    text = content if isinstance(content, str) else repr(content)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _outcome(step: Step, run: _Run, record: dict[str, Any], band: Band | None) -> None:
    if band is not None:
        run.bands[step.id] = band
        record["band"] = band.id
        record["zh"], record["en"] = band.zh, band.en
        if band.level is not None:
            record["level"] = run.level = band.level
    if step.evidence is not None:
        record["evidence"] = step.evidence
    run.record.append(record)


def _sum(step: Step, run: _Run) -> None:
    scores, reverse = run.scores, step.reverse
    parts = (
        {id_: step.reverse_from - scores[id_] if id_ in reverse else scores[id_] for id_ in step.items}
        if reverse
        else {id_: scores[id_] for id_ in step.items}
    )
    for id_ in step.of:
        parts[id_] = run.numbers[id_]
    number = sum(parts.values())
    run.numbers[step.id] = number
    if step.group is not None:
        run.sums[step.group] = number
    _outcome(step, run, {"id": step.id, "do": "sum", "parts": parts, "value": number}, step.band_at(number))


def _worse_of(step: Step, run: _Run) -> None:
    if step.order:
        parts = {id_: run.bands[id_].id for id_ in step.of}
        worse = max(parts.values(), key=step.order.index)
        source = next(run.bands[id_] for id_ in step.of if parts[id_] == worse)
        _outcome(step, run, {"id": step.id, "do": "worse_of", "parts": parts, "value": worse}, source)
        return
    numbers = {id_: run.numbers[id_] for id_ in step.of}
    number = max(numbers.values())
    run.numbers[step.id] = number
    _outcome(step, run, {"id": step.id, "do": "worse_of", "parts": numbers, "value": number}, step.band_at(number))


def _lookup(step: Step, run: _Run) -> None:
    row, column = run.bands[step.row].id, run.bands[step.column].id
    found = step.table[row][column]
    record = {"id": step.id, "do": "lookup", "parts": {step.row: row, step.column: column}, "value": found}
    _outcome(step, run, record, step.band(found))


def _count_lookup(step: Step, run: _Run) -> None:
    counts = {name: sum(run.options[id_] == step.count for id_ in items) for name, items in step.classes.items()}
    run.counts.update(counts)
    found = step.cells[tuple(counts.values())]
    record = {"id": step.id, "do": "count_lookup", "counted": step.count, "parts": counts, "value": found}
    _outcome(step, run, record, step.band(found))


def _set_level(step: Step, run: _Run) -> None:
    because = [id_ for id_ in step.any_of if id_ in run.facts]
    record: dict[str, Any] = {"id": step.id, "do": "set_level", "because": because, "is_applied": bool(because)}
    if because:
        run.level = step.level
    record["level"] = run.level
    _outcome(step, run, record, None)


def _level_delta(step: Step, run: _Run) -> None:
    because = [id_ for id_ in step.any_of if id_ in run.facts]
    before = run.level
    if because and before is not None:
        run.level = min(before + step.delta, step.cap)
    record = {
        "id": step.id, "do": "level_delta", "because": because, "is_applied": bool(because), "from": before,
        "level": run.level,
    }  # fmt: skip
    _outcome(step, run, record, None)


_DO: dict[Do, Callable[[Step, _Run], None]] = {
    Do.SUM: _sum,
    Do.WORSE_OF: _worse_of,
    Do.LOOKUP: _lookup,
    Do.COUNT_LOOKUP: _count_lookup,
    Do.SET_LEVEL: _set_level,
    Do.LEVEL_DELTA: _level_delta,
}
