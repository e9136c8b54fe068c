"""The assessment instruments in force, read once and ready to score."""

from datetime import date
from functools import cache

from yijia.base import editions, policy_words
from yijia.core import assessment
from yijia.core.assessment import Compiled, Confirmation, Instrument, Wrong
from yijia.core.policy import Value
from yijia.core.refusal import Refusal


def find(id_: str, *, jurisdiction: str, on: date) -> Instrument | Refusal:
    """The instrument that applies in a place on a day, or why none does.

    Raises      InstrumentError: its edition cannot be used
    """
    value = editions.current().lookup(f"{assessment.KIND}:{id_}", jurisdiction=jurisdiction, on=on)
    return value if isinstance(value, Refusal) else _read(_Key(value))


def in_force(*, jurisdiction: str, on: date) -> tuple[Instrument, ...]:
    """Every instrument that applies in a place on a day, by id."""
    values = editions.current().values(f"{assessment.KIND}:", jurisdiction=jurisdiction, on=on)
    return tuple(_read(_Key(value)) for value in values)


@cache
def compiled(instrument: Instrument, confirmation: Confirmation | None = None) -> Compiled:
    """The instrument ready to score; the same one for the same edition and confirmation."""
    return assessment.compile(instrument, confirmation=confirmation)


def sentence(wrong: Wrong) -> tuple[str, str]:
    """What is wrong with one answer, in Chinese and English."""
    return policy_words.sentence(wrong.code, wrong.facts)


class _Key:
    """A value of the tree, told apart by where it stands (its content is not hashable)."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash((self.value.document, self.value.key, self.value.from_on))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.value is self.value


@cache
def _read(key: _Key) -> Instrument:
    return assessment.read(key.value)
