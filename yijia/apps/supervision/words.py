"""Words of complaints and reviews."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

KINDS = {
    "service": _("护理做得不好"),
    "money": _("费用不对"),
    "punctuality": _("迟到或没来"),
    "conduct": _("态度或言行"),
    "safety": _("安全问题"),
}
"""In the words of whoever complains."""

EVENTS = {
    "file": _("提交投诉"),
    "assign": _("交给%(note)s处理"),
    "answer": _("答复"),
    "reopen": _("不满意，重新处理"),
    "close": _("办结"),
}

SIGNATURES = {"nurse_signature": _("护士的签名"), "family_signature": _("家属签名")}
FIXES = {"depart": _("出发时"), "arrive": _("到达时"), "track": _("途中"), "finish": _("结束"), "sos": _("求助")}

NOBODY = _("还没有人负责")

REFUSALS: dict[str, Any] = {
    "complaints.wrong_status": _("这件投诉现在是“%(status)s”，不能做这一步。请刷新后看它走到了哪一步。"),
    "complaints.over": _("这件投诉已经办结。有新问题，请再提一件。"),
    "complaints.no_owner": _("投诉要交给一个有答复权限的人。请选一位。"),
    "complaints.not_owner": _("这件投诉由 %(owner)s 负责。请由负责人答复。"),
    "complaints.not_answered": _("还没有答复，不能办结。请先答复。"),
    "complaints.unknown_owner": _("这个人不能负责这件投诉：不在本机构，或没有答复权限。请另选一位。"),
    "complaints.owner_stands": _("这件投诉现在就由 %(owner)s 负责。要换人请另选一位。"),
    "complaints.no_deadline": _("本地没有规定投诉时限，无法受理。请平台管理员补上政策。"),
    "reviews.wrong_status": _("这次复核已经有结果了。请刷新。"),
    "reviews.over": _("这次复核已经有结果了。请刷新。"),
    "reviews.no_reason": _("请写明理由：凭什么认定证据成立或不成立。"),
    "reviews.own_visit": _("上门的人不能复核自己这次上门。请另一位同事或监管员复核。"),
}

SMS_ANSWERED = _("【颐家】你的投诉 %(number)s 已答复：%(answer)s 满意请在“我的投诉”里办结，不满意请点“不满意”。")


def is_english() -> bool:
    return (get_language() or "").startswith("en")
