"""The shape of policy documents: strict readers that turn mappings into values and name every fault."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yijia.core.policy.evidence import Evidence
from yijia.core.policy.frozen import freeze
from yijia.core.policy.jurisdictions import is_jurisdiction
from yijia.core.policy.values import Document, Finding, Source, Value

SCHEMA = "yijia/policy/1"
SOURCES_SCHEMA = "yijia/sources/1"

KINDS = frozenset({
    "agreement",    # the model text of a paper to sign
    "benefit",      # an allowance or subsidy: whom, how much
    "calendar",     # days off and working weekends of a year
    "cancel",       # what a cancellation costs, by moment
    "criteria",     # written criteria of a choice
    "demand",       # the evidence a use asks for
    "evidence",     # how a visit's evidence is scored
    "first_assessment",  # what a doctor answers before anybody is sent
    "fee",          # who sets a fee, how, and what a bill is made of
    "gate",         # rules of the safe-to-go gate
    "home_bed",     # conditions and steps of a family bed
    "home_risk",    # questions about the home
    "instrument",   # an assessment: items, options, how it is scored
    "insurance",    # what an insurance pays
    "item",         # a service or price item
    "measure",      # the definition of an indicator
    "need",         # what an elder asks for, in the elder's words
    "place",        # facts about the jurisdiction itself
    "procedure",    # the steps of a case: who, in how many working days, how many votes
    "programme",    # what a resident may receive over time, as yijia.core.programmes reads it
    "rehab",        # rehabilitation by designated institutions: categories, criteria, exit, ceilings, as yijia.core.rehab reads it
    "reported",     # a figure an authority has stated
    "role",         # a role and its permissions
    "stated",       # what an authority says of a service in prose
    "term",         # a deadline or duration
    "terms",        # a text to agree to
    "vital",        # a vital sign: unit, what is plausible, what is critical
})  # fmt: skip

SEEN = frozenset({"quoted", "excerpt", "cited", "recalled", "notfound", "own"})

_HEADER = {"schema", "jurisdiction", "kind", "owner", "edition", "values"}
_HEADER_MAY = {"weaker", "note"}
_ENTRY = {"key", "value", "effective", "evidence"}
_ENTRY_MAY = {"source", "insured_class", "clause", "note", "weaker", "gap_ok", "examples"}
_SOURCE_MAY = {"doc_no", "issuer", "date", "url", "via", "note"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_EDITION = re.compile(r"[a-z][a-z_]*/[0-9]{4}(-(0[1-9]|1[0-2]))?")
_SOURCED = {Evidence.OFFICIAL, Evidence.PRESS, Evidence.SECONDARY}
_EXPLAINED = {Evidence.DERIVED, Evidence.MISSING}


def read_document(document: Document, sources: Mapping[str, Source]) -> tuple[tuple[Value, ...], tuple[Finding, ...]]:
    """The values of one file and what is wrong with it; a faulty entry gives findings and no value."""
    reader = _Reader(document.name, sources)
    values = reader.document(document.content)
    return tuple(values), tuple(reader.findings)


def read_sources(document: Document) -> tuple[dict[str, Source], tuple[Finding, ...]]:
    """The register of sources and what is wrong with it."""
    reader = _Reader(document.name, {})
    return reader.source_register(document.content), tuple(reader.findings)


class _Reader:
    """Collects findings while it reads one file."""

    def __init__(self, name: str, sources: Mapping[str, Source]) -> None:
        self.name = name
        self.sources = sources
        self.findings: list[Finding] = []
        self.key: str | None = None

    def fault(self, code: str, field: str | None = None, **facts: Any) -> None:
        self.findings.append(Finding(f"policy.{code}", self.name, self.key, field, facts))

    def document(self, content: Any) -> list[Value]:
        if not self._has_fields(content, _HEADER, _HEADER_MAY, ""):
            return []
        before = len(self.findings)
        self._header(content)
        header_weaker = self._weaker(content.get("weaker"), "weaker")
        if len(self.findings) > before:
            return []
        if not isinstance(content["values"], list):
            self.fault("not_a_list", "values")
            return []
        values = []
        for position, entry in enumerate(content["values"]):
            self.key = str(entry["key"]) if isinstance(entry, Mapping) and "key" in entry else f"values[{position}]"
            before = len(self.findings)
            value = self._entry(entry, content, header_weaker)
            if value is not None and len(self.findings) == before:
                values.append(value)
        self.key = None
        return values

    def source_register(self, content: Any) -> dict[str, Source]:
        if not self._has_fields(content, {"schema", "sources"}, {"note"}, ""):
            return {}
        if content["schema"] != SOURCES_SCHEMA:
            self.fault("bad_schema_version", "schema", found=content["schema"], wanted=SOURCES_SCHEMA)
        if not isinstance(content["sources"], Mapping):
            self.fault("not_a_mapping", "sources")
            return {}
        register = {}
        for id_, fields in content["sources"].items():
            self.key = str(id_)
            before = len(self.findings)
            source = self._source(str(id_), fields)
            if source is not None and len(self.findings) == before:
                register[source.id] = source
        self.key = None
        return register

    def _header(self, content: Mapping[str, Any]) -> None:
        place = content["jurisdiction"]
        if content["schema"] != SCHEMA:
            self.fault("bad_schema_version", "schema", found=content["schema"], wanted=SCHEMA)
        if not isinstance(place, str) or not is_jurisdiction(place):
            self.fault("bad_jurisdiction", "jurisdiction", found=place)
        elif self.name.split("/")[0] != place:
            self.fault("wrong_folder", "jurisdiction", found=place, folder=self.name.split("/")[0])
        if content["kind"] not in KINDS:
            self.fault("unknown_kind", "kind", found=content["kind"])
        if not _is_bilingual(content["owner"]):
            self.fault("bad_owner", "owner")
        if not isinstance(content["edition"], str) or not _EDITION.fullmatch(content["edition"]):
            self.fault("bad_edition", "edition", found=content["edition"])

    def _entry(self, entry: Any, header: Mapping[str, Any], header_weaker: Mapping[str, Evidence]) -> Value | None:
        if not self._has_fields(entry, _ENTRY, _ENTRY_MAY, ""):
            return None
        self._key(entry["key"], header["kind"])
        from_on, until_on = self._period(entry["effective"])
        evidence = self._evidence(entry["evidence"])
        sources = self._source_ids(entry.get("source"), evidence)
        if evidence in _EXPLAINED and not entry.get("note"):
            self.fault("note_missing", "note", evidence=entry["evidence"])
        if entry["value"] is None and evidence is not Evidence.MISSING:
            self.fault("null_not_missing", "evidence", evidence=entry["evidence"])
        for field in ("insured_class", "clause", "note"):
            if not isinstance(entry.get(field), str | None):
                self.fault("not_text", field)
        if not isinstance(entry.get("gap_ok", False), bool):
            self.fault("not_yes_no", "gap_ok")
        examples = entry.get("examples", [])
        if not isinstance(examples, list):
            self.fault("not_a_list", "examples")
            examples = []
        for path, code in _content_faults(entry["value"], "value"):
            self.fault(code, path)
        weaker = self._weaker_of_entry(entry, evidence, header_weaker)
        if evidence is None:
            return None
        return Value(
            key=str(entry["key"]), value=freeze(entry["value"]), jurisdiction=header["jurisdiction"], from_on=from_on,
            until_on=until_on, insured_class=entry.get("insured_class"), evidence=evidence, sources=sources,
            clause=entry.get("clause"), note=entry.get("note"), owner=freeze(header["owner"]), edition=header["edition"],
            weaker=freeze(weaker), gap_ok=entry.get("gap_ok", False), examples=freeze(examples), document=self.name,
        )  # fmt: skip

    def _key(self, key: Any, kind: str) -> None:
        prefix, _, name = key.partition(":") if isinstance(key, str) else ("", "", "")
        if prefix != kind or not _NAME.fullmatch(name):
            self.fault("bad_key", "key", found=key, kind=kind)

    def _period(self, effective: Any) -> tuple[date | None, date | None]:
        if not self._has_fields(effective, {"from", "until"}, set(), "effective"):
            return None, None
        ends = []
        for end in ("from", "until"):
            day = effective[end]
            if day is not None and not _is_day(day):
                self.fault("bad_date", f"effective.{end}", found=str(day))
                day = None
            ends.append(day)
        from_on, until_on = ends
        if from_on is not None and until_on is not None and until_on <= from_on:
            self.fault("empty_period", "effective", start=from_on, until=until_on)
        return from_on, until_on

    def _evidence(self, word: Any, field: str = "evidence") -> Evidence | None:
        try:
            return Evidence(word)
        except ValueError:
            self.fault("bad_evidence", field, found=word)
            return None

    def _source_ids(self, ids: Any, evidence: Evidence | None) -> tuple[str, ...]:
        if ids is None:
            ids = []
        if not isinstance(ids, list):
            self.fault("not_a_list", "source")
            return ()
        known = [self.sources[id_] for id_ in ids if isinstance(id_, str) and id_ in self.sources]
        for id_ in ids:
            if not isinstance(id_, str) or id_ not in self.sources:
                self.fault("unknown_source", "source", found=str(id_))
        if evidence in _SOURCED and not ids:
            self.fault("source_missing", "source", evidence=evidence.value)
        elif evidence in _SOURCED and known and not any(source.level.meets(evidence) for source in known):
            best = min((source.level for source in known), key=lambda level: level.rank)
            self.fault("evidence_above_source", "evidence", evidence=evidence.value, best=best.value)
        return tuple(str(id_) for id_ in ids)

    def _weaker_of_entry(
        self, entry: Mapping[str, Any], evidence: Evidence | None, header_weaker: Mapping[str, Evidence]
    ) -> dict[str, Evidence]:
        own = self._weaker(entry.get("weaker"), "weaker")
        fields = entry["value"].keys() if isinstance(entry["value"], Mapping) else ()
        for field, level in own.items():
            if field not in fields or (evidence is not None and evidence.rank >= level.rank):
                self.fault("bad_weaker", f"weaker.{field}", level=level.value)
        inherited = {
            field: level
            for field, level in header_weaker.items()
            if field in fields and evidence is not None and evidence.rank < level.rank
        }
        return {**inherited, **own}

    def _weaker(self, weaker: Any, field: str) -> dict[str, Evidence]:
        if weaker is None:
            return {}
        if not isinstance(weaker, Mapping):
            self.fault("not_a_mapping", field)
            return {}
        levels = {str(name): self._evidence(word, f"{field}.{name}") for name, word in weaker.items()}
        return {name: level for name, level in levels.items() if level is not None}

    def _source(self, id_: str, fields: Any) -> Source | None:
        if not self._has_fields(fields, {"title", "level", "seen"}, _SOURCE_MAY, ""):
            return None
        level = self._evidence(fields["level"], "level")
        if fields["seen"] not in SEEN:
            self.fault("bad_seen", "seen", found=fields["seen"])
        if level is None:
            return None
        return Source(
            id=id_, title=str(fields["title"]), level=level, seen=str(fields["seen"]), doc_no=_text(fields, "doc_no"),
            issuer=_text(fields, "issuer"), dated=_text(fields, "date"), url=_text(fields, "url"),
            via=tuple(str(way) for way in fields.get("via") or ()), note=_text(fields, "note"),
        )  # fmt: skip

    def _has_fields(self, content: Any, needed: set[str], optional: set[str], path: str) -> bool:
        if not isinstance(content, Mapping):
            self.fault("not_a_mapping", path or None)
            return False
        prefix = f"{path}." if path else ""
        for field in sorted(needed - content.keys()):
            self.fault("field_missing", prefix + field)
        for field in sorted(str(field) for field in content.keys() - needed - optional):
            self.fault("unknown_field", prefix + field)
        return needed <= content.keys()


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    return None if fields.get(name) is None else str(fields[name])


def _is_day(content: Any) -> bool:
    return isinstance(content, date) and not isinstance(content, datetime)


def _is_bilingual(content: Any) -> bool:
    return (
        isinstance(content, Mapping)
        and content.keys() == {"zh", "en"}
        and all(isinstance(t, str) for t in content.values())
    )


def _content_faults(content: Any, path: str) -> Iterator[tuple[str, str]]:
    """Faults inside a value: inexact or strange types, one language without the other, money that is not whole fen."""
    if isinstance(content, Mapping):
        if ("zh" in content) != ("en" in content):
            yield path, "one_language"
        for name, part in content.items():
            if not isinstance(name, str) and not _is_day(name) and not _is_int(name):
                yield f"{path}.{name}", "bad_type"
            if (
                isinstance(name, str) and not name.isascii()
            ):  # `{zh: 有,关好}` is two fields; quote it, or use a Chinese comma
                yield f"{path}.{name}", "not_a_field"
            if isinstance(name, str) and name.endswith("_fen") and part is not None and not _is_int(part):
                yield f"{path}.{name}", "not_whole_fen"
            yield from _content_faults(part, f"{path}.{name}")
    elif isinstance(content, (list, tuple)):
        for position, part in enumerate(content):
            yield from _content_faults(part, f"{path}[{position}]")
    elif not (content is None or isinstance(content, (bool, int, str, Decimal)) or _is_day(content)):
        yield path, "bad_type"


def _is_int(content: Any) -> bool:
    return isinstance(content, int) and not isinstance(content, bool)
