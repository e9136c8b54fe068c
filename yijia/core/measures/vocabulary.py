"""The columns in which indicators are defined, one vocabulary a subject."""

from yijia.core.rules import Column, Kind, Vocabulary

RESIDENT = Vocabulary(
    {
        "is_alive": Column(Kind.BOOLEAN, "在世", "Alive"),
        "age": Column(Kind.INTEGER, "周岁", "Full years of age", "years"),
        "sex": Column(Kind.TEXT, "性别", "Sex", choices=("0", "1", "2", "9")),
        "is_disabled_elder": Column(Kind.BOOLEAN, "失能老年人", "Disabled elder"),
        "has_family_doctor": Column(Kind.BOOLEAN, "有有效的家庭医生签约", "Has a family-doctor contract in force"),
        "had_integrated_care": Column(Kind.BOOLEAN, "本年度接受过医养结合服务", "Had integrated care this year"),
        "had_health_management": Column(Kind.BOOLEAN, "本年度接受过健康管理", "Had health management this year"),
        "had_home_round": Column(Kind.BOOLEAN, "本年度接受过上门巡诊", "Had a home round this year"),
    }
)

STAFF = Vocabulary(
    {
        "is_active": Column(Kind.BOOLEAN, "在岗", "Active"),
        "profession": Column(
            Kind.TEXT, "专业", "Profession", choices=("nurse", "doctor", "pharmacist", "therapist", "assistant")
        ),
        "had_online_training": Column(Kind.BOOLEAN, "本年度参加线上培训", "Took part in online training this year"),
        "is_home_nurse": Column(Kind.BOOLEAN, "可上门的护士", "Nurse trained for visits"),
    }
)

ORGANISATION = Vocabulary(
    {
        "is_active": Column(Kind.BOOLEAN, "在办", "Active"),
        "kind": Column(
            Kind.TEXT, "类别", "Kind",
            choices=("hospital", "community_health_centre", "township_hospital", "nursing_station", "care_home", "integrated"),
        ),
        "level": Column(Kind.INTEGER, "等级", "Level"),
        "offers_home_nursing": Column(Kind.BOOLEAN, "已发布上门护理项目", "Has published home-nursing items"),
    }
)  # fmt: skip

ITEM = Vocabulary({"is_in_use": Column(Kind.BOOLEAN, "有机构在用", "Offered by an institution")})

ORDER = Vocabulary(
    {
        "state": Column(Kind.TEXT, "状态", "State"),
        "channel": Column(Kind.TEXT, "来源", "Channel", choices=("self", "family", "desk", "discharge")),
        "is_done": Column(Kind.BOOLEAN, "已完成上门", "Visit completed"),
        "is_asked_this_year": Column(Kind.BOOLEAN, "本年度下单", "Asked for this year"),
        "is_cancelled": Column(Kind.BOOLEAN, "已取消", "Cancelled"),
        "is_on_time": Column(Kind.BOOLEAN, "按时到达", "Nurse arrived by the planned time"),
        "has_strong_evidence": Column(Kind.BOOLEAN, "服务证据充分", "Evidence is strong"),
        "stars": Column(Kind.INTEGER, "评价星级", "Stars given"),
        "has_complaint": Column(Kind.BOOLEAN, "有投诉", "Has a complaint"),
    }
)

VOCABULARIES = {
    "measure_resident": RESIDENT,
    "measure_staff": STAFF,
    "measure_organisation": ORGANISATION,
    "measure_item": ITEM,
    "measure_order": ORDER,
}
