"""Shapes of the indicators in the API; shares are exact decimal strings, computed from the two numbers beside them."""

from datetime import date, datetime

from ninja import Schema


class FigureOut(Schema):
    id: str
    name: str
    unit: str
    numerator: int | None
    denominator: int | None
    share: str | None
    on: date | None
    computed_at: datetime | None
    reported: str | None
    reported_evidence: str | None
    reported_sources: list[str]


class MemberOut(Schema):
    id: int
    label: str
    place: str
    happened_on: date | None
    is_counted: bool


class DefinitionOut(Schema):
    figure: FigureOut
    counted: str
    among: str
    edition: str
    evidence: str
    live_numerator: int
    live_denominator: int | None
    members: list[MemberOut]
    total: int
    page: int
    pages: int


class MemberQuery(Schema):
    only: str = ""
    place: str = ""
    page: int = 1
