"""What follows a visit that went wrong: complaints with an owner, reviews of weak evidence."""

from datetime import datetime
from uuid import UUID

from yijia.apps.care.models import Order
from yijia.apps.supervision import actions as supervision
from yijia.apps.supervision.models import EvidenceReview
from yijia.apps.visits.models import Visit
from yijia.core.permissions import Actor
from yijia.demo.county.plan import House
from yijia.demo.day.stage import Stage, Story

COMPLAINTS = (
    ("punctuality", "比约定时间晚到了二十多分钟"),
    ("money", "耗材费没有讲清楚"),
    ("conduct", "说话声音太大，老人不高兴"),
)


def complain(stage: Stage, house: House, family: Actor, order: Order, at: datetime) -> Story:
    """Filed by the family, taken by the manager, answered, and closed by the family if it is content."""
    kind, text = stage.rng.choice(COMPLAINTS)
    filed = stage.act(
        supervision.file_complaint, family, at, client_id=UUID(int=stage.rng.getrandbits(128), version=4), kind=kind, text=text, order_id=order.pk
    )  # fmt: skip
    if filed is None:
        return at
    manager = stage.actor(house.manager, "manager", at)
    at = yield stage.later(at, 20, 60)
    stage.act(supervision.assign_complaint, manager, at, complaint_id=filed.pk, owner_id=house.manager)
    if stage.rng.random() < 0.6:
        at = yield stage.later(at, 20, 50)
        stage.act(
            supervision.answer_complaint,
            manager,
            at,
            complaint_id=filed.pk,
            answer="演示答复：已向家属致歉并提醒护士，今后提前电话告知。",
        )
        at = yield stage.later(at, 10, 40)
        stage.act(supervision.close_complaint, family, at, complaint_id=filed.pk, note="认可")
    return at


def review(stage: Stage, house: House, visit: Visit, at: datetime, *, is_cleared: bool) -> None:
    """The manager looks at the evidence, asks, and decides with a reason."""
    manager = stage.actor(house.manager, "manager", at)
    for row in EvidenceReview.objects.filter(visit_id=visit.pk, state="open"):
        reason = "已电话回访家属，服务真实完成" if is_cleared else "定位为模拟位置，护士不能说明，不予结算"
        stage.act(supervision.decide_review, manager, at, review_id=row.pk, is_cleared=is_cleared, reason=reason)
