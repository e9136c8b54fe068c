"""Sentences of rehabilitation by designated institutions."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yijia.base.templatetags.yijia import yuan


def is_english() -> bool:
    """Whether the reader's language is English."""
    return (get_language() or "").startswith("en")


def two(zh: str, en: str) -> str:
    """The reader's language of two texts."""
    return en if is_english() else zh


_OF = {"person": _("每人每年"), "agreement": _("机构协议期")}


def _over(facts: Mapping[str, Any]) -> str:
    return str(_("%(month)s 不能结算：%(of)s限额 %(ceiling)s（依据：%(source)s），已结算 %(settled)s，本次 %(claimed)s，会超过限额。")) % {
        "month": facts.get("month", ""), "of": _OF.get(facts.get("of", ""), ""), "ceiling": yuan(facts.get("ceiling_fen") or 0),
        "source": facts.get("source") or "—", "settled": yuan(facts.get("settled_fen") or 0), "claimed": yuan(facts.get("claimed_fen") or 0),
    }  # fmt: skip


def _ban_stands(facts: Mapping[str, Any]) -> str:
    if facts.get("until"):
        return str(_("这家机构在禁入期内，%(until)s 起才能再申请。")) % {"until": facts["until"]}
    return str(_("这家机构被禁入，本地没有规定多久，须由残联书面解除后才能再申请。"))


REFUSALS: dict[str, Any] = {
    "rehab.banned": _("“%(house)s”在禁入期内，不能选择。请从名单里另选一家。"),
    "rehab.ban_stands": _ban_stands,
    "rehab.ban_over": _("这次禁入已经结束或解除，不用再办。"),
    "rehab.ended": _("“%(house)s”已于 %(on)s 退出定点名单，不能再选。请从名单里另选一家。"),
    "rehab.not_yet": _("“%(house)s”的定点从 %(on)s 起算，现在还不能选。"),
    "rehab.expired": _("“%(house)s”的定点资格已于 %(until)s 到期，不能选择。请从名单里另选一家。"),
    "rehab.no_agreement": _("“%(house)s”还没有签订本年度的服务协议，不在名单上。请另选一家。"),
    "rehab.other_category": _("“%(house)s”定点的类别与本人的残疾类别不符，不能选择。请从本人类别的名单里选。"),
    "rehab.full": _("“%(house)s”的 %(places)s 个名额已经满了。请另选一家，或等名额空出来。"),
    "rehab.changed_enough": _("%(year)s 年已经换过 %(allowed)s 次机构，本年度不能再换。机构退出名单的不算在内。"),
    "rehab.same_institution": _("本人现在就在“%(house)s”，不用再选。"),
    "rehab.already_placed": _("本人刚刚已经选好一家机构。请刷新，看看选的是哪家。"),
    "rehab.choose_first": _("“%(house)s”的名额由监护人从定点名单里选，不能直接申请。请到“选康复机构”里选。"),
    "rehab.not_begun": _("服务档案 %(number)s 还没有开始，不能写。请先评估、签协议、启用档案。"),
    "rehab.month_outside": _("%(month)s 不在这份档案的时间里。"),
    "rehab.settled": _("%(month)s 已经结算，不能再改，也不能再结一次。"),
    "rehab.month_running": _("%(month)s 还没有过完，不能结算。"),
    "rehab.not_evaluated": _("%(month)s 没有写月度评估，不能结算。请机构先写评估。"),
    "rehab.seats_full": _("这次评审的 %(seats)s 位专家已经定齐。要换人，请先让一位退出。"),
    "rehab.has_voted": _("这位专家已经投票，不能再退出这一轮。"),
    "rehab.fewer_sessions": _(
        "%(month)s 的评估写的是训练 %(told)s 次，更正以后只有 %(sessions)s 次，不能照签过的结算。请机构重写评估，监护人重新签字。"
    ),
    "rehab.write_anew": _("%(month)s 的结算已撤回，不能照原来的评估再结算。请机构重写评估，监护人重新签字。"),
    "rehab.taken_back": _("%(month)s 的这次结算已经撤回过，不用再办。"),
    "rehab.not_signed": _("%(month)s 的评估还没有监护人签字，不能结算。请先请监护人签字。"),
    "rehab.no_session": _("%(month)s 没有训练记录，不能结算。请机构先把训练记进档案。"),
    "rehab.nothing_claimed": _("%(month)s 没有填申请结算的金额，不能结算。"),
    "rehab.ceiling_unknown": _(
        "%(month)s 不能结算：本地的年度限额没有人读到原文，系统里是空的。请残联先按文件写明限额。"
    ),
    "rehab.nothing_settles": _("本地的年度限额没有人读到原文，系统里是空的，所以还结算不了。请残联先按文件写明限额。"),
    "rehab.over_ceiling": _over,
    "rehab.over_hours": _(
        "%(month)s 不能结算：每年最多 %(hours)s 小时（依据：%(source)s），已结算 %(done)s 小时，会超过限额。"
    ),
    "rehab.signed": _("%(month)s 的评估已经签过字。"),
    "rehab.newer_evaluation": _("%(month)s 的评估刚刚改写过，这份已经作废。请刷新，看新的那份再签。"),
    "rehab.guardian_signs": _("未成年人的评估要由监护人签字。请用监护人的账号签。"),
}

