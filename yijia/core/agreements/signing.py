"""Who may sign which way: the resident, a guardian or proxy with the right, or the desk that saw it happen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yijia.core.agreements.lifecycle import State
from yijia.core.permissions import Actor, Reach, Role, reach
from yijia.core.refusal import Refusal


class Signer(StrEnum):
    """Whose signature it is."""

    RESIDENT = "resident"
    GUARDIAN = "guardian"
    PROXY = "proxy"
    INSTITUTION = "institution"


class Method(StrEnum):
    """How it was signed."""

    GLASS = "glass"
    WITNESSED_FINGERPRINT = "witnessed_fingerprint"
    PAPER = "paper"
    SPOKEN = "spoken"
    CERTIFICATE = "certificate"
    CODE = "code"


FOR_THE_RESIDENT = frozenset({Signer.RESIDENT, Signer.GUARDIAN, Signer.PROXY})
SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Standing:
    """One relative's right to act for the resident, as on record today."""

    kind: Signer
    name: str
    relation: str
    user_id: int | None
    scope: frozenset[str]


@dataclass(frozen=True, slots=True)
class Paper:
    """What must be known of a paper before it is signed or revoked.

    methods     how it was already signed for the resident
    both        whether the institution signs too before it counts
    witnessed   whether what was signed on paper needs a witness
    house_signed    whether the institution has signed
    """

    resident_id: int
    is_intact: bool
    is_revoked: bool
    valid_until: date | None
    methods: frozenset[Method]
    both: bool = False
    witnessed: bool = False
    house_signed: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everybody has signed who must; a scan carries both hands.

        Source      AGREEMENT-24 in docs/rules/agreements.md
        """
        return bool(self.methods) and (not self.both or self.house_signed or Method.PAPER in self.methods)


@dataclass(frozen=True, slots=True)
class Code:
    """The one code that is out for a paper.

    expires_at  the first instant at which it no longer counts
    tries       wrong ones so far
    """

    expires_at: datetime
    tries: int
    most_tries: int


def may_give_code(paper: Paper, actor: Actor, *, on: date, reworded: str = "") -> Refusal | None:
    """Whether staff may give out a code to sign with; giving it is the institution's own signature.

    Refuses     agreements.code_needs_staff, and what keeps a paper from being signed at all
    Source      AGREEMENT-25 in docs/rules/agreements.md
    """
    if reach(actor) is Reach.PEOPLE or actor.role is Role.CLERK:
        return Refusal("agreements.code_needs_staff")
    refusal = _still_open(paper, on) or _already(paper, Signer.RESIDENT, Method.CODE)
    return refusal or (Refusal("agreements.template_changed", {"clause": reworded}) if reworded else None)


def try_code(code: Code | None, is_right: bool, at: datetime) -> Refusal | None:
    """Whether a code that was typed in signs.

    Refuses     agreements.no_code: none is out, or it was used; agreements.code_expired; agreements.code_locked: tried too often;
                agreements.code_wrong: with how many tries are left
    Source      AGREEMENT-25 in docs/rules/agreements.md
    """
    if code is None:
        return Refusal("agreements.no_code")
    if code.tries >= code.most_tries:
        return Refusal("agreements.code_locked", {"most": code.most_tries})
    if at >= code.expires_at:
        return Refusal("agreements.code_expired")
    if is_right:
        return None
    left = code.most_tries - code.tries - 1
    return (
        Refusal("agreements.code_wrong", {"left": left})
        if left
        else Refusal("agreements.code_locked", {"most": code.most_tries})
    )


def may_sign(
    paper: Paper,
    actor: Actor,
    *,
    signer: Signer,
    name: str,
    method: Method,
    has_image: bool,
    witness: str,
    standings: tuple[Standing, ...],
    on: date,
    has_certificate: bool = False,
    reworded: str = "",
    has_code: bool = False,
) -> Refusal | None:
    """Whether this signature can stand.

    standings   the relatives of record whose right is in force today
    reworded    a mandatory clause that the place reworded since the paper was frozen; empty for none
    has_code    the code that staff gave out was typed in and is right

    Refuses     agreements.text_changed, .revoked, .expired, .template_changed, .already_signed, .not_your_hand,
                .method_needs_staff, .method_needs_desk, .no_image, .no_scan, .no_certificate, .no_witness, .own_witness,
                .no_standing, .scope_missing, .code_needs_own_hand
    Source      AGREEMENT-03 to AGREEMENT-06, AGREEMENT-22, AGREEMENT-23 in docs/rules/agreements.md
    """
    refusal = _still_open(paper, on) or _already(paper, signer, method)
    if refusal is None and reworded:
        refusal = Refusal("agreements.template_changed", {"clause": reworded})
    return (
        refusal
        or _by_whose_hand(actor, signer, method, has_code)
        or _proof(method, name, has_image, witness, has_certificate, needs_witness=paper.witnessed)
        or _standing(actor, signer, name, standings)
    )


def _still_open(paper: Paper, on: date) -> Refusal | None:
    if not paper.is_intact:
        return Refusal("agreements.text_changed")
    if paper.is_revoked:
        return Refusal("agreements.revoked")
    if paper.valid_until is not None and paper.valid_until <= on:
        return Refusal("agreements.expired", {"until": paper.valid_until})
    return None


def _already(paper: Paper, signer: Signer, method: Method) -> Refusal | None:
    """A paper agreed to by word of mouth is still signed by hand at the door."""
    if signer not in FOR_THE_RESIDENT:
        return Refusal("agreements.already_signed") if paper.both and paper.house_signed else None
    if paper.methods - {Method.SPOKEN} or (method is Method.SPOKEN and paper.methods):
        return Refusal("agreements.already_signed")
    return None


def _by_whose_hand(actor: Actor, signer: Signer, method: Method, has_code: bool) -> Refusal | None:
    if method is Method.CODE and not has_code:
        return Refusal("agreements.code_needs_own_hand")
    if reach(actor) is Reach.PEOPLE:
        own = {Role.RESIDENT: {Signer.RESIDENT}, Role.FAMILY: {Signer.GUARDIAN, Signer.PROXY}}
        if actor.role is None or signer not in own[actor.role]:
            return Refusal("agreements.not_your_hand", {"signer": signer.value})
        if method in (Method.PAPER, Method.SPOKEN):
            return Refusal("agreements.method_needs_staff", {"method": method.value})
    elif signer is Signer.INSTITUTION and actor.role is Role.CLERK:
        return Refusal("agreements.not_your_hand", {"signer": signer.value})
    elif method is Method.SPOKEN and actor.role is not Role.CLERK and not actor.is_system:
        return Refusal("agreements.method_needs_desk")
    return None


def _proof(
    method: Method, name: str, has_image: bool, witness: str, has_certificate: bool, *, needs_witness: bool
) -> Refusal | None:
    if method is Method.GLASS and not has_image:
        return Refusal("agreements.no_image")
    if method is Method.PAPER and not has_image:
        return Refusal("agreements.no_scan")
    if method is Method.CERTIFICATE and not has_certificate:
        return Refusal("agreements.no_certificate")
    if (method is Method.WITNESSED_FINGERPRINT or (method is Method.PAPER and needs_witness)) and not witness.strip():
        return Refusal("agreements.no_witness")
    if witness.strip() and witness.strip() == name.strip():
        return Refusal("agreements.own_witness")
    return None


def _standing(actor: Actor, signer: Signer, name: str, standings: tuple[Standing, ...]) -> Refusal | None:
    """A guardian or proxy is on record and was given the right to sign; a relative signs as oneself only."""
    if signer not in (Signer.GUARDIAN, Signer.PROXY):
        return None
    if reach(actor) is Reach.PEOPLE:
        mine = [standing for standing in standings if standing.user_id == actor.user_id and standing.kind is signer]
    else:
        mine = [standing for standing in standings if standing.name == name.strip() and standing.kind is signer]
    if not mine:
        return Refusal("agreements.no_standing", {"signer": signer.value})
    if not any(SIGN in standing.scope for standing in mine):
        return Refusal("agreements.scope_missing", {"relation": mine[0].relation})
    return None


def may_revoke(paper: Paper, actor: Actor, *, reason: str, standings: tuple[Standing, ...]) -> Refusal | None:
    """Whether the paper may be taken back; a relative needs the right to sign for that too.

    Refuses     agreements.revoked, .no_reason, .no_standing, .scope_missing
    Source      AGREEMENT-07 in docs/rules/agreements.md
    """
    if paper.is_revoked:
        return Refusal("agreements.revoked")
    if not reason.strip():
        return Refusal("agreements.no_reason")
    if actor.role is Role.FAMILY:
        mine = [standing for standing in standings if standing.user_id == actor.user_id]
        if not mine:
            return Refusal("agreements.no_standing", {"signer": Signer.PROXY.value})
        if not any(SIGN in standing.scope for standing in mine):
            return Refusal("agreements.scope_missing", {"relation": mine[0].relation})
    return None


@dataclass(frozen=True, slots=True)
class CooperationPaper:
    """What must be known of an agreement between institutions before a party signs it.

    signed      side → the user who signed the present wording for it
    """

    is_whole: bool
    state: State
    valid_until: date
    signed: Mapping[str, int | None]


def may_sign_for(
    paper: CooperationPaper,
    *,
    side: str | None,
    signer_id: int | None,
    method: str,
    has_image: bool,
    has_certificate: bool,
    name: str,
    witness: str,
    on: date,
) -> Refusal | None:
    """Whether this signature can stand for one party.

    side        the side the signer stands on; None for whoever only looks on

    Refuses     cooperations.not_a_party, .text_changed, .not_offered, .over, .run_out, .side_signed, .both_sides, .no_image,
                .no_scan, .no_certificate, .unknown_method, agreements.own_witness
    Source      AGREEMENT-12 in docs/rules/agreements.md
    """
    if side is None:
        return Refusal("cooperations.not_a_party")
    if not paper.is_whole:
        return Refusal("cooperations.text_changed")
    if paper.state in (State.ENDED, State.EXPIRED):
        return Refusal("cooperations.over", {"status": paper.state.value})
    if side in paper.signed:
        return Refusal("cooperations.side_signed", {"side": side})
    if paper.state is not State.OFFERED:
        return Refusal("cooperations.not_offered", {"status": paper.state.value})
    if paper.valid_until <= on:
        return Refusal("cooperations.run_out", {"until": paper.valid_until})
    if signer_id is not None and signer_id in paper.signed.values():
        return Refusal("cooperations.both_sides")
    if witness.strip() and witness.strip() == name.strip():
        return Refusal("agreements.own_witness")
    missing = {
        "glass": (has_image, "cooperations.no_image"),
        "paper": (has_image, "cooperations.no_scan"),
        "certificate": (has_certificate, "cooperations.no_certificate"),
    }.get(method)
    if missing is None:
        return Refusal("cooperations.unknown_method", {"method": method})
    return None if missing[0] else Refusal(missing[1])
