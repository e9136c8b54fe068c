"""`yijia dispatch plan`: an institution's day planned and published as its dispatcher would on the board."""

import json
import sys
from datetime import date, datetime
from typing import Any

import click

from yijia.cli import examples

_ONE = "yijia dispatch plan --institution 人民医院 --day 2025-06-17 --publish"


@click.command(
    epilog=examples(_ONE, "yijia dispatch plan --institution 人民医院 --day 2025-06-17 --freedom all --json")
)
@click.option("--institution", "name", required=True, help="机构名称、其中一段或代码。 Name, part of it, or code.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="哪一天。 Which day.")
@click.option(
    "--freedom",
    type=click.Choice(["new", "times", "all"]),
    default="new",
    show_default=True,
    help="已通知的能动多少。 What told visits may do: stay, change time, change anything.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子。 Random seed.")
@click.option(
    "--cpu-seconds", type=click.FloatRange(0.05), help="搜索秒数，默认按政策。 Seconds of search; default policy."
)
@click.option("--publish", "is_published", is_flag=True, help="排完就发布。 Put the plan into force.")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
def plan(
    name: str, day: datetime, freedom: str, seed: int, cpu_seconds: float | None, is_published: bool, as_json: bool
) -> None:
    """给机构排一天，和调度台走同一条路。 Plan an institution's day, through the actions of the board; a draft until published."""
    from yijia.base.local import django

    django.setup()
    from yijia.base import scope
    from yijia.base.errors import Forbidden, NotFound, Refused
    from yijia.base.words import sentence

    try:
        with scope.whole_system():
            told = planned(name, day.date(), freedom, seed, cpu_seconds, is_published)
    except Refused as refused:
        _stop(sentence(refused.refusal))
    except (NotFound, Forbidden):
        _stop("这家机构没有能排班的调度员。 Nobody may plan this institution's day.")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_lines(told)))


def planned(name: str, on: date, freedom: str, seed: int, seconds: float | None, is_published: bool) -> dict[str, Any]:
    """The plan asked for, computed here, and published when wished; in the name of the institution's dispatcher.

    Raises      Refused, NotFound, Forbidden: as on the board
    """
    from yijia.apps.dispatch import actions, jobs, queries
    from yijia.base import clock

    at = clock.now()
    house = _house(name)
    by = queries.planner_for_system(house.pk, at)
    plan = actions.ask_plan(organisation_id=house.pk, on=on, freedom=freedom, seed=seed, by=by, at=at)
    jobs.compute(plan.pk, seconds=seconds)
    if is_published:
        actions.publish(plan_id=plan.pk, by=by, at=clock.now())
    plan.refresh_from_db()
    return {
        "plan": plan.pk, "institution": house.name, "day": on.isoformat(), "state": plan.state, "version": plan.number,
        "changes": len(plan.stops), "figures": plan.figures, "unserved": plan.unserved, "refused": plan.outcome,
    }  # fmt: skip


def _house(name: str) -> Any:
    """The one institution a name means."""
    from yijia.apps.registry import queries as registry
    from yijia.core.permissions import SYSTEM

    known = list(registry.list_organisations(SYSTEM))
    found = [one for one in known if name in (one.name, one.code, str(one.pk))] or [
        one for one in known if name in one.name
    ]
    if len(found) != 1:
        some = "、".join(one.name for one in (found or known)[:8])
        _stop(f"要指明一家机构：{some}…… Name one institution.")
    return found[0]


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['institution']}  {told['day']}  #{told['plan']}  {told['state']}  v{told['version'] or '-'}"]
    words = {"served": "有人去 served", "unserved": "没人去 unserved", "late": "迟到分 late min", "overtime": "加班分 overtime min", "travel": "路上分 travel min"}  # fmt: skip
    for key, word in words.items():
        before, after = (told["figures"].get(side, {}).get(key) for side in ("before", "after"))
        lines.append(f"  {word:<24}{before} -> {after}")
    lines.append(f"  改动 changes {told['changes']}，没有应用 not applied {len(told['refused'])}")
    return lines


def _stop(words: str) -> Any:
    click.echo(words, err=True)
    sys.exit(2)
