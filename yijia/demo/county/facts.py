"""The county's dated facts: where elders are registered, whose disability card and income class is known; and who is found by them."""

from datetime import date, timedelta
from random import Random
from typing import Any

from yijia.apps.benefits import actions
from yijia.apps.registry.models import Resident, ResidentFact
from yijia.core.permissions import SYSTEM
from yijia.demo import bulk
from yijia.demo.county.plan import County

REVIEWED = 40  # people looked at while the county is made; the night does the others
CATEGORIES = {"visual": "vision"}
POOR_SHARE, OLD_YEARS = 0.05, 80


def make_facts(county: County) -> None:
    """Facts of the elders and of who has a disability card; then the first of them are found."""
    plan = county.plan
    clerk = county.officials["agency_clerk"]
    rng = Random(f"{plan.place.code}/{plan.people}/{plan.seed}/facts")  # a stream of its own: nothing else moves
    rows: list[dict[str, Any]] = []
    disabled: list[int] = []
    elder_before = plan.on.replace(year=plan.on.year - OLD_YEARS + 20, day=1)
    people = Resident.objects.order_by("pk").values_list("pk", "born_on", "disability_kind", "disability_grade")
    for pk, born_on, kind, grade in people.iterator():
        is_elder = born_on <= elder_before
        if not is_elder and not kind:
            continue
        rows.append(_fact(pk, "hukou", plan.place.code, None, born_on, "户口簿", clerk, plan.at))
        since = max(born_on, plan.on - timedelta(days=rng.randint(400, 4000)))
        if kind:
            rows.append(_fact(pk, "disability", CATEGORIES.get(kind, kind), grade, since, "残疾人证", clerk, plan.at))
        if rng.random() < POOR_SHARE:
            rows.append(_fact(pk, "income", "minimum_living", None, since, "低保名册", clerk, plan.at))
        if kind and grade <= 2 and is_elder:
            disabled.append(pk)
    county.counts["facts"] = bulk.load(ResidentFact, rows)
    actions.review_people(resident_ids=disabled[:REVIEWED], because="nightly", by=SYSTEM, at=plan.at)


def _fact(
    pk: int, kind: str, code: str, level: int | None, from_on: date, source: str, by: int, at: Any
) -> dict[str, Any]:
    return {
        "resident_id": pk, "kind": kind, "code": code, "level": level, "from_on": from_on, "source": source, "confirmed_at": at, "confirmed_by_id": by,
    }  # fmt: skip
