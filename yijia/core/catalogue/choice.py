"""Whether an institution may offer an item of the provincial catalogue: the item's own rules, and the written criteria."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yijia.core.policy import Value
from yijia.core.refusal import Refusal

WHY_MAX = 200
"""Longest reason beside one criterion."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An institution's answer to one criterion of the choice: whether it is met, and why."""

    is_met: bool
    why: str


def may_offer(item_code: str, item: Value | Refusal, rule: Value | Refusal) -> Refusal | None:
    """Whether the item may be carried out at home at all.

    item    `item:<code>` for the institution's place and the day
    rule    `gate:item_in_catalogue`, whose clause and sources the refusal names

    Refuses     catalogue.unknown_item, catalogue.not_visited (a fee is not a service),
                catalogue.forbidden_at_home (also when the catalogue does not say that it is allowed)
    Source      CATALOGUE-01, CATALOGUE-02 in docs/rules/catalogue.md
    """
    if isinstance(item, Refusal):
        return Refusal("catalogue.unknown_item", {"item_code": item_code})
    names = {"item_code": item_code, "item_zh": item.value["zh"], "item_en": item.value["en"]}
    if "home_allowed" not in item.value:
        return Refusal("catalogue.not_visited", names)
    if item.value["home_allowed"] is not True:
        return Refusal("catalogue.forbidden_at_home", names | _quoted(rule))
    return None


def _quoted(rule: Value | Refusal) -> dict[str, str]:
    """The rule as a sentence may quote it."""
    if isinstance(rule, Refusal):
        return {
            "rule": rule.facts["key"],
            "rule_zh": "",
            "rule_en": "",
            "clause": "",
            "sources": "",
            "evidence": "missing",
        }
    return {
        "rule": rule.key, "rule_zh": rule.value["zh"], "rule_en": rule.value["en"], "clause": rule.clause or "",
        "sources": ", ".join(rule.sources), "evidence": rule.evidence.value,
    }  # fmt: skip


def unmet(criteria: Sequence[str], answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Criteria that are not answered with yes and a reason, in the order in which they are written.

    Source  CATALOGUE-03 in docs/rules/catalogue.md
    """
    return tuple(
        code for code in criteria if not (code in answers and answers[code].is_met and answers[code].why.strip())
    )
