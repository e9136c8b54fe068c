"""A county that does not exist: people, institutions, prices and a month of history, the same for the same seed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from yijia.apps.measures import jobs as measures
from yijia.base import editions, scope
from yijia.base.clock import business_date
from yijia.base.models import Deployment, User
from yijia.demo import cooperations  # as a module: it needs the plan, which is in this package
from yijia.demo.county.accounts import Accounts
from yijia.demo.county.clients import make_clients, make_officials
from yijia.demo.county.facts import make_facts
from yijia.demo.county.history import make_history
from yijia.demo.county.houses import make_houses
from yijia.demo.county.offers import make_offers
from yijia.demo.county.people import make_people
from yijia.demo.county.plan import Client, County, House, Member, Plan
from yijia.demo.episodes import enrol
from yijia.demo.homes import settle
from yijia.demo.places import read_place, read_rates
from yijia.demo.troubles import plant

__all__ = ["Client", "County", "House", "Member", "NotEmpty", "Plan", "make_county"]

SNAPSHOTS = 7  # days of figures before the day
NIGHTLY = timedelta(hours=23)
MOST_ACCOUNTS_BESIDE = 1200  # staff, managers, officials of the largest region


class NotEmpty(RuntimeError):
    """The database already holds people; a county is made in an empty one only."""


def make_county(
    region: str, people: int, seed: int, at: datetime, *, accounts: int | None = None, visits: int = 400, history_days: int = 31,
    on_step: Callable[[str], None] = lambda step: None,
) -> County:  # fmt: skip
    """Make a whole county in an empty database, in one transaction.

    accounts    how many elders order visits; None: one in sixty, at least 160
    visits      how many visits the history holds
    on_step     told the name of each part before it is made

    Raises      NotEmpty; NoSuchRegion
    """
    editions.current()
    on = business_date(at)
    place = read_place(region, on)
    plan = Plan(
        place=place, rates=read_rates(region, on), people=people, seed=seed, at=at, on=on,
        accounts=accounts or max(160, people // 60), visits=visits, history_days=history_days, rng=Random(f"{region}/{people}/{seed}"),
    )  # fmt: skip
    county = County(plan)
    with transaction.atomic(), scope.whole_system():
        if User.objects.exists():
            raise NotEmpty
        logins = Accounts(plan, plan.accounts + MOST_ACCOUNTS_BESIDE)
        on_step("institutions")
        make_houses(county, logins)
        make_officials(county, logins)
        on_step("people")
        residents = make_people(county)
        make_clients(county, logins, residents[: county.counts["elders"]])
        county.counts |= logins.write()
        make_facts(county)
        on_step("prices")
        make_offers(county)
        _analyse()
        on_step("history")
        make_history(county)
        on_step("programmes")
        cooperations.ally(county)
        county.counts["episodes"] = enrol(county)
        settle(county, residents)
        for back in range(SNAPSHOTS, 0, -1):
            measures.snapshot(at - timedelta(days=back) + NIGHTLY)
        county.troubles = plant(county)
        Deployment.objects.create(
            pk=1,
            jurisdiction=region,
            is_demo=True,
            seed=seed,
            created_at=at,
            demo_ends_at=at,
            facts={"people": people, "counts": county.counts, "troubles": county.troubles},
        )
    _analyse()
    return county


def _analyse() -> None:
    """Tell the planner about the new rows; without it the first pages are slow."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
