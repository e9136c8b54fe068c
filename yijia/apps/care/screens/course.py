"""How an episode went in words: its steps, and when its cycle ends or why it does not."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.care import episode_words, queries
from yijia.core.calendar import business_date
from yijia.core.programmes.lifecycle import Event
from yijia.core.programmes.model import Programme
from yijia.core.refusal import Refusal


def endless(row: queries.Episode, on: date) -> str:
    """Why a running cycle has no last day; empty where it has one, or nothing has begun."""
    if row.cycle_from is None or row.cycle_until is not None:
        return ""
    programmes = queries.programmes_of(row.jurisdiction, on)
    programme = next((one for one in programmes if one.code == row.programme), None)
    if programme is not None and programme.cycle is None:
        return _("这个项目不分周期，服务到结束为止")
    return _("本地文件没有写明一个周期多长")


def steps_of(request: HttpRequest, row: queries.Episode, programme: Programme | None) -> list[dict[str, Any]]:
    """Every step as a line of the timeline."""
    found = []
    for event in queries.timeline_of(request.actor, row):
        code = event.facts.get("reason") or ""
        note = episode_words.reason(programme, code)
        if event.event == Event.END.value:
            note = _ended(row, programme, code, note)
        if event.facts.get("gap_days"):
            note = _("晚了 %(n)s 天续签，这几天不计入") % {"n": event.facts["gap_days"]}
        tone = {"turn_down": "bad", "end": "idle", "close": "done", "activate": "go"}.get(event.event, "go")
        found.append(
            {
                "at": event.at,
                "text": episode_words.STEPS.get(event.event, event.event),
                "by": event.by.display_name if event.by else _("平台"),
                "note": note,
                "tone": tone,
            }
        )
    return found


def _ended(row: queries.Episode, programme: Programme | None, code: str, said: str) -> str:
    """Why it ended, in words; who came of age reads what was asked for next, and that the person signs it."""
    ending = programme.ending if programme else None
    if code != queries.CAME_OF_AGE or ending is None or ending.follows is None:
        return said
    next_one = queries.followed_by(row, ending.follows)
    if next_one is None:
        return said
    found = queries.programme_for(ending.follows, row.jurisdiction, business_date(next_one.created_at))
    name = ending.follows if isinstance(found, Refusal) else episode_words.of(found.words)
    return _("%(reason)s。已在同一机构申请“%(programme)s”（%(number)s），由本人签协议后开始。") % {
        "reason": said, "programme": name, "number": next_one.number,
    }  # fmt: skip
