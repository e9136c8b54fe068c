"""Words of cases: refusals, texts to people, the decision's letter."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yijia.base.papers import Paper
from yijia.core.assessment import Instrument

_TERMS = {
    "disability": _("失能须持续多久"), "gap": _("两次申请要隔多久"), "accept": _("受理期限"), "assess": _("评估期限"),
    "vote": _("表决期限"), "review": _("复核期限"), "notice": _("公示期"), "objection": _("异议期"), "answer": _("异议答复期限"),
    "visit": _("现场评审期限"), "validity": _("结论有效期"), "alarm": _("到期提醒时间"), "start": _("待遇从哪天开始"),
}  # fmt: skip
FACTS = {"term": _TERMS}
MONTHS_DISABLED = ("失能已经多少个月", "months of disability")

EVENTS = {
    "begin": _("开始填写"), "enter": _("交来一份评估"), "assign": _("指派评估员（席位 %(note)s）"), "vote": _("一位专家投票"),
    "reissue": _("量表确认后重发结论书"),
}  # fmt: skip
"""What is written in the history beside the procedure's own moves."""


NEXT_OF_AGENCY: dict[str, Any] = {
    "draft": _("申请人还没有填完，不用办。"), "submitted": _("看自评和时长，在期限内受理，或按列明的理由不予受理。"),
    "assessing": _("等评估员上门并交表。空着的席位请先指派。"), "third": _("两份评估等级不同，请指派第三位评估员。"),
    "voting": _("评估员的等级不同，等专家投票。"), "review": _("看各份评估，没有问题就开始公示，有问题退回重新评估。"),
    "notice": _("公示期满、没有异议，才能出具结论书。"), "objected": _("有人提了异议，请重新评估，或写明理由答复。"),
    "appealed": _("对结论有异议，请重新评估，或写明理由答复。"),
}  # fmt: skip
NEXT_OF_PERSON: dict[str, Any] = {
    "draft": _("还没有提交。按“接着填”，填完再交。"), "submitted": _("已收到，期限内会短信告诉您受不受理。您不用做什么。"),
    "assessing": _("两位评估员会先后联系您上门。"), "third": _("两份评估不一致，会有第三位评估员联系您上门。"),
    "voting": _("评估员意见不一致，正由专家投票。您不用做什么。"), "review": _("评估做完了，经办机构正在复核。您不用做什么。"),
    "notice": _("正在公示。不同意这个等级，请写明理由提出异议；同意就不用做什么。"), "objected": _("异议已收到，期限内会答复您。"),
    "appealed": _("异议已收到，期限内会答复您。"), "refused": _("没有受理。情况变了，可以重新申请。"), "expired": _("结论已经过期，需要时请重新申请。"),
}  # fmt: skip
"""What comes next, told to those who handle a case and to the person it is about."""


def _named_in(sentence: Any, facts: Mapping[str, Any]) -> str:
    return str(sentence) % {"names": facts.get("names_en" if is_english() else "names_zh", "—")}


