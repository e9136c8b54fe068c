"""Small documents for tests of policy: a valid one, and variations of it."""

from datetime import date
from typing import Any

from yijia.core.policy import Document, Editions, Evidence, Source

SOURCES = {
    "LAW": Source("LAW", "法", Evidence.OFFICIAL, "quoted"),
    "NEWS": Source("NEWS", "报", Evidence.PRESS, "excerpt"),
    "MEMO": Source("MEMO", "忆", Evidence.RECALLED, "recalled"),
}


def entry(
    key: str = "item:a", value: Any = 1, start: date | None = None, until: date | None = None, **fields: Any
) -> dict:
    """One valid entry, official unless said otherwise."""
    content = {
        "key": key,
        "value": value,
        "effective": {"from": start, "until": until},
        "evidence": "official",
        **fields,
    }
    if content["evidence"] in {"official", "press", "secondary"}:
        content.setdefault("source", ["LAW"])
    else:
        content.setdefault("note", "why")
    return content


def document(jurisdiction: str, *entries: dict, kind: str = "item") -> Document:
    """One valid document of a place."""
    content = {
        "schema": "yijia/policy/1", "jurisdiction": jurisdiction, "kind": kind, "owner": {"zh": "局", "en": "Bureau"},
        "edition": "items/2025-01", "values": list(entries),
    }  # fmt: skip
    return Document(f"{jurisdiction}/{kind}.yaml", content)


def demands(**levels: str) -> Document:
    """`demand:<use>` of the nation."""
    return document(
        "CN", *(entry(f"demand:{use}", {"at_least": level}) for use, level in levels.items()), kind="demand"
    )


def editions(*documents: Document) -> Editions:
    """Editions of these documents with the sources above."""
    return Editions.from_documents(documents, SOURCES)
