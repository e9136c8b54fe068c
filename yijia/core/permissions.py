"""Who may do what: permissions are an enum, roles are policy data, scope travels with the actor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yijia.core.refusal import Refusal


class Permission(StrEnum):
    """One thing a door may ask for; the code is `area:verb`."""

    ORDER_CREATE = "order:create"
    ORDER_CREATE_ON_BEHALF = "order:create_on_behalf"
    ORDER_HANDOVER = "order:handover"
    ORDER_VIEW = "order:view"
    ORDER_ASSESS = "order:assess"
    ORDER_SIGN = "order:sign"
    ORDER_CANCEL = "order:cancel"
    ORDER_PRICE = "order:price"
    ORDER_SETTLE = "order:settle"
    ORDER_CLOSE = "order:close"
    EPISODE_VIEW = "episode:view"
    EPISODE_APPLY = "episode:apply"
    EPISODE_ASSESS = "episode:assess"
    EPISODE_RUN = "episode:run"
    EPISODE_RECORD = "episode:record"
    COOPERATION_VIEW = "cooperation:view"
    COOPERATION_MANAGE = "cooperation:manage"
    COOPERATION_SUPERVISE = "cooperation:supervise"
    REFERRAL_VIEW = "referral:view"
    REFERRAL_ASK = "referral:ask"
    REFERRAL_ANSWER = "referral:answer"
    CONSULT_ASK = "consult:ask"
    CONSULT_ANSWER = "consult:answer"
    EMERGENCY_CALL = "emergency:call"
    EMERGENCY_ANSWER = "emergency:answer"
    EPISODE_DUE = "episode:due"
    HOME_VIEW = "home:view"
    HOME_RUN = "home:run"
    HOME_GIVE = "home:give"
    HOME_FOLLOW = "home:follow"
    VISIT_OFFER = "visit:offer"
    VISIT_ANSWER_OFFER = "visit:answer_offer"
    VISIT_RUN = "visit:run"
    VISIT_VIEW = "visit:view"
    VISIT_CONFIRM = "visit:confirm"
    VISIT_RATE = "visit:rate"
    SOS_PRESS = "sos:press"
    SOS_ANSWER = "sos:answer"
    SOS_VIEW = "sos:view"
    GATE_VIEW = "gate:view"
    DISPATCH_PLAN = "dispatch:plan"
    DISPATCH_PROMISE = "dispatch:promise"
    CATALOGUE_VIEW = "catalogue:view"
    CATALOGUE_PICK = "catalogue:pick"
    CATALOGUE_REVIEW = "catalogue:review"
    PRICE_FILE = "price:file"
    PRICE_REVIEW = "price:review"
    PRICE_VIEW = "price:view"
    STAFF_VIEW = "staff:view"
    STAFF_EDIT = "staff:edit"
    ORGANISATION_VIEW = "organisation:view"
    ORGANISATION_EDIT = "organisation:edit"
    RESIDENT_VIEW = "resident:view"
    RESIDENT_EDIT = "resident:edit"
    RESIDENT_UNMASK = "resident:unmask"
    PROXY_GRANT = "proxy:grant"
    HOUSEHOLD_VIEW = "household:view"
    PAYMENT_TAKE = "payment:take"
    PAYMENT_REFUND = "payment:refund"
    LEDGER_VIEW = "ledger:view"
    LEDGER_EXPORT = "ledger:export"
    BILL_VIEW = "bill:view"
    EVIDENCE_REVIEW = "evidence:review"
    COMPLAINT_FILE = "complaint:file"
    COMPLAINT_ANSWER = "complaint:answer"
    COMPLAINT_VIEW = "complaint:view"
    MEASURE_VIEW = "measure:view"
    AUDIT_VIEW = "audit:view"
    AUDIT_EXPORT = "audit:export"
    POLICY_VIEW = "policy:view"
    FACT_VIEW = "fact:view"
    FACT_RECORD = "fact:record"
    BENEFIT_VIEW = "benefit:view"
    BENEFIT_ANSWER = "benefit:answer"
    BENEFIT_HANDLE = "benefit:handle"
    BENEFIT_APPROVE = "benefit:approve"
    BENEFIT_PAY = "benefit:pay"
    BENEFIT_CONFIRM = "benefit:confirm"
    BENEFIT_DRY_RUN = "benefit:dry_run"
    USER_MANAGE = "user:manage"
    SINK_VIEW = "sink:view"
    OUTBOX_VIEW = "outbox:view"
    CASE_APPLY = "case:apply"
    CASE_VIEW = "case:view"
    CASE_HANDLE = "case:handle"
    CASE_ASSESS = "case:assess"
    CASE_VOTE = "case:vote"
    INSTRUMENT_CONFIRM = "instrument:confirm"
    REHAB_VIEW = "rehab:view"
    REHAB_APPLY = "rehab:apply"
    REHAB_HANDLE = "rehab:handle"
    REHAB_CHOOSE = "rehab:choose"
    REHAB_RECORD = "rehab:record"


class Role(StrEnum):
    """The part a person plays when signed in; one account plays one part at a time."""

    RESIDENT = "resident"
    FAMILY = "family"
    NURSE = "nurse"
    DOCTOR = "doctor"
    DISPATCHER = "dispatcher"
    MANAGER = "manager"
    HOME_MANAGER = "home_manager"
    CLERK = "clerk"
    AGENCY_CLERK = "agency_clerk"
    ASSESSOR = "assessor"
    EXPERT = "expert"
    FEDERATION = "federation"
    REGULATOR = "regulator"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Language(StrEnum):
    """Languages in which the product speaks."""

    ZH = "zh-hans"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone acting now: identity, part, scope and rights, all settled before any door opens.

    organisation_ids    organisations in scope; empty means none, never all
    jurisdiction        the place whose records are in scope for a regulator or auditor, else where the actor works
    resident_ids        residents in scope: oneself, and those whose proxy the actor holds
    staff_id            the actor's row among the staff; None for anyone who is not
    is_system           the platform's own clock and jobs; never set for a person
    """

    user_id: int | None
    role: Role | None
    organisation_ids: frozenset[int] = frozenset()
    jurisdiction: str | None = None
    resident_ids: frozenset[int] = frozenset()
    staff_id: int | None = None
    permissions: frozenset[Permission] = frozenset()
    language: Language = Language.ZH
    is_system: bool = False


