"""The numbers a dry-run may change, as people call them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from yijia.apps.benefits import phrases, words
from yijia.base import editions
from yijia.core import money
from yijia.core.benefits import Amount, Scheme
from yijia.core.policy import jurisdiction_chain


@dataclass(frozen=True, slots=True)
class Number:
    """What a number is called: its scheme and which one of it; and what it is now, where places differ with that said."""

    name: str
    now: str

    @property
    def label(self) -> str:
        """Both, for choosing."""
        return f"{self.name}{words.colon()}{self.now}"


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
        return gettext("%(unit)s金额（填元）") % {"unit": unit}
    whom = phrases.wanted(step.rule.text, scheme.parameters) or step.rule.text
    return gettext("%(unit)s金额，%(whom)s（填元）") % {"unit": unit, "whom": whom}


def _now(values: list[str]) -> str:
    first = values[0]
    return first if len(set(values)) == 1 else gettext("各区县不同，如 %(one)s") % {"one": first}


def name_of(key: str, region: str) -> str:
    """The name of a number that was changed, as a region calls it; a key no scheme has any more stands as it is."""
    if key == "against":
        return gettext("与草案比")
    place, _sign, inside = key.rpartition("/")
    code, _dot, part = inside.partition(".")
    named = {v.jurisdiction: v.value for v in editions.current().all_values if _is_of(v.value, code)}
    if not named:
        return key
    near = next((named[one] for one in jurisdiction_chain(place or region) if one in named), None)
    scheme = near or min(named.values(), key=lambda shape: len(shape["zh"]))
    said = gettext("金额") if _is_amount(key) else words.name_of(words.PARAMETERS, part)
    return " · ".join(
        name
        for name in (words.place(place) if place else "", str(scheme["en" if words.is_english() else "zh"]), said)
        if name
    )


def change_of(key: str, before: object, after: object) -> str:
    """From what to what; amounts in yuan."""
    if key == "against":
        return str(after)
    return " → ".join(said_of(key, value) for value in (before, after) if value is not None)


def said_of(key: str, value: object) -> str:
    """A number as people read it: an amount in yuan, nothing read as a dash."""
    if value is None:
        return "—"
    text = str(value)
    return f"¥{money.show(int(text))}" if _is_amount(key) and text.isdecimal() else phrases.shown(value)


def _is_amount(key: str) -> bool:
    return key.endswith(".amount_fen")


def _is_of(value: object, code: str) -> bool:
    return isinstance(value, Mapping) and value.get("code") == code
