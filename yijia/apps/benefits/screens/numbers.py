"""The numbers a dry-run may change, as people call them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from yijia.apps.benefits import phrases, words
from yijia.core import money
from yijia.core.benefits import Amount, Scheme


@dataclass(frozen=True, slots=True)
class Number:
    """What a number is called: its scheme and which one of it; and what it is now, where places differ with that said."""

    name: str
    now: str

    @property
    def label(self) -> str:
        """Both, for choosing."""
        return f"{self.name}{gettext('：')}{self.now}"


def numbers_of(schemes: Iterable[Scheme]) -> dict[str, Number]:
    """Key → the number, by scheme and key."""
    names: dict[str, str] = {}
    now: dict[str, list[str]] = defaultdict(list)
    for scheme in schemes:
        for name, value in scheme.parameters.items():
            key = f"{scheme.code}.{name}"
            names.setdefault(key, f"{words.scheme_name(scheme)} · {words.name_of(words.PARAMETERS, name)}")
            now[key].append(phrases.shown(value))
        for step in scheme.amounts:
            key = f"{scheme.code}.{step.id}.amount_fen"
            names.setdefault(key, f"{words.scheme_name(scheme)} · {_step(scheme, step)}")
            now[key].append(gettext("没有读到") if step.amount_fen is None else f"¥{money.show(step.amount_fen)}")
    return {key: Number(name, _now(now[key])) for key, name in sorted(names.items())}


def _step(scheme: Scheme, step: Amount) -> str:
    unit = words.name_of(words.UNITS, step.unit.value)
    if step.rule is None:
        return gettext("%(unit)s金额（填分）") % {"unit": unit}
    whom = phrases.wanted(step.rule.text, scheme.parameters) or step.rule.text
    return gettext("%(unit)s金额，%(whom)s（填分）") % {"unit": unit, "whom": whom}


def _now(values: list[str]) -> str:
    first = values[0]
    return first if len(set(values)) == 1 else gettext("各区县不同，如 %(one)s") % {"one": first}
