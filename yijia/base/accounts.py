"""From a login to an actor: grants, hats, scope; what happens at the login desk is audited."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from yijia.base import audit, clock, editions, scope, words
from yijia.base.crypto import seal, search_hash, unseal
from yijia.base.models import ApiToken, RoleGrant, User
from yijia.base.rows import Given, Statement, only
from yijia.core.permissions import NOBODY, Actor, Language, Permission, Reach, Role, load_roles, reach
from yijia.core.refusal import Refusal

HAT = "hat"
_ROLES_ON = date(2025, 6, 1)  # names of roles do not change with the day
_GIVEN: dict[str, Any] = {"revoked_at__isnull": True}


class Adapter(DefaultAccountAdapter):
    """Accounts are made by an administrator, at the desk or by invitation; nobody signs up from outside."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class Backend(ModelBackend):
    """Passwords as Django keeps them; who is signed in is read with their grants in one question."""

    def get_user(self, user_id: int) -> User | None:
        grants = _SIGNED_IN.ask(user_id=user_id)
        user = grants[0].user if grants else only(User.objects.filter(pk=user_id))
        if user is None or not self.user_can_authenticate(user):
            return None
        user.given = grants
        return user


_SIGNED_IN = Statement(
    lambda: RoleGrant.objects.select_related("user").filter(user_id=Given("user_id"), **_GIVEN).order_by("id")
)


class OneTimeCodes(DefaultMFAAdapter):
    """One-time codes: secrets are encrypted at rest, the picture to scan is drawn here."""

    def encrypt(self, text: str) -> str:
        return seal(text, "mfa.authenticator").hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), "mfa.authenticator")

    def build_totp_svg(self, url: str) -> str:
        return str(segno.make(url, error="m").svg_inline(scale=4, border=4, omitsize=True))


def lock_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Under which name failed log-ins are counted: a keyed hash, for the field may hold an identity number or a password."""
    found = credentials or {}
    name = found.get("username") or found.get("login") or (request.POST.get("login", "") if request else "")
    return search_hash(str(name).strip().casefold(), "base.login").hex()[:32]


def lacks_one_time_code(request: HttpRequest) -> bool:
    """Whether this account must sign in with a one-time code and has not done so in this session."""
    user = request.user if request.user.is_authenticated else None
    if user is None or not user.must_use_mfa or getattr(request, "by_token", False):
        return False
    records = get_authentication_records(request, user)
    if any(record.get("method") == "mfa" for record in records):
        return False
    since = datetime.fromtimestamp(records[0]["at"], UTC) if records else request.at
    return not Authenticator.objects.filter(user=user, created_at__gte=since).exists()  # set up in this very session


def lacks_own_password(request: HttpRequest) -> bool:
    """Whether the password is still the one an administrator made for one use."""
    return bool(request.user.is_authenticated and request.user.must_change_password and not request.by_token)


@lru_cache(maxsize=8)
def permissions_of(role: Role, on: Any) -> frozenset[Permission]:
    """The role's permissions from the role matrix in force on that date."""
    values = {v.key: v.value for v in editions.current().values("role:", jurisdiction=settings.REGION, on=on)}
    return load_roles(values)[role].permissions


def role_label(role: Role) -> str:
    """A role's name in the reader's language, from the role matrix."""
    value = editions.current().lookup(f"role:{role}", jurisdiction=settings.REGION, on=_ROLES_ON)
    return role.value if isinstance(value, Refusal) else str(value.value["en" if words.is_english() else "zh"])


def live_grants(user_id: int, at: datetime) -> list[RoleGrant]:
    """The grants in force, in the order they were given."""
    return _live(_GRANTS.ask(user_id=user_id), at)


_GRANTS = Statement(lambda: RoleGrant.objects.filter(user_id=Given("user_id"), **_GIVEN).order_by("id"))


def _live(given: Iterable[RoleGrant], at: datetime) -> list[RoleGrant]:
    on = clock.business_date(at)
    return [row for row in given if row.valid_from <= on and (row.valid_until is None or row.valid_until > on)]


