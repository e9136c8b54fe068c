"""Values out of JSON, with the line of the one that is wrong."""

import json
import math
import re
from itertools import pairwise
from typing import Any

from yijia.core.dispatch.formats.error import FormatError

_MISSING = object()


MOST = 10**9
"""No number of a file is larger: times, loads and places are counted in whole ticks."""


class _TwiceError(Exception):
    """A key of one object that occurs twice."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Tree:
    """A JSON document that remembers its text, so that a fault can be shown with its line."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.root = json.loads(text, object_pairs_hook=self._once)
        except json.JSONDecodeError as error:
            raise FormatError(error.lineno, f"column {error.colno}", error.msg) from None
        except _TwiceError as error:
            raise FormatError(text.count("\n", 0, _second(text, error.key)) + 1, error.key, "occurs twice") from None
        except ValueError as error:  # a number of thousands of digits
            raise FormatError(1, "document", f"cannot be read: {error}") from None
        except RecursionError:
            raise FormatError(1, "document", "is nested too deeply") from None
        if not isinstance(self.root, dict):
            raise FormatError(1, "document", "an object is needed")

    @staticmethod
    def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise _TwiceError(key)
            found[key] = value
        return found

    def fault(self, path: str, problem: str) -> FormatError:
        """The error for a path such as `patients[3].time_window`."""
        return FormatError(_line(self.text, path), path, problem)

    def get(self, holder: Any, key: str, path: str, kind: type | tuple[type, ...], default: Any = _MISSING) -> Any:
        """holder[key], when it is of the kind wanted. Raises FormatError."""
        here = f"{path}.{key}" if path else key
        if not isinstance(holder, dict):
            raise self.fault(path, "an object is needed")
        value = holder.get(key, default)
        if value is _MISSING:
            raise self.fault(path or "document", f"'{key}' is missing")
        if value is default and default is not _MISSING:
            return value
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(here, f"{json.dumps(value)[:40]} is of the wrong kind")
        return value

    def number(self, value: Any, path: str, *, least: float = 0.0, most: float = MOST) -> float:
        """A finite number within limits. Raises FormatError."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.fault(path, f"{json.dumps(value)[:40]} is not a number")
        if value < least:
            raise self.fault(path, f"{value:g} is below {least:g}")
        if value > most:
            raise self.fault(path, f"{value:g} is more than {most:g}")
        return float(value)

    def name(self, holder: Any, key: str, path: str) -> str:
        """holder[key], a name of at least one letter. Raises FormatError."""
        found = self.get(holder, key, path, str)
        if not found.strip():
            raise self.fault(f"{path}.{key}", "a name is needed")
        return str(found)

    def pair(self, value: Any, path: str, *, least: float = 0.0) -> tuple[float, float]:
        """Two numbers. Raises FormatError."""
        if not isinstance(value, list) or len(value) != 2:
            raise self.fault(path, "two numbers are needed")
        return self.number(value[0], f"{path}[0]", least=least), self.number(value[1], f"{path}[1]", least=least)


def _second(text: str, key: str) -> int:
    """Where a key first occurs a second time within one object's text, as near as can be told."""
    at = [match.start() for match in re.finditer(rf"{re.escape(json.dumps(key))}\s*:", text)]
    for first, second in pairwise(at):
        between = text[first:second]
        if between.count("{") == between.count("}"):
            return second
    return at[-1] if at else 0


_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+)')


def _line(text: str, path: str) -> int | None:
    """The line on which the value at a path begins; of its nearest holder when it is absent."""
    wanted = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    stack: list[Any] = []
    best, deepest, at = 1, -1, 0
    expects_key = False
    while match := _TOKEN.match(text, at):
        token, at = match.group(1), match.end()
        if token in "}]":
            stack.pop()
        elif token == ",":
            if stack and isinstance(stack[-1], int):
                stack[-1] += 1
            else:
                expects_key = True
            continue
        elif token == ":":
            continue
        elif expects_key and token[0] == '"':
            stack[-1], expects_key = json.loads(token), False
            continue
        else:
            here = list(stack)
            if here == wanted[: len(here)] and len(here) > deepest:
                best, deepest = text.count("\n", 0, match.start(1)) + 1, len(here)
            if token == "{":
                stack.append("")
                expects_key = True
            elif token == "[":
                stack.append(0)
            continue
        expects_key = False
    return best
