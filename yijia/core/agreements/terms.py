"""The terms two institutions agree on: fields read by the template, what the law refuses, duties, clauses that changed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yijia.core.refusal import Refusal

FIRST, SECOND = "first", "second"
SIDES = (FIRST, SECOND)
LONGEST = 1000
_LARGEST = 1_000_000_000
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a cooperation as the register knows it.

    kind            the institution's kind; `authority` for an office that signs for a place
    licence_until   the first day on which the licence no longer stands; None where the register holds no day
    """

    kind: str
    name: str
    is_nonprofit: bool = True
    is_active: bool = True
    licence_until: date | None = None


def read(template: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields as the template wants them, and field → fault for what does not fit; nothing unknown is kept.

    A field is {code, type: integer|choice|text, required, least?, most?, options?}; an optional one left empty is None.

    Source      AGREEMENT-10 in docs/rules/agreements.md
    """
    read_: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in template["fields"]:
        raw = given.get(field["code"])
        text = "" if raw is None else str(raw).replace("\0", "").strip()
        if not text:
            read_[field["code"]] = None
            if field["required"]:
                faults[field["code"]] = "required"
        elif field["type"] == "integer":
            fault = _number_fault(text, field)
            read_[field["code"]] = None if fault else int(text)
            if fault:
                faults[field["code"]] = fault
        elif field["type"] == "choice":
            read_[field["code"]] = text
            if text not in field["options"]:
                faults[field["code"]] = "not_an_option"
        else:
            read_[field["code"]] = text
            if len(text) > LONGEST:
                faults[field["code"]] = "too_long"
    return read_, faults


def _number_fault(text: str, field: Mapping[str, Any]) -> str | None:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return "not_a_number"
    return None if field.get("least", 0) <= int(text) <= field.get("most", _LARGEST) else "out_of_range"


def unlawful(template: Mapping[str, Any], fields: Mapping[str, Any], parties: Sequence[Party]) -> Refusal | None:
    """Whether the law refuses these terms; the refusal quotes the law.

    A rule of `refused_when` is {code, field, values | words, nonprofit?, law, rule}; `nonprofit` asks that one party is one.

    Refuses     cooperations.unlawful
    Source      AGREEMENT-11 in docs/rules/agreements.md
    """
    for rule in template.get("refused_when", ()):
        if rule.get("nonprofit") and not any(party.is_nonprofit for party in parties):
            continue
        value = fields.get(rule["field"])
        named = value in rule.get("values", ()) or any(word in str(value or "") for word in rule.get("words", ()))
        if named:
            return Refusal(
                "cooperations.unlawful",
                {
                    "field": rule["field"], "law_zh": rule["law"]["zh"], "law_en": rule["law"]["en"],
                    "rule_zh": rule["rule"]["zh"], "rule_en": rule["rule"]["en"],
                },
            )  # fmt: skip
    return None


def wrong_party(template: Mapping[str, Any], parties: Mapping[str, Party]) -> Refusal | None:
    """Whether each side is of a kind that may stand there, works at all, and is not its own partner.

    Refuses     cooperations.wrong_party, .closed_party
    Source      AGREEMENT-08 in docs/rules/agreements.md
    """
    for side in SIDES:
        party = parties[side]
        if party.kind not in template["parties"][side]["kinds"]:
            return Refusal("cooperations.wrong_party", {"side": side, "name": party.name, "kind": party.kind})
        if not party.is_active:
            return Refusal("cooperations.closed_party", {"name": party.name})
    return None


def licence_gap(parties: Sequence[Party], on: date) -> Refusal | None:
    """Whose licence has run out that day: no new work under the cooperation until it is renewed.

    Refuses     cooperations.licence_expired, .closed_party
    Source      AGREEMENT-18 in docs/rules/agreements.md
    """
    for party in parties:
        if not party.is_active:
            return Refusal("cooperations.closed_party", {"name": party.name})
        if party.licence_until is not None and party.licence_until <= on:
            return Refusal("cooperations.licence_expired", {"name": party.name, "until": party.licence_until})
    return None


def standing(template: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The template without the clauses whose field was left empty."""
    kept = [clause for clause in template["clauses"] if "when" not in clause or fields.get(clause["when"]) is not None]
    return {**template, "clauses": kept}


def duties_of(template: Mapping[str, Any], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The duties of a paper with the agreed numbers in them; a duty whose field was left empty is not owed."""
    owed = []
    for duty in template["duties"]:
        agreed = fields.get(duty["field"])
        if agreed is None:
            continue
        is_time = duty["sense"] == "within"
        owed.append(
            {
                "code": duty["code"], "title": dict(duty["title"]), "owed_by": duty["owed_by"], "sense": duty["sense"], "period": duty["period"],
                "quantity": None if is_time else int(agreed), "response_s": int(agreed) * _MINUTE_S if is_time else None, "unit": dict(duty["unit"]),
            }
        )  # fmt: skip
    return owed


def mandatory(template: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each mandatory clause as the template words it: what must not change under a half-signed paper."""
    return {
        clause["code"]: hashlib.sha256(
            json.dumps([_plain(clause["title"]), _plain(clause["text"])], ensure_ascii=False, sort_keys=True).encode()
        ).hexdigest()
        for clause in template["clauses"]
        if clause.get("mandatory")
    }


def _plain(words: Mapping[str, str]) -> dict[str, str]:
    return {"zh": words["zh"], "en": words["en"]}


def changed(frozen: Mapping[str, str], template: Mapping[str, Any]) -> tuple[str, ...]:
    """The mandatory clauses that were reworded, added or dropped since the paper was frozen.

    Source      AGREEMENT-09 in docs/rules/agreements.md
    """
    now = mandatory(template)
    return tuple(code for code in sorted({*frozen, *now}) if frozen.get(code) != now.get(code))


def force_from(valid_from: date, signed_on: date) -> date:
    """The first day a cooperation binds: never before both have signed, so that a late renewal leaves its gap visible.

    Source      AGREEMENT-13 in docs/rules/agreements.md
    """
    return max(valid_from, signed_on)
