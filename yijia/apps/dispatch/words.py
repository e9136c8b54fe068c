"""Words of dispatching: what keeps a plan from being changed."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
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
    "dispatch.visit_gone": _("这张单已不在这里，或不归你调度。"),
    "dispatch.stale": _("排班在你查看方案期间已有变动。请重新生成方案，再确认。"),
}
