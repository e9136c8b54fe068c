"""Signing side by side: by a one-time code on the resident's own phone, or at the door with both hands."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from yijia.apps.agreements import queries
from yijia.apps.agreements.actions.papers import locked_paper, put_under, reworded, sign, standing_of
from yijia.apps.agreements.models import Signature, SigningCode
from yijia.base import audit
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import seal
from yijia.base.errors import refuse_if
from yijia.base.models import User
from yijia.core.agreements import signing
from yijia.core.agreements.signing import Method, Signer
from yijia.core.permissions import Actor, Role

DIGITS = 6


@action("agreements.give_code")
def give_code(*, agreement_id: int, by: Actor, at: datetime) -> SigningCode:
    """A fresh code for one paper; the one given before no longer counts. Giving it is the institution's own signature once it is used.

    Raises      NotFound; Refused: agreements.code_needs_staff and what keeps a paper from being signed
    Source      AGREEMENT-25 in docs/rules/agreements.md
    """
    row = locked_paper(by, agreement_id)
    on = business_date(at)
    refuse_if(signing.may_give_code(standing_of(row), by, on=on, reworded=reworded(row, on)))
    term = queries.signing_code_term(row, on)
    SigningCode.objects.filter(agreement=row, is_out=True).update(is_out=False)
    return SigningCode.objects.create(
        organisation_id=row.organisation_id, agreement=row, code_enc=seal(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", queries.SIGNING_CODE),
        most_tries=term["most_tries"], given_at=at, given_by_id=by.user_id, giver=_name_of(by), valid_until=at + timedelta(minutes=term["valid_min"]),
    )  # fmt: skip


@action("agreements.sign_by_code")
def sign_by_code(
    *, agreement_id: int, code: str, lon: float | None = None, lat: float | None = None, by: Actor, at: datetime
) -> Signature:
    """Sign with the code that staff gave out: the resident or relative, from their own account; the institution signs with it.

    Raises      NotFound; Refused: agreements.no_code, .code_expired, .code_locked, .code_wrong, and those of `sign`
    Source      AGREEMENT-25 in docs/rules/agreements.md
    """
    row = locked_paper(by, agreement_id)
    out = SigningCode.objects.select_for_update().filter(agreement=row, is_out=True).first()
    tried = queries.wrong_codes_for_system(out) if out else 0
    given = "".join(code.split())
    is_right = out is not None and compare_digest(given.encode(), queries.code_of(out).encode())
    known = signing.Code(out.valid_until, tried, out.most_tries) if out else None
    refusal = signing.try_code(known, is_right, at)
    if refusal is not None and out is not None and not is_right and refusal.code != "agreements.code_expired":
        audit.note(
            verb="refused", name=queries.WRONG_CODE, by=by, at=at, subject_type=queries.WRONG_CODE, subject_ids=[out.pk],
            resident_ids=[row.resident_id], organisation_id=row.organisation_id, facts={"tries": tried + 1},
        )  # fmt: skip
    refuse_if(refusal)
    assert out is not None
    on = business_date(at)
    own = queries.own_standing(by, row.resident_id, on) if by.role is Role.FAMILY else None
    signer = own.kind if own else Signer.PROXY if by.role is Role.FAMILY else Signer.RESIDENT
    name, relation = (own.name, own.relation) if own else (row.resident.name, "")
    refuse_if(
        signing.may_sign(
            standing_of(row), by, signer=signer, name=name, method=Method.CODE, has_image=False, witness="",
            standings=queries.standings(row.resident_id, on), on=on, reworded=reworded(row, on), has_code=True,
        )
    )  # fmt: skip
    out.is_out = False
    out.save(update_fields=["is_out"])
    kept: dict[str, Any] = {
        "organisation_id": row.organisation_id,
        "agreement": row,
        "method": Method.CODE.value,
        "lon": lon,
        "lat": lat,
    }
    if not standing_of(row).house_signed:
        house = Signature(
            **kept,
            signer=Signer.INSTITUTION.value,
            name=out.giver,
            signed_at=out.given_at,
            signed_by_id=out.given_by_id,
        )
        put_under(row, house, by=by, at=at)
    mine = Signature(**kept, signer=signer.value, name=name, relation=relation, signed_at=at, signed_by_id=by.user_id)
    return put_under(row, mine, by=by, at=at)


@action("agreements.sign_at_door")
def sign_at_door(
    *, agreement_id: int, house_image: str, lon: float | None = None, lat: float | None = None, by: Actor, at: datetime, **hand: Any
) -> Signature:  # fmt: skip
    """Both hands at one sitting, all or none: whoever signs for the resident, then the member of staff for the institution.

    hand        what `sign` takes for the resident's side

    Raises      as `sign`
    Source      AGREEMENT-24 in docs/rules/agreements.md
    """
    given: dict[str, Any] = {"agreement_id": agreement_id, "lon": lon, "lat": lat, "by": by, "at": at}
    made = sign(**hand, **given)
    countersign(house_image=house_image, **given)
    return made


@action("agreements.countersign")
def countersign(
    *, agreement_id: int, house_image: str, lon: float | None = None, lat: float | None = None, by: Actor, at: datetime
) -> Signature:
    """The institution's signature by the hand of the member of staff who gives it, in their own name.

    Raises      as `sign`
    Source      AGREEMENT-24 in docs/rules/agreements.md
    """
    return sign(
        agreement_id=agreement_id, signer=Signer.INSTITUTION.value, name=_name_of(by), method=Method.GLASS.value, image=house_image,
        lon=lon, lat=lat, by=by, at=at,
    )  # fmt: skip


def _name_of(by: Actor) -> str:
    return str(User.objects.get(pk=by.user_id).display_name)[:60] if by.user_id else ""
