"""What the policy of a place says of rehabilitation, and the figures its federation stated beside it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yijia.apps.cases import queries as cases
from yijia.base import editions
from yijia.core.policy import Value
from yijia.core.refusal import Refusal
from yijia.core.rehab import Category, Ceiling, ExitReason, read_categories, read_exits

CEILING = "rehab:ceiling"
BAN_MONTHS = "rehab:exit.ban_months"


def _value(key: str, jurisdiction: str, on: date) -> Value | None:
    found = editions.current().lookup(key, jurisdiction=jurisdiction, on=on)
    return None if isinstance(found, Refusal) else found


def categories_in(jurisdiction: str, on: date) -> tuple[Category, ...]:
    """The categories of a place; none where it keeps no list."""
    value = _value("rehab:categories", jurisdiction, on)
    return () if value is None else read_categories(value.value)


def list_name(list_code: str, jurisdiction: str, on: date) -> tuple[str, str]:
    """A list's names, zh and en; empty for one the place does not keep."""
    value = _value("rehab:categories", jurisdiction, on)
    lists: Any = value.value["lists"] if value is not None else ()
    return next(((one["zh"], one["en"]) for one in lists if one["id"] == list_code), ("", ""))


def allowed_changes(jurisdiction: str, on: date) -> int | None:
    """Changes of institution a year; None where the place states no number."""
    value = _value("rehab:choice", jurisdiction, on)
    return None if value is None else value.value["changes_a_year"]


def record_rules(jurisdiction: str, on: date) -> Mapping[str, Any]:
    """What a record must hold: evaluations a month, trainings a quarter, the least minutes of one."""
    value = _value("rehab:record", jurisdiction, on)
    return {} if value is None else value.value


def payers_of_month(jurisdiction: str, on: date) -> Value | Refusal:
    """Who bears a settled month: what is asked, and what the family pays beside it; only a policy good enough for money.

    Source      REHAB-14 in docs/rules/rehab.md
    """
    return editions.current().demand("rehab:payers", use="money", jurisdiction=jurisdiction, on=on, insured_class=None)


def why_nothing_settles(jurisdiction: str, on: date) -> Refusal | None:
    """What a place has to write down before any month can be settled; None where months can be.

    Source      REHAB-11, REHAB-14 in docs/rules/rehab.md
    """
    if ceiling_value(jurisdiction, on).fen is None:
        return Refusal("rehab.nothing_settles", {})
    payers = payers_of_month(jurisdiction, on)
    return payers if isinstance(payers, Refusal) else None


def exits_in(jurisdiction: str, on: date) -> tuple[dict[str, ExitReason], str]:
    """The grounds of an exit, and the edition they stand in; months the federation stated fill those nobody read."""
    value = _value("rehab:exit", jurisdiction, on)
    if value is None:
        return {}, ""
    stated = cases.stated_in(jurisdiction, BAN_MONTHS).get("")
    read = read_exits(value.value)
    if isinstance(stated, int):
        read = {
            code: ExitReason(one.id, one.zh, one.en, one.bans, stated if one.bans and one.ban_months is None else one.ban_months)
            for code, one in read.items()
        }  # fmt: skip
    return read, f"{value.edition} {', '.join(value.sources)}"


def ceiling_value(jurisdiction: str, on: date) -> Ceiling:
    """The ceiling of a person and year: the place's own, else what its federation stated; the figure None while nobody knows it."""
    value = _value(CEILING, jurisdiction, on)
    stated = cases.list_stated(jurisdiction, f"{CEILING}.")
    row = stated.get(f"{CEILING}.yearly_yuan")
    hours = stated.get(f"{CEILING}.yearly_hours")
    fen = value.value["yearly_fen"] if value is not None else None
    most = value.value["yearly_hours"] if value is not None else None
    source = "" if value is None else ", ".join(value.sources)
    if fen is None and row is not None and isinstance(row.figure, int):
        fen, source = row.figure * 100, row.original
    if most is None and hours is not None and isinstance(hours.figure, int):
        most = hours.figure
    return Ceiling("person", fen, source, None if most is None else most * 60)
