"""Assessment instruments as data: loaded strictly, scored exactly, every computed step kept."""

from yijia.core.assessment.compiled import Compiled, compile
from yijia.core.assessment.draft import Confirmation, edition_tag, fingerprint
from yijia.core.assessment.faults import Fault, InstrumentError
from yijia.core.assessment.instrument import Fact, Instrument, Item, Option
from yijia.core.assessment.load import KIND, read
from yijia.core.assessment.result import BadAnswers, Result, Wrong

__all__ = [
    "KIND", "BadAnswers", "Compiled", "Confirmation", "Fact", "Fault", "Instrument", "InstrumentError", "Item", "Option",
    "Result", "Wrong", "assess", "compile", "edition_tag", "fingerprint", "read",
]  # fmt: skip


def assess(
    instrument: Instrument, answers: object, facts: object = None, *, confirmation: Confirmation | None = None
) -> Result | BadAnswers:
    """The result of one set of answers, or everything that is wrong with them.

    For many sets, `compile` once and call `.assess` on what it gives.
    """
    return compile(instrument, confirmation=confirmation).assess(answers, facts)
