"""Sentences of benefits."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yijia.base import policy_names
from yijia.base.words import sentence
from yijia.core import money
from yijia.core.benefits import FACTS as _BENEFIT_FACTS
from yijia.core.benefits import PERSON
from yijia.core.refusal import Refusal


def _problem_in(text: Any, facts: Mapping[str, Any]) -> str:
    return str(text) % {**facts, "problem": facts.get("problem_en" if is_english() else "problem_zh", "—")}


REFUSALS: dict[str, Any] = {
    "benefits.wrong_status": _("现在的状态不能这样办。请刷新，看看别人是不是刚办过。"),
    "benefits.over": _("这一笔已经办结，不能再改。若又符合条件，系统会重新找到。"),
    "benefits.consent_missing": _("本人还没有同意。沉默不算同意：请本人点“同意”，或上门、打电话问清后代为登记。"),
    "benefits.not_eligible": _("按现在的资料，本人不符合条件，不能批准。请看“为什么”，核对资料。"),
    "benefits.sources_disagree": _("别处的资料和待遇资料不一致，要先核实。请核实后点“已核实”，写明怎么核实的。"),
    "benefits.notice_running": _("还在公示期内，或还没有公示，不能批准。请先公示，期满再批准。"),
    "benefits.in_question": _("本人或核对提出了疑问，要先答复。请核实后点“已核实”。"),
    "benefits.declined": _("本人已谢绝。本人改变主意才能重新办。"),
    "benefits.stopped_meanwhile": _("刚刚因为去世、迁出或条件变化停发了，不能批准。请刷新看原因。"),
    "benefits.proxy_may_not": _("老人没有授权你代签字，不能替老人答复待遇。请老人在授权里加上“代签字”。"),
    "benefits.proxy_may_not_see": _("老人没有授权你看账单和待遇。请老人在授权里加上“看账单和付款”。"),
    "benefits.nothing_to_confirm": _(
        "“%(key)s”没有读到数，没有可核实的内容。请拿到原文后在政策版本里补上，再重新核对。"
    ),
    "benefits.nothing_changed": _("没有改动任何数，没有可保存的方案。请先改一个数再试算。"),
    "benefits.region_outside": _("%(region)s 不归你管，不能为它提方案。"),
    "benefits.not_author": _("只有提出的人能撤回。"),
    "benefits.no_population": _("还没有可以试算的人口。请先从现有登记做一份快照，或用 yijia county make 造一份。"),
    "benefits.nobody_there": _("这份人口里没有住在 %(region)s 的人。请换一份人口，或换一个地区。"),
    "benefits.no_people_named": _("这份人口里没有逐人的编号，看不了名单。请换一份人口。"),
    "benefits.no_draft": _("没有“%(draft)s”这份草案。请看平台数据目录里的草案。"),
    "benefits.bad_draft": lambda facts: _problem_in(
        _("草案“%(draft)s”有错，没有试算：%(where)s：%(problem)s。请改好再试。"), facts
    ),
    "benefits.unknown_change": _("“%(change)s”改不了。请看旁边的说明，从列出的里选。"),
    "payment_orders.wrong_status": _("这笔钱现在的状态不能这样办。请刷新，看看别人是不是刚办过。"),
    "payment_orders.over": _("这笔钱已经办结，不能再改。"),
    "payment_orders.not_confirmed": _("依据还没有核实，不能放行。请有权的人看过原文，在“待核实”里核实。"),
    "payment_orders.not_entitled": _("按现在的资料，这个月不该发，不能放行。"),
    "payment_orders.money_is_out": _("钱已经送银行或已发，停不住了。多发的请用“追回”。"),
    "payment_orders.by_batch": _("送银行和到账按批办理，不能单笔办。请到“已批准”里成批送。"),
    "payment_orders.nothing_ready": _("选中的里没有待发的，可能刚被另一批送走。请刷新。"),
    "payment_orders.not_paid": _("只有已到账的月份才能开差额单。还在银行的，先登记到账；还没送的会自己按现行规定改。"),
    "payment_orders.month_not_owed": _("按现在的资料，这个月整月不该发，不是差额。请用“追回这个月”。"),
    "payment_orders.no_difference": _("已发的和应发的一样，没有差额。可能刚有人开过差额单，请刷新。"),
    "payment_orders.difference_fixed": _("差额单不能暂缓或恢复。不该付请停掉，再按当时的应发数重新开。"),
    "payment_orders.batch_settled": _("批次 %(number)s 已经登记到账。"),
}

TOLD = _(
    "【颐家】按您的资料，您可以享受“%(scheme)s”。不用跑腿申请。想知道为什么，或者不想要，请在“我的待遇”里点一下，或打电话告诉我们。"
)
ANSWERED = _("【颐家】您问的“%(scheme)s”，我们核实过了，答复在“我的待遇”里。")
APPROVED = _("【颐家】您的“%(scheme)s”已批准，按月发到您的社保卡。情况有变化请告诉我们。")

PAID_BESIDES = _("【颐家】您 %(month)s 的“%(scheme)s”，规定有更正，补发 %(amount)s 元。")
ASKED_BACK = _(
    "【颐家】您 %(month)s 的“%(scheme)s”，规定有更正，多发了 %(amount)s 元，经办会联系您退回。有疑问请打电话问我们。"
)

BECAUSE: dict[str, Any] = {
    "benefit.met": _("条件都符合"),
    "benefit.not_met": _("有条件不符合"),
    "benefit.facts_unknown": _("有资料还不知道，暂时说不准"),
    "benefit.rule_not_read": _("发给谁的原文还没有读到，不能据此发钱"),
    "benefit.amount_not_read": _("条件符合，但金额的原文还没有读到，先不发"),
    "benefit.evidence_weak": _("条件符合，但金额的依据还没有核实，先不发"),
    "benefit.no_step": _("条件符合，但没有对应的档次"),
    "benefit.overlap_lower": _("与另一项只能享受高的一项，已按高的算"),
    "benefit.overlap_same_kind": _("与另一项是同一类，只享受一项"),
    "benefit.overlap_open": _("与另一项只能享受一项，另一项金额还没有读到，先不发"),
    "benefit.start_not_read": _("从哪个月起发的原文还没有读到，当月先不发"),
    "benefit.stop_not_read": _("去世或迁出当月发不发的原文还没有读到，当月先不发"),
    "benefit.part_period": _("不满一个发放周期"),
    "benefit.ended": _("已去世或迁出，不再发"),
    "benefit.not_due": _("这个月不到发放的时候"),
    "benefit.edition_changed": _("规定更正后的差额"),
    "death": _("本人已去世"),
    "declined": _("本人谢绝"),
}

FOUND_BY: dict[str, Any] = {
    "nightly": _("夜间核对"),
    "missed": _("补漏：早该有的"),
    "birthday": _("生日到了"),
    "registered": _("新登记"),
    "disability": _("残疾人证变化"),
    "income": _("低保、特困变化"),
    "hukou": _("户籍迁移"),
    "care_grade": _("失能等级评定"),
    "death": _("去世登记"),
}

DOUBTS: dict[str, Any] = {
    "dead": _("登记为已去世"),
    "disability_differs": _("残疾等级与档案里的不同"),
    "insurance_differs": _("医保类别与档案里的不同"),
    "grade_differs": _("评为完好，但档案里写失能"),
    "paid_elsewhere": _("另一地还在发同一项"),
}

PAYMENTS: dict[str, Any] = {
    "no_application": _("免申即享，不用申请"),
    "prompted_consent": _("短信提醒，回复同意才发"),
    "on_application": _("本人同意才发"),
    "voucher_on_application": _("消费券，本人同意才发，在账单里抵扣"),
    "direct_settlement": _("与机构直接结算，本人同意才用"),
}

UNITS: dict[str, Any] = {
    "hour": _("每小时"),
    "day": _("每天"),
    "month": _("每月"),
    "quarter": _("每季度"),
    "half_year": _("每半年"),
    "year": _("每年"),
    "person": _("一次"),
}

PARAMETERS: dict[str, Any] = {
    "min_age": _("最低年龄"),
    "max_age": _("最高年龄"),
    "until_age": _("到几岁为止"),
    "young_age": _("年幼一档到几岁"),
    "young_until_age": _("年幼一档到几岁为止"),
    "old_age": _("高龄一档从几岁起"),
    "poor_age": _("困难人员从几岁起"),
    "poor_min_age": _("困难人员最低年龄"),
    "max_grade": _("残疾等级最高到几级"),
    "min_level": _("失能等级最低几级"),
    "min_class_hours": _("最少课时"),
    "min_bedridden_months": _("最少卧床月数"),
}

PARTS: dict[str, Any] = {
    "rule": _("发给谁"),
    "parameters": _("条件里的数"),
    "amounts": _("金额"),
    "starts": _("从哪个月起"),
    "stops": _("到哪个月止"),
    "overlap": _("与别的待遇怎么算"),
}

TABS: dict[str, Any] = {
    "candidates": _("候选"),
    "notice": _("公示"),
    "held": _("待核实"),
    "ready": _("待发"),
    "paid": _("已发"),
    "differs": _("金额有差"),
    "stopped": _("已停发"),
    "recover": _("追回"),
}

EVENTS: dict[str, Any] = {
    "find": _("系统找到"),
    "tell": _("已告知本人"),
    "doubt": _("待核实"),
    "agree": _("本人同意"),
    "query": _("本人提问"),
    "answer": _("已核实并答复"),
    "decline": _("本人谢绝"),
    "reopen": _("本人改变主意"),
    "publish": _("开始公示"),
    "approve": _("批准"),
    "stop": _("停发"),
    "drop": _("不再符合，撤下"),
    "make": _("生成当月待遇"),
    "release": _("放行"),
    "hold": _("暂缓"),
    "export": _("送银行"),
    "settle": _("到账"),
    "bounce": _("银行退回"),
    "reinstate": _("恢复"),
    "claw_back": _("追回"),
    "recover": _("追回到账"),
    "differs": _("已发的数与现行规定不同"),
    "difference": _("开差额单"),
}

BUTTONS: dict[str, Any] = {
    "tell": _("已当面或电话告知"),
    "doubt": _("转待核实"),
    "answer": _("已核实，答复本人"),
    "agree": _("本人同意，代为登记"),
    "query": _("本人有疑问，代为登记"),
    "decline": _("本人谢绝，代为登记"),
    "reopen": _("本人改变主意，重新办"),
    "publish": _("开始公示"),
    "approve": _("批准并生成待遇"),
    "stop": _("停发"),
    "drop": _("撤下"),
    "release": _("放行"),
    "hold": _("暂缓发放"),
    "bounce": _("银行退回"),
    "reinstate": _("恢复发放"),
    "claw_back": _("追回这个月"),
    "recover": _("已追回到账"),
}

OWN_BUTTONS: dict[str, Any] = {
    "agree": _("我同意"),
    "query": _("我有疑问"),
    "decline": _("我不想要"),
    "reopen": _("我又想要了"),
}

BULKS: dict[str, Any] = {
    "publish": _("公示选中的"),
    "approve": _("批准选中的"),
    "release": _("放行选中的"),
    "export": _("成批送银行"),
    "difference": _("为选中的开差额单"),
}

EVIDENCE: dict[str, Any] = {
    "official": _("官方原文"),
    "press": _("官方报道"),
    "secondary": _("转载"),
    "derived": _("推算"),
    "recalled": _("未核实"),
    "missing": _("没有依据"),
}

PLATFORM = _("平台")
IN_KIND_HELD = _("能享受，细则待核实")

STATES: dict[str, tuple[str, Any]] = {
    "found": ("wait", _("刚找到，还没告知")),
    "checking": ("wait", _("核实中")),
    "told": ("go", _("已告知")),
    "agreed": ("go", _("本人已同意")),
    "declined": ("idle", _("已谢绝")),
    "noticed": ("go", _("公示中")),
    "approved": ("done", _("正在享受")),
    "stopped": ("idle", _("已停发")),
    "dropped": ("idle", _("已撤下")),
    "held": ("wait", _("待核实")),
    "ready": ("go", _("待发")),
    "exported": ("road", _("已送银行")),
    "paid": ("done", _("已发")),
    "recovering": ("bad", _("要追回")),
    "recovered": ("done", _("已追回")),
}

VERDICTS: dict[str, tuple[str, Any]] = {
    "granted": ("done", _("能享受")),
    "held": ("wait", _("符合条件，金额待核实")),
    "unknown": ("wait", _("还缺资料，说不准")),
    "not": ("idle", _("现在不能享受")),
}

CUTS: dict[str, Any] = {"district": _("区县"), "sex": _("性别"), "age_band": _("年龄"), "grade": _("失能等级")}
GAIN, LOSE, NOT_KNOWN = _("得"), _("失"), _("不知道")
SEXES: dict[str, Any] = {"female": _("女"), "male": _("男"), "": _("未知")}
DONE = _("已办理。")
EXPORTED = _("批次 %(number)s 已做好，共 %(n)s 笔。下载名单交银行。")
CONFIRMED = _("已核实并留痕。等它的待遇可以放行了。")
PROPOSED = _("方案已保存。政策没有变，方案供讨论。")
WITHDRAWN = _("方案已撤回。")
SNAPSHOT_MADE = _("快照已做好。")


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def colon() -> str:
    """What stands between a name and what it is."""
    return ": " if is_english() else "："


def comma() -> str:
    """What stands between things in a list."""
    return ", " if is_english() else "、"


def name_of(table: Mapping[Any, Any], code: Any) -> str:
    """The word of a code, or the code itself where the table has none."""
    return str(table.get(code, code))


def scheme_name(thing: Any) -> str:
    """A scheme's name in the reader's language, from a row or from policy."""
    if hasattr(thing, "zh"):
        return str(thing.en if is_english() else thing.zh)
    return str(thing.name_en if is_english() else thing.name)


def place(code: str) -> str:
    """A place's name in the reader's language, or its code."""
    return policy_names.of_place(code)[is_english()]


def district(code: str) -> str:
    """A district's short name beside its neighbours, or its code."""
    return policy_names.of_district(code)[is_english()]


