"""The small readers of a programme file: each gives a value of its type, or notes a fault by field."""

from collections.abc import Mapping
from typing import Any

from yijia.core.programmes.model import Words
from yijia.core.programmes.vocabulary import VOCABULARIES
from yijia.core.rules import Rule, RuleError, Vocabulary, compile_rule

Fault = tuple[str, str, dict[str, Any]]  # code, field, facts


class Reader:
    """One value being read, and what is wrong with it."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value
        self.faults: list[Fault] = []

    def fault(self, code: str, field: str, **facts: Any) -> None:
        self.faults.append((f"programmes.{code}", f"value.{field}", facts))

    def known(self, content: Any, field: str, allowed: frozenset[str] | set[str]) -> bool:
        if not isinstance(content, Mapping):
            self.fault("bad_value", field, wanted="mapping")
            return False
        for name in sorted(str(name) for name in content.keys() - allowed):
            self.fault("unknown_field", f"{field}.{name}")
        return True

    def words(self, content: Any, field: str) -> Words:
        if isinstance(content, Mapping) and isinstance(content.get("zh"), str) and isinstance(content.get("en"), str):
            return Words(content["zh"], content["en"])
        self.fault("field_missing", f"{field}.zh".lstrip("."))
        return Words("", "")

    def whole(self, content: Any, field: str, *, least: int = 0, may_be_null: bool = True) -> int | None:
        if content is None and may_be_null:
            return None
        if isinstance(content, bool) or not isinstance(content, int) or content < least:
            self.fault("bad_value", field, wanted=f"whole number from {least}")
            return None
        return content

    def names(self, content: Any, field: str, among: tuple[str, ...] = ()) -> tuple[str, ...]:
        if content is None:
            return ()
        if not isinstance(content, tuple) or not all(isinstance(name, str) for name in content):
            self.fault("bad_value", field, wanted="list of names")
            return ()
        for name in content:
            if among and name not in among:
                self.fault("bad_value", field, wanted=" | ".join(among))
        return content

    def one_of(self, content: Any, field: str, among: tuple[str, ...]) -> str:
        if content not in among:
            self.fault("bad_value", field, wanted=" | ".join(among))
            return among[0]
        return str(content)

    def flag(self, content: Any, field: str) -> bool:
        if not isinstance(content, bool):
            self.fault("bad_value", field, wanted="true | false")
        return content is True

    def each(self, content: Any, field: str) -> list[tuple[str, Mapping[str, Any]]]:
        if not isinstance(content, tuple) or not all(isinstance(row, Mapping) for row in content):
            self.fault("bad_value", field, wanted="list")
            return []
        return [(f"{field}[{n}]", row) for n, row in enumerate(content)]

    def rule(self, text: Any, field: str, vocabulary: str) -> Rule | None:
        if not isinstance(text, str):
            self.fault("field_missing", f"{field}.rule")
            return None
        words: Vocabulary = VOCABULARIES[vocabulary]
        try:
            return compile_rule(text, words)
        except RuleError as error:
            self.fault("bad_rule", f"{field}.rule", rule_error=error.code)
            return None

    def by_grade(self, content: Any, field: str) -> Mapping[str, int | None]:
        """One number for every grade, or one for each."""
        if not isinstance(content, Mapping):
            return {"": self.whole(content, field, least=1)}
        return {str(grade): self.whole(number, f"{field}.{grade}", least=1) for grade, number in content.items()}
