"""Worked examples: answers whose outcome the edition states, computed again at every load."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yijia.core.assessment.compiled import compile
from yijia.core.assessment.instrument import Instrument
from yijia.core.assessment.result import BadAnswers
from yijia.core.policy import plain

_INPUT = {"id", "answers", "facts", "note"}


def failing(instrument: Instrument, examples: Iterable[Any]) -> Iterator[tuple[int, str, Any, Any]]:
    """Position, field, what was stated, what comes out — of each statement that does not hold."""
    compiled = compile(instrument)
    for position, example in enumerate(examples):
        if not isinstance(example, Mapping) or "answers" not in example or not example.keys() - _INPUT:
            yield position, "answers", "answers and an outcome", plain(example)
            continue
        result = compiled.assess(example["answers"], example.get("facts"))
        if isinstance(result, BadAnswers):
            yield position, "answers", "an outcome", ", ".join(result.fields)
            continue
        said = result.as_json()
        for field in sorted(example.keys() - _INPUT):
            wanted, found = plain(example[field]), said.get(field)
            if isinstance(wanted, dict) and isinstance(found, dict):
                found = {name: found.get(name) for name in wanted}
            if wanted != found or isinstance(wanted, bool) != isinstance(found, bool):
                yield position, field, wanted, found
