"""Sentences of referrals, consultations and emergency calls."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yijia.core.referrals import consult, emergency
from yijia.core.referrals.clock import Ground, Side
from yijia.core.referrals.lifecycle import Answer, Event, State

REFUSALS: dict[str, Any] = {
    "referrals.wrong_status": _("转诊现在的状态不能这样办。请刷新，看看别人是不是刚办过。"),
    "referrals.over": _("这次转诊已经结束，不能再办。要再转请重新申请。"),
    "referrals.withdrawn": _("申请方已撤回这次转诊，不能再办。"),
    "referrals.taken": _("“%(taker)s”已经接收了这位病人，不能再由别家接收。"),
    "referrals.no_offer": _("还没有定下床位或号源，不能接收。请先写明床位或号源和时间。"),
    "referrals.no_place_named": _("没有写明床位或号源。请写清病区床号，或门诊号源和时间。"),
    "referrals.no_reason": _("没有写原因。请写明原因，对方要据此安排。"),
    "referrals.no_plan": _("没有写回社区后的照护计划。请写明计划，接手的机构据此建档。"),
    "referrals.no_episode": _("还没有建立服务档案，不能算已接手。"),
    "referrals.has_arrived": _("病人已经到达，不能再撤回或拒收。请由接收机构办结或转回。"),
    "referrals.not_asked": _("这次转诊没有问到你所在的机构，或者已经答复过。"),
    "referrals.not_yours": _("这一步由“%(house)s”办，你所在的机构不能代办。"),
    "referrals.nobody_to_ask": _("所选机构不能接收转诊。请在列出的机构里选。"),
    "referrals.person_died": _("已登记去世，不能转诊。"),
    "referrals.admitted_elsewhere": _("病人已在“%(hospital)s”住院，不能重复登记到达。请先核实，再办出院或结束这次转诊。"),
    "consults.wrong_status": _("会诊现在的状态不能这样办。请刷新，看看别人是不是刚办过。"),
    "consults.over": _("这次会诊已经结束，不能再办。还要问请重新申请。"),
    "consults.no_reason": _("没有写原因。请写明原因，对方要据此安排。"),
    "consults.no_opinion": _("没有写会诊意见。请写明意见再提交。"),
    "consults.time_is_up": _("会诊时间已过，共享病历已关闭。还要看请对方重新申请会诊。"),
    "consults.not_yet": _("会诊还在时间内，不能按过期结束。"),
    "consults.not_accepted": _("还没有接受会诊，不能看共享病历。请先接受。"),
    "consults.access_closed": _("会诊已结束，共享病历已关闭。还要看请对方重新申请会诊。"),
    "consults.not_yours": _("这一步由“%(house)s”办，你所在的机构不能代办。"),
    "consults.no_term": _("政策没有规定共享病历开放多久，不能接受会诊。请管理员补上时限。"),
    "emergencies.not_yours": _("这一步由“%(house)s”办，你所在的机构不能代办。"),
    "emergencies.wrong_status": _("呼叫现在的状态不能这样办。请刷新，看看别人是不是刚办过。"),
    "emergencies.over": _("这次呼叫已经结束。还要求助请重新按。"),
    "emergencies.no_reason": _("没有写原因。请写明为什么解除。"),
    "emergencies.no_help_named": _("没有写派了什么。请写明救护车或床位。"),
    "emergencies.answered_by_other": _("已经有人应答了这次呼叫。请看经过，不用重复应答。"),
    "referrals.cannot_give": _("“%(house)s”不能提供“%(programme)s”。请另选机构或项目。"),
}  # fmt: skip

FACTS: dict[str, Any] = {}

STATES: dict[str, tuple[str, Any]] = {
    State.REQUESTED: ("wait", _("等答复")),
    State.OFFERED: ("go", _("已留床位或号源")),
    State.ACCEPTED: ("go", _("已接收，等到达")),
    State.ARRIVED: ("road", _("已到达")),
    State.RETURNED: ("wait", _("已转回，等接手")),
    State.CLOSED: ("done", _("已结束")),
    State.REFUSED: ("bad", _("各家均未接收")),
    State.WITHDRAWN: ("idle", _("已撤回")),
}

ANSWERS: dict[str, tuple[str, Any]] = {
    Answer.ASKED: ("wait", _("等答复")),
    Answer.OFFERED: ("go", _("已留床位或号源")),
    Answer.ACCEPTED: ("done", _("已接收")),
    Answer.REFUSED: ("bad", _("不接收")),
    Answer.RELEASED: ("idle", _("别家已接收")),
}

DIRECTIONS = {"up": _("上转"), "down": _("下转")}
URGENCIES = {"urgent": _("急"), "routine": _("平诊")}
WANTS = {"bed": _("住院床位"), "slot": _("门诊号源")}

EVENTS: dict[str, Any] = {
    "request": _("申请转诊"),
    Event.OFFER: _("留出床位或号源"),
    Event.DECLINE: _("不接收"),
    Event.RETRACT: _("收回床位或号源"),
    Event.ACCEPT: _("接收"),
    Event.BREAK_OFF: _("接收后又拒收"),
    Event.REFUSE: _("不接收"),
    Event.ARRIVE: _("病人到达"),
    Event.RETURN: _("转回社区"),
    Event.TAKE_OVER: _("社区接手建档"),
    Event.CLOSE: _("结束转诊"),
    Event.WITHDRAW: _("撤回申请"),
}

BUTTONS: dict[str, Any] = {
    "offer": _("留床位或号源"),
    "decline": _("不接收"),
    "accept": _("接收病人"),
    "arrive": _("登记到达"),
    "return": _("转回社区"),
    "take_over": _("接手并建档"),
    "close": _("结束转诊"),
    "withdraw": _("撤回申请"),
}

OFFER_AGAIN = _("改留别的床位或号源")
KEPT = _("现在留的是“%(place)s”，改好后它就放开。")

DONE: dict[str, Any] = {
    "request": _("转诊申请已发出，单号 %(number)s。"),
    "offer": _("已留出，申请方看得到。"),
    "decline": _("已答复不接收。"),
    "accept": _("已接收，其他机构的床位或号源已放开。"),
    "arrive": _("已登记到达。"),
    "return": _("已转回，等社区接手。"),
    "take_over": _("已接手，服务档案 %(number)s 已建立。"),
    "close": _("转诊已结束。"),
    "withdraw": _("已撤回。"),
}

WAITS: dict[str, Any] = {
    Side.ASKED: _("等被问的机构答复"),
    Side.ASKER: _("等申请方送病人到达"),
    Side.TAKER: _("等接收机构诊治、转回或结束"),
    Side.COMMUNITY: _("等社区机构接手"),
    Side.NOBODY: _("已结束"),
}

WAITS_OURS: dict[str, Any] = {
    Side.ASKED: _("等我们答复"),
    Side.ASKER: _("等我们送病人到达"),
    Side.TAKER: _("等我们诊治、转回或结束"),
    Side.COMMUNITY: _("等我们接手"),
    Side.NOBODY: _("已结束"),
}
"""The same, as the institution whose turn it is reads it."""

GROUNDS: dict[str, Any] = {
    Ground.AGREEMENT: _("按合作协议 %(reference)s"),
    Ground.POLICY: _("按政策时限"),
    Ground.NONE: _("协议和政策都没有规定时限"),
}

SECTIONS: dict[str, Any] = {
    "reason": _("转诊原因"),
    "conditions": _("诊断与问题"),
    "medicines": _("正在用的药"),
    "allergies": _("过敏"),
    "course": _("病情经过与已做的处理"),
}

GENDERS = {"male": _("男"), "female": _("女"), "other": _("未说明"), "unknown": _("未知")}

ENDED: dict[str, Any] = {  # reasons the platform itself gives; whatever people write stands as written
    "died": _("本人已去世"),
    "admitted_elsewhere": _("已在别处住院"),
}

SUMMARY_TITLE = "转诊摘要"
RETURN_TITLE = "出院与回社区照护摘要"
"""Titles of the documents themselves, which travel in Chinese whoever reads the screen."""

CALL_STATES: dict[str, tuple[str, Any]] = {
    emergency.State.CALLED: ("bad", _("已呼叫，等应答")),
    emergency.State.ANSWERED: ("go", _("已应答")),
    emergency.State.SENT: ("road", _("已派出或留床")),
    emergency.State.ARRIVED: ("road", _("已到达")),
    emergency.State.HANDED_OVER: ("done", _("已交接")),
    emergency.State.STOOD_DOWN: ("idle", _("已解除")),
}

CALL_EVENTS: dict[str, Any] = {
    "call": _("按下绿色通道"),
    emergency.Event.ANSWER: _("应答呼叫"),
    emergency.Event.SEND: _("派出救护车或留床"),
    emergency.Event.ARRIVE: _("救护到达"),
    emergency.Event.HAND_OVER: _("交接病人"),
    emergency.Event.STAND_DOWN: _("解除呼叫"),
}

CALL_FIELDS: dict[str, Any] = {
    emergency.Event.ANSWER: _("怎么处置（可不填）"),
    emergency.Event.SEND: _("哪辆救护车、哪张床"),
    emergency.Event.ARRIVE: _("补充（可不填）"),
    emergency.Event.HAND_OVER: _("交给谁（可不填）"),
    emergency.Event.STAND_DOWN: _("为什么解除"),
}

PROMISES: dict[str, Any] = {"answer": _("应答"), "arrive": _("接诊")}

CONSULT_STATES: dict[str, tuple[str, Any]] = {
    consult.State.ASKED: ("wait", _("等接受")),
    consult.State.OPEN: ("go", _("会诊中，病历开放")),
    consult.State.ANSWERED: ("done", _("已答复")),
    consult.State.REFUSED: ("bad", _("未接受")),
    consult.State.WITHDRAWN: ("idle", _("已撤回")),
    consult.State.LAPSED: ("bad", _("过时未答")),
}

CONSULT_EVENTS: dict[str, Any] = {
    "request": _("申请远程会诊"),
    consult.Event.ACCEPT: _("接受会诊，开放病历"),
    "read": _("看了共享病历"),
    consult.Event.REFUSE: _("不接受会诊"),
    consult.Event.ANSWER: _("写会诊意见"),
    consult.Event.WITHDRAW: _("撤回会诊申请"),
    consult.Event.LAPSE: _("时间到，病历关闭"),
}

CONSULT_FIELDS: dict[str, Any] = {
    consult.Event.ANSWER: _("会诊意见"),
    consult.Event.REFUSE: _("原因"),
    consult.Event.WITHDRAW: _("原因"),
}

PRESSED = _("已呼叫，开始计时。危及生命时同时拨打 120。")
STEPPED = _("已记下，时间精确到秒。")
ASKED = _("会诊申请已发出，单号 %(number)s。")
CONSULTED = _("已办好。")
