"""Papers in scope, what stands under them, and whether they still count."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from yijia.apps.agreements.models import Agreement, Signature, SigningCode
from yijia.apps.catalogue.queries.scope import visible
from yijia.apps.registry.models import Proxy
from yijia.base import editions, scope, sm2
from yijia.base.crypto import sm3, unseal
from yijia.base.errors import NotFound, refuse_if
from yijia.base.models import AuditEntry
from yijia.base.rows import Given, Statement
from yijia.core.agreements.paper import canonical
from yijia.core.agreements.signing import Signer, Standing
from yijia.core.permissions import Actor, Reach, reach

NO_IMAGE = b"\0" * 32


def _sight(actor: Actor) -> Q:
    return Q(resident_id__in=actor.resident_ids) if reach(actor) is Reach.PEOPLE else visible(actor)


def get_agreement(actor: Actor, agreement_id: int) -> Agreement:
    """One paper. Raises NotFound when absent or out of scope."""
    row = Agreement.objects.select_related("organisation", "resident").filter(_sight(actor), pk=agreement_id).first()
    if row is None:
        raise NotFound
    return row


IsHanded = Callable[[Actor, int, int], bool]

_handed: list[IsHanded] = []


def tell_handed_papers(answer: IsHanded) -> None:
    """Let the context above say which papers of others came with a person an institution took over."""
    _handed[:] = [answer]


def read_agreement(actor: Actor, agreement_id: int) -> Agreement:
    """One paper to read: the actor's own, or one that came with a person their institution took over. Raises NotFound."""
    rows = Agreement.objects.select_related("organisation", "resident")
    row = rows.filter(_sight(actor), pk=agreement_id).first()
    if row is None and reach(actor) is Reach.ORGANISATIONS:
        with scope.whole_system():
            found = rows.filter(pk=agreement_id).first()
            if found is not None and any(answer(actor, found.pk, found.resident_id) for answer in _handed):
                row = found
    if row is None:
        raise NotFound
    return row


def list_agreements(
    actor: Actor, *, resident_id: int | None = None, kind: str | None = None, unsigned: bool = False
) -> QuerySet[Agreement]:
    """Papers in scope, the newest first."""
    rows = (
        Agreement.objects.select_related("organisation", "resident")
        .filter(_sight(actor))
        .order_by("-created_at", "-id")
    )
    if resident_id is not None:
        rows = rows.filter(resident_id=resident_id)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(signed_at__isnull=True, revoked_at__isnull=True) if unsigned else rows


def list_signatures(agreement: Agreement) -> list[Signature]:
    """The signatures under a paper the actor was given, oldest first."""
    return list(Signature.objects.select_related("signed_by").filter(agreement=agreement).order_by("signed_at", "id"))


def handed_signatures(agreement: Agreement) -> list[Signature]:
    """As `list_signatures`, of another institution's paper that `read_agreement` gave."""
    with scope.whole_system():
        rows = Signature.objects.select_related("signed_by", "agreement", "image").filter(agreement=agreement)
        return list(rows.order_by("signed_at", "id"))


def get_signature(actor: Actor, signature_id: int) -> Signature:
    """One signature with its image. Raises NotFound when absent, out of scope, or without an image."""
    rows = Signature.objects.select_related("image", "agreement").filter(pk=signature_id, image__isnull=False)
    rows = (
        rows.filter(agreement__resident_id__in=actor.resident_ids)
        if reach(actor) is Reach.PEOPLE
        else rows.filter(visible(actor))
    )
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def read_signature(actor: Actor, signature_id: int) -> Signature:
    """As `get_signature`, and of a paper that came with a person the actor's institution took over. Raises NotFound.

    Source      PROG-29 in docs/rules/programmes.md
    """
    try:
        return get_signature(actor, signature_id)
    except NotFound:
        with scope.whole_system():
            row = Signature.objects.select_related("image").filter(pk=signature_id, image__isnull=False).first()
    if row is None:
        raise NotFound
    read_agreement(actor, row.agreement_id)
    return row


_STANDING = Statement(
    lambda: Agreement.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=Given("on")), resident_id=Given("resident_id"),
        organisation_id=Given("organisation_id"), kind=Given("kind"), signed_at__isnull=False, revoked_at__isnull=True,
        valid_from__lte=Given("on"),
    ).order_by("-signed_at", "-id")
)  # fmt: skip


def valid_consent_for_system(
    resident_id: int,
    organisation_id: int,
    *,
    on: date,
    kind: str = Agreement.Kind.CONSENT,
    item_codes: Iterable[str] = (),
) -> Agreement | None:
    """The latest signed paper that stands that day and, for a consent, names every item; None when there is none."""
    rows = _STANDING.ask(resident_id=resident_id, organisation_id=organisation_id, on=on, kind=str(kind))
    wanted = set(item_codes)
    return next(
        (row for row in rows if kind != Agreement.Kind.CONSENT or wanted <= set(row.text["fields"]["item_codes"])), None
    )


def consent_facts_for_system(
    consent_id: int | None, service_agreement_id: int | None, on: date
) -> dict[str, bool | None]:
    """What the gate asks of the two papers of an order; see `consent_facts_of`."""
    rows = Agreement.objects.in_bulk([pk for pk in (consent_id, service_agreement_id) if pk])
    return consent_facts_of(rows.get(consent_id or 0), rows.get(service_agreement_id or 0), on)


