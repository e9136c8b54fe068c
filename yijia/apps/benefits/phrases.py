"""Conditions of rules as people say them: `age >= min_age` is “年龄至少 80 岁”; what cannot be said so is shown as written."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from yijia.apps.benefits import words
from yijia.core.benefits import FACTS, PERSON
from yijia.core.rules import Kind

_COMPARE = {
    ">=": _("%(what)s至少 %(limit)s"), "<=": _("%(what)s不超过 %(limit)s"), ">": _("%(what)s超过 %(limit)s"), "<": _("%(what)s不满 %(limit)s"),
    "=": _("%(what)s是%(limit)s"), "<>": _("%(what)s不是%(limit)s"), "!=": _("%(what)s不是%(limit)s"),
}  # fmt: skip
_SIMPLE = re.compile(r"^(\w+) (>=|<=|<>|!=|=|>|<) ('[^']*'|\w+)$")
_AMONG = re.compile(r"^(\w+) IN \(([^)]*)\)$")
_LIKE = re.compile(r"^(\w+) LIKE '(CN-\d*)%'$")
_BETWEEN = re.compile(r"^(\w+) BETWEEN (\w+) TO (\w+)$")
_YES = re.compile(r"^(NOT )?(\w+)( IS (NOT )?NULL)?$")

CODES: dict[str, Any] = {
    "female": _("女"), "male": _("男"), "ordinary": _("收入一般"), "low_income_edge": _("低保边缘"), "registered_poor": _("建档困难"),
    "minimum_living": _("最低生活保障"), "destitute": _("特困人员"), "vision": _("视力残疾"), "hearing": _("听力残疾"), "speech": _("言语残疾"),
    "limb": _("肢体残疾"), "intellectual": _("智力残疾"), "mental": _("精神残疾"), "autism": _("孤独症"), "multiple": _("多重残疾"),
    "none": pgettext("care", "没有"), "employee": _("职工医保"), "resident": _("居民医保"), "home_combined": _("居家上门与家人照护结合"),
    "home_personal": _("居家个人护理"), "institution_visits": _("机构上门"), "institution": _("机构内照护"),
}  # fmt: skip


def wanted(text: str, parameters: Mapping[str, Any]) -> str | None:
    """A condition in words; None when it is not of a form people say."""
    return _say(re.sub(r"BETWEEN (\w+) AND (\w+)", r"BETWEEN \1 TO \2", text), parameters)


def has(values: Mapping[str, Any]) -> str:
    """What is known of the person in the columns of a condition: “年龄：79”, “残疾等级：还不知道”."""
    comma = ", " if words.is_english() else "，"
    return comma.join(f"{words.column(name)}{words.colon()}{shown(value, name)}" for name, value in values.items())


def shown(value: Any, column: str = "") -> str:
    """A fact's value in words."""
    if value is None:
        return gettext("还不知道")
    if value is True or value is False:
        return gettext("是") if value else gettext("否")
    if isinstance(value, str) and value.startswith("CN-"):
        return words.place(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(CODES.get(str(value), value))


def _say(text: str, parameters: Mapping[str, Any]) -> str | None:
    text = _bare(text.strip())
    for sign, word in ((" OR ", gettext("，或")), (" AND ", gettext("并且"))):
        parts = _split(text, sign)
        if len(parts) > 1:
            said = [_say(part, parameters) for part in parts]
            bracketed = [
                _in_brackets(one, part) if sign == " AND " else part for one, part in zip(parts, said, strict=True)
            ]
            return word.join(part for part in bracketed if part) if all(said) else None
    return _one(text, parameters)


def _in_brackets(text: str, said: str | None) -> str | None:
    """Alternatives inside a list of conditions keep their brackets."""
    is_choice = said is not None and len(_split(_bare(text.strip()), " OR ")) > 1
    return gettext("（%(what)s）") % {"what": said} if is_choice else said


def _bare(text: str) -> str:
    """The text without brackets around the whole of it."""
    depth = 0
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return _bare(text[1:-1].strip()) if text.startswith("(") and place == len(text) - 1 else text
    return text


def _split(text: str, sign: str) -> list[str]:
    """The parts of a text at a sign outside brackets."""
    depth, parts, begin = 0, [], 0
    for match in re.finditer(rf"\(|\)|{re.escape(sign)}", text):
        if match.group() == sign and depth == 0:
            parts.append(text[begin : match.start()])
            begin = match.end()
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
    return [*parts, text[begin:]]


def _one(text: str, parameters: Mapping[str, Any]) -> str | None:
    if found := _SIMPLE.match(text):
        name, sign, limit = found.groups()
        if name not in PERSON:
            return None
        return str(_COMPARE[sign]) % {"what": words.column(name), "limit": _limit(limit, parameters)}
    if found := _AMONG.match(text):
        among = words.comma().join(_limit(part.strip(), parameters) for part in found.group(2).split(","))
        return gettext("%(what)s是其中之一：%(among)s") % {"what": words.column(found.group(1)), "among": among}
    if found := _LIKE.match(text):
        place = (found.group(2) + "000000")[:9]
        return gettext("%(what)s在%(place)s") % {"what": words.column(found.group(1)), "place": words.place(place)}
    if found := _BETWEEN.match(text):
        name, least, most = found.groups()
        limits = {"what": words.column(name), "least": _limit(least, parameters), "most": _limit(most, parameters)}
        return gettext("%(what)s在 %(least)s 到 %(most)s 之间") % limits
    return _yes(text)


def _yes(text: str) -> str | None:
    found = _YES.match(text)
    if found is None or found.group(2) not in {**PERSON, **FACTS}:
        return None
    column = {**PERSON, **FACTS}[found.group(2)]
    if found.group(3) is None and column.kind is not Kind.BOOLEAN:
        return None
    is_no = bool(found.group(1)) or (found.group(3) is not None and found.group(4) is None)
    return gettext("没有：%(what)s") % {"what": words.column(found.group(2))} if is_no else words.column(found.group(2))


def _limit(text: str, parameters: Mapping[str, Any]) -> str:
    if text.startswith("'"):
        return shown(text.strip("'"))
    return str(parameters.get(text, text))
