"""Bringing a demo up: a region's database, its county, its day."""

from collections.abc import Callable
from datetime import datetime

from django.core.management import call_command

from yijia.base import editions, scope
from yijia.base.models import Deployment, User
from yijia.demo.county import make_county
from yijia.demo.county.load import load_county
from yijia.demo.day import DAY, EVE, run_day
from yijia.demo.day.report import Report, report
from yijia.demo.places import read_place


class NotADemo(RuntimeError):
    """The database holds something else, which a demo must not touch; the message says what."""


def migrate() -> None:
    """Bring the tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)


def check_policy() -> int:
    """How many values the policy editions hold; refuses a tree with errors.

    Raises      NotADemo: the tree has errors
    """
    found = editions.check_tree(editions.ROOT)
    if found.errors:
        raise NotADemo(f"政策文件有 {len(found.errors)} 处错误，运行 yijia policy check (policy has errors)")
    return sum(found.counts.values())


def county(region: str, people: int, seed: int, on_step: Callable[[str], None], **sizes: int) -> bool:
    """Have the region's county in the database; whether it was made now.

    sizes       accounts, visits, history_days: see `make_county`

    Raises      NotADemo: real data, or another region's county, is there
    """
    there = Deployment.objects.filter(pk=1).first()
    if there is None:
        if User.objects.exists():
            raise NotADemo(
                "这个数据库里已有真实数据，不能建演示县 (this database holds real data: no demo county is made in it)"
            )
        make_county(region, people, seed, EVE, on_step=on_step, **sizes)
        return True
    if not there.is_demo:
        raise NotADemo("这个数据库是正式部署，不能跑演示 (this database is a real deployment)")
    if there.jurisdiction != region:
        raise NotADemo(
            f"这个数据库里是 {there.jurisdiction} 的演示县；请换 --region，或 make reset (another region's county is there)"
        )
    return False


def day(on_tick: Callable[[datetime], None]) -> bool:
    """Live the day if it has not been lived; whether it was lived now."""
    there = Deployment.objects.get(pk=1)
    if "day" in there.facts:
        return False
    with scope.whole_system():
        found = load_county(there)
    run_day(found, on_tick=on_tick)
    return True


def result() -> Report:
    """What the day came to, as the database says now."""
    there = Deployment.objects.get(pk=1)
    return report(there.facts, there.jurisdiction, read_place(there.jurisdiction, DAY).zh, there.seed or 0, DAY)
