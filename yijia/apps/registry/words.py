"""Sentences of the register."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yijia.base import policy_names

INVITATION = _("您已获授权在颐家替家人办事或工作。登录名是本手机号，首次密码 %(password)s，登录后请立即改密。")

REFUSALS: dict[str, Any] = {
    "people.id_characters": _("身份证号只能是半角数字，最后一位可以是 X。请切换到英文输入法重新输入。"),
    "people.id_length": _("身份证号应是 18 位（旧证 15 位），现在是 %(length)s 位。请对照证件补全。"),
    "people.id_province": _("身份证号开头的省份代码 %(province)s 不存在。请核对前两位。"),
    "people.id_date": _("身份证号里的出生日期不存在，或不在 %(earliest)s 到 %(latest)s 之间。请核对第 7 到 14 位。"),
    "people.id_check": _("身份证号最后一位校验不对，中间可能有一位输错或两位颠倒。请对照证件逐位核对。"),
    "people.id_birth_mismatch": _("填写的出生日期 %(stated)s 与身份证号里的不一致。请核对证件，两处改成一样。"),
    "people.id_sex_mismatch": _("填写的性别与身份证号里的不一致。请核对证件，两处改成一样。"),
    "people.phone_characters": _("手机号只能是数字，可带 +86、空格或短横。请重新输入。"),
    "people.phone_length": _("手机号应是 11 位，现在是 %(length)s 位。请核对。"),
    "people.phone_prefix": _("手机号以 %(prefix)s 开头，没有这样的号段。请核对。"),
    "people.name_empty": _("姓名没有填。请照证件填写。"),
    "people.name_long": _("姓名有 %(length)s 个字，最多 %(most)s 个。请照证件填写。"),
    "people.name_characters": _("姓名第 %(at)s 个字是看不见的控制符。请删掉重输。"),
    "registry.text_empty": _("这一项没有填。"),
    "registry.text_long": _("写了 %(length)s 个字，最多 %(most)s 个。请写短一点。"),
    "registry.text_characters": _("内容里有看不见的控制符。请删掉重输。"),
    "registry.unknown_choice": _("没有“%(value)s”这个选项。请从列出的选项里选。"),
    "registry.place_missing": _("没有位置。请在地图上点选，或填经度和纬度。"),
    "registry.lon_outside": _("经度应在 %(from)s 到 %(until)s 之间。请核对，经度和纬度可能填反了。"),
    "registry.lat_outside": _("纬度应在 %(from)s 到 %(until)s 之间。请核对，经度和纬度可能填反了。"),
    "registry.place_outside": _("%(place)s 不在你负责的地区。请改填本地区的住址，或请当地坐席登记。"),
    "registry.period_reversed": _("结束日期要晚于开始日期 %(from)s。请改后面的日期。"),
    "registry.not_correctable": _("这一项不能在这里改。"),
    "registry.death_date": _("去世日期要在出生日期 %(born_on)s 和今天 %(today)s 之间。请核对。"),
    "registry.in_future": _("日期不能晚于今天 %(today)s。请核对。"),
    "registry.hours": _("下班时间要晚于上班时间，都在一天之内。请核对。"),
    "registry.no_matter": _("没有选能替办什么。请至少选一项。"),
    "registry.no_portal": _("只有护士和医生有手机端。请不要勾选开通账号，或改选职业。"),
    "registry.registration_ends": _("执业注册要填失效日期，注册证上有。"),
    "registry.note_has_numbers": _("说明里不要写号码。请只写事由。"),
    "registry.identity_taken": _("这个身份证号已登记在另一个姓名下。请核对证件；确认是登记错了，请原登记机构更正。"),
    "registry.registered_elsewhere": _("这位居民已在其他地区登记，不归你的地区管。请联系当地坐席。"),
    "registry.already_dead": _("已登记在 %(died_on)s 去世。若日期错了，请在更正里改。"),
    "registry.resident_dead": _("居民已去世，不能再授权。"),
    "registry.proxy_stands": _("这位家属从 %(since)s 起已有授权。要改内容，请先撤销再重新授权。"),
    "registry.not_yours": _("只有护士本人或机构管理员能登记“不再上门”。"),
    "registry.badge_taken": _("工号 %(badge_no)s 已有人用。请换一个。"),
    "registry.account_taken": _("这个手机号已是另一位工作人员的账号。请填本人的手机号。"),
    "people.fact_place": _("“%(value)s”不是地区代码。请填 CN- 加六位数字，例如 CN-441900。"),
    "people.fact_code": _("没有“%(value)s”这个选项。请从列出的选项里选。"),
    "people.fact_no_level": _("这一类没有等级。请把等级留空。"),
    "people.fact_level": _("请填等级，%(from)s 到 %(until)s。"),
    "people.fact_from": _("开始日期要在出生日期 %(born_on)s 和今天 %(today)s 之间。请核对。"),
    "people.fact_until": _("结束日期要晚于开始日期 %(from)s。请改后面的日期。"),
    "people.fact_ends_before": _("这条资料本来到 %(until)s 就结束了，不能往后延。请另记一条。"),
    "people.fact_after_death": _("本人已在 %(died_on)s 去世。请核对日期。"),
    "people.fact_overlap": _("同一类资料从 %(since)s 起已有一条，日子重叠了。请先结束或更正那一条。"),
    "registry.unmask_too_often": _("一小时内查看完整信息已满 %(most)s 次。请过一会儿再看；确有急事请找本机构负责人。"),
}

PURPOSES: dict[str, Any] = {
    "call_back": _("给本人或家属回电"),
    "verify_identity": _("核对身份"),
    "home_visit": _("安排或完成上门"),
    "complaint": _("处理投诉"),
    "emergency": _("紧急情况"),
    "credential_check": _("核验证照"),
    "other": _("其他（请写明）"),
}

SEX: dict[str, Any] = {"0": _("未知"), "1": _("男"), "2": _("女"), "9": _("未说明")}

INSURED: dict[str, Any] = {"employee": _("职工医保"), "resident": _("居民医保"), "none": _("没有参保")}

DISABILITY: dict[str, Any] = {
    "sight": _("视力残疾"),
    "hearing": _("听力残疾"),
    "speech": _("言语残疾"),
    "limb": _("肢体残疾"),
    "mind": _("智力残疾"),
    "psyche": _("精神残疾"),
    "multiple": _("多重残疾"),
}

MATTERS: dict[str, Any] = {
    "order": _("代下单"),
    "sign": _("代签字"),
    "bill": _("看账单和付款"),
    "confirm": _("确认服务"),
    "record": _("看护理记录"),
}

PROXY_KINDS: dict[str, Any] = {"proxy": _("家属代办"), "guardian": _("监护人")}

LINKS: dict[str, Any] = {
    "record_keeper": _("建档机构"),
    "order": _("服务机构"),
    "discharge": _("出院医院"),
    "referral": _("转诊机构"),
    "home": _("居住的养老机构"),
}

PREFERENCES: dict[str, Any] = {
    "preferred": _("居民希望由此人上门"),
    "refused_by_resident": _("居民不要此人上门"),
    "refused_by_staff": _("此人不再上门"),
}

ORGANISATION_KINDS: dict[str, Any] = {
    "hospital": _("医院"),
    "community_health_centre": _("社区卫生服务中心"),
    "township_hospital": _("乡镇卫生院"),
    "nursing_station": _("护理站"),
    "care_home": _("养老机构"),
    "integrated": _("医养结合机构"),
}

LEVELS: dict[int, Any] = {1: _("一级"), 2: _("二级"), 3: _("三级")}

MODES: dict[str, Any] = {
    "home_bed": _("家庭病床"),
    "home_round": _("上门巡诊"),
    "internet_nursing": _("互联网+护理服务"),
}

PROFESSIONS: dict[str, Any] = {
    "nurse": _("护士"),
    "doctor": _("医生"),
    "pharmacist": _("药师"),
    "therapist": _("康复治疗师"),
    "assistant": _("护理员"),
}

TITLES: dict[str, Any] = {
    "护士": _("护士"),
    "护师": _("护师"),
    "主管护师": _("主管护师"),
    "副主任护师": _("副主任护师"),
    "主任护师": _("主任护师"),
    "医师": _("医师"),
    "主治医师": _("主治医师"),
    "副主任医师": _("副主任医师"),
    "主任医师": _("主任医师"),
}

CREDENTIALS: dict[str, Any] = {
    "registration": _("执业注册"),
    "pre_service_training": _("岗前培训"),
    "online_training": _("线上培训"),
    "specialty": _("专科培训"),
    "maternal": _("母婴护理培训"),
    "tcm": _("中医护理培训"),
}

COVERS: dict[str, Any] = {
    "liability": _("责任险"),
    "medical_accident": _("医疗意外险"),
    "personal_accident": _("人身意外险"),
}

REMEDIES: dict[str, Any] = {
    "gate:nurse_qualification": _("职称或年限不够的不能派单；职称已变更的，请更正职称和执业起始日。"),
    "gate:nurse_registration": _("上传新的执业注册，并在全国护士电子注册系统核对。"),
    "gate:nurse_pre_service_training": _("补上岗前培训证明并核对。"),
    "gate:nurse_not_suspended": _("查明停派原因，处理后恢复在岗。"),
    "gate:insurance_liability": _("续保责任险并登记新保单。"),
    "gate:insurance_medical_accident": _("续保医疗意外险并登记新保单。"),
    "gate:insurance_personal_accident": _("续保人身意外险并登记新保单。"),
}


def name_of(words: dict[Any, Any], code: Any) -> str:
    """The word of a code, or the code itself where the table has none."""
    return str(words.get(code, code))


NOT_GRADED = _("未定级")
WHOLE_HOUSE = _("全机构")

WARNINGS: dict[str, Any] = {
    "is_violent": _("这一户有暴力记录，上门前先解除"),
    "has_dog": _("家里有会伤人的狗"),
    "is_aggressive": _("本人有攻击行为"),
    "is_infectious": _("本人有传染病"),
}

PROXY_STATES: dict[str, Any] = {
    "standing": _("有效"),
    "revoked": _("已撤销"),
    "ended": _("已到期"),
    "future": _("还没开始"),
}

EXPIRY_GROUPS: dict[str, Any] = {
    "expired": _("已过期"),
    "30": _("30 天内到期"),
    "60": _("31–60 天到期"),
    "90": _("61–90 天到期"),
}

LICENCE = _("医疗机构执业许可证")
PUBLIC, PRIVATE = _("公立"), _("民营")
NONPROFIT, FOR_PROFIT = _("非营利"), _("营利")
WEEKDAYS: dict[int, Any] = {
    1: _("周一"),
    2: _("周二"),
    3: _("周三"),
    4: _("周四"),
    5: _("周五"),
    6: _("周六"),
    7: _("周日"),
}
YES, NO, UNKNOWN = _("是"), _("否"), _("查不到")


def is_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def house_name(house: Any) -> str:
    """An institution's name in the reader's language."""
    return (house.name_en or house.name) if is_english() else house.name


def department_name(department: Any) -> str:
    """A department's name in the reader's language."""
    return (department.name_en or department.name) if is_english() else department.name


def ownership(is_public: bool, is_nonprofit: bool) -> str:
    """Who owns it and to what end."""
    return f"{PUBLIC if is_public else PRIVATE} · {NONPROFIT if is_nonprofit else FOR_PROFIT}"


def paper_name(kind: str, what: str) -> str:
    """The name of something that runs out: the licence, a credential, an insurance."""
    return str(LICENCE) if kind == "licence" else name_of(CREDENTIALS if kind == "credential" else COVERS, what)


def weekdays(days: Any) -> str:
    """ISO weekdays in words."""
    return listed(name_of(WEEKDAYS, day) for day in days)


def role_name(role: str, jurisdiction: str, editions: Any, in_english: bool) -> str:
    """A role as policy calls it."""
    found = editions.values(f"role:{role}", jurisdiction=jurisdiction, on=date.max)
    return next((str(v.value["en" if in_english else "zh"]) for v in found if v.key == f"role:{role}"), str(role))


def seen(conditions: Any, vocabulary: Any, in_english: bool) -> str:
    """What the gate saw in the conditions that failed: 护士注册失效日：2025-03-01. Plain no beats not known; days of the visit go unsaid."""
    decisive = [c for c in conditions if c.verdict is False] or conditions
    facts: dict[str, str] = {}
    for column, value in (
        (column, value) for c in decisive for column, value in c.values.items() if not column.startswith("visit_")
    ):
        name = vocabulary[column].en if in_english else vocabulary[column].zh
        facts[name] = str(UNKNOWN if value is None else YES if value is True else NO if value is False else value)
    return ("; " if in_english else "；").join(
        f"{name}{': ' if in_english else '：'}{value}" for name, value in facts.items()
    )


def listed(names: Iterable[str]) -> str:
    """Words of a list with the reader's comma."""
    return (", " if is_english() else "、").join(names)


