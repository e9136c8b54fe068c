"""The columns in which gate rules are written."""

from yijia.core.rules import Column, Kind, Vocabulary

VISIT_GATE = Vocabulary(
    {
        "visit_on": Column(Kind.DATE, "上门日期", "Date of the visit"),
        "visit_ends_on": Column(Kind.DATE, "上门结束日期", "Date on which the visit ends"),
        "institution_is_licensed": Column(
            Kind.BOOLEAN, "机构有医疗机构执业许可证", "Institution holds a practice licence"
        ),
        "institution_licence_until": Column(
            Kind.DATE, "机构许可证失效日", "First day on which the institution's licence no longer holds"
        ),
        "institution_is_suspended": Column(Kind.BOOLEAN, "机构被暂停服务", "Institution is suspended"),
        "institution_does_home_beds": Column(
            Kind.BOOLEAN, "机构登记有家庭病床", "Institution is registered for family beds"
        ),
        "institution_does_home_rounds": Column(
            Kind.BOOLEAN, "机构登记有巡诊", "Institution is registered for home rounds"
        ),
        "item_is_in_catalogue": Column(Kind.BOOLEAN, "项目在目录内", "Item is in the catalogue"),
        "item_is_forbidden_at_home": Column(Kind.BOOLEAN, "项目禁止在家进行", "Item is forbidden at home"),
        "item_is_published": Column(Kind.BOOLEAN, "机构已发布该项目", "Institution has published the item"),
        "item_needs_doctor_order": Column(Kind.BOOLEAN, "项目须有医嘱", "Item needs a doctor's order"),
        "has_doctor_order": Column(Kind.BOOLEAN, "已有有效医嘱", "A valid doctor's order exists"),
        "item_needs_specialty": Column(Kind.BOOLEAN, "项目须专科培训", "Item needs specialty training"),
        "nurse_has_specialty": Column(Kind.BOOLEAN, "护士有所需专科培训", "Nurse has the specialty training needed"),
        "staff_is_nurse": Column(Kind.BOOLEAN, "上门人员是护士", "Who goes is a nurse"),
        "nurse_title_rank": Column(
            Kind.INTEGER,
            "护士职称级别(1护士 2护师 3主管 4副主任 5主任)",
            "Nurse's title, 1 nurse to 5 chief nurse",
            "rank",
        ),
        "nurse_practice_years": Column(Kind.INTEGER, "临床护理年限", "Full years of clinical nursing", "years"),
        "nurse_is_in_national_register": Column(
            Kind.BOOLEAN, "全国护士电子注册系统可查", "Nurse is found in the national register"
        ),
        "nurse_is_registered_here": Column(Kind.BOOLEAN, "护士注册在本机构", "Nurse is registered at this institution"),
        "nurse_registration_until": Column(
            Kind.DATE, "护士注册失效日", "First day on which the nurse's registration no longer holds"
        ),
        "nurse_is_suspended": Column(Kind.BOOLEAN, "护士被暂停上门", "Nurse is suspended from visits"),
        "nurse_has_pre_service_training": Column(Kind.BOOLEAN, "已完成岗前培训", "Pre-service training is done"),
        "has_liability_insurance": Column(Kind.BOOLEAN, "有责任险", "There is liability insurance"),
        "liability_insurance_from": Column(Kind.DATE, "责任险起始日", "Liability insurance begins"),
        "liability_insurance_until": Column(Kind.DATE, "责任险失效日", "First day without liability insurance"),
        "has_medical_accident_insurance": Column(Kind.BOOLEAN, "有医疗意外险", "There is medical accident insurance"),
        "medical_accident_insurance_from": Column(Kind.DATE, "医疗意外险起始日", "Medical accident insurance begins"),
        "medical_accident_insurance_until": Column(
            Kind.DATE, "医疗意外险失效日", "First day without medical accident insurance"
        ),
        "has_personal_accident_insurance": Column(Kind.BOOLEAN, "有人身意外险", "There is personal accident insurance"),
        "personal_accident_insurance_from": Column(Kind.DATE, "人身意外险起始日", "Personal accident insurance begins"),
        "personal_accident_insurance_until": Column(
            Kind.DATE, "人身意外险失效日", "First day without personal accident insurance"
        ),
        "assessment_is_passed": Column(Kind.BOOLEAN, "首诊评估通过", "First assessment is passed"),
        "assessment_on": Column(Kind.DATE, "首诊评估日期", "Date of the first assessment"),
        "consent_is_signed": Column(Kind.BOOLEAN, "知情同意书已签", "Informed consent is signed"),
        "consent_is_revoked": Column(Kind.BOOLEAN, "知情同意已撤回", "Informed consent is revoked"),
        "agreement_is_signed": Column(Kind.BOOLEAN, "服务协议已签", "Service agreement is signed"),
        "is_disabled_elder_action": Column(
            Kind.BOOLEAN, "属于失能老年人健康服务行动", "Visit belongs to the disabled elders' health action"
        ),
        "guardian_will_be_present": Column(
            Kind.BOOLEAN, "监护人、照护者或亲属将在场", "A guardian, carer or relative will be present"
        ),
        "staff_count": Column(Kind.INTEGER, "上门人数", "Staff on the visit", "persons"),
        "resident_is_alive": Column(Kind.BOOLEAN, "服务对象健在", "Resident is alive"),
        "resident_is_aggressive": Column(Kind.BOOLEAN, "服务对象有攻击性", "Resident is aggressive"),
        "resident_is_infectious": Column(Kind.BOOLEAN, "服务对象有传染病", "Resident is infectious"),
        "resident_is_allergic": Column(Kind.BOOLEAN, "对本次项目过敏", "Resident is allergic to what the visit uses"),
        "home_is_violent": Column(Kind.BOOLEAN, "住所有暴力记录", "Home has a record of violence"),
        "home_risk_is_answered": Column(Kind.BOOLEAN, "居家风险问卷已答完", "Home-risk questions are all answered"),
        "home_risk_blocks": Column(Kind.BOOLEAN, "居家风险禁止上门", "A home-risk answer forbids the visit"),
        "home_risk_needs_two": Column(Kind.BOOLEAN, "居家风险须两人上门", "A home-risk answer asks for two persons"),
    }
)
"""None in a column says that it is not known; the gate treats that as red."""

VOCABULARIES = {"visit_gate": VISIT_GATE}
