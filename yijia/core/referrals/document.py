"""The summary that travels with a person: a FHIR R4 document Bundle, built from plain facts and read back for the screen."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape, unescape
from typing import Any

Resource = dict[str, Any]

_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_RESIDENT = "urn:yijia:resident"
_INSTITUTION = "urn:gb:32100"  # unified social credit code of institutions, GB 32100

# our code → LOINC code and its name, UCUM code of the unit
CODES: Mapping[str, tuple[str, str, str]] = {
    "temperature": ("8310-5", "Body temperature", "Cel"),
    "pulse": ("8867-4", "Heart rate", "/min"),
    "respiration": ("9279-1", "Respiratory rate", "/min"),
    "spo2": ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%"),
    "systolic": ("8480-6", "Systolic blood pressure", "mm[Hg]"),
    "diastolic": ("8462-4", "Diastolic blood pressure", "mm[Hg]"),
    "glucose": ("15074-8", "Glucose [Moles/volume] in Blood", "mmol/L"),
    "weight": ("29463-7", "Body weight", "kg"),
    "pain": ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}"),
}
_DOCUMENT = ("57133-1", "Referral note")
_SECTIONS: Mapping[str, tuple[str, str]] = {
    "reason": ("42349-1", "Reason for referral"),
    "conditions": ("11450-4", "Problem list - Reported"),
    "observations": ("8716-3", "Vital signs"),
    "medicines": ("10160-0", "History of Medication use Narrative"),
    "allergies": ("48765-2", "Allergies and adverse reactions Document"),
    "course": ("10164-2", "History of Present illness Narrative"),
}
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_GENDER = {"1": "male", "2": "female", "9": "other"}


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the document is about."""

    number: str
    name: str
    sex: str  # GB/T 2261.1
    born_on: date


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it, and for which institution."""

    name: str
    institution_code: str
    institution: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value; `code` is a key of CODES, or a code of our own."""

    code: str
    name: str
    value: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known when the summary is written.

    identifier  made once; the same facts under the same identifier give the same document
    course      what happened and what was done, in words
    """

    identifier: uuid.UUID
    written_at: datetime
    title: str
    person: Person
    author: Author
    reason: str
    conditions: Sequence[str]
    observations: Sequence[Reading] = ()
    medicines: Sequence[str] = ()
    allergies: Sequence[str] = ()
    course: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document as people read it."""

    code: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readable:
    """A document as people read it; `readings` are kept apart so that the screen can put them in a table."""

    title: str
    written_at: str
    author: str
    institution: str
    person: str
    sex: str
    born_on: str
    sections: tuple[Section, ...]
    readings: tuple[tuple[str, str, str, str], ...]  # our code or the name, value, unit, instant


def bundle(summary: Summary) -> Resource:
    """The document Bundle: Composition first, then everything it points at.

    Raises      ValueError: nothing is said about the reason, or no condition is named
    Source      REF-02 in docs/rules/referrals.md
    """
    if not summary.reason.strip() or not any(text.strip() for text in summary.conditions):
        raise ValueError("a summary names the reason and at least one condition")
    at = summary.written_at.isoformat()
    made = _Made(summary.identifier)
    institution = made.add(
        "Organization",
        {
            "identifier": [{"system": _INSTITUTION, "value": summary.author.institution_code}],
            "name": summary.author.institution,
        },
    )
    author = made.add("Practitioner", {"name": [{"text": summary.author.name}]})
    patient = made.add(
        "Patient",
        {
            "identifier": [{"system": _RESIDENT, "value": summary.person.number}],
            "name": [{"text": summary.person.name}],
            "gender": _GENDER.get(summary.person.sex, "unknown"),
            "birthDate": summary.person.born_on.isoformat(),
        },
    )
    subject = {"reference": patient}
    conditions = [
        made.add(
            "Condition", {"clinicalStatus": _coded(_CLINICAL, "active"), "code": {"text": text}, "subject": subject}
        )
        for text in _said(summary.conditions)
    ]
    observations = [made.add("Observation", _observation(reading, subject)) for reading in summary.observations]
    medicines = [
        made.add(
            "MedicationStatement",
            {"status": "active", "medicationCodeableConcept": {"text": text}, "subject": subject},
        )
        for text in _said(summary.medicines)
    ]
    allergies = [
        made.add(
            "AllergyIntolerance",
            {"clinicalStatus": _coded(_ALLERGY, "active"), "code": {"text": text}, "patient": subject},
        )
        for text in _said(summary.allergies)
    ]
    sections = [
        _section("reason", [summary.reason.strip()], ()),
        _section("conditions", _said(summary.conditions), conditions),
        _section("observations", [_line(reading) for reading in summary.observations], observations),
        _section("medicines", _said(summary.medicines), medicines),
        _section("allergies", _said(summary.allergies), allergies),
        _section("course", _said([summary.course]), ()),
    ]
    composition = {
        "resourceType": "Composition",
        "id": made.id_of("Composition"),
        "status": "final",
        "type": _coded(_LOINC, *_DOCUMENT),
        "subject": subject,
        "date": at,
        "author": [{"reference": author}],
        "custodian": {"reference": institution},
        "title": summary.title,
        "section": [section for section in sections if section is not None],
    }
    first = {"fullUrl": f"urn:uuid:{composition['id']}", "resource": composition}
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{summary.identifier}"},
        "type": "document",
        "timestamp": at,
        "entry": [first, *made.entries],
    }


