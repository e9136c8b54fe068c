"""Filling papers and judging signatures. Clauses are in docs/rules/agreements.md."""

from datetime import date
from typing import Any

import pytest

from yijia.core.agreements import paper, signing
from yijia.core.agreements.paper import Fields
from yijia.core.agreements.signing import Method, Paper, Signer, Standing
from yijia.core.permissions import SYSTEM, Actor, Role
from yijia.core.refusal import Refusal

DAY = date(2025, 6, 16)


def both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


TEMPLATE = {
    "title": both("同意书"),
    "clauses": [
        {"title": both("谁"), "text": both("{who} 同意")},
        {"title": both("{item}"), "each": "items", "text": both("{item}：{risk}")},
        {"title": both("期限"), "text": both("到 {until}")},
    ],
}
ITEMS = [{"item": both("换药"), "risk": both("疼")}, {"item": both("采血"), "risk": both("晕")}]
PLAIN = {"who": both("{risk}"), "until": both("明年")}


def test_clauses_are_numbered_and_lists_repeated() -> None:
    """AGREEMENT-01: a field's own braces are not read again."""
    filled = paper.fill(TEMPLATE, Fields(PLAIN, {"items": ITEMS}))
    assert not isinstance(filled, Refusal)
    assert [(c["no"], c["title"], c["text"]) for c in filled["zh"]["clauses"]] == [
        ("1", "谁", "{risk} 同意"), ("2.1", "换药", "换药：疼"), ("2.2", "采血", "采血：晕"), ("3", "期限", "到 明年"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "absent"),
    [  # AGREEMENT-01
        (Fields(PLAIN, {}), "items"),
        (Fields({"who": both("x")}, {"items": ITEMS}), "until"),
        (Fields(PLAIN, {"items": [{"item": both("换药")}]}), "risk"),
    ],
)
def test_a_missing_field_keeps_the_paper_from_being_made(fields: Fields, absent: str) -> None:
    filled = paper.fill(TEMPLATE, fields)
    assert isinstance(filled, Refusal)
    assert filled.facts["field"] == absent


def test_the_same_paper_has_the_same_bytes() -> None:
    """AGREEMENT-02"""
    assert paper.canonical({"b": 1, "a": "字"}) == paper.canonical({"a": "字", "b": 1}) == '{"a":"字","b":1}'.encode()


def person(role: Role, **more: Any) -> Actor:
    return Actor(user_id=7, role=role, **more)


ELDER = person(Role.RESIDENT, resident_ids=frozenset({1}))
RELATIVE = person(Role.FAMILY, resident_ids=frozenset({1}))
DOCTOR = person(Role.DOCTOR, organisation_ids=frozenset({3}))
CLERK = person(Role.CLERK, jurisdiction="CN-441900")
PROXY = Standing(Signer.PROXY, "李女", "女", 7, frozenset({"sign"}))
GUARDIAN = Standing(Signer.GUARDIAN, "李子", "子", 8, frozenset({"order"}))


def fresh(**more: Any) -> Paper:
    return Paper(
        **(
            {"resident_id": 1, "is_intact": True, "is_revoked": False, "valid_until": None, "methods": frozenset()}
            | more
        )
    )


def judge(actor: Actor = ELDER, of: Paper | None = None, **more: Any) -> str | None:
    given = {
        "signer": Signer.RESIDENT,
        "name": "王奶奶",
        "method": Method.GLASS,
        "has_image": True,
        "witness": "",
        "standings": (PROXY, GUARDIAN),
        "on": DAY,
    }
    refusal = signing.may_sign(of or fresh(), actor, **(given | more))
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("of", "more", "code"),
    [
        (fresh(), {}, None),
        (fresh(is_intact=False), {}, "agreements.text_changed"),  # AGREEMENT-02
        (fresh(is_revoked=True), {}, "agreements.revoked"),  # AGREEMENT-03
        (fresh(valid_until=DAY), {}, "agreements.expired"),  # AGREEMENT-03
        (fresh(methods=frozenset({Method.GLASS})), {}, "agreements.already_signed"),  # AGREEMENT-03
        (fresh(methods=frozenset({Method.SPOKEN})), {}, None),  # AGREEMENT-03
        (fresh(), {"has_image": False}, "agreements.no_image"),  # AGREEMENT-05
        (fresh(), {"method": Method.WITNESSED_FINGERPRINT}, "agreements.no_witness"),  # AGREEMENT-05
        (
            fresh(),
            {"method": Method.WITNESSED_FINGERPRINT, "witness": " 王奶奶 "},
            "agreements.own_witness",
        ),  # AGREEMENT-05
        (fresh(), {"method": Method.WITNESSED_FINGERPRINT, "witness": "陈邻居", "has_image": False}, None),
    ],
)
def test_what_a_signature_needs(of: Paper, more: dict[str, Any], code: str | None) -> None:
    assert judge(of=of, **more) == code


@pytest.mark.parametrize(
    ("actor", "more", "code"),
    [  # AGREEMENT-04, AGREEMENT-06
        (ELDER, {"signer": Signer.INSTITUTION}, "agreements.not_your_hand"),
        (RELATIVE, {}, "agreements.not_your_hand"),
        (ELDER, {"method": Method.PAPER}, "agreements.method_needs_staff"),
        (DOCTOR, {"method": Method.PAPER}, None),
        (DOCTOR, {"method": Method.SPOKEN}, "agreements.method_needs_desk"),
        (CLERK, {"method": Method.SPOKEN}, None),
        (SYSTEM, {"method": Method.SPOKEN}, None),
        (DOCTOR, {"signer": Signer.INSTITUTION}, None),
        (RELATIVE, {"signer": Signer.PROXY}, None),
        (RELATIVE, {"signer": Signer.GUARDIAN}, "agreements.no_standing"),
        (RELATIVE, {"signer": Signer.PROXY, "standings": ()}, "agreements.no_standing"),
        (CLERK, {"signer": Signer.PROXY, "name": "李女", "method": Method.PAPER}, None),
        (CLERK, {"signer": Signer.PROXY, "name": "路人", "method": Method.PAPER}, "agreements.no_standing"),
        (CLERK, {"signer": Signer.GUARDIAN, "name": "李子", "method": Method.PAPER}, "agreements.scope_missing"),
    ],
)
def test_whose_hand(actor: Actor, more: dict[str, Any], code: str | None) -> None:
    assert judge(actor, **more) == code


def test_a_second_spoken_consent_adds_nothing() -> None:
    """AGREEMENT-03"""
    assert judge(CLERK, fresh(methods=frozenset({Method.SPOKEN})), method=Method.SPOKEN) == "agreements.already_signed"


@pytest.mark.parametrize(
    ("actor", "of", "reason", "standings", "code"),
    [  # AGREEMENT-07
        (ELDER, fresh(), "不做了", (), None),
        (ELDER, fresh(), " ", (), "agreements.no_reason"),
        (ELDER, fresh(is_revoked=True), "x", (), "agreements.revoked"),
        (RELATIVE, fresh(), "x", (PROXY,), None),
        (RELATIVE, fresh(), "x", (), "agreements.no_standing"),
        (
            RELATIVE,
            fresh(),
            "x",
            (Standing(Signer.PROXY, "李女", "女", 7, frozenset({"bill"})),),
            "agreements.scope_missing",
        ),
        (CLERK, fresh(), "来电", (), None),
    ],
)
def test_taking_back(actor: Actor, of: Paper, reason: str, standings: tuple[Standing, ...], code: str | None) -> None:
    refusal = signing.may_revoke(of, actor, reason=reason, standings=standings)
    assert (refusal.code if refusal else None) == code
