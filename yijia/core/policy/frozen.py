"""Policy content nobody can change by accident, and copies of it that anybody can write out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any


def freeze(content: Any) -> Any:
    """The same content with read-only mappings and tuples for lists, all the way down."""
    if isinstance(content, Mapping):
        return MappingProxyType({key: freeze(part) for key, part in content.items()})
    if isinstance(content, (list, tuple)):
        return tuple(freeze(part) for part in content)
    return content


def plain(content: Any) -> Any:
    """A copy that `json.dumps` accepts: dates as ISO text, decimals as decimal strings."""
    if isinstance(content, Mapping):
        return {key if isinstance(key, str) else str(plain(key)): plain(part) for key, part in content.items()}
    if isinstance(content, (list, tuple)):
        return [plain(part) for part in content]
    if isinstance(content, date):
        return content.isoformat()
    if isinstance(content, Decimal):
        return format(content, "f")
    return content


def contains(whole: Any, part: Any) -> bool:
    """Whether `part` says nothing that `whole` does not: mappings field by field, all else by equality."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            key in whole and contains(whole[key], sub) for key, sub in part.items()
        )
    return bool(freeze(whole) == freeze(part)) and isinstance(whole, bool) == isinstance(part, bool)
