"""Words of episodes and programmes: refusals with their remedy, steps, parts of a file, and the fields of their papers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yijia.base import policy_names, policy_words
from yijia.base.templatetags.states import STATES
from yijia.base.words import listed
from yijia.core import money
from yijia.core.policy import Evidence
from yijia.core.programmes.model import Activity, Cadence, Package, Programme, Words
from yijia.core.programmes.vocabulary import READING
from yijia.core.refusal import Refusal


def in_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def of(text: Words) -> str:
    """A programme's own text in the reader's language."""
    return text.en if in_english() else text.zh


def episode_state(code: object) -> str:
    """An episode's state in the reader's language."""
    return str(STATES["episode"].get(str(code), ("idle", str(code)))[1])


STEPS: dict[str, Any] = {
    "apply": _("提出申请"), "assess": _("受理评估"), "agree": _("评估通过并签约"), "activate": _("开始服务"), "suspend": _("暂停"),
    "resume": _("恢复"), "review": _("进入续期评估"), "renew": _("续期，进入新周期"), "refer": _("转诊"), "take_back": _("转回"),
    "end": _("结束服务"), "close": _("结案"), "turn_down": _("不予办理"), "transfer": _("交接给其他人员"), "admitted": _("登记住院"),
    "correct_record": _("更正记录"), "qualify": _("评估"), "prepare_papers": _("准备协议"), "record": _("写记录"), "settle": _("结算"),
    "write_closing": _("写结案记录"), "moved": _("住址变更"), "name_people": _("换责任人员或团队"),
    "choose_package": _("选服务包"), "plan_week": _("定周计划"),
    "offer_transfer": _("请联盟机构接手"),
}  # fmt: skip
BUTTONS: dict[str, Any] = {
    "assess": _("受理，开始评估"), "agree": _("评估通过，签约完成"), "activate": _("开始服务"), "suspend": _("暂停服务"), "resume": _("恢复服务"),
    "review": _("进入续期评估"), "renew": _("续期一个周期"), "refer": _("转诊"), "take_back": _("转回本机构"), "end": _("结束服务"), "close": _("结案"),
    "turn_down": _("不予办理"),
}  # fmt: skip
ARROWS: dict[str, Any] = {
    "assess": _("受理"), "agree": _("签约"), "activate": _("开始"), "suspend": _("暂停服务"), "resume": _("恢复服务"), "review": _("复评"), "renew": _("续期"),
    "refer": _("转诊"), "take_back": _("转回本机构"), "end": _("结束"), "close": _("结案"), "turn_down": _("不予办理"),
}  # fmt: skip
"""A move in as few signs as fit between two boxes."""

NEXT: dict[str, Any] = {
    "applied": _("等机构受理"), "assessing": _("评估、签协议"), "agreed": _("指定人员，开始服务"), "suspended": _("等恢复或结束"),
    "renewing": _("续期评估、续签"), "referred": _("等转回"), "closing": _("结清费用，写结案记录"), "closed": _("已结案"), "active": _("按计划服务"),
}  # fmt: skip
LEFT_TO_AGREE: dict[str, Any] = {
    "look": _("做评估"), "prepare": _("准备协议"), "sign": _("请本人或家属签协议"), "move": _("评估通过，签约完成"),
}  # fmt: skip
PARTS: dict[str, Any] = {
    "eligibility": _("适用对象"), "grading": _("评估与分级"), "papers": _("要签的协议"), "provider": _("谁可以提供"), "qualification": _("上门核查"),
    "registration": _("登记"), "plan": _("计划与频次"), "packages": _("服务包"), "modes": _("服务方式"), "week": _("每周上限"), "follow_up": _("随访判定"), "cycle": _("周期与续期"), "limits": _("年度限额"),
    "exclusions": _("不可同时享有"), "money": _("费用与支付"), "ending": _("怎样结束"), "counts": _("计入什么"), "lifecycle": _("流程"),
}  # fmt: skip
PROVIDER: dict[str, Any] = {
    "inactive": _("机构已停用"), "licence": _("执业许可证缺失或已过期"), "kind": _("机构类别不符"), "level": _("机构等级不符"),
    "service_mode": _("没有登记这种服务方式"), "designation": _("不在定点名单里"),
}  # fmt: skip
ROLES_ASKED: dict[str, Any] = {
    "doctor": _("医生"), "nurse": _("护士"), "therapist": _("康复治疗师"), "pharmacist": _("药师"), "assistant": _("医疗护理员"),
}  # fmt: skip
KINDS: dict[str, Any] = {
    "hospital": _("医院"), "community_health_centre": _("社区卫生服务中心"), "township_hospital": _("乡镇卫生院"), "nursing_station": _("护理站"),
    "care_home": _("养老机构"), "integrated": _("医养结合机构"),
}  # fmt: skip
SETTINGS: dict[str, Any] = {"hospital": _("医院"), "community": _("社区"), "home": _("居家")}
RECORDS: dict[str, Any] = {
    "service": _("服务记录"), "qualification": _("评估记录"), "review": _("续期评估"), "referral": _("转诊记录"), "settlement": _("结算单"),
    "closing": _("结案记录"), "week": _("周计划"),
}  # fmt: skip
PER: dict[str, Any] = {
    "cycle": _("每周期"), "visit": _("每次"), "day": _("每天"), "month": _("每月"), "year": _("每年"), "item": _("每项"),
}  # fmt: skip
RENEWAL = {"new_case": _("续期按新建办理：重新评估、重新签署、重新收建床费"), "review": _("期满评估一次，通过即续")}
ON_HOSPITAL = {"suspend": _("住院期间暂停"), "end": _("住院前结清并撤床"), "none": _("住院不影响")}
EPISODE_OVER = "episode_over"
"""The platform's own reason when an episode ends with visits still ordered; `words.REASONS` says it."""

