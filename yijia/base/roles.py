"""Roles as people call them; the names come from the role matrix of the policy edition."""

from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from yijia.base import clock, editions
from yijia.core.permissions import Role, load_roles


@cache
def _names(role: Role) -> tuple[str, str]:
    on = clock.business_date(clock.now())
    values = {v.key: v.value for v in editions.current().values("role:", jurisdiction=settings.REGION, on=on)}
    grant = load_roles(values)[role]
    return grant.zh, grant.en


def label(role: str) -> str:
    """The role's name in the reader's language."""
    zh, en = _names(Role(role))
    return en if (get_language() or "").startswith("en") else zh
