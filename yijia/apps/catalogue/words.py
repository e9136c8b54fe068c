"""Words of the catalogue: refusals with their remedy, field faults, labels."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yijia.base import policy_names
from yijia.core import money
from yijia.core.catalogue.area import clock

KINDS = {
    "visit_fee": _("上门服务费"),
    "medical_price": _("医疗服务价格"),
    "consumable": _("耗材价格"),
    "cancellation": _("取消与退费条款"),
}
KINDS_ZH = {
    "visit_fee": "上门服务费",
    "medical_price": "医疗服务价格",
    "consumable": "耗材",
    "cancellation": "取消与退费条款",
}
"""Names as stored with a filing: a filing is a Chinese document whatever the language of the page."""

RISKS = {"low": _("低风险"), "medium": _("中风险"), "high": _("高风险")}
RISK_TONES = {"low": "done", "medium": "wait", "high": "bad"}
STAFF_ROLES = {
    "nurse": _("护士"),
    "doctor": _("医生"),
    "assistant": _("医疗护理员"),
    "therapist": _("康复治疗师"),
    "pharmacist": _("药师"),
    "midwife": _("助产士"),
}
TRAININGS = {"specialty": _("专科培训"), "maternal": _("母婴培训"), "tcm": _("中医培训")}
SETTERS = {"province": _("省级医保部门"), "prefecture": _("市级医保部门"), "institution": _("医疗机构")}
WEEKDAYS = {1: _("周一"), 2: _("周二"), 3: _("周三"), 4: _("周四"), 5: _("周五"), 6: _("周六"), 7: _("周日")}
FILING_EVENTS = {
    "draft": _("起草"), "correct": _("修改"), "submit": _("报送"), "review": _("审核通过"), "return": _("退回"), "publish": _("公布"),
    "end": _("定下截止日（新价接替）"), "supersede": _("被新价替代"), "expire": _("到期失效"),
}  # fmt: skip
MOMENTS = {
    "before_departure": _("护士出发前"),
    "departed": _("护士出发后"),
    "no_show": _("护士到了没人在家"),
    "in_service": _("服务中途停止"),
}
PARTS = {"visit_fee": _("上门服务费"), "medical_price": _("医疗服务费"), "consumable": _("耗材费")}
UNITS = {
    "次": _("次"),
    "件": _("件"),
    "单": _("单"),
    "个": _("个"),
    "套": _("套"),
    "支": _("支"),
    "片": _("片"),
    "日": _("日"),
    "小时": _("小时"),
}


def named(value: Mapping[str, Any]) -> str:
    """A policy value's name in the reader's language."""
    return str(value["en"] if is_english() else value["zh"])


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def _name(facts: Mapping[str, Any], stem: str) -> str:
    found = facts.get(f"{stem}_{'en' if is_english() else 'zh'}", "")
    return (", " if is_english() else "、").join(map(str, found)) if isinstance(found, tuple | list) else str(found)


def _unknown_item(facts: Mapping[str, Any]) -> str:
    return gettext("目录里没有项目 %(code)s。请从本地目录里选。") % {"code": facts["item_code"]}


def _not_visited(facts: Mapping[str, Any]) -> str:
    return gettext("“%(item)s”是收费项目，不是上门做的服务，不用选。") % {"item": _name(facts, "item")}


def _forbidden_at_home(facts: Mapping[str, Any]) -> str:
    rule = _name(facts, "rule")
    if not rule:
        return gettext("“%(item)s”不能居家进行，不能选。请让服务对象到医疗机构就诊。") % {"item": _name(facts, "item")}
    return gettext("“%(item)s”不能居家进行，不能选。规则：%(rule)s（%(clause)s，来源 %(sources)s）。请让服务对象到医疗机构就诊。") % {
        "item": _name(facts, "item"), "rule": rule, "clause": facts["clause"] or facts["rule"], "sources": facts["sources"] or "—",
    }  # fmt: skip


def _criteria_not_met(facts: Mapping[str, Any]) -> str:
    return gettext("还有标准没有答“符合”并写明理由：%(unmet)s。写完再报送；确实不符合的项目不能选。") % {
        "unmet": _name(facts, "unmet")
    }


def _closed_day(facts: Mapping[str, Any]) -> str:
    days = (", " if is_english() else "、").join(str(WEEKDAYS[day]) for day in facts["open_on"])
    return gettext("这家机构%(weekday)s不上门，上门日是：%(days)s。请换一天，或另选机构。") % {
        "weekday": WEEKDAYS[facts["weekday"]],
        "days": days,
    }


def _outside_frame(facts: Mapping[str, Any]) -> str:
    if "least" in facts:
        return gettext("%(moment)s时，%(part)s至少要退 %(least)s。请提高退还比例再报送。") % {
            "moment": MOMENTS[str(facts["moment"])], "part": part(str(facts["part"])), "least": percent(str(facts["least"])),
        }  # fmt: skip
    low, high = facts.get("min_fen"), facts.get("max_fen")
    amount = money.show(facts["amount_fen"])
    if low is not None and low == high:
        return gettext("这一项由主管部门定价 %(fixed)s 元，不能报 %(amount)s 元。请按定价填写。") % {
            "fixed": money.show(low),
            "amount": amount,
        }
    return gettext("%(amount)s 元不在允许的范围（%(low)s–%(high)s 元）内。请改到范围内再报送。") % {
        "amount": amount, "low": "0.00" if low is None else money.show(low), "high": "—" if high is None else money.show(high),
    }  # fmt: skip


def _no_basis(facts: Mapping[str, Any]) -> str:
    place = policy_names.of_place(str(facts.get("at") or facts["jurisdiction"]))
    said = {
        "key": policy_names.of_key(str(facts["key"]), facts["jurisdiction"])[is_english()],
        "place": place[is_english()],
        "on": facts["on"],
    }
    match facts["cause"]:
        case "policy.weak":
            return gettext("%(on)s 起“%(key)s”的规定没有读到正式文件或正式报道（依据等级：%(evidence)s），不能据此收费，所以不能公布。请平台管理员核实该日起的文件后再公布，或把起始日定在已核实的期间内。") % {
                **said, "evidence": _evidence(str(facts["evidence"])),
            }  # fmt: skip
        case "policy.missing":
            return (
                gettext(
                    "%(place)s 的“%(key)s”由谁定价、定多少，没有找到文件，所以不能公布。请主管部门提供文件，由平台管理员录入后再公布。"
                )
                % said
            )
        case _:
            return (
                gettext(
                    "%(place)s 在 %(on)s 没有“%(key)s”的规定，没有定价依据，所以不能公布。请改起始日，或请主管部门提供文件。"
                )
                % said
            )


def _evidence(level: str) -> str:
    from yijia.base.templatetags.states import EVIDENCE

    return str(EVIDENCE[level][1])


def _not_set_by_institution(facts: Mapping[str, Any]) -> str:
    setter = SETTERS.get(facts["setter"])
    key = policy_names.of_key(str(facts["key"]), facts.get("jurisdiction"))[is_english()]
    if setter is None:
        return gettext("“%(key)s”没有写明由医疗机构定价，所以不能由机构备案公布。") % {"key": key}
    return gettext("“%(key)s”由%(setter)s定价，不由机构自定。请按%(setter)s的价格收费。") % {
        "key": key,
        "setter": setter,
    }


def _too_soon(facts: Mapping[str, Any]) -> str:
    return gettext("这家机构要提前 %(minutes)s 分钟约，最早 %(earliest)s。请约晚一点；急症请打 120。") % {
        "minutes": facts["lead_time_min"], "earliest": facts["earliest_at"],
    }  # fmt: skip


REFUSALS: dict[str, Any] = {
    "catalogue.unknown_item": _unknown_item,
    "catalogue.not_visited": _not_visited,
    "catalogue.forbidden_at_home": _forbidden_at_home,
    "catalogue.already_picked": _("这个项目已经选过了。请在“本机构项目”里继续。"),
    "catalogue.criteria_not_met": _criteria_not_met,
    "catalogue.no_criteria": _("本地没有写明选择项目的标准，无法报送。请主管部门先公布标准。"),
    "catalogue.no_reason": _("退回要写明原因，机构才知道怎么改。"),
    "catalogue.wrong_status": _("这个项目现在的状态不能做这一步。请刷新后看它走到了哪一步。"),
    "catalogue.over": _("这个项目已经停开，不能再改。要恢复请重新选。"),
    "catalogue.item_not_published": _("这家机构没有公布项目 %(item_code)s，不能下单。请另选机构或项目。"),
    "catalogue.no_area": _("这家机构还没有设定上门范围，不能下单。请另选机构。"),
    "catalogue.other_township": _("%(township)s 不在这家机构的上门范围。请另选机构。"),
    "catalogue.too_far": _("住处离这家机构 %(distance_km)s 公里，超出上门范围 %(radius_km)s 公里。请另选机构。"),
    "catalogue.closed_day": _closed_day,
    "catalogue.closed_hours": _("这家机构 %(opens)s–%(closes)s 上门。请约在这段时间内。"),
    "catalogue.too_soon": _too_soon,
    "filings.wrong_status": _("这份备案现在的状态不能做这一步。请刷新后看它走到了哪一步。"),
    "filings.over": _("这份备案已经结束，不能再改。要改价请新报一份。"),
    "filings.not_reviewed": _("这份备案还没有审核通过，不能公布。请先等监管员审核。"),
    "filings.no_reason": _("退回要写明原因，机构才知道怎么改。"),
    "filings.outside_frame": _outside_frame,
    "filings.item_not_offered": _("本机构没有选项目 %(item_code)s，不能给它报价。请先选项目。"),
    "filings.backdated": _("起始日 %(effective_from)s 已经过去。价格要先公示再执行，请改成今天或以后的日期。"),
    "filings.too_early": _("公布后要公示 %(days)s 天，最早 %(earliest_on)s 起执行。请改起始日。"),
    "filings.no_basis": _no_basis,
    "filings.not_set_by_institution": _not_set_by_institution,
    "filings.later_price": _(
        "已有一份从 %(effective_from)s 起的公布价（%(number)s）。请把起始日定在它之后，或把截止日定在它之前。"
    ),
    "filings.price_exists": _("同一项目在 %(effective_from)s 已有公布价：另一位同事刚刚公布了。请刷新后再看。"),
}

FAULTS = {
    "required": _("请填金额"),
    "not_whole_fen": _("金额要精确到分"),
    "negative": _("金额不能是负数"),
    "too_large": _("金额太大，请核对小数点"),
    "malformed": _("金额只能用半角数字，最多两位小数，例如 130 或 130.50；不能有空格、逗号、全角数字或科学记数"),
    "not_text": _('金额要写成带引号的文字，例如 "130.00"，不要写成数字'),
    "amount_or_bands": _("一口价和按距离分档只能填一种"),
    "bands_only_visit_fee": _("只有上门服务费可以按距离分档"),
    "no_amount": _("取消条款不填金额"),
    "bands_shape": _("每一档都要有起点公里、终点公里（最后一档可空）和金额"),
    "bands_too_many": _("最多分 8 档"),
    "bands_gap": _("各档要从 0 公里起，首尾相接，不能有空档或重叠"),
    "bands_far": _("最后一档的起点不能超过 200 公里"),
    "period_empty": _("截止日要晚于起始日"),
    "unknown_kind": _("没有这一类备案"),
    "basis_required": _("请写明定价依据：成本、患者承受能力等"),
    "code_required": _("请选项目，或填 20 个字符以内的编码"),
    "name_required": _("请填名称"),
    "name_en_required": _("请填英文名称，英文页面和账单上用"),
    "name_en_long": _("英文名称不超过 80 个字符"),
    "name_long": _("名称不超过 60 字"),
    "terms_required": _("请至少填一个阶段退多少"),
    "terms_share": _("退还比例是 0 到 100 的整数（百分比）"),
    "unknown_township": _("有不属于本地的镇街"),
    "radius_range": _("半径在 0.1 到 100 公里之间"),
    "hours_order": _("结束时间要晚于开始时间"),
    "weekdays": _("至少选一个上门日"),
    "lead_time_range": _("提前量在 0 到 20160 分钟（14 天）之间"),
    "unknown_criterion": _("没有这一条标准"),
    "why_long": _("理由不超过 200 字"),
    "number": _("请填数字，最多一位小数，例如 10 或 7.5"),
    "quantity": _("项目写成 NI-CL-06 或 NI-CL-06:2，数量 1 到 99"),
}


def part(code: str) -> str:
    """A part of a bill inside a sentence."""
    said = str(PARTS[code])
    return said[0].lower() + said[1:]


def percent(share: str) -> str:
    """A share as filed ("0.5", "1/2") as a percentage."""
    return f"{round(Fraction(share) * 100)}%"


def terms_words(terms: Mapping[str, Mapping[str, str]] | None, number: str = "") -> str:
    """Cancellation terms as one sentence for a paper or a page; without terms everything goes back."""
    if not terms:
        return gettext("没有备案取消条款：取消一律全额退还。")
    stages = []
    for moment in MOMENTS:
        parts = terms.get(moment)
        if parts:
            shares = (", " if is_english() else "、").join(
                gettext("%(part)s退 %(share)s") % {"part": part(name), "share": percent(share)}
                for name, share in parts.items()
            )
            stages.append(gettext("%(moment)s取消：%(shares)s") % {"moment": MOMENTS[moment], "shares": shares})
    said = ("; " if is_english() else "；").join(stages)
    return gettext("按已公布的取消条款（%(number)s）：%(said)s；其余全额退还。") % {"number": number, "said": said}


def unit(text: str) -> str:
    """A unit as the reader calls it."""
    return str(UNITS.get(text, text))


def hours(opens_min: int, closes_min: int) -> str:
    return f"{clock(opens_min)}–{clock(closes_min)}"
