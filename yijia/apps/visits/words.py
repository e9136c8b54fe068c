"""Codes of the gate, offers, alarms, evidence and visits as people read them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yijia.base import editions
from yijia.base.clock import SHANGHAI
from yijia.base.words import UNITS
from yijia.core.policy import Value

REFUSALS: dict[str, Any] = {
    # offers
    "offers.over": _("这个邀约已经有了结果，不能再改。"),
    "offers.wrong_status": _("邀约现在是“%(status)s”，不能这样做。"),
    "offers.too_late": _("答复时限已过，这单可能已派给别人。想接的话请打电话给调度员。"),
    "offers.withdrawn": _("这个邀约已收回：人手已够，或服务单有变。"),
    "offers.time_taken": _("%(name)s 这段时间已有别的上门，或来不及赶到（含路上时间）。请换一个人或改时间。"),
    "offers.is_away": _("%(name)s 请了假，不能派。请另选护士。"),
    "offers.already_assigned": _("%(name)s 已经在这次上门里了。"),
    "offers.already_made": _("已经邀约过 %(name)s，正在等她答复。"),
    "offers.not_a_candidate": _("%(name)s 不能去：%(reasons)s。请另选，或先办好这些事。"),
    "offers.refused_each_other": _("%(name)s 与这户人家有一方不愿意，不能派。请另选护士。"),
    "offers.no_time_to_answer": _("离上门太近，来不及等答复。请直接派。"),
    "offers.nobody_chosen": _("还没有选护士。请至少选一位。"),
    "offers.too_few": _("这次上门要 %(needed)s 个人，只选了 %(chosen)s 个。请再选一位。"),
    # visits
    "visits.outside_window": _("上门时间不在家属希望的时段内。请在时段内选一个时间。"),
    "visits.bad_absence": _("请假的结束要晚于开始。"),
    "visits.no_reason": _("请写明原因。"),
    "visits.too_early": _("现在出发太早，最早 %(from)s。"),
    "visits.too_early_to_arrive": _("现在签到太早，最早 %(from)s。请按约定时间上门。"),
    "visits.elsewhere": _("你还有一次上门没有结束（%(number)s）。请先签退，再出发。"),
    "visits.wrong_door_code": _(
        "口令不对，还可以试 %(left)s 次。请家属再读一遍短信或页面上的六位数字，并核对是不是这一户。"
    ),
    "visits.duty_no_phone": _("%(name)s 没有留手机号，报警时打不到。请先在人员资料里补上，或另选一位。"),
    "visits.duty_taken": _("这段时间已经有人值班。请改时间，或先撤下原来那一班。"),
    "visits.door_code_locked": _(
        "口令已经错了 %(most)s 次，不能再试。请核对是不是这一户；确认无误就勾选“家属读不出口令”签到，证据分会低一些，或打电话给调度员。"
    ),
    "visits.bad_place": _("收到的位置不完整或不在地球上。请重试，或不带位置继续。"),
    "visits.off_duty": _("不在上门途中，不收位置。"),
    "visits.record_signed": _("记录已有人签名，不能再改。有误请中止后另行说明。"),
    "visits.already_signed": _("这一方已经签过名。"),
    "visits.not_own_name": _("护士签名只能签自己的名字（%(name)s）。"),
    "visits.own_witness": _("见证人不能是签名人或上门护士自己。请另找一位在场的人。"),
    "visits.nothing_done": _("一个项目也没有做，不能签退完成。请改为“中止”。"),
    "visits.waste_not_said": _("还没有说明医疗废物是否带回。请在记录里选一项。"),
    # sos
    "sos.over": _("这个报警已经解除。"),
    "sos.wrong_status": _("报警现在是“%(status)s”，不能这样做。"),
    "sos.not_acknowledged": _("还没有人响应，不能解除。请先点“我来处理”。"),
    "sos.no_outcome": _("请写明结果再解除报警。"),
    # vital signs
    "vitals.unknown": _("不认识的体征 %(code)s。"),
    "vitals.unknown_unit": _("这一项没有单位 %(unit)s，可用 %(units)s。"),
    "vitals.not_a_number": _("请填数字。"),
    "vitals.implausible": _("不可能的数值，应在 %(least)s–%(most)s %(unit)s 之间。请重测，或检查是否多写了一位。"),
    "vitals.unit_mixed_up": _("单位可能弄错了：这个数值像是 %(perhaps)s，不是 %(unit)s。请核对仪器的单位。"),
    "vitals.pressures_swapped": _("舒张压 %(diastolic)s 不低于收缩压 %(systolic)s，可能填反了。"),
}

GATE = {
    "gate.passed": _("符合"),
    "gate.not_applicable": _("这次不适用"),
    "gate.failed": _("不符合"),
    "gate.not_known": _("没有查到，按不符合处理"),
    "gate.no_staff": _("还没有选护士"),
    "policy.missing": _("本地没有这条规则的依据，按不符合处理"),
    "policy.weak": _("这条规则的依据太弱，按不符合处理"),
    "policy.ambiguous": _("这条规则有两个说法，按不符合处理"),
}

REMEDIES = {
    "gate:institution_licence": _("登记新的执业许可证有效期。"),
    "gate:institution_not_suspended": _("机构恢复服务后再派。"),
    "gate:item_in_catalogue": _("这个项目不能在家做，请改约或转诊。"),
    "gate:item_published": _("先报送并公布这个项目。"),
    "gate:doctor_order": _("请医生核对并补医嘱。"),
    "gate:first_assessment": _("请医生先做首诊评估。"),
    "gate:consent": _("请家属或本人重新签知情同意书和服务协议。"),
    "gate:no_allergy": _("请医生重新评估，换用不过敏的材料或改项目。"),
    "gate:resident_not_aggressive": _("请医生评估后改为门诊或联合上门。"),
    "gate:resident_not_infectious": _("过了传染期再上门，或转诊。"),
    "gate:guardian_present": _("请家属确认上门时有成年人在场。"),
    "gate:home_risk_answered": _("请家属把居家风险问题答完。"),
    "gate:home_risk_allows": _("请家属先消除风险，再重新回答。"),
    "gate:home_not_violent": _("两人上门核查并写明情况后，由机构解除记录。"),
    "gate:two_persons_action": _("请派两个人一起去。"),
    "gate:two_persons_home": _("请派两个人一起去。"),
    "gate:nurse_specialty": _("换有专科证书的护士，或登记她的证书。"),
}

SCOPES = {
    "institution": _("机构"),
    "item": _("项目"),
    "order": _("服务单与本人"),
    "home": _("住所"),
    "staff": _("护士"),
    "team": _("人手"),
}

MENDERS = {
    "resident": _("本人"),
    "family": _("家属"),
    "nurse": _("护士"),
    "doctor": _("医生"),
    "dispatcher": _("调度员"),
    "manager": _("机构管理员"),
    "clerk": _("坐席"),
    "agency_clerk": _("经办"),
    "federation": _("残联"),
    "regulator": _("监管员"),
    "auditor": _("审计员"),
    "admin": _("平台管理员"),
}

REASONS = {
    "dispatch.gate_red": _("资质不符合"),
    "dispatch.absent": _("请假了，这段时间不上班"),
    "dispatch.has_declined": _("已经谢绝或退出过这次上门"),
    "dispatch.resident_refuses": _("服务对象不愿意由她上门"),
    "dispatch.nurse_refuses": _("她不愿意去这一户"),
    "dispatch.other_sex": _("性别不合服务对象的要求"),
    "dispatch.other_language": _("不会服务对象的语言"),
    "dispatch.outside_hours": _("不在她的上班时间"),
    "dispatch.time_taken": _("这段时间已有别的上门"),
    "dispatch.no_time_to_travel": _("前后两次上门之间来不及赶路"),
    "dispatch.too_far": _("太远"),
    "dispatch.overloaded": _("当天已经排满"),
    "dispatch.ranked_lower": _("可以去，排在后面"),
}

EXPLAINED = {
    "dispatch.time_taken": _("%(from_at)s–%(until_at)s 已有别的上门"),
    "dispatch.no_time_to_travel": _("路上要 %(needed)s，只空 %(gap)s"),
    "dispatch.too_far": _("离她出发的地方 %(distance)s，超过 %(most)s"),
    "dispatch.overloaded": _("当天已排 %(load)s，最多 %(most)s"),
    "dispatch.ranked_lower": _("可以去，排第 %(place)s"),
    "dispatch.knows_resident": _("去过这一户 %(visits)s 次"),
    "dispatch.distance": _("离她出发的地方 %(distance)s"),
    "dispatch.load": _("当天已排 %(load)s"),
    "dispatch.rating": _("评分 %(rating)s"),
    "dispatch.wish_not_met": _("有 %(count)s 项愿望不满足"),
}

RISKS = {
    "violent": _("这一户有暴力记录"),
    "dog": _("家里有会伤人的狗"),
    "aggressive": _("本人有攻击行为"),
    "infectious": _("本人有传染病，按规定防护"),
    "two": _("必须两人上门"),
    "allergies": _("过敏：%(names)s"),
}

OWN_RULE = _("平台自定的安全规则")
UNKNOWN = _("没有查到")
YES, NO = _("是"), _("否")

ORDER_EVENTS = {
    "dispatch": _("开始派单"),
    "assign": _("派给护士"),
    "release": _("护士退出，重新派单"),
    "depart": _("护士出发"),
    "arrive": _("护士到达"),
    "pass_reassessment": _("现场核对通过，开始服务"),
    "abort": _("中止"),
    "no_show": _("没有人开门"),
    "complete": _("签退完成"),
    "confirm": _("确认"),
    "hold": _("证据不足，送复核"),
    "clear": _("复核：证据成立"),
    "dismiss": _("复核：证据不成立"),
    "price": _("出账单"),
    "settle": _("结清"),
    "rate": _("评价"),
    "cancel": _("取消"),
}

CONFIRMATION = {"confirmed": _("已确认"), "silent": _("未答复"), "disputed": _("有异议")}
ALERTS = {"none": _("正常"), "low": _("危急偏低"), "high": _("危急偏高")}
ALARM_KINDS = {"press": _("一键报警"), "dead_man": _("到点未签退")}
PARTIES = {
    "nurse": _("护士本人"),
    "desk": _("值班台"),
    "second_desk": _("值班台第二人"),
    "duty_lead": _("值班负责人"),
    "no_duty_lead": _("值班负责人（值班表上没有人，改打机构电话）"),
}
ALARM_EVENTS = {
    "raised": _("报警"),
    "escalated": _("无人响应，升级到%(note)s"),
    "acknowledged": _("有人接手"),
    "responding": _("已派出帮助"),
    "closed": _("解除"),
}
CLOCKS = {"late": _("迟到的报警：按下后很久才收到"), "wrong": _("手机时间不对")}
FIXES = {"depart": _("出发时"), "arrive": _("到达时"), "track": _("途中"), "finish": _("签退时"), "sos": _("求助时")}
FILES = {"photo": _("照片"), "nurse_signature": _("护士签名"), "family_signature": _("家属或本人签名")}
FIX_ERRORS = {
    "refused": _("手机没有允许定位"),
    "unavailable": _("手机定位不到"),
    "timeout": _("定位超时"),
    "unsupported": _("这台设备不能定位"),
    "not_given": _("没有送出位置"),
}

MESSAGES = {
    "offer": _("【颐家】有一次上门想请你去：%(when)s，单号 %(number)s。请在 %(until)s 前答复。"),
    "withdrawn": _("【颐家】%(when)s 的上门（%(number)s）已派给别人，谢谢你。"),
    "assigned": _("【颐家】%(when)s 的上门（%(number)s）派给你了，请按时出发。"),
    "released": _("【颐家】%(when)s 的上门（%(number)s）不用你去了。"),
    "cancelled": _("【颐家】%(when)s 的上门（%(number)s）已取消。"),
    "coming": _("【颐家】%(names)s %(when)s 上门。开门前请看电子工牌，再读出口令 %(code)s；口令不要告诉别人。"),
    "moved": _(
        "【颐家】上门改时间了：原定 %(before)s，改为 %(when)s，%(names)s 来。不用你做什么；时间不合适请打 %(phone)s。口令 %(code)s 不变。"
    ),
    "moved_staff": _("【颐家】上门（%(number)s）改时间了：原定 %(before)s，改为 %(when)s，还是你去。"),
    "changing": _("【颐家】原定 %(when)s 的护士来不了，正在另派，派好会再通知你。"),
    "stopped": _("【颐家】%(when)s 的上门中止了，没有做的项目不收费。值班台会联系你。"),
    "confirm": _("【颐家】%(when)s 的服务做完了，请在 %(until)s 前确认；有问题也请告诉我们。"),
    "critical": _("【颐家】危急值：%(name)s（%(number)s）%(when)s 测得 %(values)s。请马上联系上门护士。"),
    "waste": _("【颐家】%(number)s %(when)s 的上门没有带回医疗废物，请跟进。"),
    "sos_nurse": _("【颐家】%(name)s，%(number)s 到点还没有签退。平安请签退；有危险请按求助。"),
    "sos_desk": _("【颐家】报警：%(name)s，%(number)s，%(when)s。请马上到报警台接手。"),
    "sos_second_desk": _("【颐家】报警 60 秒无人接手：%(name)s，%(number)s，%(when)s。请第二人马上接手。"),
    "sos_duty_lead": _("【颐家】报警 180 秒无人接手：%(name)s，%(number)s，%(when)s。请值班负责人马上处理。"),
}


class _RuleNames(Mapping[str, Any]):
    """Gate rules by key, in the reader's language; read from policy when first asked."""

    def __getitem__(self, key: str) -> Any:
        return lazystr(_Named(key))

    def __iter__(self) -> Iterator[str]:
        return (key for key in editions.current().keys if key.startswith("gate:"))

    def __len__(self) -> int:
        return sum(1 for _key in self)


