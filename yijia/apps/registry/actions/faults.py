"""Collects what is wrong with an input, field by field, so that one answer names everything."""

import re
from datetime import date
from typing import Any

from django.conf import settings

from yijia.base.errors import Invalid
from yijia.base.words import sentence
from yijia.core.people import names, phone
from yijia.core.permissions import covers
from yijia.core.refusal import Refusal

_PLACE = re.compile(r"CN-[0-9]{6}")
_CHINA = ((73.0, 136.0), (3.0, 54.0))  # degrees east, degrees north


class Faults:
    """Gathers refusals by field; `settle` raises them together as invalid input."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}
        self.rules: dict[str, list[str]] = {}

    def add(self, field: str, refusal: Refusal) -> None:
        """Note one refusal beside its field."""
        self.fields.setdefault(field, []).append(sentence(refusal))
        self.rules.setdefault(field, []).append(refusal.code)

    def take(self, field: str, outcome: Any) -> Any:
        """The outcome, or None after noting its refusal."""
        if isinstance(outcome, Refusal):
            self.add(field, outcome)
            return None
        return outcome

    def settle(self) -> None:
        """Raises Invalid when anything was noted."""
        if self.fields:
            raise Invalid(self.fields, self.rules)

    def name(self, field: str, text: str) -> None:
        """A person's name, kept byte for byte."""
        self.take(field, names.check(text))

    def phone(self, field: str, text: str | None) -> str | None:
        """The normal form; invented numbers stand only where the platform runs a demo."""
        return self.take(field, phone.parse(text, synthetic=settings.IS_DEMO)) if text else None

    def text(self, field: str, text: str, longest: int, *, is_needed: bool = True) -> None:
        """Plain text without control characters, up to a length."""
        if is_needed and not text.strip():
            self.add(field, Refusal("registry.text_empty"))
        elif len(text) > longest:
            self.add(field, Refusal("registry.text_long", {"length": len(text), "most": longest}))
        elif any((ord(c) < 32 and c not in "\n\t") or "\ud800" <= c <= "\udfff" for c in text):
            self.add(field, Refusal("registry.text_characters"))

    def place(self, lon: float, lat: float) -> None:
        """A point of the map, in China."""
        (west, east), (south, north) = _CHINA
        if not west <= lon <= east:
            self.add("lon", Refusal("registry.lon_outside", {"from": west, "until": east}))
        if not south <= lat <= north:
            self.add("lat", Refusal("registry.lat_outside", {"from": south, "until": north}))

    def jurisdiction(self, field: str, own: str | None, place: str) -> None:
        """A place inside the actor's own."""
        if own is None or not _PLACE.fullmatch(place) or not covers(own, place):
            self.add(field, Refusal("registry.place_outside", {"place": _quoted(place)}))

    def choice(self, field: str, value: str, allowed: Any) -> None:
        """One of a fixed list."""
        if value not in set(allowed):
            self.add(field, Refusal("registry.unknown_choice", {"value": _quoted(value)}))

    def period(self, field: str, from_on: date, until_on: date | None) -> None:
        """An end after its beginning."""
        if until_on is not None and until_on <= from_on:
            self.add(field, Refusal("registry.period_reversed", {"from": from_on}))


def _quoted(value: Any) -> str:
    """What somebody sent, short and safe to print."""
    return str(value)[:40].encode("utf-8", "replace").decode()