REFUSALS: dict[str, Any] = {
    "cases.wrong_status": _("这件评估走到了另一步，现在不能这样做。请刷新后看它在哪一步。"),
    "cases.over": _("这件评估已经结束，不能再办。需要时请重新申请。"),
    "cases.unknown_event": _("这套流程里没有这一步。"),
    "cases.already_open": _("这个人已经有一件没有办完的评估（%(number)s），不能再开一件。请接着办那一件。"),
    "cases.no_birth_date": _("没有可用的出生日期，不能申请。请先到居民登记里补上。"),
    "cases.died": _("此人已登记去世，不能申请。"),
    "cases.not_insured": _("登记显示没有参保，长护险评估不能受理。参保后请先更正登记。"),
    "cases.incomplete": lambda facts: _named_in(_("还没有填：%(names)s。已存为草稿，填完再提交。"), facts),
    "cases.too_short": _("失能只有 %(months)s 个月，本地要求持续 %(least)s 个月。到时再申请。"),
    "cases.gate_not_met": _("自评为 %(grade)s 级。自评达到 E、F、G 级方可申请现场评估。情况变差时可以再填。"),
    "cases.too_soon": _("上次结论是 %(last)s，要到 %(from)s 才能再次申请。对结论有异议请走异议程序。"),
    "cases.no_reason": _("不予受理要选一条列明的理由，不能另外写。"),
    "cases.no_words": _("请写明理由。"),
    "cases.decision_stands": _("这件评估已经出过结论，不能整件撤回。要停止重新评估，请撤回异议，原结论仍然有效。"),
    "cases.nothing_decided": _("这件评估还没有出过结论，没有异议可撤。不想继续请撤回申请。"),
    "cases.not_both": _("两位评估员还没有都交。"),
    "cases.no_majority": _("表决还没有多数。"),
    "cases.no_level": _("还没有等级，不能公示。"),
    "cases.notice_running": _("公示期还没有结束，不能出具结论书。"),
    "cases.assessment_expired": _("评估做完太久，已超过结论的有效期。请退回重新评估。"),
    "cases.expired": _("结论已经过期，不能再提异议。请重新申请。"),
    "cases.not_expired": _("结论还在有效期内。"),
    "cases.objection_late": _("提异议的期限已过。情况有变化请重新申请。"),
    "cases.term_unknown": _("本地没有规定“%(term)s”（%(key)s），这一步先停下。请平台管理员补上政策。"),
    "cases.assessor_unknown": _("这个人不是本地的评估员。请另选一位。"),
    "cases.assessor_relative": _("评估员是本人、监护人、家属或代办人，必须回避。请另选一位。"),
    "cases.assessor_same_home": _("评估员与申请人登记在同一住址，必须回避。请另选一位。"),
    "cases.assessor_twice": _("这位评估员已经在本案评估过，两份评估要由不同的人做。请另选一位。"),
    "cases.already_handed_in": _("这份评估已经交了，不能再改，也不能换人。"),
    "cases.voted": _("你已经投过票。每人一票，投了不能改。"),
    "cases.voter_assessed": _("你在本案做过评估，不能投票。"),
    "cases.still_draft": _("量表还没有与原件核对确认，结论仍是草案。请有权限的人先确认量表。"),
    "cases.level_changed": _("按确认后的量表重算，等级与结论不同。请重新评估，不能直接重发。"),
    "cases.sheet_gaps": _("评审表还没有填完，不能交。"),
    "cases.not_passed": _("表决没有通过，不能公示。"),
    "cases.not_failed": _("表决已经通过，不能按未通过办。要重新看请退回重新评审。"),
    "cases.banned": _("这家机构在禁入期内，不能定点。"),
    "cases.criteria_unknown": lambda facts: _named_in(
        _("评审标准里有数值没有人读到原文：%(names)s。没有它就没有正式结论。请残联先按文件写明数值。"), facts
    ),
    "cases.criteria_failed": lambda facts: _named_in(
        _("按写明的数值，这些标准没有达到：%(names)s。不能公示，请退回重新评审。"), facts
    ),
    "cases.voter_of_house": _("你在这家机构任职，必须回避，不能投票。"),
    "cases.stated_meanwhile": _("刚刚有人写明了同一个数值。请刷新，看看还要不要改。"),
    "instruments.changed": _("量表内容刚刚变过，与你核对的不是同一份。请刷新后重新核对。"),
    "instruments.not_draft": _("这份量表本来就可用于正式结论，不需要确认。"),
    "instruments.already_confirmed": _("这份量表的这一版已经有人确认过。"),
}

SMS: dict[str, Any] = {
    "submit": _("【颐家】失能等级评估申请 %(number)s 已收到，会在期限内告知是否受理。"),
    "accept": _("【颐家】失能等级评估申请 %(number)s 已受理，两位评估员会先后联系上门。"),
    "refuse": _("【颐家】失能等级评估申请 %(number)s 未予受理，理由请在“我的评估”里查看。"),
    "differ": _("【颐家】失能等级评估 %(number)s 的两份评估不一致，将有第三位评估员联系上门。"),
    "publish": _("【颐家】失能等级评估 %(number)s 正在公示，有异议请在公示期内提出。"),
    "decide": _("【颐家】失能等级评估 %(number)s 已出结论，结论书请在“我的评估”里查看。"),
    "dismiss": _("【颐家】失能等级评估 %(number)s 的异议已答复，请在“我的评估”里查看。"),
    "retract": _("【颐家】失能等级评估 %(number)s 的异议已撤回，原来的办理结果不变。"),
    "reassess": _("【颐家】失能等级评估 %(number)s 将由另外的评估员重新评估。"),
}
SMS_EXPIRY = _("【颐家】失能等级评估 %(number)s 的结论到 %(day)s 为止，请在到期前重新申请。")