class _Named:
    """A rule's sentence; said anew each time, because languages differ."""

    def __init__(self, key: str):
        self.key = key

    def __str__(self) -> str:
        return rule_name(self.key)


def rule_name(key: str) -> str:
    """What a gate rule asks, in the reader's language; the key itself when policy no longer knows it."""
    current = editions.current()
    for place in ("CN", "CN-440000", "CN-441900", "CN-500000", "CN-350000", "CN-440300", "CN-440700"):
        found = current.lookup(key, jurisdiction=place, on=date(2025, 6, 1))
        if isinstance(found, Value) and found.value is not None:
            return str(found.value["en" if is_english() else "zh"])
    return key


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


FACTS = {"rules": _RuleNames(), "reasons": REASONS, "note": PARTIES, "unit": UNITS, "units": UNITS, "perhaps": UNITS}


def reason(code: str, facts: Mapping[str, Any]) -> str:
    """One reason for or against a nurse, with its figures."""
    template = EXPLAINED.get(code) or REASONS.get(code)
    if template is None:
        return code
    said = {name: str(value) for name, value in facts.items()}
    for name in ("distance", "most"):
        if f"{name}_m" in facts:
            said[name] = metres(int(facts[f"{name}_m"]))
    for name in ("load", "most"):
        if f"{name}_min" in facts:
            said[name] = _minutes(int(facts[f"{name}_min"]))
    for name in ("gap", "needed"):
        if f"{name}_s" in facts:
            said[name] = _minutes(-(-int(facts[f"{name}_s"]) // 60))
    for name in ("from_at", "until_at"):
        if name in facts:
            moment = facts[name] if isinstance(facts[name], datetime) else datetime.fromisoformat(str(facts[name]))
            said[name] = f"{moment.astimezone(SHANGHAI):%H:%M}"
    if "rating" in facts:
        said["rating"] = f"{float(Fraction(str(facts['rating']))):.1f}"
    if "rules" in facts:
        rules = facts["rules"] if isinstance(facts["rules"], tuple | list) else ()
        return joined(rule_name(str(rule)) for rule in rules) or str(template)
    return str(template) % said


def joined(parts: Iterable[str]) -> str:
    """Several findings in one line."""
    return ("; " if is_english() else "；").join(parts)


def metres(distance_m: int) -> str:
    """A distance as people say it."""
    return (
        gettext("%(n)s 米") % {"n": distance_m}
        if distance_m < 1000
        else gettext("%(n)s 公里") % {"n": f"{distance_m / 1000:.1f}"}
    )


def _minutes(count: int) -> str:
    return gettext("%(n)s 分钟") % {"n": count}


def tags(codes: list[str], jurisdiction: str, on: date) -> list[str]:
    """Rating tags in the reader's language."""
    return [name for code, name in choices("rating_tags", "tags", jurisdiction, on) if code in codes]


def choices(term: str, field: str, jurisdiction: str, on: date) -> list[tuple[str, str]]:
    """The entries of a list in policy as (code, name) in the reader's language."""
    found = editions.current().lookup(f"term:{term}", jurisdiction=jurisdiction, on=on)
    if not isinstance(found, Value):
        return []
    return [(entry["code"], entry["en" if is_english() else "zh"]) for entry in found.value[field]]
