"""The places of each role: what its rail or bottom bar holds; tests/house/test_places.py keeps it short and every door open to the role."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yijia.core.permissions import Role


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: the door's URL name, its word, its icon, and the name of its counter in the home's counts.

    covers      doors elsewhere whose pages belong to this entry, by name: one that takes no argument covers the pages under it too
    """

    door: str
    label: Any
    icon: str
    counter: str = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Places of one kind under one entry; each of them shows the others above its heading."""

    label: Any
    icon: str
    places: tuple[Place, ...]


PHONE = frozenset({Role.RESIDENT, Role.FAMILY, Role.NURSE})

_HOME = Place("portals:home", _("首页"), "home")
_PEOPLE = Place("registry:find", _("找居民"), "users")
_ORDERS = Place("care:orders", _("服务单一览"), "clipboard-list")
_ALARMS = Place("visits:alarms", _("求助"), "bell-ringing", "alarms")
_MEASURES = Place("measures:overview", _("指标"), "chart-bar")
_CASES = Place("cases:desk", _("失能评估"), "clipboard-heart", "cases_waiting")
_COOPERATIONS = Place("agreements:cooperations", _("机构合作"), "signature")
_REHAB = Place("rehab:desk", _("定点康复"), "building-community", "rehab_waiting")
_POLICY = Place("admin_policy", _("政策"), "scale")

_SUPERVISION = Place("supervision:complaints", _("投诉登记"), "message-report", "complaints")
_REFERRALS = Place("referrals:referrals", _("双向转诊"), "building-hospital", "referrals_waiting")
_PARTNERS = Group(_("机构合作"), "signature", (_COOPERATIONS, Place("rehab:desk", _("定点康复"), "building-community")))

PLACES: dict[Role, tuple[Place | Group, ...]] = {
    Role.RESIDENT: (
        _HOME,
        Place("care:request", _("要帮忙"), "plus"),
        Place("care:my_orders", _("我的单"), "clipboard-list"),
        Place("money:my_bills", _("账单"), "receipt"),
    ),
    Role.FAMILY: (
        _HOME,
        Place("care:request", _("要帮忙"), "plus"),
        Place("care:my_orders", _("我的单"), "clipboard-list"),
        Place("money:my_bills", _("账单"), "receipt"),
    ),
    Role.NURSE: (
        Place("visits:day", _("今天"), "home"),
        Place("visits:offers", _("派单"), "bell", "offers"),
        Place("care:due", _("到期清单"), "calendar-event"),
        Place("visits:badge", _("工作证"), "id-badge-2"),
    ),
    Role.DOCTOR: (
        _HOME,
        Place("care:assessments", _("首诊评估"), "stethoscope", "to_assess"),
        _ORDERS,
        Place("care:due", _("到期清单"), "calendar-event"),
        Place("care:episodes", _("项目档案"), "clipboard-heart", covers=("care:ward", "care:programmes")),
        Group(_("转诊与交接"), "building-hospital", (_REFERRALS, Place("care:handover", _("出院交接"), "send"))),
        Place("rehab:desk", _("定点康复"), "building-community"),
        _PEOPLE,
    ),
    Role.DISPATCHER: (
        Place("dispatch:board", _("调度台"), "layout-dashboard", "to_dispatch"),
        Place("dispatch:map", _("地图"), "map-2"),
        _ORDERS,
        _ALARMS,
        Place("registry:staff", _("人员"), "users"),
    ),
    Role.MANAGER: (
        _HOME,
        _ORDERS,
        Place("registry:staff", _("人员"), "users", "expiring"),
        Group(
            _("项目与价格"),
            "list-check",
            (
                Place("catalogue:offered_items", _("本机构项目"), "list-check"),
                Place("catalogue:filings", _("价格与备案"), "receipt", "filings"),
            ),
        ),
        Place("money:statement", _("账目"), "coin"),
        Place("supervision:reviews", _("复核与投诉"), "shield", "reviews"),
        _PARTNERS,
        _MEASURES,
    ),
    Role.HOME_MANAGER: (
        Place("homes:today", _("今天"), "home"),
        Place("homes:board", _("床位"), "bed"),
        Place("homes:people", _("在院老人"), "users", covers=("homes:move", "homes:admit")),
        Place("homes:medicines", _("用药登记"), "pill", covers=("homes:correct_dose",)),
        Place("homes:outside", _("外来人员"), "nurse"),
        Place("homes:rounds", _("巡诊"), "stethoscope"),
        Group(
            _("转诊与绿色通道"),
            "building-hospital",
            (_REFERRALS, Place("referrals:calls", _("绿色通道"), "ambulance", "green_calls")),
        ),
        Place("agreements:cooperations", _("机构合作"), "signature", "breaches_open"),
    ),
    Role.FEDERATION: (
        _HOME,
        _REHAB,
        _COOPERATIONS,
        Place("rehab:figures", _("待写明的数值"), "scale"),
        _POLICY,
    ),
    Role.CLERK: (
        _HOME,
        Place("registry:find", _("来电查人"), "phone"),
        _ORDERS,
        Place("dispatch:promise", _("能答应的时间"), "calendar-event"),
        Place("money:desk", _("收款处"), "cash"),
        _SUPERVISION,
        _ALARMS,
    ),
    Role.AGENCY_CLERK: (
        _HOME,
        _CASES,
        Place("benefits:desk", _("待遇经办"), "coin", "benefits_waiting"),
        _COOPERATIONS,
        _PEOPLE,
        _POLICY,
    ),
    Role.ASSESSOR: (
        _HOME,
        Place("cases:desk", _("失能评估"), "clipboard-heart", "cases_to_assess"),
        _POLICY,
    ),
    Role.EXPERT: (
        _HOME,
        Place("cases:desk", _("失能评估"), "clipboard-heart", "cases_to_vote"),
        Place("rehab:desk", _("定点评审"), "building-community", "rehab_to_vote"),
        _POLICY,
    ),
    Role.REGULATOR: (
        _HOME,
        _MEASURES,
        Place("registry:organisations", _("机构名册"), "building"),
        _PARTNERS,
        Place("catalogue:reviews", _("审核"), "list-check", "to_review"),
        _SUPERVISION,
        _ORDERS,
        Group(
            _("政策与量表"),
            "scale",
            (
                _POLICY,
                Place("cases:instruments", _("评估量表"), "clipboard-list"),
                Place("benefits:dry_run", _("政策试算"), "chart-bar"),
            ),
        ),
    ),
    Role.AUDITOR: (
        _HOME,
        Place("audit_search", _("审计"), "history"),
        Place("money:ledger", _("账簿"), "book"),
        _PARTNERS,
        Place("exchange:exports", _("导出"), "download"),
        _POLICY,
    ),
    Role.ADMIN: (
        _HOME,
        Place("admin_users", _("账号管理"), "users"),
        _POLICY,
        Place("admin_messages", _("短信与邮件"), "mail"),
        Place("admin_outbox", _("消息队列"), "list-check"),
    ),
}
