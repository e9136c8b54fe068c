"""Shapes of the papers, and of agreements between institutions, in JSON."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

from yijia.apps.agreements import queries


class ClauseOut(Schema):
    """One clause as frozen."""

    no: str
    title: str
    text: str


_ID = {"ge": 1, "le": 2**63 - 1}
Id = Annotated[int, Field(**_ID)]


class WordsOut(Schema):
    """The paper in one language."""

    title: str
    clauses: list[ClauseOut]


class SignatureOut(Schema):
    """One signature; the picture is not in the answer."""

    id: int
    signer: str
    name: str
    relation: str
    method: str
    witness: str
    signed_at: datetime
    sm3: str


class AgreementRow(Schema):
    """One paper in a list; `title` in both languages."""

    id: int
    kind: str
    organisation_id: int
    resident_id: int
    title_zh: str
    title_en: str
    valid_from: date
    valid_until: date | None
    signed_at: datetime | None
    revoked_at: datetime | None


class AgreementOut(Schema):
    """One paper with its words and signatures."""

    id: int
    kind: str
    organisation_id: int
    resident_id: int
    zh: WordsOut
    en: WordsOut
    text_sm3: str = Field(description="SM3 of the frozen text, hexadecimal")
    is_intact: bool
    template_key: str
    template_edition: str
    valid_from: date
    valid_until: date | None
    signed_at: datetime | None
    revoked_at: datetime | None
    revoke_reason: str
    signatures: list[SignatureOut]


class SignIn(Schema):
    """A signature; `image` is `data:image/png;base64,…` when it was drawn on glass."""

    signer: str = Field(max_length=12, description="resident, guardian, proxy, institution")
    name: str = Field(max_length=60)
    relation: str = Field("", max_length=20)
    method: str = Field(max_length=24, description="glass, witnessed_fingerprint, paper, spoken, certificate")
    image: str | None = Field(None, max_length=8_000_000)
    witness: str = Field("", max_length=60)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    certificate: str = Field("", max_length=20_000, description="PEM or base64, with method certificate")
    sealed: str = Field("", max_length=2_000, description="base64 of the SM2 signature over text_sm3")


class CodeOut(Schema):
    """A one-time code, to be shown to the resident."""

    code: str
    valid_until: datetime
    most_tries: int


class CodeIn(Schema):
    """The code as typed in, and where."""

    code: str = Field(max_length=12)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class HouseIn(Schema):
    """The institution's hand."""

    house_image: str = Field(max_length=8_000_000)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class DoorIn(SignIn):
    """Both hands: the resident's side as in `SignIn`, and the institution's."""

    house_image: str = Field(max_length=8_000_000)


class RevokeIn(Schema):
    """Why a paper is taken back."""

    reason: str = Field(max_length=200)


def agreement_row(row: Any) -> dict[str, Any]:
    """A paper as a list shows it."""
    same = ("kind", "organisation_id", "resident_id", "valid_from", "valid_until", "signed_at", "revoked_at")
    titles = {f"title_{tongue}": row.text[tongue]["title"] for tongue in ("zh", "en")}
    return {"id": row.pk} | titles | {name: getattr(row, name) for name in same}


def agreement_out(row: Any) -> dict[str, Any]:
    fields = (
        "id", "kind", "organisation_id", "resident_id", "template_key", "template_edition", "valid_from", "valid_until", "signed_at", "revoked_at", "revoke_reason",
    )  # fmt: skip
    signatures = [
        {name: getattr(s, name) for name in ("id", "signer", "name", "relation", "method", "witness", "signed_at")}
        | {"sm3": bytes(s.sm3).hex()}
        for s in queries.list_signatures(row)
    ]
    return {field: getattr(row, field) for field in fields} | {
        "zh": row.text["zh"], "en": row.text["en"], "text_sm3": bytes(row.text_sm3).hex(), "is_intact": queries.is_intact(row), "signatures": signatures,
    }  # fmt: skip


class DutyOut(Schema):
    """What one side owes."""

    code: str
    owed_by: str = Field(description="first or second")
    sense: str = Field(description="at_least, within, up_to, at_most")
    period: str
    quantity: int | None
    response_s: int | None


class PartySignatureOut(Schema):
    """One party's signature; only those under the present words count."""

    side: str
    name: str
    post: str
    method: str
    signed_at: datetime
    sm3: str
    is_sound: bool
    counts: bool


class CooperationOut(Schema):
    """An agreement between institutions in a list."""

    id: int
    number: str
    kind: str
    state: str
    organisation_id: int
    partner_id: int | None
    valid_from: date
    valid_until: date
    force_from: date | None
    open_breaches: int | None = None


class WindowOut(Schema):
    """One period of a duty: kept is null while it is not judged."""

    duty: str
    from_on: date
    until_on: date
    owed: int | None
    done: int
    kept: bool | None
    events: list[int]