EPISODE_FAULTS: dict[str, Any] = {
    "persons": _("请选本机构在岗的人员，至少一人。"),
    "unknown_setting": _("请选去处：医院、社区或居家。"),
    "unknown_mode": _("没有这种方式，请从列表里选。"),
    "week_slots": _("上门的方式至少要有一次上门，每次写明时间和分钟；机构集中护理不排上门。"),
    "says_nothing": _("请写下看到了什么、做了什么：一个字没有的记录不能保存。"),
    "minutes": _("请写明用了多少分钟（1 到 1440）。"),
    "unknown_package": _("没有这个服务包，请从列表里选。"),
    "unknown_grade": _("没有这个等级，请从列表里选。"),
    "unknown_activity": _("计划里没有这一项，请从列表里选。"),
    "not_stated": _("这一项不能由申请人填写，或者填的内容不对。"),
    "not_on_duty": _("请选本机构在岗的人员。"),
    "bad_reading": _("有一个数值填错了，请核对单位和数字。"),
    "in_the_future": _("这个时间还没有到。"),
    "not_of_step": _("这一步要填的内容缺了，或者多填了。"),
}


def _named(facts: Mapping[str, Any]) -> str:
    return str(facts.get("programme_en" if in_english() else "programme_zh") or facts.get("programme", ""))


def _status(facts: Mapping[str, Any]) -> str:
    step = STEPS.get(str(facts.get("event")), facts.get("event"))
    return gettext("这份档案现在是“%(status)s”，不能“%(step)s”。请刷新看最新情况。") % {
        "status": episode_state(facts.get("status")), "step": step,
    }  # fmt: skip


def _not_in_programme(facts: Mapping[str, Any]) -> str:
    return gettext("“%(programme)s”没有“%(step)s”这一步。请按页面上的按钮办理。") % {
        "programme": _named(facts), "step": STEPS.get(str(facts.get("event")), ""),
    }  # fmt: skip


def _unfit(facts: Mapping[str, Any]) -> str:
    lacks = listed(PROVIDER.get(name, name) for name in facts.get("lacks", ()))
    return gettext("%(institution)s还不能提供这个项目：%(lacks)s。请补齐后再办，或转给符合条件的机构。") % {
        "institution": facts.get("institution_en" if in_english() else "institution", ""), "lacks": lacks or "—",
    }  # fmt: skip


def _not_eligible(facts: Mapping[str, Any]) -> str:
    named = facts.get("conditions_en" if in_english() else "conditions_zh") or "—"
    return gettext(
        "还有条件没有满足或没有写明：%(named)s。请在评估里补充；年龄、失能、残疾等登记事项请在居民档案里核对更正；确实不符合的，办理“不予办理”。"
    ) % {"named": named}


def _not_qualified(facts: Mapping[str, Any]) -> str:
    return gettext("评估还不够：须有 %(visits)s 次通过的评估、%(persons)s 名人员参加。请先完成评估。") % {
        "visits": facts.get("visits", 1), "persons": facts.get("persons", 1),
    }  # fmt: skip


def _taken(facts: Mapping[str, Any]) -> str:
    if facts.get("holder_kind") == "hospital":
        return gettext("这位居民正在住院（%(holder)s），出院登记后才能办理。") % {"holder": facts.get("holder") or "—"}
    return gettext("这位居民已经在%(holder)s享有同类服务，一人同时只能有一份。请先由对方结束，或改为转诊。") % {
        "holder": facts.get("holder") or gettext("另一机构")
    }


