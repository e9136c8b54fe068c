"""The demo's log-ins, as the sign-in page and the command show them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from yijia.base import roles

PASSWORD = "yijia-demo"
ROLES = (
    "resident",
    "family",
    "nurse",
    "doctor",
    "dispatcher",
    "manager",
    "home_manager",
    "clerk",
    "agency_clerk",
    "assessor",
    "expert",
    "federation",
    "regulator",
    "auditor",
    "admin",
)


NAMED = {"home_manager": "carehome"}
"""Roles whose account is not called as the role."""

GUARDIAN = {"username": "guardian", "zh": "监护人（康复儿童）", "en": "Guardian (child in rehabilitation)"}
"""The mother of the child in designated rehabilitation."""


def username(role: str) -> str:
    """The account that plays a role."""
    return NAMED.get(role, role)


def accounts() -> list[dict[str, str]]:
    """One account a role, and the guardian of the child in rehabilitation, who signs its months."""
    played = [(role, roles.label(role), username(role)) for role in ROLES]
    english = (get_language() or "").startswith("en")
    played.insert(2, ("family", GUARDIAN["en" if english else "zh"], GUARDIAN["username"]))
    return [
        {"role": role, "role_label": label, "username": account, "password": PASSWORD}
        for role, label, account in played
    ]


def context(request: HttpRequest) -> dict[str, Any]:
    """The sign-in page's variable `demo_accounts`; the settings install it in a demo only."""
    return {"demo_accounts": accounts()} if request.path == "/accounts/login/" else {}