NOBODY = Actor(user_id=None, role=None)
"""A visitor who has not signed in."""

SYSTEM = Actor(user_id=None, role=None, permissions=frozenset(Permission), is_system=True)
"""The platform's own clock and jobs; its scope is checked by the action that uses it."""

_WHOLE_JURISDICTION = frozenset(
    {
        Role.ASSESSOR,
        Role.EXPERT,
        Role.FEDERATION,
        Role.REGULATOR,
        Role.AUDITOR,
        Role.CLERK,
        Role.AGENCY_CLERK,
        Role.ADMIN,
    }
)
_OWN_PEOPLE = frozenset({Role.RESIDENT, Role.FAMILY})
_OWN_ORGANISATION = frozenset({Role.NURSE, Role.DOCTOR, Role.DISPATCHER, Role.MANAGER, Role.HOME_MANAGER})


class Reach(StrEnum):
    """How far an actor's sight goes before any permission is asked."""

    NONE = "none"
    PEOPLE = "people"
    ORGANISATIONS = "organisations"
    JURISDICTION = "jurisdiction"
    ALL = "all"


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the actor holds the permission; scope is a separate question, asked first."""
    return permission in actor.permissions


def require(actor: Actor, permission: Permission) -> Refusal | None:
    """None when the actor holds the permission, else the refusal that names the missing right."""
    return None if may(actor, permission) else Refusal("permission.missing", {"permission": permission.value})


def reach(actor: Actor) -> Reach:
    """How wide the actor's scope is; queries turn it into one filter."""
    if actor.is_system:
        return Reach.ALL
    if actor.role in _OWN_PEOPLE:
        return Reach.PEOPLE
    if actor.role in _OWN_ORGANISATION:
        return Reach.ORGANISATIONS
    if actor.role in _WHOLE_JURISDICTION and actor.jurisdiction is not None:
        return Reach.JURISDICTION
    return Reach.NONE


def covers(jurisdiction: str, place: str) -> bool:
    """Whether a place lies in a jurisdiction: CN covers all, CN-440000 covers CN-441900, CN-440700 covers CN-440704."""
    if jurisdiction in ("CN", place):
        return True
    head, tail = jurisdiction[:3], jurisdiction[3:]
    if head != "CN-" or place[:3] != "CN-" or len(tail) != 6 or len(place) != 9:
        return False
    if tail.endswith("0000"):
        return place[3:5] == tail[:2]
    if tail.endswith("00"):
        return place[3:7] == tail[:4]
    return False


def in_scope(
    actor: Actor,
    *,
    organisation_id: int | None = None,
    resident_id: int | None = None,
    jurisdiction: str | None = None,
) -> bool:
    """Whether a record lies within the actor's sight; a door answers 404 when it does not.

    organisation_id     the organisation that holds the record
    resident_id         the resident it is about
    jurisdiction        the place it belongs to
    """
    match reach(actor):
        case Reach.ALL:
            return True
        case Reach.PEOPLE:
            return resident_id is not None and resident_id in actor.resident_ids
        case Reach.ORGANISATIONS:
            return organisation_id is not None and organisation_id in actor.organisation_ids
        case Reach.JURISDICTION:
            return (
                jurisdiction is not None and actor.jurisdiction is not None and covers(actor.jurisdiction, jurisdiction)
            )
        case Reach.NONE:
            return False


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role as policy grants it: its names and its permissions."""

    role: Role
    zh: str
    en: str
    permissions: frozenset[Permission] = field(default_factory=frozenset)


def load_roles(values: Mapping[str, Any]) -> dict[Role, RoleGrant]:
    """The role matrix out of policy values keyed `role:<code>`.

    values      key → {zh, en, permissions: [code, ...]}; an edition's values for one jurisdiction and date

    Raises      ValueError: an unknown role or permission, a repeated permission, a missing name, or a role left out
    """
    grants: dict[Role, RoleGrant] = {}
    for key, value in values.items():
        well_formed = isinstance(value, Mapping) and isinstance(value.get("permissions"), list | tuple)
        if not well_formed:
            raise ValueError(f"{key}: a role is a mapping that lists its permissions")
        prefix, _, code = key.partition(":")
        if prefix != "role" or code not in set(Role):
            raise ValueError(f"{key}: not a role")
        role = Role(code)
        listed = _listed(key, value)
        names = [value.get("zh"), value.get("en")]
        if not all(isinstance(name, str) and name for name in names):
            raise ValueError(f"{key}: a role has a name in both languages")
        grants[role] = RoleGrant(role, str(names[0]), str(names[1]), listed)
    left_out = set(Role) - set(grants)
    if left_out:
        raise ValueError(f"roles left out: {', '.join(sorted(left_out))}")
    return grants


def _listed(key: str, value: Mapping[str, Any]) -> frozenset[Permission]:
    codes = list(value["permissions"])
    unknown = sorted({str(code) for code in codes} - set(Permission))
    if unknown:
        raise ValueError(f"{key}: unknown permissions {', '.join(unknown)}")
    if len(set(codes)) != len(codes):
        raise ValueError(f"{key}: a permission is listed twice")
    return frozenset(Permission(code) for code in codes)