SMS: dict[str, Any] = {
    "institution_left": _(
        "【颐家】康复机构“%(house)s”已退出定点名单，请在“康复档案”里从名单中另选一家，这次不占更换次数。"
    ),
}

EXIT_WORDS = {
    "renewed": _("续评后换新"), "institution_left": _("机构退出名单"), "changed_provider": _("监护人另选机构"),
    "episode_over": _("服务档案已结束"),
}  # fmt: skip
"""Why a designation or a placement ended, beside the grounds of policy."""

DONE: dict[str, Any] = {
    "apply": _("申请 %(number)s 已交。"), "sheet": _("评审表已交，等专家表决。"), "vote": _("已记下你的一票。"), "name_expert": _("已指定这位专家。"), "stand_down": _("这位专家已退出评审。"), "move": _("已办。"),
    "designate": _("已定点并发文。签好年度协议后进入名单。"), "figure": _("已写明，原来的数值留在记录里。"),
    "end": _("已退出名单，在训的人已通知。"), "lift": _("已解除禁入。"), "choose": _("已选好，服务档案 %(number)s 已建立。"),
    "evaluate": _("评估已存，等监护人签字。"), "sign": _("已签字。"), "train": _("家长培训已记下。"), "settle": _("已结算 %(amount)s。"),
    "take_back": _("已撤回，账上记了红字。"),
}  # fmt: skip

NEXT_OF_FEDERATION = {
    "submitted": _("下一步：看申请，受理；不受理就写明理由。"),
    "visiting": _("下一步：到现场看，按评审标准逐条填评审表。"),
    "voting_short": _("下一步：先定齐专家，还差 %(n)d 位；定齐以后由他们表决。"),
    "voting": _("等专家表决，票数够了就到复核。"),
    "review_passed": _("下一步：复核后开始公示。发现问题就退回重新评审。"),
    "review_failed": _("表决没有通过。下一步：写明理由不予定点，或退回重新评审。"),
    "notice": _("公示到 %(until)s。期满没有异议，就定点并发文；有人提出异议，先登记。"),
    "objected": _("下一步：查清异议。不成立就继续公示，成立就退回重新评审。"),
    "designated": _("还没有年度协议。签好协议，这家机构才在名单上，监护人才选得到。"),
}
NEXT_OF_HOUSE = {
    "submitted": _("已经交了。残联受理后到现场评审。"),
    "visiting": _("残联会到现场评审，请对照评审标准备好材料。"),
    "voting": _("专家正在表决，不用做什么。"),
    "review_passed": _("表决通过，等残联复核、公示。"),
    "review_failed": _("表决没有通过，等残联复核。"),
    "notice": _("公示到 %(until)s。期满没有异议，残联就定点并发文。"),
    "objected": _("公示期有人提出异议，残联正在查。"),
    "designated": _("还没有年度协议。下一步：起草并签年度协议，签好才在名单上，监护人才选得到。"),
}
"""What comes next in an evaluation, for the federation and for the institution."""

EVENTS = {
    "begin": _("提交申请"), "vote": _("一位专家投票"),
}  # fmt: skip
"""What is written in the history beside the procedure's own moves."""
