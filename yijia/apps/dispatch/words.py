"""Words of dispatching: what keeps a plan from being changed."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "dispatch.engine_cold": _("调度引擎正在准备，装好后第一次约要一分钟。请稍后再点，别的都能用。"),
    "dispatch.day_over": _("这一天已经过去，不能再排。"),
    "dispatch.planning_already": _("这一天正在排，请等它排完。"),
    "dispatch.plan_over": _("这份方案已经发布或作废，不能再改。请回调度台看现在的排班。"),
    "dispatch.newer_board": _(
        "你看方案的时候，%(who)s 在 %(when)s 改过这一天。方案还在，没有丢：可以按现在的情况重排，或照样发布（别人改过的不动）。"
    ),
    "dispatch.not_newest": _("只能撤销最近一次发布。请先看后来的改动。"),
    "dispatch.visit_changed": _(
        "这次上门刚被 %(who)s 在 %(when)s 改过，你的改动没有覆盖它。看一下现在的安排，再决定。"
    ),
    "dispatch.visit_changed_since": _("这次上门在做方案之后被改过；保留别人改的安排，没有覆盖。"),
    "dispatch.visit_gone": _("这张单已不在这里，或不归你调度。"),
    "dispatch.stale": _("排班在你查看方案期间已有变动。请重新生成方案，再确认。"),
}

MARKS = {
    "waiting": ("circle-dashed", _("待派")),
    "planned": ("calendar-event", _("已安排")),
    "road": ("navigation", _("在路上")),
    "service": ("first-aid-kit", _("服务中")),
    "done": ("circle-check", _("做完了")),
    "late": ("alert-triangle", _("晚了")),
    "missed": ("circle-x", _("错过")),
    "stopped": ("ban", _("中止了")),
}

SKILLS = {"specialty": _("专科护士"), "maternal": _("母婴"), "tcm": _("中医护理")}

PLAN_STATES = {
    "queued": _("排队中"),
    "planning": _("正在排"),
    "draft": _("草案，还没发布"),
    "failed": _("没有排成"),
    "publishing": _("正在发布"),
    "published": _("已发布"),
    "discarded": _("已作废"),
}

FREEDOMS = {
    "new": _("已通知的人和时间都不动"),
    "times": _("护士不换，时间可以动"),
    "all": _("都可以动，尽量少动"),
}

FIGURES = {
    "served": (_("有人去的上门"), _("次上门")),
    "unserved": (_("没人去的上门"), _("次上门")),
    "late": (_("迟到"), _("分钟")),
    "overtime": (_("加班"), _("分钟")),
    "travel": (_("路上"), _("分钟")),
    "continuity": (_("不是常去的护士"), _("次上门")),
    "wishes": (_("没合本人意愿"), _("次上门")),
}

WHYS = {
    "skill": _("不会这个项目"),
    "forbidden": _("资质、意愿、请假或太远"),
    "pinned": _("已定给别人"),
    "shift": _("不在上班时间"),
    "distance": _("时段内赶不到，或回不来"),
    "visits": _("当天工作量已满"),
    "rest": _("只差午休"),
    "window": _("这个时段排满了"),
    "pair": _("自己能去，一起去的人凑不齐"),
    "price": _("能去，但会让更急的去不成"),
}

LEFT = {
    "dispatch.left_gate": _("上门前安全核对没有通过"),
    "dispatch.left_crew": _("要三个人以上，请手工派"),
    "dispatch.left_missed": _("希望的时段已经过了，请和家属改时间"),
    "dispatch.left_full": _("没有人能在这个时段去"),
}

REFUSALS |= LEFT

EVENTS = {
    "emergency": _("紧急插单"),
    "insert": _("插进今天"),
    "sick": _("今天不能来"),
    "overrun": _("耽搁了"),
    "fill": _("补空档"),
}

NO_ANSWER = {
    "emergency": _("现在没有人能及时赶到，也没有可以让开的。看每个人为什么不能，或请别的机构接单。"),
    "insert": _("这个时段没有人能去。看每个人为什么不能，或和家属改时间。"),
    "sick": _("她名下没有要转出的上门。已记下今天不能来，不会再派给她。"),
    "overrun": _("后面的上门都还来得及，不用动。"),
    "fill": _("没有待派的上门放得进来。"),
}

GOES = _("%(who)s 去（共改动 %(n)s 次上门）")
RELEASE_ALL = _("先放回待派，由你逐个联系")
NOBODY_ELSE = _("不动别的家庭")
EFFECTS = {
    "served": _("多去 %(n)s 家"),
    "unserved": _("%(n)s 家暂时没人去"),
    "moved": _("%(n)s 家改时间"),
    "other_nurse": _("%(n)s 家换护士"),
    "travel": _("路上 %(sign)s%(m)s 分钟"),
    "late": _("迟到 %(sign)s%(m)s 分钟"),
    "overtime": _("加班 %(sign)s%(m)s 分钟"),
}

BECAUSE = {
    "asked": _("要派的就是这一家"),
    "room": _("给%(who)s让出时间"),
    "carer": _("%(who)s来不了或耽搁了"),
    "gone": _("这次不去了"),
    "gap": _("%(who)s正好有空"),
    "shorter": _("换一下，整天更顺"),
    "shifted": _("%(who)s前后的上门变了"),
}

BEGUN = _("护士已经到家里，或上门已结束，不能再动。")
NOT_HERE = _("选的人不在这家机构，或不做这类上门。")
TOO_FEW = _("这次要 %(n)s 个人一起去。")
