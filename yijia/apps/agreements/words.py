"""Words of the papers: kinds, signers, methods, refusals with their remedy."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yijia.apps.agreements import cooperation_words
from yijia.apps.agreements.cooperation_words import CERTIFICATE

__all__ = ["CERTIFICATE", "FAULTS", "FIELDS", "KINDS", "METHODS", "REFUSALS", "SIGNERS", "STAFF_ROLES", "is_english"]

KINDS = {
    "service": _("服务协议"),
    "consent": _("知情同意书"),
    "family_doctor": _("家庭医生签约"),
    "enrolment": _("服务项目协议"),
    "enrol_consent": _("服务项目知情同意书"),
}
SIGNERS = {"resident": _("本人"), "guardian": _("监护人"), "proxy": _("受托家属"), "institution": _("医疗机构")}
METHODS = {
    "glass": _("手写签名"),
    "witnessed_fingerprint": _("按手印，有见证人"),
    "paper": _("纸质签署"),
    "spoken": _("电话口头同意，上门补签"),
    "certificate": _("SM2 数字证书"),
    "code": _("签约码"),
}
STAFF_ROLES = {
    "nurse": ("护士", "nurse"),
    "doctor": ("医生", "doctor"),
    "assistant": ("医疗护理员", "care assistant"),
    "therapist": ("康复治疗师", "therapist"),
}
"""As written into a paper, in both of its languages."""

FIELDS = {
    "items": _("服务项目"), "item": _("项目"), "cancellation": _("取消条款"), "institution": _("机构"), "resident": _("服务对象"), "date": _("日期"), "until": _("期限"),
}  # fmt: skip


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def _field_missing(facts: Mapping[str, Any]) -> str:
    return gettext("合同文本缺少“%(field)s”，还不能签。请补全后重新生成。") % {
        "field": FIELDS.get(str(facts["field"]), facts["field"])
    }


def _no_standing(facts: Mapping[str, Any]) -> str:
    return gettext("登记里没有这位%(signer)s，或者授权已到期。请先登记，再签。") % {
        "signer": SIGNERS[str(facts["signer"])]
    }


def _not_your_hand(facts: Mapping[str, Any]) -> str:
    return gettext("您不能以“%(signer)s”的身份签。请由本人来签，或选您自己的身份。") % {
        "signer": SIGNERS[str(facts["signer"])]
    }


REFUSALS: dict[str, Any] = {
    "agreements.no_template": _("本地没有这种合同的文本（%(key)s），不能生成。请平台管理员先录入。"),
    "agreements.unknown_item": _("目录里没有项目 %(item_code)s，不能写进同意书。请核对项目。"),
    "agreements.field_missing": _field_missing,
    "agreements.text_changed": _("合同的文字与生成时的校验码不一致，不能签。请重新生成一份，并告诉平台管理员。"),
    "agreements.revoked": _("这份文书已经撤回，不能再签。需要时请重新生成一份。"),
    "agreements.expired": _("这份文书到 %(until)s 已经过期。请重新生成一份再签。"),
    "agreements.already_signed": _("这份文书已经签过了，不用再签。"),
    "agreements.not_your_hand": _not_your_hand,
    "agreements.method_needs_staff": _("纸质签署和口头同意要由工作人员登记。请手写签名，或按手印并写明见证人。"),
    "agreements.method_needs_desk": _("口头同意只能由坐席在电话里登记。请改用手写、手印或纸质签署。"),
    "agreements.no_image": _("请在框内签名。"),
    "agreements.no_scan": _("纸质签署要上传签好的扫描件。"),
    "agreements.no_certificate": _("请贴上证书和它对文本校验码的签名。"),
    "agreements.certificate_of_another": _("证书不是%(signer)s本人的。请用签名人自己的证书。"),
    "agreements.certificate_refused": _("证书（%(serial)s）的签名与这份文本对不上。请对屏幕上的校验码重新签。"),
    "agreements.template_changed": _("文本的必备条款“%(clause)s”已经修订，这份不能再签。请重新生成一份，读过再签。"),
    "agreements.no_witness": _("按手印要有见证人。请写见证人的姓名。"),
    "agreements.own_witness": _("签名人不能给自己作见证。请另找一位见证人。"),
    "agreements.no_standing": _no_standing,
    "agreements.scope_missing": _("授权里没有“签署”这一项，不能代签。请服务对象本人在授权里加上“签署”，或由本人来签。"),
    "agreements.code_needs_staff": _("签约码由签约的医生给出。请医生打开这份文书，点“给签约码”。"),
    "agreements.code_needs_own_hand": _("签约码要由本人或家属在自己的手机上输入，别人不能代填。"),
    "agreements.no_code": _("这份文书现在没有可用的签约码：还没有给，或者已经用过。请医生再给一个。"),
    "agreements.code_expired": _("签约码已经过期。请医生再给一个。"),
    "agreements.code_locked": _("签约码已经输错 %(most)s 次，不能再用。请医生再给一个。"),
    "agreements.code_wrong": _("签约码不对，还可以试 %(left)s 次。请看清医生给的六位数字。"),
    "agreements.no_reason": _("请写明撤回的原因，方便机构安排后面的服务。"),
    **cooperation_words.REFUSALS,
}

FAULTS = {
    "unknown_kind": _("没有这一类文书"),
    "unknown_signer": _("没有这种签署身份"),
    "unknown_method": _("没有这种签署方式"),
    "name_required": _("请填签名人的姓名"),
    "too_long": _("太长了"),
    "place": _("位置不对：经度在 -180 到 180，纬度在 -90 到 90"),
    **cooperation_words.FAULTS,
}
