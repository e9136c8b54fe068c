"""Agreements between institutions in every state, made by the real actions."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import cast as people
from tests.cast import NOW, Cast
from tests.factories.agreements import DRAWN
from yijia.apps.agreements import actions
from yijia.apps.agreements.models import Cooperation
from yijia.apps.registry.models import Organisation
from yijia.core.permissions import SYSTEM, Actor

FIELDS = {
    "medical_cooperation": {"answer_min": "10", "rounds_per_month": "2", "capacity_per_month": "3", "hotline": "0769-00000001"},
    "outsourcing": {
        "arrangement": "service_purchase", "settlement_basis": "per_service", "surplus_use": "retained", "quota_per_month": "40",
        "answer_min": "15", "acceptances_per_quarter": "1",
    },
    "designation": {"categories": "肢体、孤独症", "evaluations_per_month": "1", "parent_trainings_per_quarter": "1"},
    "consortium": {
        "consortium": "测试医共体", "member_role": "nursing", "shared_information": "referral", "referral_answer_min": "60",
        "shares_per_month": "4",
    },
}  # fmt: skip
FROM, UNTIL = date(2025, 6, 16), date(2026, 6, 16)


def care_home(cast: Cast, name: str = "晴川养老院", serial: int = 91) -> tuple[Organisation, Actor]:
    """A care home with its manager, made once a cast."""
    known = Organisation.objects.filter(name=name).first()
    if known is None:
        known = people.organisation(name, "Clearwater Care Home", serial, 113.77, 23.05)
        known.kind, known.level = "care_home", None
        known.save()
        cast.users[name] = people.user(f"home{serial}", "测试院长")
        cast.actors[name] = people.grant(cast.users[name], "home_manager", organisation_id=known.pk)
        if "home_manager" not in cast.users:
            cast.users["home_manager"], cast.actors["home_manager"] = cast.users[name], cast.actors[name]
    return known, cast.actors[name]


def drafted(
    cast: Cast, kind: str = "medical_cooperation", *, at: datetime = NOW, client_id: UUID | None = None, **more: Any
) -> Cooperation:
    """A draft between the care home and the harbour, or between the harbour and the authority."""
    home, keeper = care_home(cast)
    first, second, by = (home.pk, cast.harbour.pk, keeper)
    if kind == "designation":
        first, second, by = cast.harbour.pk, None, cast.actors["manager"]
    given = {
        "kind": kind, "organisation_id": first, "partner_id": second, "fields": FIELDS[kind] | more.pop("fields", {}),
        "valid_from": FROM, "valid_until": UNTIL, "client_id": client_id or uuid4(), "by": by, "at": at,
    }  # fmt: skip
    return actions.draft_cooperation(**(given | more))


def offered(cast: Cast, kind: str = "medical_cooperation", *, at: datetime = NOW, **more: Any) -> Cooperation:
    row = drafted(cast, kind, at=at, **more)
    by = cast.actors["manager" if kind == "designation" else "晴川养老院"]
    return actions.move_cooperation(cooperation_id=row.pk, event="offer", by=by, at=at)


def sign(cast: Cast, row: Cooperation, part: str, *, at: datetime = NOW, **more: Any) -> Any:
    given = {"name": f"测试{part}", "post": "院长", "method": "glass", "image": DRAWN} | more
    return actions.sign_cooperation(cooperation_id=row.pk, **given, by=cast.actors[part], at=at)


def in_force(cast: Cast, kind: str = "medical_cooperation", *, at: datetime = NOW, **more: Any) -> Cooperation:
    """Signed by both, and running."""
    row = offered(cast, kind, at=at, **more)
    for part in ("manager", "regulator") if kind == "designation" else ("晴川养老院", "manager"):
        sign(cast, row, part, at=at)
    row.refresh_from_db()
    return row


def breached(cast: Cast) -> Cooperation:
    """A green channel answered after fifteen minutes instead of ten, found as a breach within the same hour."""
    row = in_force(cast, at=NOW - timedelta(days=1), valid_from=FROM - timedelta(days=1))
    actions.record_performance(
        agreement_id=row.pk, duty="green_channel_answer", happened_at=NOW - timedelta(hours=1), seconds=900, source_type="manual",
        source_id="1", by=cast.actors["manager"], at=NOW,
    )  # fmt: skip
    actions.review_cooperations(cooperation_ids=[row.pk], by=SYSTEM, at=NOW)
    return row
