"""How a state looks: its tone (colour), its shape (icon) and its word, in one table for every kind of thing."""

from django.utils.translation import gettext_lazy as _

# Tones: idle grey, wait amber, go teal, road blue, done green, bad red. The shape says the same without colour.
SHAPES = {
    "idle": "circle-dashed",
    "wait": "hourglass",
    "go": "progress-check",
    "road": "navigation",
    "done": "circle-check",
    "bad": "circle-x",
}

STATES = {
    "order": {
        "draft": ("idle", _("草稿")),
        "submitted": ("wait", _("待首诊评估")),
        "rejected": ("bad", _("未受理")),
        "accepted": ("wait", _("待签同意书")),
        "signed": ("wait", _("待派单")),
        "dispatching": ("wait", _("派单中")),
        "assigned": ("go", _("已派护士")),
        "departed": ("road", _("护士在路上")),
        "arrived": ("road", _("护士已到")),
        "in_service": ("go", _("服务中")),
        "aborted": ("bad", _("已中止")),
        "completed": ("wait", _("待家属确认")),
        "confirmed": ("done", _("已确认")),
        "under_review": ("wait", _("复核中")),
        "priced": ("wait", _("待付款")),
        "settled": ("done", _("已结清")),
        "rated": ("done", _("已评价")),
        "closed": ("done", _("已办结")),
        "cancelled": ("idle", _("已取消")),
    },
    "episode": {
        "applied": ("wait", _("已申请")),
        "assessing": ("wait", _("评估中")),
        "agreed": ("go", _("已签约")),
        "active": ("go", _("服务中")),
        "suspended": ("idle", _("已暂停")),
        "renewing": ("wait", _("续期评估")),
        "referred": ("road", _("已转诊")),
        "closing": ("wait", _("结案中")),
        "closed": ("done", _("已结案")),
    },
    "placement": {
        "living": ("go", _("在院")),
        "away": ("wait", _("暂时外出")),
        "left": ("idle", _("已退住")),
    },
    "dose": {
        "later": ("idle", _("未到时间")),
        "due": ("wait", _("该给药")),
        "late": ("bad", _("过时未登记")),
        "away": ("idle", _("当时外出")),
        "given": ("done", _("已给")),
        "refused": ("bad", _("拒服")),
        "held": ("wait", _("停给一次")),
    },
    "cooperation": {
        "drafted": ("idle", _("草拟中")),
        "offered": ("wait", _("待签署")),
        "signed": ("go", _("已签齐")),
        "in_force": ("done", _("履行中")),
        "suspended": ("bad", _("已暂停")),
        "ended": ("idle", _("已终止")),
        "expired": ("idle", _("已到期")),
    },
    "breach": {
        "open": ("bad", _("待说明")),
        "answered": ("wait", _("已说明，待认定")),
        "upheld": ("bad", _("认定违约")),
        "excused": ("done", _("免责")),
        "cleared": ("done", _("已补齐")),
    },
    "offer": {
        "offered": ("wait", _("待护士回复")),
        "accepted": ("done", _("已接单")),
        "declined": ("bad", _("已谢绝")),
        "expired": ("idle", _("已过时限")),
        "withdrawn": ("idle", _("已收回")),
    },
    "item": {
        "picked": ("idle", _("已选，未报送")),
        "submitted": ("wait", _("待审核")),
        "published": ("done", _("已公布")),
        "returned": ("bad", _("已退回")),
        "withdrawn": ("idle", _("已停开")),
    },
    "filing": {
        "draft": ("idle", _("草稿")),
        "submitted": ("wait", _("待审核")),
        "reviewed": ("go", _("已审核，待公布")),
        "published": ("done", _("已公布")),
        "returned": ("bad", _("已退回")),
        "superseded": ("idle", _("已被新价替代")),
        "expired": ("bad", _("已失效")),
    },
    "complaint": {
        "filed": ("wait", _("待处理")),
        "assigned": ("go", _("处理中")),
        "answered": ("go", _("已答复")),
        "reopened": ("wait", _("不满意，重新处理")),
        "closed": ("done", _("已办结")),
        "overdue": ("bad", _("超期未答")),
    },
    "review": {
        "open": ("wait", _("待复核")),
        "cleared": ("done", _("证据成立")),
        "rejected": ("bad", _("证据不成立")),
    },
    "alarm": {
        "raised": ("bad", _("待响应")),
        "acknowledged": ("go", _("已响应")),
        "responding": ("go", _("处置中")),
        "escalated": ("bad", _("已上报值班负责人")),
        "closed": ("done", _("已解除")),
    },
    "credential": {
        "valid": ("done", _("有效")),
        "expiring": ("wait", _("快到期")),
        "expired": ("bad", _("已过期")),
        "missing": ("bad", _("缺")),
        "pending": ("wait", _("待核验")),
    },
    "payment": {
        "unpaid": ("wait", _("未付")),
        "paid": ("done", _("已付")),
        "refunded": ("idle", _("已退款")),
    },
    "account": {
        "active": ("done", _("在用")),
        "locked": ("bad", _("已锁定")),
        "closed": ("idle", _("已停用")),
    },
    "gate": {
        "green": ("done", _("符合")),
        "red": ("bad", _("不符合")),
        "unknown": ("wait", _("查不到")),
    },
}

# How far a policy value may be trusted; the two official-enough levels are calm, the rest say so.
EVIDENCE = {
    "official": ("done", _("官方原文")),
    "press": ("go", _("官方报道")),
    "secondary": ("wait", _("转载")),
    "derived": ("wait", _("推算")),
    "recalled": ("wait", _("未核实")),
    "missing": ("bad", _("没有依据")),
}
