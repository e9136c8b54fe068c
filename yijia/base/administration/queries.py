"""What an administrator may look at: the accounts of their place, the editions, what was sent, what waits."""

from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yijia.base import accounts
from yijia.base.errors import NotFound
from yijia.base.models import ApiToken, Message, OutboxDelivery, RoleGrant, User
from yijia.core.permissions import Actor, Reach, reach


def list_users(actor: Actor, text: str = "", role: str = "") -> QuerySet[User]:
    """Accounts in sight, newest first: those with a role in the administrator's place, and those without any role."""
    found = User.objects.filter(_sight(actor))
    if text:
        found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    if role:
        found = found.filter(Exists(RoleGrant.objects.filter(user=OuterRef("pk"), role=role, revoked_at__isnull=True)))
    return found.order_by("-id")


def get_user(actor: Actor, user_id: int) -> User:
    user = User.objects.filter(_sight(actor), pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def get_grant(actor: Actor, user_id: int, grant_id: int) -> RoleGrant:
    get_user(actor, user_id)
    grant = RoleGrant.objects.select_for_update().filter(pk=grant_id, user_id=user_id, revoked_at__isnull=True).first()
    if grant is None:
        raise NotFound
    return grant


def get_token(actor: Actor, user_id: int, token_id: int) -> ApiToken:
    get_user(actor, user_id)
    row = ApiToken.objects.select_for_update().filter(pk=token_id, user_id=user_id, revoked_at__isnull=True).first()
    if row is None:
        raise NotFound
    return row


def list_grants(actor: Actor, user_id: int) -> list[RoleGrant]:
    get_user(actor, user_id)
    return list(RoleGrant.objects.filter(user_id=user_id).order_by("revoked_at", "id"))


def list_tokens(actor: Actor, user_id: int) -> list[ApiToken]:
    get_user(actor, user_id)
    return list(ApiToken.objects.filter(user_id=user_id).order_by("revoked_at", "-id"))


def is_locked(user: User, at: datetime) -> bool:
    """Whether the account is held for failed log-ins at this moment."""
    failures = AccessAttempt.objects.filter(
        username=accounts.lock_name(None, {"username": user.username}),
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
    )
    return failures.exists()


def list_messages(actor: Actor) -> QuerySet[Message]:
    """What was written to people, newest first; the number is masked. The whole platform's, for its administrator."""
    return (
        Message.objects.order_by("-id") if reach(actor) in {Reach.JURISDICTION, Reach.ALL} else Message.objects.none()
    )


def list_deliveries(actor: Actor, which: str, at: datetime) -> QuerySet[OutboxDelivery]:
    """News still to be told: `failed` were tried and fell, `due` wait for their turn, `done` are told; newest first."""
    found = OutboxDelivery.objects.select_related("event").order_by("-id")
    if reach(actor) not in {Reach.JURISDICTION, Reach.ALL}:
        return found.none()
    match which:
        case "failed":
            return found.filter(done_at__isnull=True, attempts__gt=0)
        case "done":
            return found.filter(done_at__isnull=False)
        case _:
            return found.filter(done_at__isnull=True, attempts=0)


def count_deliveries(actor: Actor) -> dict[str, int]:
    if reach(actor) not in {Reach.JURISDICTION, Reach.ALL}:
        return {"due": 0, "failed": 0, "done": 0}
    counts: dict[str, int] = OutboxDelivery.objects.aggregate(
        due=Count("pk", filter=Q(done_at__isnull=True, attempts=0)),
        failed=Count("pk", filter=Q(done_at__isnull=True, attempts__gt=0)),
        done=Count("pk", filter=Q(done_at__isnull=False)),
    )
    return counts


def _sight(actor: Actor) -> Q:
    match reach(actor):
        case Reach.ALL:
            return Q()
        case Reach.JURISDICTION:
            grants = RoleGrant.objects.filter(user=OuterRef("pk"))
            return Exists(grants.filter(jurisdiction__startswith=_stem(actor.jurisdiction or ""))) | ~Exists(grants)
        case _:
            return Q(pk__in=())


def _stem(jurisdiction: str) -> str:
    """What the codes of all places inside begin with: CN-440000 → CN-44."""
    head, _, digits = jurisdiction.partition("-")
    while digits.endswith("00"):
        digits = digits[:-2]
    return f"{head}-{digits}" if digits else head
