"""What an administrator does to accounts. Each is audited; none opens a record of care, money or audit."""

import secrets
from datetime import date, datetime, timedelta

from axes.utils import reset
from django.utils.translation import gettext

from yijia.base import accounts, crypto, names, scope
from yijia.base.actions import action
from yijia.base.administration import queries
from yijia.base.errors import Invalid, Refused
from yijia.base.models import ApiToken, RoleGrant, User
from yijia.core.permissions import Actor, Role, covers
from yijia.core.refusal import Refusal

_ALONE = {Role.ADMIN, Role.AUDITOR}  # GB/T 22239: administration, audit and business are three powers
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@action("accounts.create_user")
def create_user(*, username: str, display_name: str, by: Actor, at: datetime) -> tuple[User, str]:
    """A new account and its one-time password, shown once.

    Refuses     accounts.username_taken
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(Refusal("accounts.username_taken", {"username": username}))
    password = one_time_password()
    user = User(username=username, display_name=display_name, must_change_password=True, date_joined=at)
    user.set_password(password)
    user.save()
    return user, password


@action("accounts.grant_role")
def grant_role(
    *,
    user_id: int,
    role: Role,
    jurisdiction: str,
    valid_from: date,
    valid_until: date | None = None,
    organisation_id: int | None = None,
    staff_id: int | None = None,
    resident_id: int | None = None,
    by: Actor,
    at: datetime,
) -> RoleGrant:
    """Give an account a role in a scope.

    Raises      Invalid: nobody has this number
    Refuses     accounts.own_account, accounts.outside, accounts.powers_separated, accounts.role_held
    """
    user = _other(by, user_id)
    if not by.is_system and not covers(by.jurisdiction or "", jurisdiction):
        raise Refused(Refusal("accounts.outside"))
    held = {Role(grant.role) for grant in accounts.live_grants(user.pk, at)}
    if (held - {role}) and (role in _ALONE or held & _ALONE):
        raise Refused(Refusal("accounts.powers_separated"))
    named = {"organisation_id": organisation_id, "staff_id": staff_id, "resident_id": resident_id}
    with scope.whole_system():
        unknown = [key for key, pk in named.items() if pk and not names.is_known(key.removesuffix("_id"), pk)]
    if unknown:
        raise Invalid({key: [gettext("没有这个编号")] for key in unknown})
    where = {"organisation_id": organisation_id, "resident_id": resident_id}
    if RoleGrant.objects.filter(user=user, role=role, revoked_at__isnull=True, **where).exists():
        raise Refused(Refusal("accounts.role_held"))
    return RoleGrant.objects.create(
        user=user,
        role=role,
        jurisdiction=jurisdiction,
        staff_id=staff_id,
        valid_from=valid_from,
        valid_until=valid_until,
        **where,
    )


@action("accounts.revoke_role")
def revoke_role(*, user_id: int, grant_id: int, by: Actor, at: datetime) -> RoleGrant:
    """Take a role back; its tokens die with it."""
    user = _other(by, user_id)
    grant = queries.get_grant(by, user.pk, grant_id)
    grant.revoked_at, grant.revoked_by_id = at, by.user_id
    grant.save(update_fields=["revoked_at", "revoked_by"])
    if not RoleGrant.objects.filter(user=user, role=grant.role, revoked_at__isnull=True).exists():
        ApiToken.objects.filter(user=user, role=grant.role, revoked_at__isnull=True).update(
            revoked_at=at, revoked_by_id=by.user_id
        )
    return grant


@action("accounts.unlock")
def unlock(*, user_id: int, by: Actor, at: datetime) -> User:
    """Forget the failed log-ins of an account, so that it may try again at once."""
    user = queries.get_user(by, user_id)
    reset(username=accounts.lock_name(None, {"username": user.username}))
    return user


@action("accounts.reset_password")
def reset_password(*, user_id: int, by: Actor, at: datetime) -> tuple[User, str]:
    """A fresh one-time password, shown once; every open session of the account ends, its one-time codes stay."""
    user = _other(by, user_id)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    return user, password


@action("accounts.require_mfa")
def require_mfa(*, user_id: int, is_required: bool, by: Actor, at: datetime) -> User:
    """Ask this account for one-time codes from its next request on, or no longer."""
    user = queries.get_user(by, user_id)
    user.must_use_mfa = is_required
    user.save(update_fields=["must_use_mfa"])
    return user


@action("accounts.set_active")
def set_active(*, user_id: int, is_active: bool, by: Actor, at: datetime) -> User:
    """Close an account, with its sessions and tokens, or open it again."""
    user = _other(by, user_id)
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    return user


@action("accounts.create_token")
def create_token(*, user_id: int, role: Role, label: str, days: int, by: Actor, at: datetime) -> tuple[ApiToken, str]:
    """A bearer token for a program that acts as this account in one role; the text is shown once.

    Refuses     accounts.role_not_held
    """
    user = queries.get_user(by, user_id)
    if role not in {grant.role for grant in accounts.live_grants(user.pk, at)}:
        raise Refused(Refusal("accounts.role_not_held"))
    text, stored = crypto.token()
    row = ApiToken.objects.create(
        user=user,
        role=role,
        label=label,
        token_hash=stored,
        created_at=at,
        created_by_id=by.user_id,
        expires_at=at + timedelta(days=days),
    )
    return row, text


@action("accounts.revoke_token")
def revoke_token(*, user_id: int, token_id: int, by: Actor, at: datetime) -> ApiToken:
    """Kill a token."""
    row = queries.get_token(by, user_id, token_id)
    row.revoked_at, row.revoked_by_id = at, by.user_id
    row.save(update_fields=["revoked_at", "revoked_by"])
    return row


def one_time_password() -> str:
    """Easy to read out on the telephone: four groups of four, without look-alikes (79 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _other(by: Actor, user_id: int) -> User:
    user = queries.get_user(by, user_id)
    if user.pk == by.user_id:
        raise Refused(Refusal("accounts.own_account"))
    return user