def _weak(facts: Mapping[str, Any]) -> str:
    level = policy_words.EVIDENCE[Evidence(facts["evidence"])][in_english()]
    wanted = policy_words.EVIDENCE[Evidence(facts["demanded"])][in_english()]
    return gettext("“%(programme)s”的“%(part)s”依据是%(level)s，%(use)s要求%(wanted)s或更好，所以就此停住。请先核对原文。") % {
        "programme": _named(facts), "part": PARTS.get(str(facts["part"]), facts["part"]), "level": level, "wanted": wanted, "use": _use(facts),
    }  # fmt: skip


def _incomplete(facts: Mapping[str, Any]) -> str:
    columns = [READING[name].en if in_english() else READING[name].zh for name in facts["missing"]]
    return gettext("这次随访还不能判定，缺：%(columns)s。请补填。") % {"columns": listed(columns)}


def _not_known(facts: Mapping[str, Any]) -> str:
    return gettext("本地“%(programme)s”的“%(part)s”还不知道，%(use)s就此停住。请告诉平台管理员：查到当地文件后写进政策。") % {
        "programme": _named(facts), "part": PARTS.get(str(facts["part"]), facts["part"]), "use": _use(facts),
    }  # fmt: skip


def _use(facts: Mapping[str, Any]) -> str:
    return policy_words.USES.get(str(facts.get("use")), (str(facts.get("use")),) * 2)[in_english()]


def _cadence(facts: Mapping[str, Any]) -> str:
    name = facts.get("activity_en" if in_english() else "activity_zh", facts.get("activity"))
    return gettext("“%(name)s”多久一次，本地文件没有说，不自动排期。请由责任人员按病情安排。") % {"name": name}


def _too_early(facts: Mapping[str, Any]) -> str:
    return gettext("续期评估从 %(from)s 起办理（期满前 %(days)s 天），现在还早。") % {
        "from": facts.get("from"), "days": facts.get("days"),
    }  # fmt: skip


def _week_unknown(facts: Mapping[str, Any]) -> str:
    grade = facts.get("grade_en" if in_english() else "grade_zh") or "—"
    return gettext("“%(programme)s”%(grade)s每周可以上门多少次、多少小时，本地文件没有写，周计划就此停住。请告诉平台管理员：查到当地文件后写进政策；服务照记，不计入限额。") % {
        "programme": _named(facts), "grade": grade,
    }  # fmt: skip


def _no_mode(facts: Mapping[str, Any]) -> str:
    days = int(facts["days"])
    said = ngettext(
        "“%(programme)s”做了 %(days)s 天，服务方式还没有约定；长护险按方式支付，算不出金额。请先定服务方式。",
        "“%(programme)s”做了 %(days)s 天，服务方式还没有约定；长护险按方式支付，算不出金额。请先定服务方式。",
        days,
    )
    return said % {"programme": _named(facts), "days": days}


def _week_over(facts: Mapping[str, Any]) -> str:
    limit, found = int(facts["limit"]), int(facts["found"])
    if facts["what"] == "minutes":
        figure, asked = (gettext("%(n)s 分钟") % {"n": n} for n in (limit, found))
    else:
        figure, asked = (gettext("%(n)s 次") % {"n": n} for n in (limit, found))
    sources = policy_names.titles(facts.get("sources", ())) or policy_names.of_place(str(facts.get("at")))[in_english()]
    return gettext("%(grade)s每周最多 %(limit)s，这样就是 %(found)s，超出了（依据：%(sources)s）。请减少，或由本人自付并照实记录。") % {
        "grade": facts.get("grade_en" if in_english() else "grade_zh"), "limit": figure, "found": asked, "sources": sources,
    }  # fmt: skip


def _no_week(facts: Mapping[str, Any]) -> str:
    return gettext("“%(programme)s”没有周计划，按计划与频次服务。") % {"programme": _named(facts)}


def _not_allied(facts: Mapping[str, Any]) -> str:
    return gettext("这家机构和%(institution)s不在同一个“%(programme)s”联盟里，不能直接接手。请先签联盟协议，或走双向转诊。") % {
        "institution": facts.get("institution_en" if in_english() else "institution", ""), "programme": _named(facts),
    }  # fmt: skip


def _package_price(facts: Mapping[str, Any]) -> str:
    name = facts.get("package_en" if in_english() else "package_zh", facts.get("package"))
    return gettext(
        "“%(package)s”在本地的价格还不知道，不借用外地的价格，所以不能按它收费。请告诉平台管理员：查到当地文件后写进政策。"
    ) % {"package": name}


