"""Sentences of a care home."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yijia.base.words import is_english
from yijia.core.homes.lifecycle import Away, Event, Left
from yijia.core.homes.medicines import Outcome


def _elsewhere(facts: Mapping[str, Any]) -> str:
    home = facts.get("home_en" if is_english() else "home") or facts.get("home")
    return gettext("这位老人从 %(since)s 起住在“%(home)s”，一个人不能同时住两家养老机构。请先由那一家办理退住。") % {
        "home": home,
        "since": facts.get("since"),
    }


def _written(facts: Mapping[str, Any]) -> str:
    told = {name: facts.get(name) for name in ("slot", "who", "clock")}
    told["outcome"] = OUTCOMES.get(str(facts.get("outcome")), facts.get("outcome"))
    return gettext("%(slot)s 这一次已由%(who)s在 %(clock)s 登记为“%(outcome)s”，不能再登记。写错了请用“更正”。") % told


REFUSALS: dict[str, Any] = {
    "placements.bed_taken": _("床位“%(bed)s”已经有人。请另选一张空床。"),
    "placements.bed_closed": _("床位“%(bed)s”已停用。请另选一张空床，或先恢复这张床。"),
    "placements.lives_here": _("这位老人从 %(since)s 起已住在本机构。要换床请到他的页面办。"),
    "placements.lives_elsewhere": _elsewhere,
    "placements.not_registered": _("没有找到这个身份证号的居民档案。请核对号码，或先给他建档。"),
    "placements.person_died": _("已登记去世，不能办理入住。"),
    "placements.licence_expired": _("本机构许可已于 %(until)s 到期，续期以前不能收新的老人。"),
    "placements.no_reason": _("没有选原因。请选一个原因再提交。"),
    "placements.away_already": _("已经登记为外出。请刷新，看看别人是不是刚办过。"),
    "placements.not_away": _("没有登记外出，不用办返院。请刷新，看看别人是不是刚办过。"),
    "placements.wrong_status": _("现在的状态不能这样办。请刷新，看看别人是不是刚办过。"),
    "placements.over": _("这次入住已经结束，不能再办。再来住请重新办理入住。"),
    "medicines.written": _written,
    "medicines.not_listed": _("用药单在 %(on)s 没有 %(slot)s 这一次。请核对用药单。"),
    "medicines.not_yet": _("%(on)s 还没有到，不能先登记。"),
    "medicines.too_late": _("%(on)s 已超过可补登记的 %(days)s 天，不能再写。"),
    "medicines.person_away": _("老人登记为外出，不能登记为已给。请先办返院，或登记为停给一次。"),
    "medicines.corrected": _("这一条已经更正过，请更正最新的那一条。"),
}

FACTS: dict[str, Any] = {}

EVENTS: dict[str, Any] = {
    "admit": _("入住"),
    Event.CHANGE_BED: _("换床"),
    Event.GO_AWAY: _("外出"),
    Event.COME_BACK: _("返院"),
    Event.LEAVE: _("退住"),
    "address": _("登记住址改到别处，请核实是否还住在这里"),
}

BUTTONS: dict[str, Any] = {
    Event.CHANGE_BED: _("换床"),
    Event.GO_AWAY: _("登记外出"),
    Event.COME_BACK: _("登记返院"),
    Event.LEAVE: _("办理退住"),
}

DONE: dict[str, Any] = {
    "admit": _("已办理入住。"),
    Event.CHANGE_BED: _("已换床。"),
    Event.GO_AWAY: _("已登记外出，床位保留。"),
    Event.COME_BACK: _("已登记返院。"),
    Event.LEAVE: _("已办理退住，床位已空出。"),
    "beds": _("床位已添加。"),
    "close_bed": _("床位已停用。"),
    "medicine": _("已写入用药单。"),
    "stop": _("已停用，以前的记录都在。"),
    "dose": _("已登记。"),
    "correct": _("已更正，原来写的仍可查看。"),
    "in": _("已登记进门。"),
    "out": _("已登记离开。"),
}

AWAY: dict[str, Any] = {Away.HOSPITAL: _("住院"), Away.FAMILY: _("回家"), Away.OTHER: _("其他外出")}

LEFT: dict[str, Any] = {
    Left.FAMILY: _("回家生活"),
    Left.OTHER_HOME: _("转到别的养老机构"),
    Left.HOSPITAL: _("长期住院"),
    Left.DIED: _("去世"),
    Left.OTHER: _("其他原因"),
}

REASONS: dict[str, Any] = {**AWAY, **LEFT, "family": _("回家"), "hospital": _("住院"), "other": _("其他")}
"""As the timeline says them: a reason of going away or of leaving."""

OUTCOMES: dict[str, Any] = {Outcome.GIVEN: _("已给"), Outcome.REFUSED: _("拒服"), Outcome.HELD: _("停给一次")}

ROUTES = (_("口服"), _("外用"), _("皮下注射"), _("吸入"), _("滴眼"))
"""Ways a medicine is taken that the form offers; another one may be typed."""


def level_word(levels: list[Mapping[str, Any]], code: str) -> str:
    """A level of care in the reader's language; its code where the place no longer names it."""
    found = next((level for level in levels if level["code"] == code), None)
    return code if found is None else str(found["en" if is_english() else "zh"])
