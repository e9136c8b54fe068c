"""What is wrong with a field of a JSON body or a query, in the reader's language: kind of fault → sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_FAULTS: dict[str, Any] = {
    "missing": _("必须填写"),
    "extra_forbidden": _("没有这个字段"),
    "string_too_short": _("至少 %(min_length)s 个字"),
    "string_too_long": _("最多 %(max_length)s 个字"),
    "string_pattern_mismatch": _("格式不对，要符合 %(pattern)s"),
    "too_short": _("至少 %(min_length)s 个"),
    "too_long": _("最多 %(max_length)s 个"),
    "greater_than": _("要大于 %(gt)s"),
    "greater_than_equal": _("不能小于 %(ge)s"),
    "less_than": _("要小于 %(lt)s"),
    "less_than_equal": _("不能大于 %(le)s"),
    "literal_error": _("只能是 %(expected)s"),
    "enum": _("只能是 %(expected)s"),
}
_SHAPES: dict[str, Any] = {  # the first word of a kind, e.g. int_parsing, date_from_datetime_parsing
    "string": _("要是文字"),
    "int": _("要是整数"),
    "float": _("要是数字"),
    "finite": _("要是数字"),
    "decimal": _("要是数字"),
    "bool": _("要是 true 或 false"),
    "date": _("要是日期，例如 2025-06-10"),
    "datetime": _("要是带时区的时间，例如 2025-06-10T08:30:00+08:00"),
    "timezone": _("要是带时区的时间，例如 2025-06-10T08:30:00+08:00"),
    "time": _("要是时刻，例如 08:30"),
    "uuid": _("要是 UUID"),
    "list": _("要是列表"),
    "dict": _("要是对象"),
    "model": _("要是对象"),
    "url": _("要是网址"),
}
_OTHER = _("不合格式")


def fault(item: Mapping[str, Any]) -> str:
    """One fault as the schema found it, in words; a kind unknown here is at least said to be of the wrong shape."""
    kind = str(item["type"])
    said = _FAULTS.get(kind) or _SHAPES.get(kind.split("_")[0]) or _OTHER
    return str(said) % {name: str(value) for name, value in (item.get("ctx") or {}).items()}
