"""One frozen dataclass per page of the papers and the function that fills it."""

from dataclasses import dataclass
from typing import Any

import segno
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.agreements import forms, queries, words
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.core.agreements.signing import Method, Signer
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission, Reach, Role, may, reach

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One paper in a list."""

    id: int
    title: str
    house: str
    person: str
    at: Any
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers in sight."""

    page: Page
    kind: str
    kinds: tuple[tuple[str, str], ...]
    unsigned: bool


def papers(request: HttpRequest) -> Papers:
    kind, unsigned = request.GET.get("kind", ""), request.GET.get("unsigned") == "1"
    kind = kind if kind in words.KINDS else ""
    page = Paginator(queries.list_agreements(request.actor, kind=kind or None, unsigned=unsigned), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    audit.read(
        request.actor, request.at, "agreements.papers", subject_type="agreements.agreement", subject_ids=[row.pk for row in rows],
        resident_ids=[row.resident_id for row in rows],
    )  # fmt: skip
    own = reach(request.actor) is Reach.PEOPLE
    page.object_list = [
        Line(
            row.pk,
            _title(row),
            _house(row),
            row.resident.name if own else masking.name(row.resident.name),
            row.signed_at or row.created_at,
            *_state(row, request),
        )
        for row in rows
    ]
    return Papers(
        page, kind, tuple((code, str(word)) for code, word in words.KINDS.items() if code != "family_doctor"), unsigned
    )


def _title(row: Any) -> str:
    return str(row.text["en" if words.is_english() else "zh"]["title"])


def _house(row: Any) -> str:
    return str((row.organisation.name_en or row.organisation.name) if words.is_english() else row.organisation.name)


def _state(row: Any, request: HttpRequest) -> tuple[str, str]:
    if row.revoked_at is not None:
        return "bad", _("已撤回")
    if row.valid_until is not None and row.valid_until <= business_date(request.at):
        return "idle", _("已过期")
    return ("done", _("已签")) if row.signed_at is not None else ("wait", _("待签"))


@dataclass(frozen=True, slots=True)
class Sign:
    """One signature under a paper."""

    id: int
    who: str
    name: str
    relation: str
    method: str
    witness: str
    at: Any
    has_image: bool
    is_sound: bool
    by: str
    place: str
    sm3: str
    proof: str


@dataclass(frozen=True, slots=True)
class CodeOut:
    """The code as the doctor shows it: digits, a QR of the page that takes it, and how long it holds."""

    digits: str
    svg: str
    until: Any


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One paper: its words as frozen, what stands under it, and the form to sign."""

    id: int
    title: str
    clauses: tuple[dict[str, str], ...]
    house: str
    person: str
    tone: str
    state: str
    is_intact: bool
    sm3: str
    valid_from: Any
    valid_until: Any
    signatures: tuple[Sign, ...]
    revoked_at: Any
    revoke_reason: str
    edition: str
    evidence: str
    form: Any
    revoke_form: Any
    next_url: str
    code: "CodeOut | None"
    may_give_code: bool
    by_code: bool
    typed: str
    waits_for: str
    house_hand: str


def _code(request: HttpRequest, row: Any, out: Any) -> CodeOut:
    digits = queries.code_of(out)
    there = request.build_absolute_uri(reverse("agreements:paper", args=[row.pk]))
    svg = segno.make(f"{there}?code={digits}", error="m").svg_data_uri(border=2, omitsize=True)
    return CodeOut(f"{digits[:3]} {digits[3:]}", str(svg), out.valid_until)


def paper(request: HttpRequest, agreement_id: int, form: Any = None) -> PaperPage:
    row = queries.read_agreement(request.actor, agreement_id)
    audit.read(
        request.actor,
        request.at,
        "agreements.paper",
        subject_type="agreements.agreement",
        subject_ids=[row.pk],
        resident_ids=[row.resident_id],
    )
    is_theirs = (
        reach(request.actor) is Reach.ORGANISATIONS and row.organisation_id not in request.actor.organisation_ids
    )
    made = queries.handed_signatures(row) if is_theirs else queries.list_signatures(row)
    tone_state = _state(row, request)
    is_open = (
        row.revoked_at is None
        and tone_state[0] in ("wait", "done")
        and may(request.actor, Permission.ORDER_SIGN)
        and not is_theirs
    )
    needs_hand = not any(s.signer in ("resident", "guardian", "proxy") and s.method != Method.SPOKEN for s in made)
    if form is None and is_open and needs_hand:
        form = sign_form(request, row)
    both, own = queries.needs_both(row), reach(request.actor) is Reach.PEOPLE
    has_house = any(s.signer == Signer.INSTITUTION for s in made)
    staff = both and is_open and not own and request.actor.role is not Role.CLERK
    waits = is_open and both and row.signed_at is None
    out = queries.code_out(request.actor, row, request.at) if waits and needs_hand else None
    return PaperPage(
        id=row.pk, title=_title(row), clauses=tuple(row.text["en" if words.is_english() else "zh"]["clauses"]), house=_house(row), person=row.resident.name,
        tone=tone_state[0], state=tone_state[1], is_intact=queries.is_intact(row), sm3=bytes(row.text_sm3).hex(), valid_from=row.valid_from,
        valid_until=row.valid_until, signatures=tuple(_sign(s) for s in made), revoked_at=row.revoked_at, revoke_reason=row.revoke_reason,
        edition=row.template_edition, evidence=row.text["template"]["evidence"], form=form,
        revoke_form=forms.RevokeForm() if is_open and row.signed_at is not None else None, next_url=request.POST.get("next") or request.GET.get("next", ""),
        code=_code(request, row, out) if out is not None and staff else None, may_give_code=staff and needs_hand,
        by_code=own and out is not None, typed="".join(ch for ch in request.GET.get("code", "") if ch in "0123456789")[:6],
        waits_for="" if not waits or needs_hand == (not has_house) else _("等本人或家属签") if needs_hand else _("等机构签"),
        house_hand=_house_hand(request) if staff and not has_house else "",
    )  # fmt: skip


def _house_hand(request: HttpRequest) -> str:
    """Who would sign for the institution: the member of staff who looks."""
    return str(request.user.display_name)


def _sign(signature: Any) -> Sign:
    place = "" if signature.lon is None or signature.lat is None else f"{signature.lat:.4f}, {signature.lon:.4f}"
    return Sign(
        signature.pk, str(words.SIGNERS.get(signature.signer, signature.signer)), signature.name, signature.relation, str(words.METHODS[signature.method]),
        signature.witness, signature.signed_at, signature.image_id is not None, queries.is_paper_signature_sound(signature),
        signature.signed_by.display_name if signature.signed_by else "", place, bytes(signature.sm3).hex(),
        _("授权于 %(day)s 登记，编号 %(number)s") % {"day": signature.proof["granted_at"][:10], "number": signature.proof["grant"]} if signature.proof else "",
    )  # fmt: skip


def sign_form(request: HttpRequest, row: Any, data: Any = None, files: Any = None) -> forms.SignForm:
    """The form to sign with, for whoever looks: the resident, a relative, or staff before whom it is signed."""
    actor: Actor = request.actor
    methods = [Method.GLASS, Method.WITNESSED_FINGERPRINT]
    initial = {"signer": Signer.RESIDENT.value, "name": row.resident.name, "method": Method.GLASS.value}
    signers = [Signer.RESIDENT]
    if actor.role is Role.FAMILY:
        own = queries.own_standing(actor, row.resident_id, business_date(request.at))
        signers = [own.kind] if own else [Signer.PROXY]
        initial |= {
            "signer": signers[0].value,
            "name": own.name if own else "",
            "relation": own.relation if own else "",
        }
    elif actor.role is not Role.RESIDENT:
        signers = [Signer.RESIDENT, Signer.GUARDIAN, Signer.PROXY]
        methods = [*methods, Method.PAPER, *([Method.SPOKEN] if actor.role is Role.CLERK else [])]
    methods.append(Method.CERTIFICATE)
    return forms.SignForm(
        data, files, signers=[s.value for s in signers], methods=[m.value for m in methods], initial=initial
    )
