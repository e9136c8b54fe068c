"""A paper is prepared with its words frozen, signed, and may be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from yijia.apps.agreements import queries, words
from yijia.apps.agreements.models import Agreement, Signature
from yijia.apps.registry.models import Organisation, Resident
from yijia.base import editions, files, outbox, sm2
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import sm3
from yijia.base.errors import Invalid, NotFound, Refused, refuse_if
from yijia.base.models import StoredFile
from yijia.core.agreements import paper as papers
from yijia.core.agreements import signing, terms
from yijia.core.agreements.signing import Method, Signer
from yijia.core.calendar import add_months
from yijia.core.permissions import Actor, Reach, in_scope, reach
from yijia.core.refusal import Refusal


@action("agreements.prepare")
def prepare(
    *,
    kind: str,
    resident_id: int,
    organisation_id: int,
    fields: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Agreement:
    """Fill the place's model text for this resident and institution, and freeze it with its SM3.

    fields      item_codes (a consent needs at least one; a service agreement without any names what is published), order_number;
                words: more fields of the text, name → {zh, en} (a programme's name, plan and term); until: a last day of its own

    Raises      Invalid; NotFound: resident or institution out of scope; Refused: agreements.no_template, .unknown_item,
                .field_missing
    """
    if kind not in Agreement.Kind.values:
        raise Invalid({"kind": [str(words.FAULTS["unknown_kind"])]})
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    resident = Resident.objects.filter(pk=resident_id).first()
    if (
        organisation is None
        or resident is None
        or not in_scope(
            by, organisation_id=organisation_id, resident_id=resident_id, jurisdiction=organisation.jurisdiction
        )
    ):
        raise NotFound
    on, given = business_date(at), dict(fields or {})
    key = f"agreement:{kind}"
    template = editions.current().lookup(key, jurisdiction=organisation.jurisdiction, on=on)
    if isinstance(template, Refusal):
        raise Refused(Refusal("agreements.no_template", {"key": key, "jurisdiction": organisation.jurisdiction}))
    until = given.get("until") or add_months(on, template.value["valid_months"])
    merged = refuse_if(queries.fields_of(resident, organisation, item_codes=_codes(given), on=on, until=until))
    filled = refuse_if(papers.fill(template.value, replace(merged, plain={**merged.plain, **given.get("words", {})})))
    text = {
        **filled,
        "fields": {"item_codes": _codes(given), "order_number": str(given.get("order_number", "")), "institution": organisation.name, "resident_id": resident.pk},
        "template": {"key": template.key, "edition": template.edition, "jurisdiction": template.jurisdiction, "evidence": template.evidence.value,
                     "mandatory": terms.mandatory(template.value), "both": template.value.get("both_sign", False),
                     "witnessed": template.value.get("paper_needs_witness", False)},
    }  # fmt: skip
    return Agreement.objects.create(
        organisation=organisation, resident=resident, kind=kind, template_key=key, template_edition=template.edition, text=text,
        text_sm3=sm3(papers.canonical(text)), valid_from=on, valid_until=until, created_at=at, created_by_id=by.user_id,
    )  # fmt: skip


@action("agreements.sign")
def sign(
    *, agreement_id: int, signer: str, name: str, relation: str = "", method: str, image: str | bytes | StoredFile | None = None, witness: str = "",
    lon: float | None = None, lat: float | None = None, certificate: str = "", sealed: str = "", by: Actor, at: datetime,
) -> Signature:  # fmt: skip
    """Record one signature under a paper; it is signed when everybody has who must: the resident, and the institution where the text asks.

    image       a signature pad's `data:image/png;base64,…`, the scan of what was signed on paper, or a picture already kept
    certificate, sealed     PEM or base64 of the signer's SM2 certificate and of its signature over the text's SM3

    Raises      Invalid, by field; NotFound; Refused: the codes of core.agreements.signing.may_sign,
                agreements.certificate_of_another, .certificate_refused
    """
    row = locked_paper(by, agreement_id)
    who, how = _read(signer, name, relation, method, witness, lon, lat)
    on = business_date(at)
    refuse_if(
        signing.may_sign(
            standing_of(row),
            by,
            signer=who,
            name=name,
            method=how,
            has_image=bool(image),
            witness=witness,
            standings=queries.standings(row.resident_id, on),
            on=on,
            has_certificate=bool(certificate and sealed),
            reworded=reworded(row, on),
        )
    )
    held = _certificate(row, name.strip(), certificate, sealed, at) if how is Method.CERTIFICATE else (None, None)
    kept = _kept(image, row, by, at) if how is not Method.CERTIFICATE else None
    signature = Signature(
        organisation_id=row.organisation_id, agreement=row, signer=who.value, name=name.strip(), relation=relation.strip(), method=how.value,
        image=kept, witness=witness.strip(), lon=lon, lat=lat, certificate=held[0], sealed=held[1], signed_at=at, signed_by_id=by.user_id,
    )  # fmt: skip
    return put_under(row, signature, by=by, at=at)


def put_under(row: Agreement, signature: Signature, *, by: Actor, at: datetime) -> Signature:
    """Seal a signature that may stand and keep it; the paper is signed once everybody has who must.

    Source      AGREEMENT-24 in docs/rules/agreements.md
    """
    if signature.signer in (Signer.GUARDIAN, Signer.PROXY):
        own = by.user_id if reach(by) is Reach.PEOPLE else None
        signature.proof = queries.proof_of(row.resident_id, signature.signer, signature.name, own, business_date(at))
    signature.sm3 = queries.signature_sm3(signature)
    signature.save()
    if row.signed_at is None and standing_of(row).is_whole:
        row.signed_at, row.signed_by_id = at, by.user_id
        row.save(update_fields=["signed_at", "signed_by"])
        outbox.publish(
            "agreements.signed",
            {"agreement_id": row.pk, "kind": row.kind, "resident_id": row.resident_id},
            at=at,
            organisation_id=row.organisation_id,
        )
    return signature


def _kept(image: str | bytes | StoredFile | None, row: Agreement, by: Actor, at: datetime) -> StoredFile | None:
    given: dict[str, Any] = {"field": "image", "by": by, "at": at, "organisation_id": row.organisation_id}
    if isinstance(image, bytes) and image:
        return files.keep(image, **given)
    if isinstance(image, str) and image:
        return files.keep_data_url(image, **given)
    return image if isinstance(image, StoredFile) else None


def reworded(row: Agreement, on: date) -> str:
    """A mandatory clause of the place's text that changed since this paper was frozen, by its heading; empty for none."""
    frozen = row.text["template"].get("mandatory")
    template = editions.current().lookup(row.template_key, jurisdiction=row.organisation.jurisdiction, on=on)
    if frozen is None or isinstance(template, Refusal):
        return ""
    changed = terms.changed(frozen, template.value)
    titles = {clause.get("code"): clause["title"] for clause in template.value["clauses"]}
    return (
        str(titles[changed[0]]["en" if words.is_english() else "zh"])
        if changed and changed[0] in titles
        else "".join(changed[:1])
    )


def _certificate(row: Agreement, name: str, certificate: str, sealed: str, at: datetime) -> tuple[bytes, bytes]:
    """The signer's own SM2 certificate, in force and trusted, and its signature over these very words."""
    try:
        held, over = sm2.der(certificate), sm2.der(sealed)
        read = sm2.read(held, at)
    except sm2.Unfit as unfit:
        raise Invalid({"certificate": [str(words.CERTIFICATE[unfit.code])]}) from unfit
    if read.name != name:
        raise Refused(Refusal("agreements.certificate_of_another", {"signer": name}))
    if not sm2.verify(bytes(row.text_sm3), over, read.key):
        raise Refused(Refusal("agreements.certificate_refused", {"serial": read.serial}))
    return held, over


@action("agreements.revoke")
def revoke(*, agreement_id: int, reason: str, by: Actor, at: datetime) -> Agreement:
    """Take a paper back; from now on the gate of every order that stands on it is red.

    Raises      NotFound; Refused: agreements.revoked, .no_reason, .no_standing, .scope_missing
    """
    row = locked_paper(by, agreement_id)
    refuse_if(
        signing.may_revoke(
            standing_of(row), by, reason=reason, standings=queries.standings(row.resident_id, business_date(at))
        )
    )
    row.revoked_at, row.revoked_by_id, row.revoke_reason = at, by.user_id, reason.strip()[:200]
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    outbox.publish(
        "agreements.revoked",
        {"agreement_id": row.pk, "kind": row.kind, "resident_id": row.resident_id},
        at=at,
        organisation_id=row.organisation_id,
    )
    return row


def locked_paper(by: Actor, agreement_id: int) -> Agreement:
    """The paper, locked until the transaction ends. Raises NotFound when absent or out of scope."""
    queries.get_agreement(by, agreement_id)
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("organisation", "resident")
        .get(pk=agreement_id)
    )