def stored(conjuncts: Iterable[Any]) -> list[dict[str, Any]]:
    """Conjuncts as they are kept with a candidate: text, verdict, values; dates as text."""
    return [
        {
            "text": c.text, "verdict": c.verdict, "values": {name: _plain(value) for name, value in c.values.items()},
            "parameters": {name: _plain(value) for name, value in c.parameters.items()},
        }
        for c in conjuncts
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def column(name: str) -> str:
    """A fact's name in the reader's language."""
    found = PERSON.get(name) or _BENEFIT_FACTS.get(name)
    return name if found is None else str(found.en if is_english() else found.zh.removesuffix("（县级代码）"))


def told(done: int, refused: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """What became of many, as messages: how many were done, and how many each reason stopped."""
    said = []
    if done:
        said.append((messages.SUCCESS, gettext("已办理 %(n)s 项。") % {"n": done}))
    stopped: dict[str, int] = {}
    for _id, code in refused:
        stopped[code] = stopped.get(code, 0) + 1
    for code, count in sorted(stopped.items()):
        why = sentence(Refusal(code)) if code in REFUSALS else gettext("没有找到。")
        said.append((messages.WARNING, gettext("%(n)s 项没有办：%(why)s") % {"n": count, "why": why}))
    return said


def bad_change(key: str, problem: str, known: Iterable[str]) -> str:
    """Why a number cannot be changed so."""
    if problem == "twice":
        return gettext("“%(key)s”选了两次，请只留一次。") % {"key": key}
    if problem == "bad_value":
        return gettext("“%(key)s”应填整数；金额以分为单位。") % {"key": key}
    return gettext("没有“%(key)s”这个数。可改的有：%(known)s") % {"key": key, "known": "、".join(list(known)[:12])}


def bad_number(name: str) -> str:
    """What a number may be, said to somebody at the form."""
    return gettext("“%(name)s”要填不小于 0 的数：年龄、等级填整数，金额填元，最多两位小数。") % {"name": name}


def because(reason: str) -> str:
    """Why an order or an entitlement stands as it does; an amount that differs is said with the amount owed."""
    code, _sign, fen = reason.partition(":")
    if code == "benefit.amount_differs":
        return gettext("已按当时规定发放；现行规定应为 %(amount)s 元，请开差额单") % {"amount": money.show(int(fen))}
    return name_of(BECAUSE, reason)


def difference_name(name: str, difference_fen: int | None) -> str:
    """A scheme's name on an order; over a difference it says so."""
    if difference_fen is None:
        return name
    return (gettext("%(scheme)s（补差额）") if difference_fen > 0 else gettext("%(scheme)s（退差额）")) % {
        "scheme": name
    }
