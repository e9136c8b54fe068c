"""The columns in which a programme says who may have it, how ill somebody is, and how a reading is judged."""

from yijia.core.rules import Column, Kind, Vocabulary

_B = Kind.BOOLEAN

REGISTERED = {
    "age_years": Column(Kind.INTEGER, "周岁", "Full years of age", "years"),
    "is_alive": Column(_B, "健在", "Is alive"),
    "is_permanent_resident": Column(_B, "是辖区常住居民", "Is a permanent resident of the place"),
    "is_insured": Column(_B, "参加基本医疗保险", "Has basic medical insurance"),
    "is_disabled_elder": Column(_B, "失能老年人", "Is a disabled elder"),
    "disability_kind": Column(
        Kind.TEXT,
        "残疾类别",
        "Category of disability",
        choices=("vision", "hearing", "speech", "limb", "intellectual", "mental", "autism", "multiple"),
    ),
    "disability_grade": Column(Kind.INTEGER, "残疾等级", "Grade of disability, 1 is the most severe", "grade"),
    "has_family_doctor": Column(_B, "已签约家庭医生", "Has a family-doctor contract"),
    "is_in_hospital": Column(_B, "正在住院", "Is in hospital"),
}
"""What the register knows; the platform fills these itself."""

STATED = {
    "is_diagnosed": Column(_B, "诊断明确", "The diagnosis is clear"),
    "is_stable": Column(_B, "病情稳定", "The condition is stable"),
    "is_bedbound": Column(_B, "需卧床", "Is bedbound"),
    "is_frail": Column(_B, "身体衰弱、生活不能自理", "Is frail and cannot care for oneself"),
    "has_limited_mobility": Column(_B, "行动不便", "Has limited mobility"),
    "is_demented": Column(_B, "失智", "Has dementia"),
    "is_destitute": Column(_B, "特困人员", "Is a destitute person in public support"),
    "home_is_suitable": Column(_B, "居住环境适合", "The home is suitable"),
    "wants_it": Column(_B, "本人或家属提出申请", "The person or family applied"),
    "has_tube_or_catheter": Column(
        _B, "气管插管后、鼻饲或持续导尿", "After intubation, with a feeding tube or catheter"
    ),
    "has_wound_or_stoma": Column(_B, "压疮、造口或失禁", "Pressure sore, stoma or incontinence"),
    "has_repeated_infection": Column(_B, "呼吸泌尿消化等系统反复感染", "Repeated infections"),
    "has_diabetic_foot": Column(_B, "糖尿病足", "Diabetic foot"),
    "has_advanced_cancer": Column(_B, "恶性肿瘤晚期", "Advanced malignant tumour"),
    "has_fixed_fracture": Column(_B, "骨折后牵引或固定需卧床", "Fracture under traction or fixation, bedbound"),
    "is_pregnant": Column(_B, "孕期", "Is pregnant"),
    "is_impaired_child": Column(
        _B, "精神或运动发育异常需长期康复的儿童", "Child with a developmental disorder needing long rehabilitation"
    ),
    "needs_hospice": Column(_B, "需安宁疗护", "Needs hospice care"),
    "has_sequelae": Column(_B, "残疾、外伤术后或脑血管意外后遗症", "Disability, sequelae of injury, surgery or stroke"),
    "has_bedbound_chronic_disease": Column(_B, "长期卧床的慢性病", "Bedbound by a chronic disease"),
    "is_after_day_surgery": Column(_B, "日间手术出院后需医疗护理", "Needs nursing after day surgery"),
    "is_on_peritoneal_dialysis": Column(_B, "终末期肾衰竭腹膜透析", "On peritoneal dialysis"),
    "has_other_listed_case": Column(_B, "国家省市规定的其他情形", "Another case under written rules"),
    "has_hypertension": Column(_B, "原发性高血压确诊", "Has confirmed essential hypertension"),
    "has_diabetes_t2": Column(_B, "2型糖尿病确诊", "Has confirmed type-2 diabetes"),
    "is_end_of_life": Column(_B, "疾病终末期", "Is at the end of life"),
    "has_disability_proof": Column(
        _B, "有残疾人证或指定医院诊断", "Has a disability certificate or a designated hospital's diagnosis"
    ),
    "ltc_level": Column(Kind.INTEGER, "长护险失能等级（0 至 5）", "National disability grade, 0 to 5", "grade"),
    "lives_at_home": Column(_B, "居家养老", "Lives at home"),
    "takes_medicines": Column(_B, "长期用药", "Takes medicines for a long time"),
}
"""What a doctor or the applicant states; kept with the episode, who said it and when."""

PERSON = Vocabulary({**REGISTERED, **STATED})

READING = Vocabulary(
    {
        "age_years": Column(Kind.INTEGER, "周岁", "Full years of age", "years"),
        "systolic": Column(Kind.INTEGER, "收缩压", "Systolic pressure", "mmHg"),
        "diastolic": Column(Kind.INTEGER, "舒张压", "Diastolic pressure", "mmHg"),
        "fasting_glucose": Column(Kind.DECIMAL, "空腹血糖", "Fasting glucose", "mmol/L"),
        "has_danger_sign": Column(_B, "有危急症状", "Has a danger sign"),
        "has_adverse_reaction": Column(_B, "有药物不良反应", "Has an adverse reaction"),
        "is_intractable_reaction": Column(_B, "不良反应难以控制", "The adverse reaction is hard to control"),
        "has_new_complication": Column(_B, "出现新的或加重的并发症", "Has a new complication or a worse one"),
        "uncontrolled_before": Column(
            Kind.INTEGER, "此前连续不满意次数", "Unsatisfactory follow-ups in a row before this one", "times"
        ),
    }
)
"""One follow-up of a chronic disease."""

VOCABULARIES = {"care_person": PERSON, "care_reading": READING}
"""None in a column says that it is not known; unknown is not yes."""
