"""Words of agreements between institutions: kinds, sides, steps, duties' faults, refusals with their remedy."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {
    "medical_cooperation": _("医养签约合作"),
    "outsourcing": _("医疗服务整体外包"),
    "designation": _("定点康复机构"),
    "consortium": _("医联体（医共体）成员"),
}
SIDES: dict[str, Any] = {"first": _("甲方"), "second": _("乙方"), "authority": _("主管部门"), "system": _("平台")}
METHODS: dict[str, Any] = {
    "glass": _("在屏幕上手写"),
    "paper": _("纸质签署，上传扫描件"),
    "certificate": _("SM2 数字证书"),
}
STEPS: dict[str, Any] = {
    "draft": _("起草"), "redraft": _("改写"), "offer": _("送对方"), "decline": _("退回修改"), "sign": _("签署"), "take_force": _("生效"),
    "suspend": _("暂停"), "resume": _("恢复"), "end": _("终止"), "expire": _("到期"),
}  # fmt: skip
BUTTONS: dict[str, Any] = {
    "offer": _("送双方签署"), "decline": _("退回修改"), "suspend": _("暂停，不再接新的服务"), "resume": _("恢复履行"),
    "end": _("终止协议"),
}  # fmt: skip
FAULT_NAMES: dict[str, Any] = {
    "short": _("次数不足"), "late": _("超时"), "unanswered": _("无人应答"), "turned_away": _("有余量而拒收"), "exceeded": _("超出上限"),
}  # fmt: skip
PERIODS: dict[str, Any] = {
    "event": _("每次"), "month": _("每月"), "quarter": _("每季度"), "year": _("每年"), "term": _("整个协议期"),
}  # fmt: skip
SOURCES: dict[str, Any] = {"manual": _("手工登记")}


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def _unlawful(facts: Mapping[str, Any]) -> str:
    tongue = "en" if is_english() else "zh"
    return gettext("%(law)s规定：%(rule)s。这样的约定不能签，请改掉这一项再存。") % {
        "law": facts[f"law_{tongue}"],
        "rule": facts[f"rule_{tongue}"],
    }


def _wrong_party(facts: Mapping[str, Any]) -> str:
    return gettext("%(name)s不是能作为%(side)s的机构类型。请另选机构，或改用别的协议。") % {
        "name": facts["name"],
        "side": SIDES[str(facts["side"])],
    }


REFUSALS: dict[str, Any] = {
    "cooperations.no_template": _("本地没有这类协议的文本，不能起草。请平台管理员先录入。"),
    "cooperations.wrong_party": _wrong_party,
    "cooperations.closed_party": _("%(name)s已停业，不能签，也不能再接新的服务。"),
    "cooperations.unlawful": _unlawful,
    "cooperations.licence_expired": _("%(name)s的执业许可到 %(until)s 已经到期，续期以前不能签，也不能接新的服务。"),
    "cooperations.template_changed": _(
        "文本的必备条款“%(clause)s”已经修订，这份不能再签。请改写成新文本，双方重新签。"
    ),
    "cooperations.overlap": _("双方已有一份同类协议与这段时间重叠。请改起止日期，或先终止那一份。"),
    "cooperations.wrong_status": _("协议现在是“%(status)s”，不能做这一步。请刷新后再看。"),
    "cooperations.over": _("协议已经结束，不能再改。需要时请续签一份。"),
    "cooperations.no_reason": _("请写明原因，对方和主管部门都会看到。"),
    "cooperations.other_side_missing": _("对方还没有签。"),
    "cooperations.not_begun": _("还没到协议的起始日。"),
    "cooperations.not_run_out": _("协议还没有到期。"),
    "cooperations.not_yours_to_resume": _("是对方或主管部门暂停的，要由他们恢复。"),
    "cooperations.not_a_party": _("您的机构不是这份协议的一方，只能查看。"),
    "cooperations.wrong_side": _("您不能代表这一方签。请由这一方的管理员来签。"),
    "cooperations.text_changed": _("协议的文字与生成时的校验码不一致，不能签。请改写一份，并告诉平台管理员。"),
    "cooperations.side_signed": _("您这一方已经签过这份文本，不用再签。"),
    "cooperations.not_offered": _("协议还没有送签，现在是“%(status)s”。请起草方先送签。"),
    "cooperations.run_out": _("协议的期限到 %(until)s 已经过了。请改写起止日期再签。"),
    "cooperations.both_sides": _("同一个人不能代表双方签。请另一方自己的管理员来签。"),
    "cooperations.no_image": _("请在框内签名。"),
    "cooperations.no_scan": _("纸质签署要上传签好的扫描件。"),
    "cooperations.no_certificate": _("请贴上证书和它对文本校验码的签名。"),
    "cooperations.unknown_method": _("没有这种签署方式。请选手写、纸质或数字证书。"),
    "cooperations.certificate_of_another": _("证书不属于%(name)s，也不是%(signer)s本人的。请换这一方自己的证书。"),
    "cooperations.certificate_refused": _("证书（%(serial)s）的签名与这份文本对不上。请对屏幕上的校验码重新签。"),
    "cooperations.never_bound": _("这份协议没有签齐过，不用续签。请直接改写它。"),
    "cooperations.renewed_already": _("已经有一份续签的协议（%(number)s）。请接着办那一份。"),
    "cooperations.suspended": _("协议 %(number)s 已暂停，恢复以前不能接新的服务。"),
    "cooperations.no_such_duty": _("协议 %(number)s 里没有“%(duty)s”这一项约定。"),
    "cooperations.not_yet": _("还没有发生的事不能登记。请核对时间。"),
    "cooperations.not_running_then": _("那一天协议 %(number)s 不在履行期内，不能记在它名下。"),
    "cooperations.counted_otherwise": _("这件事已经按别的数记过。履约记录不能改，请核对来源。"),
    "breaches.not_yours_to_answer": _("这一条不是您这一方的责任，不用您说明。"),
    "breaches.own_judge": _("不能由责任方自己认定。请对方或主管部门来认定。"),
    "breaches.no_words": _("请写清楚，对方和主管部门都会看到。"),
    "breaches.not_answered": _("责任方还没有说明，不能先行免责。"),
    "breaches.still_stands": _("记录里仍然缺少，不能消除。"),
    "breaches.wrong_status": _("这一条现在是“%(status)s”，不能再做这一步。"),
    "breaches.over": _("这一条已经认定，不能再改。"),
}

FAULTS: dict[str, Any] = {
    "unknown_side": _("没有这一方"),
    "unknown_event": _("没有这一步"),
    "required": _("请填写"),
    "not_a_number": _("请填整数"),
    "out_of_range": _("数字超出范围"),
    "not_an_option": _("请从列出的里面选"),
    "until_before_from": _("结束日要晚于起始日"),
    "already_over": _("结束日已经过了"),
    "too_long_a_term": _("这类协议一年一签，期限太长"),
    "before_the_old_ends": _("要从原协议结束那天或以后开始"),
}
CERTIFICATE: dict[str, Any] = {
    "certificate_unreadable": _("读不出证书或签名，请贴完整的 PEM 或 Base64"),
    "certificate_not_sm2": _("这不是 SM2 证书"),
    "certificate_not_in_force": _("证书不在有效期内"),
    "certificate_of_an_issuer": _("这是签发机构的证书，不能用来签文书"),
    "no_trusted_issuers": _("本平台还没有配置可信的证书签发机构，不能用证书签。请改用手写或纸质签署"),
    "certificate_not_trusted": _("证书不是可信的签发机构签发的"),
}