HOUSE_LETTER_NUMBER = "康复定点〔%(year)s〕%(serial)s号"
LETTER_NUMBER = "失能评〔%(year)s〕%(serial)s号"


def decision_paper(case: Any, instrument: Instrument, edition: str, number: str, on: date) -> Paper:
    """The decision's letter; an official paper, so in Chinese whatever the reader's screen speaks."""
    band = next(band for band in instrument.bands_of() if band.level == case.level)
    person = case.resident
    paragraphs = [
        f"根据《{instrument.zh}》（{instrument.clause or instrument.version}），经申请、受理、两名评估员分别评估、复核和公示，现出具失能等级评估结论如下。",
    ]
    if (case.result or {}).get("by_vote"):
        paragraphs.append("评估员的结论不一致，等级由评审专家表决确定。")
    elif (case.result or {}).get("by_third"):
        paragraphs.append("两名评估员的结论不一致，由第三名评估员独立评估后，按规定确定等级。")
    start = "本地尚未公布待遇起始规则，起始日另行通知" if case.starts_on is None else _zh_day(case.starts_on)
    rows = [
        ("姓　名", person.name), ("证件号码", person.identity_masked), ("评估编号", case.number),
        ("失能等级", f"{case.level} 级　{band.zh}"), ("结论有效期", f"{_zh_day(case.valid_from)} 至 {_zh_day(case.valid_until)}（当日失效）"),
        ("待遇起始日", start), ("量表版本", edition),
    ]  # fmt: skip
    notes = ["对结论有异议的，可在规定期限内通过“我的评估”、服务窗口或电话提出，由另外的评估员重新评估。"]
    if case.is_draft:
        notes.insert(0, f"草案：{instrument.why_zh}。本件不得作为享受待遇的依据。")
    return Paper(
        title="失能等级评估结论书", number=number, to=f"{person.name}：", paragraphs=paragraphs, rows=rows, notes=notes,
        signed=["长期护理保险经办机构", _zh_day(on)], watermark="草 案" if case.is_draft else "",
    )  # fmt: skip


def house_paper(case: Any, procedure_zh: str, number: str, note: str, on: date) -> Paper:
    """The federation's letter to an institution, designated or not; an official paper, so in Chinese."""
    house, form = case.organisation, case.self_answers
    is_in = case.state == "designated"
    rows = [
        ("机　构", house.name), ("统一社会信用代码", house.code), ("申请编号", case.number),
        ("名单", form.get("list_zh", "")), ("类　别", form.get("category_zh", "")),
    ]  # fmt: skip
    if is_in:
        rows += [
            ("核定名额", f"{form.get('places', '')} 人"),
            ("有效期", f"{_zh_day(case.valid_from)} 至 {_zh_day(case.valid_until)}（当日失效）"),
        ]
    done = "经受理、现场评审、专家表决和公示，"
    said = (
        f"{done}确定你单位为定点康复机构。请与本会签订年度服务协议，签订前不列入名单。"
        if is_in
        else f"经受理、现场评审和专家表决，你单位本次未通过定点评审。理由：{note}"
    )
    notes = ["监护人从名单中自主选择机构。考核结果决定去留。" if is_in else "整改后可以重新申请。"]
    return Paper(
        title=f"{procedure_zh}结果通知书", number=number, to=f"{house.name}：", paragraphs=[said], rows=rows, notes=notes,
        signed=["残疾人联合会", _zh_day(on)],
    )  # fmt: skip


def _zh_day(day: date | None) -> str:
    return "—" if day is None else f"{day.year} 年 {day.month} 月 {day.day} 日"


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def listed(said: str, names: Iterable[str]) -> str:
    """One reason with everything it holds for: “还没有作答：1. 进食、2. 穿衣”."""
    return f"{said}: {', '.join(names)}" if is_english() else f"{said}：{'、'.join(names)}"
