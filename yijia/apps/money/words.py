"""Words of money: refusals with their remedy, what a bill says, what the ledger calls things."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import cn2an
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yijia.base import policy_names
from yijia.core import money
from yijia.core.pricing.facts import Kind

MORE_THAN_DUE = "more_than_due"
ENDED = "ended_"
WRONG_PAYMENT = "wrong_payment"

REFUND_REASONS = {
    "complaint_upheld": _("投诉成立，减收"),
    "overcharged": _("多收了，更正"),
    "service_fault": _("服务有缺失，减收"),
    "goodwill": _("机构自愿减免"),
    "prepayment_returned": _("退预付款"),
    WRONG_PAYMENT: _("收错了款（账单不变）"),
}
"""What a person may choose at the desk."""

_OWN_REASONS = {
    MORE_THAN_DUE: _("预付多了，多退"),
    "ended_cancel": _("服务单取消"),
    "ended_reject": _("机构没有受理"),
    "ended_abort": _("上门中止"),
    "ended_no_show": _("护士到了，没人在家"),
    "ended_dismiss": _("复核认定服务证据不成立"),
}

KINDS = {
    Kind.VISIT_FEE: _("上门服务费"),
    Kind.MEDICAL_PRICE: _("医疗服务收费"),
    Kind.CONSUMABLE: _("耗材收费"),
    "correction": _("账单更正"),
}
KINDS_ZH = {Kind.VISIT_FEE: "上门服务费", Kind.MEDICAL_PRICE: "医疗服务费", Kind.CONSUMABLE: "耗材费"}
"""As stored with a bill, which is a Chinese document whatever the language of the page."""
KEPT_ZH = "按取消条款留存：%s"
CORRECTION_ZH = "更正（减收）"

YOU = _("个人")
"""The patient, to the patient."""

PAYERS = {"patient": _("居民个人"), "insurance": _("医保"), "subsidy": _("补助")}

ACCOUNTS = {
    "cash": _("现金"),
    "receivable.patient": _("应收个人"),
    "receivable.insurance": _("应收医保"),
    "receivable.subsidy": _("应收补助"),
    "advance": _("预收"),
    "unsettled": _("待结算"),
    "payable": _("应付机构"),
    "waived": _("减免"),
    "benefit.cost": _("待遇支出"),
    "benefit.due": _("应付待遇"),
    "treasury": _("财政专户"),
    "recoverable": _("应追回"),
}
PARTIES = {
    "resident": _("居民"), "organisation": _("医疗机构"), "desk": _("收款处"), "refunds": _("待领退款"), "payer": _("付费方"), "provider": _("支付渠道"), "treasury": _("财政"),
}  # fmt: skip
VOUCHERS = {
    "charge": _("开账单"),
    "payment": _("收到付款"),
    "refund": _("退款（红字）"),
    "handover": _("退款交付"),
    "apply": _("预收抵付"),
    "settlement": _("结算给机构"),
    "payout": _("付机构"),
    "waiver": _("减免"),
    "reversal": _("更正（红字）"),
    "benefit": _("批准待遇"),
    "benefit_payout": _("发放待遇"),
    "claw_back": _("追回待遇（红字）"),
    "recovery": _("追回到账"),
}
PROVIDERS = {"cash": _("现金")}


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def capitals(fen: int) -> str:
    """An amount in Chinese capitals, as a receipt must state it: 100000.07 → 壹拾万元零柒分.

    Raises      ValueError: below zero
    """
    if fen < 0:
        raise ValueError("a receipt states an amount that is not below zero")
    return str(cn2an.an2cn(money.show(fen), "rmb"))


def refund_reason(code: str) -> str:
    return str(REFUND_REASONS.get(code) or _OWN_REASONS.get(code) or code)


def party(text: str) -> str:
    """`resident:12` as people say it."""
    kind, _colon, number = text.partition(":")
    return f"{PARTIES.get(kind, kind)} {number}".strip()


def day(value: Any) -> str:
    """A date in a fact, as text or as a date."""
    return value.isoformat() if isinstance(value, date) else str(value) if value else "—"


def _lines(facts: Mapping[str, Any]) -> str:
    code = str(facts.get("code") or "")
    return policy_names.of_item(code, facts.get("jurisdiction"))[is_english()] if code else _kind(facts)


def _kind(facts: Mapping[str, Any]) -> str:
    kind = str(facts.get("kind") or "")
    return str(KINDS.get(Kind(kind))) if kind in set(Kind) else "—"


def _what(facts: Mapping[str, Any]) -> str:
    """What was to be charged: its kind and its name, once where they are one."""
    kind, name = _kind(facts), _lines(facts)
    return name if name.startswith(kind) or kind == "—" else f"{kind}{' ' if is_english() else ''}“{name}”"


def _unfiled(facts: Mapping[str, Any]) -> str:
    return gettext("%(what)s没有备案价，不能下单，也不能收费。请机构管理员先报价格备案，公布后再计价。") % {
        "what": _what(facts),
    }


def _not_published(facts: Mapping[str, Any]) -> str:
    return gettext("%(what)s的价格备案还没有公布，不能据此收费。请等审核公布后再计价。") % {
        "what": _what(facts),
    }


def _out_of_date(facts: Mapping[str, Any]) -> str:
    return gettext("%(what)s的备案 %(filing)s 在 %(on)s 不在有效期（%(from_on)s 至 %(until_on)s）。请机构管理员补报覆盖该日的备案。") % {
        "what": _what(facts), "filing": facts.get("filing") or "—", "on": day(facts.get("on")),
        "from_on": day(facts.get("from_on")), "until_on": day(facts.get("until_on")),
    }  # fmt: skip


def _filed_differs(facts: Mapping[str, Any]) -> str:
    filed = facts.get("filed_fen")
    return gettext("%(code)s 要收 %(charged)s 元，与备案或定价 %(filed)s 元不同，不能收费。请改备案，或按备案价收。") % {
        "code": _lines(facts), "charged": money.show(int(facts["charged_fen"])), "filed": "—" if filed is None else money.show(int(filed)),
    }  # fmt: skip


def _above_ceiling(facts: Mapping[str, Any]) -> str:
    return gettext("%(code)s 的备案价 %(filed)s 元超过最高限价 %(ceiling)s 元，不能收费。请机构管理员重新备案。") % {
        "code": _lines(facts), "filed": money.show(int(facts["filed_fen"])), "ceiling": money.show(int(facts["ceiling_fen"])),
    }  # fmt: skip


REFUSALS: dict[str, Any] = {
    "money.not_text": _('金额要写成带引号的文字，例如 "130.00"，不要写成数字。'),
    "money.malformed": _("金额只能用半角数字，最多两位小数，例如 130 或 130.50。请重写。"),
    "money.negative": _("金额不能是负数。请重写。"),
    "money.too_large": _("金额超过 %(max)s 元。请核对小数点。"),
    "money.unknown_provider": _("没有“%(provider)s”这个收款渠道。现在只有现金。"),
    "money.client_id_used": _("这个收款或退款编号已用在另一笔上。请换一个新编号再交。"),
    "money.nothing_due": _("服务单 %(number)s 现在没有要收的钱。请核对单号和状态。"),
    "money.above_due": _("要收 %(amount)s 元，但这一单最多还能收 %(due)s 元。请改金额。"),
    "money.nothing_due_of_episode": _("服务档案 %(number)s 现在没有要收或要退的钱。请刷新后再看。"),
    "money.above_overpaid": _("要退 %(amount)s 元，但只多付了 %(due)s 元。请改金额。"),
    "money.refund_over_paid": _("要退 %(amount)s 元，但收据 %(receipt)s 只剩 %(left)s 元可退。请改金额。"),
    "money.already_settled": _("服务单 %(number)s 已结清，账单不变就不能退。请选减收的原因。"),
    "money.proxy_scope": _("您没有得到查看这位老人账单的授权。请老人本人或监护人在“授权”里加上“账单”。"),
    "price.no_record": _("服务单 %(number)s 没有上门记录，不知道做了什么，不能计价。请护士补齐记录。"),
    "price.unfiled": _unfiled,
    "price.not_published": _not_published,
    "price.out_of_date": _out_of_date,
    "price.ambiguous": _("%(code)s 在 %(on)s 有两个备案价，不知道按哪个收。请机构管理员撤掉一个。"),
    "price.distance_unknown": _("%(code)s 按距离分档，但不知道这一家有多远。请补住处坐标。"),
    "price.distance_not_covered": _("%(code)s 的备案 %(filing)s 没有 %(distance_km)s 公里这一档。请机构管理员补报。"),
    "price.no_amount": _("%(code)s 的备案 %(filing)s 没有金额。请机构管理员更正。"),
    "price.bad_bands": _("距离分档第 %(row)s 行不对：要从 0 公里起，首尾相接。请改正。"),
    "price.no_composition": _("本地没有写明“%(service)s”这类服务怎么收费，不能计价。请主管部门提供文件。"),
    "price.nothing_to_price": _("没有可以收费的内容。请核对做了哪些项目。"),
    "price.unknown_mode": _("“%(key)s”的定价方式没有写明，不能计价。请平台管理员核实文件。"),
    "price.above_ceiling": _above_ceiling,
    "price.filed_differs": _filed_differs,
    "cancel.not_early": _("服务已经做完，不能按取消退费。觉得费用不对，请提交投诉。"),
    "cancel.unknown_moment": _("取消条款里没有“%(moment)s”这个阶段。请改正。"),
    "cancel.unknown_part": _("取消条款里没有“%(part)s”这个部分。请改正。"),
    "cancel.bad_share": _("退还比例要在 0 和 1 之间，最多两位小数。请改正。"),
    "cancel.outside_frame": _("这一项至少要退 %(least)s。请提高退还比例。"),
}

REASONS = {
    "price.filed": _("价格按机构公布的备案价"),
    "price.fixed_by_authority": _("价格由主管部门定"),
    "price.booked_kept": _("下单时答应的价更低，按低的收"),
    "price.insurance_unknown": _("没有读到可以据此报销的正式规定，由个人付"),
    "price.not_insured": _("规定医保不付这一项"),
    "price.insurance_share_unknown": _("规定可以报销，但比例没有写明，先由个人付"),
    "price.shared": _("按规定由医保或补助分担"),
    "price.no_double_charge": _("家庭医生签约等已付上门费，不再收"),
    "cancel.terms": _("按机构公布、您签字同意的取消条款留存一部分，其余退还"),
    "refund.complaint_upheld": _("投诉成立，减收"),
    "refund.overcharged": _("多收了，更正"),
    "refund.service_fault": _("服务有缺失，减收"),
    "refund.goodwill": _("机构自愿减免"),
    "refund.prepayment_returned": _("退预付款"),
}
"""“Because …” of a bill."""

SMS_REFUND = _(
    "【颐家】服务单 %(number)s 有 %(amount)s 元退给您，请带身份证到%(institution)s收款处领取，退款单号 %(receipt)s。"
)
