"""Words of care: refusals with their remedy, field faults, the timeline, what comes next."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yijia.apps.care.episode_words import EPISODE_FAULTS, EPISODE_REFUSALS
from yijia.base import policy_names
from yijia.base.templatetags.states import STATES


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def state_word(code: object) -> str:
    """An order's state in the reader's language."""
    return str(STATES["order"].get(str(code), ("idle", str(code)))[1])


EVENTS: dict[str, Any] = {
    "submit": _("提交"), "accept": _("受理"), "reject": _("不予受理"), "sign": _("签字"), "dispatch": _("派单"), "assign": _("指派护士"),
    "release": _("退回派单"), "depart": _("出发"), "arrive": _("到达"), "pass_reassessment": _("开始服务"), "abort": _("中止"), "no_show": _("记为家中无人"),
    "complete": _("完成"), "confirm": _("确认"), "hold": _("转复核"), "clear": _("复核通过"), "dismiss": _("复核不通过"), "price": _("计费"),
    "settle": _("结清"), "rate": _("评价"), "close": _("办结"), "cancel": _("取消"), "count_contact": _("计入服务"),
}  # fmt: skip
MATTERS = {"order": _("预约"), "sign": _("签字"), "bill": _("看账单"), "confirm": _("确认服务"), "record": _("看记录")}
CHANNELS = {
    "self": _("本人预约"),
    "family": _("家属代约"),
    "desk": _("坐席代约"),
    "discharge": _("出院转介"),
    "plan": _("项目计划"),
}
UNSURE = _("不确定，请打给我")
TUBES = {
    "urinary_catheter": _("导尿管"), "feeding_tube": _("鼻饲管、胃管"), "picc": _("PICC、输液港"), "drain": _("引流管"), "tracheostomy": _("气管切开套管"),
    "stoma": _("造口"), "oxygen": _("家庭氧疗"),
}  # fmt: skip
METHODS = {
    "glass": _("在屏幕上手写"), "witnessed_fingerprint": _("按指印，见证人在场"), "paper": _("纸上签字，已收到"), "spoken": _("电话里念给本人听，本人同意，上门时补签"),
}  # fmt: skip
SIGNERS = {"resident": _("本人"), "guardian": _("监护人"), "proxy": _("家属代办人")}
ROLES = {
    "resident": _("本人"), "family": _("家属"), "nurse": _("护士"), "doctor": _("医生"), "dispatcher": _("调度员"), "manager": _("机构管理员"),
    "home_manager": _("养老机构负责人"),
    "clerk": _("坐席"), "agency_clerk": _("经办"), "federation": _("残联"), "regulator": _("监管员"), "auditor": _("审计员"), "admin": _("平台管理员"), "system": _("平台"),
}  # fmt: skip

DONE: dict[str, Any] = {
    "submit": _("提交了预约"), "accept": _("首诊评估通过，可以上门"), "reject": _("首诊评估没有通过，费用全部退回"), "sign": _("服务协议和知情同意书已签"),
    "dispatch": _("开始派护士"), "assign": _("护士接了单"), "release": _("护士不能来了，正在另派"), "depart": _("护士已出发"), "arrive": _("护士到了"),
    "pass_reassessment": _("核对身份、现场评估通过，开始服务"), "abort": _("服务中止"), "no_show": _("护士到了，家中无人"), "complete": _("服务完成，双方已签字"),
    "confirm": _("服务已确认"), "hold": _("记录转入复核，暂不结算"), "clear": _("复核通过"), "dismiss": _("复核没有通过，本次不收费"), "price": _("账单已出"),
    "settle": _("费用已结清"), "rate": _("已评价"), "close": _("办结"), "cancel": _("取消了预约"),
}  # fmt: skip
TONES = {
    "reject": "bad",
    "abort": "bad",
    "no_show": "bad",
    "cancel": "idle",
    "hold": "wait",
    "dismiss": "bad",
    "depart": "road",
    "arrive": "road",
    "settle": "done",
    "close": "done",
}
_PATH: tuple[tuple[frozenset[str], Any], ...] = (
    (frozenset({"submitted"}), _("医生做首诊评估，看能不能上门")),
    (frozenset({"submitted", "accepted"}), _("您签服务协议和知情同意书")),
    (frozenset({"submitted", "accepted", "signed", "dispatching"}), _("派一位合格的护士")),
    (frozenset({"assigned"}), _("护士按约定时间出发")),
    (frozenset({"departed"}), _("护士到家，核对身份和门牌码")),
    (frozenset({"arrived"}), _("护士现场再评估一次")),
    (
        frozenset({"submitted", "accepted", "signed", "dispatching", "assigned", "departed", "arrived", "in_service"}),
        _("护士上门服务，写记录，双方签字"),
    ),
    (frozenset({"completed"}), _("您确认这次服务")),
    (frozenset({"under_review"}), _("监管人员复核记录")),
    (frozenset({"confirmed"}), _("出账单")),
    (frozenset({"priced"}), _("付款")),
    (frozenset({"settled"}), _("您可以评价这次服务")),
    (frozenset({"aborted"}), _("机构办结，退回该退的费用")),
)
NEXT: dict[str, Any] = {
    "draft": _("坐席回电"), "submitted": _("医生做首诊评估"), "accepted": _("等签字"), "signed": _("调度员派单"), "dispatching": _("等护士接单"),
    "assigned": _("护士出发"), "departed": _("护士到达"), "arrived": _("现场评估"), "in_service": _("服务中"), "completed": _("等家属确认"),
    "confirmed": _("出账单"), "under_review": _("复核"), "priced": _("等付款"), "settled": _("可评价"), "rated": _("办结"), "aborted": _("办结"),
}  # fmt: skip


def coming(state: str) -> list[Any]:
    """What is still to come after a state, nearest first."""
    return [text for states, text in _PATH if state in states]


FAULTS: dict[str, Any] = {
    "required": _("请填写。"),
    "too_long": _("最多 %(most)s 个字，请写短一些。"),
    "unreadable": _("含有无法保存的字符，请重新输入。"),
    "yes_or_no": _("请选“是”或“否”。"),
    "channel_of_role": _("您的身份只能用“%(channel)s”方式下单。"),
    "in_the_past": _("这个时间已经过去了，请选以后的时间。"),
    "too_far_ahead": _("最早可约 %(days)s 天以内，请选近一些的日子。"),
    "ends_before_start": _("结束时间要晚于开始时间。"),
    "clock_times": _("请写成 08:00 这样的时间，用空格分开，每天最多 %(most)s 次。"),
    "window_too_long": _("上门时段最长 %(hours)s 小时，请分开预约。"),
    "unknown_need": _("没有这一类需要，请从列表里选。"),
    "price_not_seen": _("还没有看过价格，不能提交。请先看价格。"),
    "no_items": _("请至少选一项服务。"),
    "unknown_item": _("目录里没有项目 %(code)s，请从列表里选。"),
    "not_at_home": _("项目 %(code)s 不能在家里做，请到医疗机构。"),
    "quantity": _("数量要在 1 到 %(most)s 之间。"),
    "unknown_question": _("没有“%(question)s”这个问题，请刷新后再答。"),
    "unknown_answer": _("“%(question)s”没有这个答案，请从选项里选。"),
    "before_birth": _("出院日期早于出生日期，请核对。"),
    "discharged_long_ago": _("出院已超过 %(days)s 天，请用普通预约。"),
    "discharged_after_visit": _("上门时间早于出院日期，请改上门时间。"),
    "unknown_tube": _("没有“%(tube)s”这种管路，请从列表里选。"),
    "not_a_uuid": _("请求编号不完整，请重新打开页面。"),
    "pick_window": _("请选一个机构和时段。"),
}


def _wrong_status(facts: Mapping[str, Any]) -> str:
    event = EVENTS.get(str(facts.get("event")), facts.get("event"))
    return gettext("这张单现在是“%(status)s”，不能“%(event)s”。请刷新看最新情况。") % {
        "status": state_word(facts.get("status")),
        "event": event,
    }


def _over(facts: Mapping[str, Any]) -> str:
    return gettext("这张单%(status)s，不能再改。需要的话请重新预约。") % {"status": state_word(facts.get("status"))}


def _not_passed(facts: Mapping[str, Any]) -> str:
    named = ", ".join(facts.get("said_en", ())) if is_english() else "、".join(facts.get("said_zh", ()))
    if not named:
        return gettext("首诊评估没有通过，不能受理。请医生先做评估。")
    return gettext("这几项的回答不允许居家服务：%(named)s。请改为“不予受理”并写明原因，或核对后重答。") % {
        "named": named
    }


def _proxy_scope(facts: Mapping[str, Any]) -> str:
    matter = MATTERS.get(str(facts.get("matter")), "")
    return gettext("老人没有授权您代办“%(matter)s”。请老人本人在“家人授权”里加上，或打电话给坐席办理。") % {
        "matter": matter
    }


def _unfit(facts: Mapping[str, Any]) -> str:
    rule = facts["rule_en"] if is_english() else facts["rule_zh"]
    sources = policy_names.titles(source for source in facts.get("sources", ()) if source != "—") or "—"
    return gettext(
        "按规定“%(rule)s”，现在不能约上门（来源：%(sources)s）。请打电话给坐席，由医生安排到院或另行处置；记录有误可请机构更正。"
    ) % {"rule": rule, "sources": sources}


def _price_changed(facts: Mapping[str, Any]) -> str:
    said = gettext("价格从 %(quoted)s 元变成了 %(total)s 元，请确认。") % {
        "quoted": facts["quoted"],
        "total": facts["total"],
    }
    if facts["staff"] == 1:
        return said
    return said + gettext("按您的回答，这次要来 %(staff)s 个人。") % {"staff": facts["staff"]}


def _too_late(facts: Mapping[str, Any]) -> str:
    return gettext("这张单现在是“%(status)s”，居家风险不能再改。请直接打电话告诉护士或机构。") % {
        "status": state_word(facts.get("status"))
    }


REFUSALS: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    "orders.wrong_status": _wrong_status,
    "orders.over": _over,
    "orders.not_quoted": _("还没有看过价格，不能提交。请先看价格。"),
    "orders.assessment_not_passed": _not_passed,
    "orders.no_consent": _("知情同意书还没有签，不能往下走。请本人或家属先签。"),
    "orders.no_agreement": _("服务协议还没有签，不能往下走。请本人或家属先签。"),
    "orders.gate_red": _("安全条件没有全部通过，不能派人：%(rules)s。请看“安全条件”里每一条由谁来解决。"),
    "orders.identity_not_checked": _("还没有核对本人身份，不能开始服务。请先核对身份。"),
    "orders.reassessment_failed": _("现场评估没有通过，不能开始服务。请中止并写明原因。"),
    "orders.no_reason": _("请写明原因。"),
    "orders.no_record": _("服务记录还没有写完，不能完成。请先写记录。"),
    "orders.signature_missing": _("还缺签字，不能完成。护士和家属都要签。"),
    "orders.evidence_weak": _("这次上门的证据不足，不能计费。请等复核结果。"),
    "orders.unpaid": _("账单还没有付清，不能结算。请先付款。"),
    "orders.nurse_has_arrived": _("护士已经到了，不能取消。如要停止服务，请直接告诉护士。"),
    "orders.service_has_ended": _("服务已经结束，不能取消。对服务有意见请点“我觉得不对”。"),
    "orders.not_assessed": _("医生还没有做首诊评估，请等评估通过。"),
    "orders.not_signed": _("服务协议和知情同意书还没有签。请本人或家属先签字。"),
    "orders.not_reassessed": _("还没有做现场评估，不能完成。请先评估。"),
    "orders.under_review": _("这张单在复核，复核通过前不计费、不结算。"),
    "orders.not_confirmed": _("家属还没有确认这次服务，不能计费。请家属确认，或等到期自动确认。"),
    "orders.aborted": _("这次服务已中止，不计费。"),
    "orders.service_has_begun": _("服务已经开始，不能记为家中无人。要停止请选“中止”。"),
    "orders.already_rated": _("这次服务已经评价过了，每次只能评一回。"),
    "orders.proxy_scope": _proxy_scope,
    "orders.resident_dead": _("登记显示这位居民已去世，不能预约。登记有误请打电话给坐席更正。"),
    "orders.resident_unfit": _unfit,
    "orders.price_changed": _price_changed,
    "orders.double": _("同一时间、同一需要已经有一张单了，不用再约。请到订单里查看。"),
    "orders.nobody_to_ask": _("本地还没有机构可以回电。请直接拨打 12345。"),
    "orders.too_late_for_home_risk": _too_late,
    "home_risk.unknown_question": _("没有“%(question)s”这个居家风险问题，请刷新后再答。"),
    "home_risk.unknown_answer": _("居家风险问题“%(question)s”没有这个答案，请从选项里选。"),
    "cancel.not_early": _("服务已经完成或单子已经结束，不能按取消退费。对费用有意见请点“我觉得不对”。"),
}

SMS_SUBMITTED = _(
    "【颐家】已为您预约：%(day)s %(from)s–%(until)s，%(institution)s 上门，预计 %(total)s 元。单号 %(number)s。要改请回拨坐席。"
)
SMS_REJECTED = _("【颐家】您的预约 %(number)s 经医生评估不适合上门，费用全部退回。%(institution)s会与您联系。")
CANCEL_WHY = {
    "cancel.before_departure": _("护士还没有出发，全部退还。"), "cancel.no_terms": _("机构没有公布取消条款，全部退还。"),
    "cancel.terms": _("按您签过的取消条款（%(filing)s）退还。"), "cancel.institution": _("由机构取消，全部退还。"), "cancel.safety": _("为了安全，全部退还。"),
    "cancel.rejected": _("评估没有通过，全部退还。"),
}  # fmt: skip
VISIT_FEE = _("上门服务费")
PAYERS = {"patient": _("个人"), "insurance": _("医疗保险"), "subsidy": _("补贴")}
PAYING: dict[str, Any] = {
    "price.insurance_unknown": _("医保能不能付，本地还没有可以据以结算的规定，先由个人付。"), "price.not_insured": _("按规定医保不付这一项。"),
    "price.insurance_share_unknown": _("医保付多少还没有公布，先由个人付。"), "price.shared": _("按医保规定的比例分担。"),
}  # fmt: skip
BECAUSE: dict[str, Any] = PAYING | {
    "price.filed": _("按机构备案并公布的价格（%(filing)s）。"), "price.fixed_by_authority": _("按政府定价。"), "price.booked_kept": _("按您预约时看到的价格。"),
    "price.no_double_charge": _("签约服务已经付过上门费，不再收。"),
}  # fmt: skip
EFFECTS = {
    "none": ("done", _("没有顾虑")),
    "note": ("wait", _("提醒护士")),
    "two_persons": ("wait", _("要两个人去")),
    "block": ("bad", _("现在不能上门")),
}
GROUPS = {"under_way": _("进行中"), "open": _("未办结")}
WARNINGS = {
    "infectious": _("处于传染期"),
    "aggressive": _("有攻击性"),
    "violent": _("住所有暴力记录"),
    "dog": _("家有会伤人的狗"),
}
YES, NO = _("是"), _("否")
INSURED = {"employee": _("职工医保"), "resident": _("居民医保"), "none": _("没有医保")}
REASONS = {"died": _("居民已去世"), "episode_over": _("所属服务项目已结束")}
REFUSALS |= EPISODE_REFUSALS
FAULTS |= EPISODE_FAULTS
FAULTS["other_hands"] = _("到场的人里须有一位是：%(roles)s。选的人里没有，请补选当时在场的人。")
