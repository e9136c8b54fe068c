"""Permissions: the matrix is data, scope comes before rights."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from yijia.core import permissions
from yijia.core.permissions import NOBODY, SYSTEM, Actor, Permission, Reach, Role

COVERS = [
    ("CN", "CN", True), ("CN", "CN-441900", True), ("CN-440000", "CN-441900", True), ("CN-440000", "CN-440704", True),
    ("CN-440700", "CN-440704", True), ("CN-441900", "CN-441900", True), ("CN-441900", "CN-440000", False),
    ("CN-440700", "CN-441900", False), ("CN-441900", "CN", False), ("CN-440704", "CN-440705", False),
    ("CN-500000", "CN-441900", False), ("", "CN", False), ("XX-440000", "CN-441900", False),
]  # fmt: skip


@pytest.mark.parametrize(("jurisdiction", "place", "covered"), COVERS)
def test_covers(jurisdiction: str, place: str, covered: bool) -> None:
    assert permissions.covers(jurisdiction, place) is covered


def actor(role: Role, **scope: Any) -> Actor:
    return Actor(user_id=1, role=role, **scope)


HERE = {"organisation_id": 7, "resident_id": 3, "jurisdiction": "CN-441900"}

SCOPES = [
    (NOBODY, Reach.NONE, False),
    (SYSTEM, Reach.ALL, True),
    (actor(Role.RESIDENT, resident_ids=frozenset({3})), Reach.PEOPLE, True),
    (actor(Role.FAMILY, resident_ids=frozenset({4}), organisation_ids=frozenset({7})), Reach.PEOPLE, False),
    (actor(Role.NURSE, organisation_ids=frozenset({7})), Reach.ORGANISATIONS, True),
    (actor(Role.NURSE), Reach.ORGANISATIONS, False),
    (actor(Role.MANAGER, organisation_ids=frozenset({8})), Reach.ORGANISATIONS, False),
    (actor(Role.CLERK, jurisdiction="CN-441900"), Reach.JURISDICTION, True),
    (actor(Role.REGULATOR, jurisdiction="CN-440000"), Reach.JURISDICTION, True),
    (actor(Role.REGULATOR, jurisdiction="CN-500000"), Reach.JURISDICTION, False),
    (actor(Role.AUDITOR), Reach.NONE, False),
]


@pytest.mark.parametrize(("who", "reach", "seen"), SCOPES)
def test_scope(who: Actor, reach: Reach, seen: bool) -> None:
    assert permissions.reach(who) is reach
    assert permissions.in_scope(who, **HERE) is seen  # type: ignore[arg-type]


def test_an_unstated_owner_is_out_of_scope() -> None:
    for who, reach, _ in SCOPES:
        if reach is not Reach.ALL:
            assert not permissions.in_scope(who)


def test_the_missing_right_is_named() -> None:
    nurse = actor(Role.NURSE, permissions=frozenset({Permission.VISIT_RUN}))
    assert permissions.may(nurse, Permission.VISIT_RUN)
    assert permissions.require(nurse, Permission.VISIT_RUN) is None
    refusal = permissions.require(nurse, Permission.LEDGER_VIEW)
    assert refusal is not None
    assert (refusal.code, refusal.facts) == ("permission.missing", {"permission": "ledger:view"})


def test_permission_codes_read_area_verb() -> None:
    for permission in Permission:
        area, _, verb = permission.value.partition(":")
        assert area.isalpha()
        assert verb.replace("_", "").isalpha()


def matrix(**changes: Any) -> dict[str, Any]:
    values = {f"role:{role.value}": {"zh": "某", "en": "x", "permissions": ["order:view"]} for role in Role}
    return values | changes


def test_roles_load() -> None:
    grants = permissions.load_roles(matrix())
    assert set(grants) == set(Role)
    assert grants[Role.NURSE].permissions == {Permission.ORDER_VIEW}


WRONG = [
    {"role:king": {"zh": "王", "en": "king", "permissions": []}},
    {"item:nurse": {"zh": "王", "en": "king", "permissions": []}},
    {"role:nurse": {"zh": "护士", "en": "nurse", "permissions": ["order:burn"]}},
    {"role:nurse": {"zh": "护士", "en": "nurse", "permissions": ["order:view", "order:view"]}},
    {"role:nurse": {"zh": "护士", "permissions": []}},
    {"role:nurse": {"zh": "护士", "en": "nurse"}},
    {"role:nurse": ["order:view"]},
]


@pytest.mark.parametrize("change", WRONG)
def test_a_wrong_matrix_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        permissions.load_roles(matrix(**change))


def test_no_role_is_left_out() -> None:
    values = matrix()
    del values["role:auditor"]
    with pytest.raises(ValueError, match="auditor"):
        permissions.load_roles(values)


def published() -> dict[str, Any]:
    text = (Path(__file__).parents[2] / "policy" / "CN" / "roles.yaml").read_text(encoding="utf-8")
    return {entry["key"]: entry["value"] for entry in yaml.safe_load(text)["values"]}


def test_the_published_matrix_loads_and_uses_every_permission() -> None:
    grants = permissions.load_roles(published())
    assert frozenset().union(*(grant.permissions for grant in grants.values())) == set(Permission)


SEPARATED = [
    (Role.ADMIN, {Permission.ORDER_VIEW, Permission.VISIT_VIEW, Permission.RESIDENT_VIEW, Permission.AUDIT_VIEW}),
    (Role.AUDITOR, {Permission.USER_MANAGE, Permission.RESIDENT_VIEW, Permission.PAYMENT_REFUND}),
    (Role.REGULATOR, {Permission.RESIDENT_UNMASK, Permission.RESIDENT_VIEW, Permission.PRICE_FILE}),
    (Role.NURSE, {Permission.EVIDENCE_REVIEW, Permission.ORDER_PRICE, Permission.VISIT_CONFIRM}),
    (Role.MANAGER, {Permission.PRICE_REVIEW, Permission.CATALOGUE_REVIEW, Permission.VISIT_CONFIRM}),
]


@pytest.mark.parametrize(("role", "never"), SEPARATED)
def test_powers_are_separated(role: Role, never: set[Permission]) -> None:
    assert not permissions.load_roles(published())[role].permissions & never
