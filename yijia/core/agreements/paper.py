"""A template of policy becomes the words of one paper: fields merged, clauses numbered, bytes fixed for hashing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yijia.core.refusal import Refusal

LANGUAGES = ("zh", "en")
_FIELD = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Fields:
    """What is merged into a template.

    plain   field → {zh, en}, the same for the whole paper
    lists   list → its members, each a mapping field → {zh, en}; a clause with `each: <list>` is repeated for each
    """

    plain: Mapping[str, Mapping[str, str]]
    lists: Mapping[str, Sequence[Mapping[str, Mapping[str, str]]]]


def fill(template: Mapping[str, Any], fields: Fields) -> dict[str, Any] | Refusal:
    """The words of the paper in both languages: {zh: {title, clauses: [{no, title, text}]}, en: …}.

    template    `title` {zh, en} and `clauses`, each {title: {zh, en}, text: {zh, en}, each?: list name}; numbered as written

    Refuses     agreements.field_missing: the template names a field or list nobody gave, or the list is empty
    Source      AGREEMENT-01 in docs/rules/agreements.md
    """
    absent = [
        name for name in _FIELD.findall(template["title"]["zh"] + template["title"]["en"]) if name not in fields.plain
    ]
    if absent:
        return Refusal("agreements.field_missing", {"field": absent[0], "clause": 0})
    words: dict[str, Any] = {
        language: {"title": _merge(template["title"][language], fields.plain, language), "clauses": []}
        for language in LANGUAGES
    }
    for number, clause in enumerate(template["clauses"], start=1):
        members: Sequence[Mapping[str, Mapping[str, str]]] = ({},)
        if "each" in clause:
            members = fields.lists.get(clause["each"], ())
            if not members:
                return Refusal("agreements.field_missing", {"field": clause["each"], "clause": number})
        for position, member in enumerate(members, start=1):
            known = {**fields.plain, **member}
            absent = [
                name
                for part in ("title", "text")
                for name in _FIELD.findall(clause[part]["zh"] + clause[part]["en"])
                if name not in known
            ]
            if absent:
                return Refusal("agreements.field_missing", {"field": absent[0], "clause": number})
            no = f"{number}.{position}" if "each" in clause else str(number)
            for language in LANGUAGES:
                words[language]["clauses"].append(
                    {
                        "no": no,
                        "title": _merge(clause["title"][language], known, language),
                        "text": _merge(clause["text"][language], known, language),
                    }
                )
    return words


def _merge(text: str, known: Mapping[str, Mapping[str, str]], language: str) -> str:
    return _FIELD.sub(lambda match: known[match.group(1)][language], text)


def canonical(text: Mapping[str, Any]) -> bytes:
    """The bytes of a paper that are hashed: JSON with sorted keys, no spaces, UTF-8.

    Source  AGREEMENT-02 in docs/rules/agreements.md
    """
    return json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
