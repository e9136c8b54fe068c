"""Both parties sign an agreement between institutions: by hand on glass, on paper with its scan, or by SM2 certificate."""

from datetime import datetime
from typing import Any

from yijia.apps.agreements import queries, words
from yijia.apps.agreements.actions.common import both, invalid, locked, step_to, text_of
from yijia.apps.agreements.actions.cooperations import reworded
from yijia.apps.agreements.models import Cooperation, CooperationEvent, PartySignature
from yijia.base import files, sm2
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, Refused, refuse_if
from yijia.core.agreements import signing, terms
from yijia.core.agreements.lifecycle import TABLE, Event, State
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal


@action("cooperations.sign")
def sign_cooperation(
    *, cooperation_id: int, side: str = "", name: str, post: str, method: str, image: str | bytes | None = None, certificate: str = "",
    sealed: str = "", witness: str = "", lon: float | None = None, lat: float | None = None, by: Actor, at: datetime,
) -> PartySignature:  # fmt: skip
    """Sign for one side; the second signature makes the agreement binding from its first day, or from today if that is past.

    side        first or second; asked only of somebody who stands on both
    image       glass: the pad's `data:image/png;base64,…`; paper: the scan, likewise or as it was uploaded
    certificate, sealed     PEM or base64 of the SM2 certificate and of its signature over the text's SM3

    Raises      Invalid, by field; NotFound; Refused: the codes of core.agreements.signing.may_sign_for, of the lifecycle,
                cooperations.template_changed, .licence_expired, .overlap, .certificate_refused
    """
    row = locked(by, cooperation_id)
    on, own = business_date(at), _side(row, side, by)
    made = queries.counting_signatures(row)
    refuse_if(
        signing.may_sign_for(
            signing.CooperationPaper(
                is_whole=queries.is_whole(row), state=State(row.state), valid_until=row.valid_until,
                signed={known: signature.signed_by_id for known, signature in made.items()},
            ),
            side=own, signer_id=by.user_id, method=method, has_image=bool(image), has_certificate=bool(certificate and sealed),
            name=name, witness=witness, on=on,
        )
    )  # fmt: skip
    faults = reworded(row, on)
    if faults:
        raise Refused(Refusal("cooperations.template_changed", {"clause": _clause(row, faults[0])}))
    licence = terms.licence_gap(list(queries.parties_of(row).values()), on)
    refuse_if(licence)
    signature = _signature(row, own or "", name, post, method, image, certificate, sealed, witness, lon, lat, by, at)
    signature.sm3 = queries.party_signature_sm3(signature)
    signature.save()
    CooperationEvent.objects.create(
        **both(row), cooperation=row, event=Event.SIGN.value, from_state=row.state, to_state=row.state, side=own, at=at,
        by_id=by.user_id,
    )  # fmt: skip
    if set(made) | {own} == set(terms.SIDES):
        _bind(row, own or "", by, at)
    return signature


def _bind(row: Cooperation, side: str, by: Actor, at: datetime) -> None:
    """Both have signed: the agreement binds, and takes force at once when its first day has come."""
    on = business_date(at)
    row.force_from = terms.force_from(row.valid_from, on)
    facts = {
        "both_signed": True, "licences_stand": True, "alone": queries.overlapping(row, row.force_from) is None, "begun": True
    }  # fmt: skip
    step_to(
        row, Event.SIGN, refuse_if(TABLE.step(State.OFFERED, Event.SIGN, facts)), side=side, reason="", by=by, at=at
    )
    if row.force_from <= on:
        target = refuse_if(TABLE.step(State.SIGNED, Event.TAKE_FORCE, facts))
        step_to(row, Event.TAKE_FORCE, target, side="system", reason="", by=by, at=at)


def _side(row: Cooperation, wanted: str, by: Actor) -> str | None:
    if wanted and wanted not in terms.SIDES:
        invalid({"side": "unknown_side"})
    own = queries.side_of(row, by)
    if wanted and own is not None and {row.organisation_id, row.partner_id} <= by.organisation_ids:
        return wanted
    if wanted and own != wanted:
        raise Refused(Refusal("cooperations.wrong_side", {"side": wanted}))
    return own


def _clause(row: Cooperation, code: str) -> str:
    """The heading of a clause by its code, for the sentence that names it; the code where the paper never had it."""
    template = queries.template_for(row.kind, row.jurisdiction, row.valid_from)
    if isinstance(template, Refusal):
        return code
    found = next((clause["title"] for clause in template.value["clauses"] if clause["code"] == code), None)
    return str(found["en" if words.is_english() else "zh"]) if found else code


def _signature(
    row: Cooperation, side: str, name: str, post: str, method: str, image: str | bytes | None, certificate: str, sealed: str, witness: str,
    lon: float | None, lat: float | None, by: Actor, at: datetime,
) -> PartySignature:  # fmt: skip
    signer, office, before = text_of(name, "name", 60), text_of(post, "post", 40), text_of(witness, "witness", 60)
    invalid({field: "name_required" for field, text in (("name", signer), ("post", office)) if not text})
    if (lon is not None and not -180 <= lon <= 180) or (lat is not None and not -90 <= lat <= 90):
        invalid({"lon": "place"})
    signature = PartySignature(
        **both(row), cooperation=row, side=side, name=signer, post=office, method=method, text_sm3=bytes(row.text_sm3), witness=before,
        lon=lon, lat=lat, signed_at=at, signed_by_id=by.user_id,
    )  # fmt: skip
    if method == PartySignature.Method.CERTIFICATE:
        held = _certificate(row, side, signer, certificate, sealed, at)
        signature.certificate, signature.sealed = held
    else:
        given: dict[str, Any] = {"field": "image", "by": by, "at": at, "organisation_id": row.organisation_id}
        signature.image = (
            files.keep(image, **given) if isinstance(image, bytes) else files.keep_data_url(image or "", **given)
        )
    return signature


def _certificate(
    row: Cooperation, side: str, signer: str, certificate: str, sealed: str, at: datetime
) -> tuple[bytes, bytes]:
    """The certificate and the signature, when it is the party's own, in force, trusted, and signed exactly these words."""
    party = queries.parties_of(row)[side]
    try:
        held, over = sm2.der(certificate), sm2.der(sealed)
        read = sm2.read(held, at)
    except sm2.Unfit as unfit:
        raise Invalid({"certificate": [str(words.CERTIFICATE[unfit.code])]}) from unfit
    if read.organisation != party.name or read.name not in (signer, party.name):
        raise Refused(Refusal("cooperations.certificate_of_another", {"name": party.name, "signer": signer}))
    if not sm2.verify(bytes(row.text_sm3), over, read.key):
        raise Refused(Refusal("cooperations.certificate_refused", {"serial": read.serial}))
    return held, over
