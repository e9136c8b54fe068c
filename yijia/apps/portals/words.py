"""Words of the homes: what each counter means and what to do about it."""

from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, object] = {}

# counter → (what waits, what opening it does)
WAITING = {
    "call_backs": _("等着回电"),
    "to_assess": _("待首诊评估"),
    "green_calls": _("绿色通道呼叫中"),
    "referrals_waiting": _("转诊等我们办"),
    "referrals_late": _("转诊超过时限"),
    "breaches_open": _("合作协议有违约没处理"),
    "breaches_to_decide": _("机构协议的违约等认定"),
    "to_sign": _("待签协议与知情同意"),
    "to_dispatch": _("待派单"),
    "under_way": _("今天在路上或服务中"),
    "to_collect": _("待付款"),
    "alarms": _("求助未解除"),
    "no_lead": _("现在没有值班负责人"),
    "holds": _("款项暂停，待核实"),
    "reviews": _("服务证据待复核"),
    "complaints": _("投诉未办结"),
    "complaints_late": _("投诉已超期"),
    "expiring": _("人员证件已过期或 30 天内到期"),
    "filings": _("价格备案待完成"),
    "to_review": _("项目与价格待审核"),
    "licences": _("机构许可已过期或 30 天内到期"),
    "users": _("在用账号"),
    "messages": _("一天内发出的短信与邮件"),
    "outbox_late": _("消息投递失败待重试"),
    "offers": _("派单待回复"),
    "benefits_waiting": _("待遇候选等你办"),
    "benefits_held": _("待遇暂缓，依据待核实"),
    "cases_waiting": _("评估案件等你办"),
    "cases_late": _("评估案件已超期"),
    "cases_to_assess": _("等你评估"),
    "cases_to_vote": _("等你表决"),
    "rehab_waiting": _("定点评审等你办"),
    "rehab_late": _("定点评审已超期"),
    "rehab_to_settle": _("签过字的月份等你核账"),
    "rehab_to_vote": _("定点机构等你表决"),
}

STOPPED = {"rehab_to_settle": _("签过字的月份，现在核不了账")}

DANGER = frozenset(
    {"alarms", "green_calls", "referrals_late", "no_lead", "cases_late", "rehab_late", "complaints_late", "outbox_late"}
)
QUIET = frozenset({"under_way"})
PLAIN = frozenset({"users", "messages"})  # told, not waiting for anybody
