"""The demo's log-ins, as the sign-in page and the command show them."""

from typing import Any

from django.http import HttpRequest

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


def username(role: str) -> str:
    """The account that plays a role."""
    return NAMED.get(role, role)


def accounts() -> list[dict[str, str]]:
    """One account a role."""
    return [
        {"role": role, "role_label": roles.label(role), "username": username(role), "password": PASSWORD}
        for role in ROLES
    ]


def context(request: HttpRequest) -> dict[str, Any]:
    """The sign-in page's variable `demo_accounts`; the settings install it in a demo only."""
    return {"demo_accounts": accounts()} if request.path == "/accounts/login/" else {}