def consent_facts_of(consent: Agreement | None, service: Agreement | None, on: date) -> dict[str, bool | None]:
    """What the gate asks of two papers already read: consent_is_signed, consent_is_revoked, agreement_is_signed.

    A paper that is out of force, or whose words no longer match their SM3, counts as not signed.
    """
    return {
        "consent_is_signed": _is_signed(consent, on),
        "consent_is_revoked": consent is not None and consent.revoked_at is not None,
        "agreement_is_signed": _is_signed(service, on) and (service is None or service.revoked_at is None),
    }


def _is_signed(row: Agreement | None, on: date) -> bool:
    if row is None or row.signed_at is None or not is_intact(row):
        return False
    return row.valid_from <= on and (row.valid_until is None or row.valid_until > on)


def is_intact(row: Agreement) -> bool:
    """Whether the words are still those that were frozen."""
    return sm3(canonical(row.text)) == bytes(row.text_sm3)


def signature_sm3(signature: Signature) -> bytes:
    """SM3 over the frozen text, the image and the instant, with who signed how, where, and before whom.

    Source  AGREEMENT-05 in docs/rules/agreements.md
    """
    facts = {
        "text": bytes(signature.agreement.text_sm3).hex(),
        "image": (bytes(signature.image.sm3) if signature.image else NO_IMAGE).hex(),
        "at": signature.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "signer": signature.signer, "name": signature.name, "relation": signature.relation, "method": signature.method,
        "witness": signature.witness, "lon": signature.lon, "lat": signature.lat,
    }  # fmt: skip
    if signature.proof is not None:
        facts["proof"] = signature.proof
    if signature.certificate is not None:
        facts |= {"certificate": bytes(signature.certificate).hex(), "sealed": bytes(signature.sealed or b"").hex()}
    return sm3(canonical(facts))


def is_paper_signature_sound(signature: Signature) -> bool:
    """Whether a signature still fits its paper: its seal, and the picture it was drawn or scanned in."""
    if bytes(signature.sm3) != signature_sm3(signature):
        return False
    if signature.certificate is not None:
        text = bytes(signature.agreement.text_sm3)
        return sm2.stands(bytes(signature.certificate), bytes(signature.sealed or b""), text)
    return signature.image is None or sm3(bytes(signature.image.content)) == bytes(signature.image.sm3)


SIGNING_CODE = "agreements.signingcode.code"
WRONG_CODE = "agreements.wrong_code"
"""How a wrong signing code is called in the audit."""


def needs_both(row: Agreement) -> bool:
    """Whether the institution signs this paper too before it counts."""
    return bool(row.text.get("template", {}).get("both", False))


def needs_witness(row: Agreement) -> bool:
    """Whether somebody else signs beside the resident; a paper taken over from elsewhere carries no template of ours."""
    return bool(row.text.get("template", {}).get("witnessed", False))


def code_of(code: SigningCode) -> str:
    """The six digits, for whoever gave them out, and to compare."""
    return unseal(code.code_enc, SIGNING_CODE)


def code_out(actor: Actor, row: Agreement, at: datetime) -> SigningCode | None:
    """The code that is out for a paper the actor was given, while it still signs; None when there is none."""
    out = SigningCode.objects.filter(agreement=row, is_out=True, valid_until__gt=at).first()
    return out if out is not None and wrong_codes_for_system(out) < out.most_tries else None


def wrong_codes_for_system(code: SigningCode) -> int:
    """How often a wrong code was typed in while this one was out."""
    tries = AuditEntry.objects.filter(subject_type=WRONG_CODE, at__gte=code.given_at)
    return tries.filter(subject_ids__contains=[code.pk]).count()


def signing_code_term(row: Agreement, on: date) -> Mapping[str, Any]:
    """How long a code holds and how often it may be tried. Raises Refused when policy is silent."""
    found = editions.current().lookup("term:signing_code", jurisdiction=row.organisation.jurisdiction, on=on)
    content: Mapping[str, Any] = refuse_if(found).value
    return content


def standings(resident_id: int, on: date) -> tuple[Standing, ...]:
    """The relatives who may act for a resident that day."""
    rows = Proxy.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on), resident_id=resident_id, valid_from__lte=on, revoked_at__isnull=True
    ).order_by("id")  # fmt: skip
    return tuple(Standing(Signer(row.kind), row.name, row.relation, row.user_id, frozenset(row.scope)) for row in rows)


def proof_of(resident_id: int, signer: str, name: str, user_id: int | None, on: date) -> dict[str, Any] | None:
    """By what right a guardian or proxy signs: the grant on record that day, as it is frozen into the signature.

    user_id     the relative who signs themselves; None when staff record it, and the name finds the grant

    Source  AGREEMENT-22 in docs/rules/agreements.md
    """
    rows = Proxy.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on), resident_id=resident_id, valid_from__lte=on, revoked_at__isnull=True,
        kind=signer,
    ).order_by("id")  # fmt: skip
    rows = rows.filter(name=name) if user_id is None else rows.filter(user=user_id)
    row = rows.first()
    if row is None:
        return None
    return {
        "grant": row.pk, "kind": row.kind, "relation": row.relation, "matters": sorted(row.scope), "granted_at": row.granted_at.isoformat(),
        "valid_from": row.valid_from.isoformat(), "valid_until": row.valid_until.isoformat() if row.valid_until else None,
    }  # fmt: skip


def own_standing(actor: Actor, resident_id: int, on: date) -> Standing | None:
    """The relative's own standing, so that the form can be filled in for them."""
    return next((standing for standing in standings(resident_id, on) if standing.user_id == actor.user_id), None)
