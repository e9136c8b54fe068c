"""Chosen files of the published policy tree as editions."""

from functools import cache

from yijia.base import editions as reader
from yijia.core.policy import Document, Editions, PolicyError, read_sources


@cache
def published(*names: str) -> Editions:
    """The editions of these files alone, with all sources; a faulty file fails the test that asks for it."""
    register, faults = read_sources(_document(reader.SOURCES))
    if faults:
        raise PolicyError(faults)
    return Editions.from_documents([_document(name) for name in names], register)


def _document(name: str) -> Document:
    return Document(name, reader.parse((reader.ROOT / name).read_text(encoding="utf-8")))
