"""Shapes of the papers in JSON."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from yijia.apps.agreements import queries


class ClauseOut(Schema):
    """One clause as frozen."""

    no: str
    title: str
    text: str


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
    method: str = Field(max_length=24, description="glass, witnessed_fingerprint, paper, spoken")
    image: str | None = Field(None, max_length=8_000_000)
    witness: str = Field("", max_length=60)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)


class RevokeIn(Schema):
    """Why a paper is taken back."""

    reason: str = Field(max_length=200)


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