class CooperationDetail(CooperationOut):
    """One agreement with its words, duties, measures and signatures."""

    version: int
    zh: WordsOut
    en: WordsOut
    terms: dict[str, Any]
    text_sm3: str
    is_whole: bool
    blocked_by: str = Field(description="code of why no new work may begin under it; empty when it may")
    duties: list[DutyOut]
    windows: list[WindowOut]
    signatures: list[PartySignatureOut]


class CooperationIn(Schema):
    """A draft; `client_id` is made by the caller, so that the same request twice is one draft."""

    kind: str = Field(max_length=20)
    organisation_id: int = Field(**_ID)
    partner_id: int | None = Field(None, **_ID)
    fields: dict[str, Any]
    valid_from: date
    valid_until: date
    client_id: UUID


class CooperationWords(Schema):
    """New words for a draft; `version` is the one last read."""

    fields: dict[str, Any]
    valid_from: date
    valid_until: date
    version: int


class CooperationMove(Schema):
    """One step: offer, decline, suspend, resume, end."""

    event: str = Field(max_length=12)
    reason: str = Field("", max_length=200)


class CooperationSign(Schema):
    """One party's signature; the certificate and what it sealed are PEM or base64."""

    side: str = Field("", max_length=6)
    name: str = Field(max_length=60)
    post: str = Field(max_length=40)
    method: str = Field(max_length=12, description="glass, paper, certificate")
    image: str | None = Field(None, max_length=8_000_000)
    certificate: str = Field("", max_length=20_000)
    sealed: str = Field("", max_length=2_000)
    witness: str = Field("", max_length=60)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class CooperationRenew(Schema):
    """What follows an agreement; without fields the old terms go on."""

    fields: dict[str, Any] | None = None
    valid_from: date
    valid_until: date
    client_id: UUID


class PerformanceOut(Schema):
    """One event that counts towards a duty."""

    id: int
    duty: str
    happened_at: datetime
    quantity: int
    seconds: int | None
    source_type: str
    source_id: str


class PerformanceIn(Schema):
    """One event, counted once a source."""

    duty: str = Field(max_length=40)
    happened_at: AwareDatetime
    quantity: int = Field(1, ge=0, le=1_000_000_000)
    seconds: int | None = Field(None, ge=0, le=1_000_000_000)
    source_type: str = Field(min_length=1, max_length=40)
    source_id: str = Field(min_length=1, max_length=64)


class BreachOut(Schema):
    """A duty that was missed, and what was said about it."""

    id: int
    cooperation_id: int
    duty: str
    fault: str
    owed_by: str
    from_on: date
    until_on: date
    owed: int
    done: int
    evidence: list[int]
    state: str
    answer: str
    decision: str


class BreachSay(Schema):
    """What is said about a breach."""

    text: str = Field(max_length=500)


class BreachDecide(BreachSay):
    """uphold or excuse, with the reason."""

    event: str = Field(max_length=12)


def cooperation_out(row: Any) -> dict[str, Any]:
    fields = (
        "id", "number", "kind", "state", "organisation_id", "partner_id", "valid_from", "valid_until", "force_from",
    )  # fmt: skip
    return {field: getattr(row, field) for field in fields} | {"open_breaches": getattr(row, "open_breaches", None)}


def cooperation_detail(row: Any, today: date) -> dict[str, Any]:
    why = queries.blocked(row, today)
    return cooperation_out(row) | {
        "version": row.version, "zh": row.text["zh"], "en": row.text["en"], "terms": row.terms, "text_sm3": bytes(row.text_sm3).hex(),
        "is_whole": queries.is_whole(row), "blocked_by": why.code if why else "",
        "duties": [duty_out(duty) for duty in queries.duties_of(row)],
        "windows": [_window(w) for windows in queries.measured(row, today).values() for w in windows],
        "signatures": [_party_signature(row, s) for s in queries.list_party_signatures(row)],
    }  # fmt: skip


def duty_out(duty: Any) -> dict[str, Any]:
    return {name: getattr(duty, name) for name in ("code", "owed_by", "sense", "period", "quantity", "response_s")}


def _window(window: Any) -> dict[str, Any]:
    return {
        "duty": window.duty.code, "from_on": window.span.from_on, "until_on": window.span.until_on, "owed": window.duty.quantity,
        "done": window.done, "kept": window.verdict, "events": list(window.events),
    }  # fmt: skip


def _party_signature(row: Any, signature: Any) -> dict[str, Any]:
    return {name: getattr(signature, name) for name in ("side", "name", "post", "method", "signed_at")} | {
        "sm3": bytes(signature.sm3).hex(), "is_sound": queries.party_signature_sm3(signature) == bytes(signature.sm3),
        "counts": bytes(signature.text_sm3) == bytes(row.text_sm3),
    }  # fmt: skip


def performance_out(row: Any) -> dict[str, Any]:
    names = ("id", "duty", "happened_at", "quantity", "seconds", "source_type", "source_id")
    return {name: getattr(row, name) for name in names}


def breach_out(row: Any) -> dict[str, Any]:
    names = (
        "id", "cooperation_id", "duty", "fault", "owed_by", "from_on", "until_on", "owed", "done", "evidence", "state", "answer", "decision",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}