def _aftercare(facts: Mapping[str, Any]) -> str:
    name = facts.get("activity_en" if in_english() else "activity_zh", facts.get("activity"))
    return gettext("“%(name)s”还没有做。请先做完并写记录；超过 %(days)s 天没有做成的，可以直接结案。") % {
        "name": name, "days": facts.get("days"),
    }  # fmt: skip


def _orders_open(facts: Mapping[str, Any]) -> str:
    numbers = listed(facts.get("numbers", ()))
    return gettext("这几张服务单还没有结清：%(numbers)s。请先收费结算，或取消没有去的。") % {"numbers": numbers}


EPISODE_REFUSALS: dict[str, Any] = {
    "episodes.wrong_status": _status,
    "episodes.over": _("这份档案已结案，不能再改。需要的话请重新申请。"),
    "episodes.not_in_programme": _not_in_programme,
    "episodes.provider_unfit": _unfit,
    "episodes.not_eligible": _not_eligible,
    "episodes.not_qualified": _not_qualified,
    "episodes.no_papers": _("协议或知情同意书还没有签好。请打开“文件”里未签的那份，看还差谁的签名：本人、家属或机构。"),
    "episodes.no_team": lambda facts: (
        gettext("责任人员还没有指定齐：这个项目须有%(roles)s。请在责任人员里指定。")
        % {"roles": listed(ROLES_ASKED[role] for role in facts.get("roles", ()))}
    ),
    "episodes.not_registered": _("还没有填登记号。请先在相应系统登记，再把登记号填进来。"),
    "episodes.limit_reached": _("今年的次数已经用完，不能再办。"),
    "episodes.slot_taken": _taken,
    "episodes.no_reason": _("请写明原因。"),
    "episodes.unknown_reason": _("没有这个结束原因，请从列表里选。"),
    "episodes.no_closing_record": _("还没有写结案记录。请先写好再结案。"),
    "episodes.not_settled": _("费用还没有结清。请先做结算。"),
    "episodes.orders_open": _orders_open,
    "episodes.aftercare_due": _aftercare,
    "episodes.stay_overlaps": _("这段时间已经登记过住院，请核对入院时间，或先登记出院。"),
    "episodes.already_corrected": _("这条记录已经更正过，请更正最新的一条。"),
    "episodes.no_order_needed": _("这一项不需要下单，直接写记录就可以。"),
    "episodes.already_ordered": _("这一项已经下过单了。"),
    "episodes.order_invalid": _("下单的内容不完整，请到服务单里按步骤下单。"),
    "episodes.other_profession": _("%(name)s的专业不同，不能接手。请选同专业的人员。"),
    "programmes.unknown": _("本地没有这个服务项目。"),
    "programmes.missing": _("本地说明这个项目的规定还不知道，不能办理。请告诉平台管理员：查到当地文件后写进政策。"),
    "programmes.ambiguous": _("这个项目同一天有两份规定，须先更正政策文件。"),
    "programmes.broken": _("这个项目的文件有错（%(field)s），须先更正政策文件。"),
    "programmes.weak": _weak,
    "programmes.not_known": _not_known,
    "programmes.cadence_unknown": _cadence,
    "programmes.reading_incomplete": _incomplete,
    "programmes.no_verdict": _("这组数值没有对应的判定，请医生直接判断并写明。"),
    "episodes.renewal_too_early": _too_early,
    "episodes.no_week": _no_week,
    "episodes.not_allied": _not_allied,
    "episodes.still_referred": _(
        "这位居民正在转诊中，还没有转回。请在转诊单 %(number)s 上办：对方转回后点“接手并建档”。"
    ),
    "programmes.week_unknown": _week_unknown,
    "programmes.week_over": _week_over,
    "programmes.package_price_unknown": _package_price,
    "programmes.no_mode": _no_mode,
    "programmes.no_amount": _("价格规定里没有金额，不能计费。"),
}


REASONS: dict[str, Any] = {
    "died": _("去世"), "came_of_age": _("超过项目的年龄"), "hospitalised": _("已住院"), "cycle_end": _("周期届满"), "moved": _("迁出"),
}  # fmt: skip
"""Reasons of the platform's own, where a programme's file has no words for them."""


def reason(programme: Programme | None, code: str) -> str:
    """Why an episode stopped or ended: the programme's words for its codes; what somebody typed is shown as typed."""
    known = programme.ending.reasons if programme and programme.ending else ()
    return next((of(one.words) for one in known if one.code == code), str(REASONS.get(code, code)))


DAY_HOURS = 24


def _semicolon() -> str:
    return "; " if in_english() else "；"