def faults(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What keeps a mapping from being a document we can read; empty when nothing does."""
    if document.get("resourceType") != "Bundle" or document.get("type") != "document":
        return ("not a document Bundle",)
    found = []
    entries = document.get("entry") or []
    if not entries or entries[0].get("resource", {}).get("resourceType") != "Composition":
        return ("the first entry is not a Composition",)
    for name in ("identifier", "timestamp"):
        if not document.get(name):
            found.append(f"{name} is missing")
    urls = [entry.get("fullUrl") for entry in entries]
    if len(set(urls)) != len(urls) or None in urls:
        found.append("an entry has no address of its own")
    for reference in _references(document):
        if reference not in urls:
            found.append(f"{reference} points at nothing")
    kinds = {entry["resource"].get("resourceType") for entry in entries}
    found.extend(f"{kind} is missing" for kind in ("Patient", "Condition") if kind not in kinds)
    return tuple(found)


def read(document: Mapping[str, Any]) -> Readable:
    """A document of ours as people read it.

    Raises      ValueError: it is not a document (see `faults`)
    """
    wrong = faults(document)
    if wrong:
        raise ValueError("; ".join(wrong))
    by_url = {entry["fullUrl"]: entry["resource"] for entry in document["entry"]}
    composition = document["entry"][0]["resource"]
    patient = by_url[composition["subject"]["reference"]]
    names = {code: key for key, (code, _name, _unit) in CODES.items()}
    sections, readings = [], []
    known = {code: key for key, (code, _title) in _SECTIONS.items()}
    for section in composition["section"]:
        key = known.get(section["code"]["coding"][0]["code"], "course")
        if key == "observations":
            readings = [_reading(by_url[one["reference"]], names) for one in section["entry"]]
            continue
        told = [_told(by_url[one["reference"]]) for one in section.get("entry", ())]
        sections.append(Section(key, tuple(told) or _narrative(section)))
    return Readable(
        composition["title"],
        composition["date"],
        by_url[composition["author"][0]["reference"]]["name"][0]["text"],
        by_url[composition["custodian"]["reference"]]["name"],
        patient["name"][0]["text"],
        patient["gender"],
        patient["birthDate"],
        tuple(sections),
        tuple(readings),
    )


class _Made:
    """Resources with addresses that follow from the document's identifier."""

    def __init__(self, identifier: uuid.UUID) -> None:
        self.identifier = identifier
        self.entries: list[Resource] = []

    def id_of(self, name: str) -> str:
        return str(uuid.uuid5(self.identifier, name))

    def add(self, kind: str, content: Resource) -> str:
        """Keep a resource; its address."""
        made = self.id_of(f"{kind}/{len(self.entries)}")
        url = f"urn:uuid:{made}"
        self.entries.append({"fullUrl": url, "resource": {"resourceType": kind, "id": made, **content}})
        return url


def _said(texts: Iterable[str]) -> list[str]:
    return [text.strip() for text in texts if text.strip()]


def _coded(system: str, code: str, display: str = "") -> Resource:
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def _observation(reading: Reading, subject: Resource) -> Resource:
    known = CODES.get(reading.code)
    code = _coded(_LOINC, known[0], known[1]) if known else {}
    quantity: Resource = {"value": float(reading.value), "unit": reading.unit}
    if known:
        quantity |= {"system": _UCUM, "code": known[2]}
    return {
        "status": "final",
        "category": [_coded(_CATEGORY, "vital-signs")],
        "code": {**code, "text": reading.name},
        "subject": subject,
        "effectiveDateTime": reading.at.isoformat(),
        "valueQuantity": quantity,
    }


def _line(reading: Reading) -> str:
    return f"{reading.name} {reading.value} {reading.unit}".strip()


def _section(key: str, lines: Sequence[str], entries: Sequence[str]) -> Resource | None:
    """One section with its narrative; None when there is nothing to say."""
    if not lines:
        return None
    code, title = _SECTIONS[key]
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return {
        "title": title,
        "code": _coded(_LOINC, code, title),
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'},
        **({"entry": [{"reference": url} for url in entries]} if entries else {}),
    }


def _narrative(section: Mapping[str, Any]) -> tuple[str, ...]:
    """The paragraphs of a section that points at nothing."""
    return tuple(unescape(text) for text in _PARAGRAPH.findall(str(section["text"]["div"])))


def _told(resource: Mapping[str, Any]) -> str:
    """What a condition, medicine or allergy says."""
    concept = resource.get("code") or resource.get("medicationCodeableConcept") or {}
    return str(concept.get("text", ""))


def _reading(resource: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str, str, str]:
    coding = resource["code"].get("coding") or [{}]
    quantity = resource["valueQuantity"]
    value = quantity["value"]
    shown = str(int(value)) if float(value).is_integer() else str(value)
    name = names.get(coding[0].get("code", ""), "") or str(resource["code"].get("text", ""))
    return name, shown, str(quantity.get("unit", "")), str(resource.get("effectiveDateTime", ""))


def _references(part: Any) -> Iterable[str]:
    """Every `reference` anywhere below."""
    if isinstance(part, Mapping):
        for name, below in part.items():
            if name == "reference" and isinstance(below, str):
                yield below
            else:
                yield from _references(below)
    elif isinstance(part, list | tuple):
        for below in part:
            yield from _references(below)