def standing_of(row: Agreement) -> signing.Paper:
    """What the rules of signing ask of a paper."""
    made = list(Signature.objects.filter(agreement=row).values_list("signer", "method"))
    return signing.Paper(
        resident_id=row.resident_id, is_intact=queries.is_intact(row), is_revoked=row.revoked_at is not None, valid_until=row.valid_until,
        methods=frozenset(Method(method) for signer, method in made if Signer(signer) in signing.FOR_THE_RESIDENT),
        both=queries.needs_both(row), witnessed=queries.needs_witness(row),
        house_signed=any(signer == Signer.INSTITUTION for signer, _ in made),
    )  # fmt: skip


def _codes(given: Mapping[str, Any]) -> list[str]:
    codes: Sequence[str] = given.get("item_codes", ())
    return sorted({str(code) for code in codes})


def _read(
    signer: str, name: str, relation: str, method: str, witness: str, lon: float | None, lat: float | None
) -> tuple[Signer, Method]:
    wrong: dict[str, str] = {}
    if signer not in set(Signer):
        wrong["signer"] = "unknown_signer"
    if method not in set(Method):
        wrong["method"] = "unknown_method"
    if not name.strip():
        wrong["name"] = "name_required"
    for field, text, most in (("name", name, 60), ("relation", relation, 20), ("witness", witness, 60)):
        if len(text) > most:
            wrong[field] = "too_long"
    if (lon is not None and not -180 <= lon <= 180) or (lat is not None and not -90 <= lat <= 90):
        wrong["lon"] = "place"
    if wrong:
        raise Invalid({field: [str(words.FAULTS[fault])] for field, fault in wrong.items()})
    return Signer(signer), Method(method)