def hats(grants: list[RoleGrant]) -> list[str]:
    """The roles of these grants, once each, in the order they were given."""
    return list(dict.fromkeys(grant.role for grant in grants))


def actor_for(user: User, at: datetime, role: str | None = None, grants: list[RoleGrant] | None = None) -> Actor:
    """The actor a user is in one of their roles (the first if none is named); NOBODY without a live grant."""
    grants = live_grants(user.pk, at) if grants is None else grants
    worn = role if role in hats(grants) else next(iter(hats(grants)), None)
    if worn is None or not user.is_active:
        return NOBODY
    mine = [grant for grant in grants if grant.role == worn]
    code = Role(worn)
    return Actor(
        user_id=user.pk,
        role=code,
        organisation_ids=frozenset(g.organisation_id for g in mine if g.organisation_id),
        jurisdiction=mine[0].jurisdiction,
        resident_ids=frozenset(g.resident_id for g in mine if g.resident_id),
        staff_id=next((g.staff_id for g in mine if g.staff_id), None),
        permissions=permissions_of(code, clock.business_date(at)),
        language=Language.EN if user.language == "en" else Language.ZH,
    )


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request, by bearer token or session."""
    request.by_token, request.hats = False, []
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer ") and request.path.startswith("/api/"):
        return _by_token(header[7:].strip(), request)
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    grants = _live(user.given, request.at) if hasattr(user, "given") else live_grants(user.pk, request.at)
    request.hats = hats(grants)
    return actor_for(user, request.at, request.session.get(HAT), grants)


def _by_token(text: str, request: HttpRequest) -> Actor:
    row = _TOKEN.one(token_hash=search_hash(text, "base.apitoken"), at=request.at)
    if row is None:
        return NOBODY
    request.by_token, request.token_user = True, row.user
    grants = [grant for grant in live_grants(row.user_id, request.at) if grant.role == row.role]
    return actor_for(row.user, request.at, row.role, grants)


_TOKEN = Statement(
    lambda: ApiToken.objects.select_related("user").filter(
        token_hash=Given("token_hash"), revoked_at__isnull=True, expires_at__gt=Given("at")
    )
)


def tenants_of(actor: Actor) -> Any:
    """Whose rows the database may show: an organisation's own for its staff; for people and authorities the queries narrow."""
    match reach(actor):
        case Reach.ORGANISATIONS:
            return actor.organisation_ids
        case Reach.NONE:
            return ()
        case _:
            return scope.ALL


def family_may(user_id: int, resident_id: int, what: str, at: datetime) -> bool:
    """Whether a proxy's grant for this resident covers one thing (order, bill, confirm, record)."""
    return any(
        g.resident_id == resident_id and (g.role == Role.RESIDENT or what in g.scope) for g in live_grants(user_id, at)
    )


def note_login(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    at = getattr(request, "at", clock.now())
    User.objects.filter(pk=user.pk).update(last_login=at)
    audit.note(verb="login", name="accounts.login", by=Actor(user_id=user.pk, role=None), at=at)


def note_logout(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        audit.note(
            verb="logout",
            name="accounts.logout",
            by=Actor(user_id=user.pk, role=None),
            at=getattr(request, "at", clock.now()),
        )


def note_password(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    audit.note(
        verb="write", name="accounts.change_password", by=Actor(user_id=user.pk, role=None), at=getattr(request, "at", clock.now())
    )  # fmt: skip


def note_enrolled(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    audit.note(
        verb="write",
        name="accounts.enrol_mfa",
        by=Actor(user_id=user.pk, role=None),
        at=getattr(request, "at", clock.now()),
    )


def note_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A failed login keeps no name: it may be somebody's identity number, or a password typed into the wrong field."""
    audit.note(verb="refused", name="accounts.login", by=NOBODY, at=getattr(request, "at", None) or clock.now())
