"""Log-ins of the county: one obvious password for all, never in production."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from yijia.base.models import RoleGrant, User
from yijia.demo import bulk
from yijia.demo.county.plan import Plan
from yijia.demo.logins import PASSWORD

SINCE_DAYS = 400


class Accounts:
    """Gathers users and grants, and writes them in one go."""

    def __init__(self, plan: Plan, most: int) -> None:
        self.plan = plan
        self.ids = iter(bulk.draw_ids(User, most))
        self.users: list[dict[str, Any]] = []
        self.grants: list[dict[str, Any]] = []

    def add(self, username: str, display_name: str) -> int:
        """A user who can log in; the id."""
        made = next(self.ids)
        self.users.append(
            {
                "id": made, "username": username, "display_name": display_name, "password": hashed(), "date_joined": self.plan.at,
                "is_superuser": False, "email": "",
            }
        )  # fmt: skip
        return made

    def grant(self, user_id: int, role: str, **scope: Any) -> None:
        """A hat for a user."""
        self.grants.append(
            {
                "user_id": user_id,
                "role": role,
                "jurisdiction": self.plan.place.code,
                "valid_from": _since(self.plan),
                **scope,
            }
        )

    def write(self) -> Mapping[str, int]:
        """Insert what was gathered."""
        made = {"users": bulk.load(User, self.users), "grants": bulk.load(RoleGrant, self.grants)}
        self.users, self.grants = [], []
        return made


def _since(plan: Plan) -> date:
    return plan.on - timedelta(days=SINCE_DAYS)


@cache
def hashed() -> str:
    """Hashing is slow on purpose; the demo's one password is hashed once."""
    return make_password(PASSWORD)