FIELDS: dict[str, Any] = {
    "identity": _("身份证号"),
    "phone": _("手机号"),
    "address": _("住址"),
    "number": _("证照编号"),
}

REGISTERED = _("已登记。")
REGISTERED_BEFORE = _("这个人以前登记过，打开的是原来的档案，没有改动。")
CORRECTED = _("已更正。")
DEATH_RECORDED = _("已登记去世。")
HOME_RISK_NOTED = _("上门风险已更新。")
PROXY_GRANTED = _("已授权，马上生效。没有账号的，首次密码已发到对方手机。")
PROXY_REVOKED = _("已撤销，对方马上看不到了。")
STAFF_ADDED = _("已添加。接着登记证照和保险，齐了才能派单。")
PAPER_ADDED = _("证照已登记。")
PAPER_CHECKED = _("已记下：核对过。")
COVER_ADDED = _("保单已登记。")
FACT_RECORDED = _("已登记。相关待遇会重新核对。")
FACT_ENDED = _("已记下结束日期。相关待遇会重新核对。")
FACT_VOIDED = _("已更正：那条资料从来不对。相关待遇会从那一天起重新核对。")

FACT_KINDS: dict[str, Any] = {
    "disability": _("残疾人证"),
    "income": _("低保、特困等"),
    "hukou": _("户籍地"),
    "residence": _("居住证"),
    "living": _("居住方式"),
    "care_grade": _("失能等级"),
    "bedbound": _("瘫痪卧床"),
    "insurance": _("医保"),
    "ltc_insurance": _("长护险"),
    "pension": _("养老金"),
    "admitted": _("住在机构"),
    "care_mode": _("长护服务方式"),
    "diagnosis": _("指定医院诊断"),
}

