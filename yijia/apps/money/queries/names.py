"""What a line of a bill is called."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.money import words
from yijia.base import editions
from yijia.core.policy import Value
from yijia.core.pricing.facts import Kind, Line


def name_of_line(line: Line, consumables: Mapping[str, str], jurisdiction: str, on: date) -> str:
    """The Chinese name a line is stored under: the catalogue's, policy's, or what the record calls the consumable."""
    if line.kind is Kind.CONSUMABLE:
        return consumables.get(line.code) or line.code
    item = catalogue.items(on, jurisdiction).get(line.code)
    if item is not None:
        return item.zh
    value = editions.current().lookup(f"item:{line.code}", jurisdiction=jurisdiction, on=on)
    return (
        str(value.value.get("zh")) if isinstance(value, Value) and value.value.get("zh") else words.KINDS_ZH[line.kind]
    )


def kept_name(kind: Kind) -> str:
    """The stored name of a part that cancellation terms let the institution keep."""
    return words.KEPT_ZH % words.KINDS_ZH[kind]


def shown_name(kind: str, code: str, stored: str, jurisdiction: str, on: date, filed_en: str = "") -> str:
    """A line's name in the reader's language, where the catalogue knows one.

    filed_en    the English name under which a consumable was filed
    """
    if not words.is_english():
        return stored
    if kind == Kind.CONSUMABLE and not code.startswith("KEEP-"):
        return filed_en or gettext("耗材 %(code)s") % {"code": code}
    item = catalogue.items(on, jurisdiction).get(code)
    if item is not None:
        return item.en
    value = editions.current().lookup(f"item:{code}", jurisdiction=jurisdiction, on=on) if code else None
    if isinstance(value, Value) and value.value.get("en"):
        return str(value.value["en"])
    if kind == "correction" or code.startswith("KEEP-"):
        return str(words.KINDS.get(kind, stored)) if kind == "correction" else _kept_shown(kind)
    return str(words.KINDS[Kind(kind)]) if kind == Kind.VISIT_FEE else stored


def _kept_shown(kind: str) -> str:
    return gettext("按取消条款留存：%(part)s") % {"part": words.KINDS[Kind(kind)]}