def cadence(line: Activity, programme: Programme, grade: str = "") -> str:
    """How often one line of a plan is due, in words."""
    if line.cadence in (Cadence.ONCE, Cadence.AFTER):
        is_after = line.cadence is Cadence.AFTER
        if not line.within_hours:
            return gettext("频次未知")
        days, rest = divmod(line.within_hours, DAY_HOURS)
        if days > 1 and not rest:
            return (gettext("结束后 %(n)s 天内一次") if is_after else gettext("开始后 %(n)s 天内一次")) % {"n": days}
        said = gettext("结束后 %(hours)s 小时内一次") if is_after else gettext("开始后 %(hours)s 小时内一次")
        return said % {"hours": line.within_hours}
    if line.cadence is Cadence.TIMES:
        return _each(line.times, programme, grade, lambda n: ngettext("每年 %(n)s 次", "每年 %(n)s 次", n))
    if line.cadence is Cadence.WEEKLY:
        return gettext("按约定的周计划")
    if line.cadence is Cadence.VERDICT:
        return (
            gettext("按上次随访的判定")
            + "；"
            + _each(line.every_days, programme, grade, lambda n: ngettext("最迟每 %(n)s 天", "最迟每 %(n)s 天", n))
        )
    return _each(line.every_days, programme, grade, lambda n: ngettext("每 %(n)s 天一次", "每 %(n)s 天一次", n))


def _each(numbers: Mapping[str, int | None], programme: Programme, grade: str, form: Callable[[int], str]) -> str:
    if grade and grade in numbers:
        numbers = {"": numbers[grade]}
    names = {one.code: of(one.words) for one in programme.grading.grades} if programme.grading else {}
    said = {
        (names[code] + (": " if in_english() else "：") if code in names and len(set(numbers.values())) > 1 else "")
        + (form(number) % {"n": number} if number else gettext("频次未知"))
        for code, number in numbers.items()
    }
    return _semicolon().join(sorted(said))


def paper_fields(
    programme: Programme, package: Package | None = None, price: int | Refusal | None = None
) -> dict[str, dict[str, str]]:
    """What a programme adds to the fields of its papers, in both languages whoever reads.

    package, price  what was chosen and what it costs, where the programme has packages
    """
    free = programme.money is not None and programme.money.is_free
    fees = [fee.words for fee in programme.money.fees] if programme.money else []
    return {
        "programme": {"zh": programme.words.zh, "en": programme.words.en},
        "plan": {
            "zh": "、".join(line.words.zh for line in programme.plan) or "按需安排",
            "en": ", ".join(line.words.en for line in programme.plan) or "as needed",
        },
        "money": {
            "zh": "本项目不向个人收费。" if free else f"按备案价格收取{'、'.join(one.zh for one in fees)}。" if fees else "按当地公布的价格收取。",
            "en": "Nothing is charged to the person. " if free else f"Charged at filed prices: {', '.join(one.en for one in fees)}. " if fees else "Charged at the prices the place has published. ",
        },
        **(_package_fields(package, price) if package else {}),
    }  # fmt: skip


_PAPER_PER = {
    "cycle": ("每周期", "a cycle"), "visit": ("每次", "a visit"), "day": ("每天", "a day"), "month": ("每月", "a month"), "year": ("每年", "a year"),
    "item": ("每项", "an item"),
}  # fmt: skip
"""As written into a paper, in both of its languages."""


def _package_fields(package: Package, price: int | Refusal | None) -> dict[str, dict[str, str]]:
    if isinstance(price, int):
        borne = [(one, money.show(one.amount_fen or 0)) for one in package.shares]
        cost = {
            "zh": f"{_PAPER_PER[package.per][0]} {money.show(price)} 元。" + "，".join(f"{one.words.zh}承担 {fen} 元" for one, fen in borne) + "。",
            "en": f"{money.show(price)} yuan {_PAPER_PER[package.per][1]}. " + ", ".join(f"{one.words.en} bears {fen}" for one, fen in borne) + ".",
        }  # fmt: skip
    else:
        cost = {
            "zh": "本地还没有写明这个服务包的价格，写明之前不收取签约服务费；诊疗项目按公布的价格收取，基本公共卫生服务免费。",
            "en": "The place has not said what this package costs; until it has, no contract fee is charged. Treatment is charged at published prices, basic public health is free.",
        }
    return {
        "package": {"zh": package.words.zh, "en": package.words.en},
        "package_items": {
            "zh": "、".join(one.words.zh for one in package.items),
            "en": "; ".join(one.words.en for one in package.items),
        },
        "package_price": cost,
    }