FACT_CODES: dict[str, dict[str, Any]] = {
    "disability": {
        "vision": _("视力残疾"),
        "hearing": _("听力残疾"),
        "speech": _("言语残疾"),
        "limb": _("肢体残疾"),
        "intellectual": _("智力残疾"),
        "mental": _("精神残疾"),
        "autism": _("孤独症"),
        "multiple": _("多重残疾"),
    },
    "income": {
        "ordinary": _("收入一般"),
        "low_income_edge": _("低保边缘"),
        "registered_poor": _("建档困难"),
        "minimum_living": _("最低生活保障"),
        "destitute": _("特困人员"),
    },
    "living": {
        "alone": _("独居"),
        "couple": _("只与配偶同住"),
        "with_family": _("与家人同住"),
        "with_helper": _("与保姆同住"),
        "institution": _("住机构"),
    },
    "bedbound": {"paralysed": _("瘫痪"), "ill": _("因病卧床")},
    "insurance": INSURED,
    "ltc_insurance": {"insured": _("参加长护险"), "none": _("没有参加长护险")},
    "pension": {
        "employee": _("职工养老金"),
        "resident": _("居民养老金"),
        "civil": _("机关事业单位养老金"),
        "none": _("没有养老金"),
    },
    "admitted": {"care_home": _("养老机构"), "hospital": _("医院"), "welfare_home": _("福利机构")},
    "care_mode": {
        "home_combined": _("居家上门与家人照护结合"),
        "home_personal": _("居家个人护理"),
        "institution_visits": _("机构上门"),
        "institution": _("机构内照护"),
    },
    "diagnosis": {"rehabilitation": _("符合康复救助的诊断")},
}

FACT_STATES: dict[str, Any] = {
    "holds": _("有效"),
    "ended": _("已结束"),
    "later": _("还没开始"),
    "replaced": _("已更正"),
    "void": _("登记错了"),
}


def fact_name(kind: str, code: str, level: int | None) -> str:
    """A statement in words: 肢体残疾 一级."""
    name = name_of(FACT_CODES.get(kind, {}), code)
    if code.startswith("CN-"):
        name = policy_names.of_place(code)[is_english()]
    return name if level is None else _("%(name)s %(level)s 级") % {"name": name, "level": level}
