"""Programmes under way on the eve of the day: every programme of the place, each of its states at least once somewhere."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from yijia.apps.agreements.models import Agreement
from yijia.apps.care import jobs, queries
from yijia.base.clock import business_date
from yijia.core.programmes.example import admitted
from yijia.core.programmes.model import Programme
from yijia.demo.county.plan import Client, County, House
from yijia.demo.tale import Story, Tale

TRIES = 4  # elders asked for one story: the rules may refuse one, for what the county wrote about them

STORIES = (
    *(Story("family_doctor", days) for days in (340, 300, 210, 120, 60, 12)),
    Story("family_doctor", 350, then="renewing"),
    Story("family_doctor", 150, then="closed"),
    Story("family_doctor", 2, is_begun=False),
    Story("family_bed", 26, is_own=True),
    *(Story("family_bed", days) for days in (19, 11)),
    Story("family_bed", 17, then="renewing"),
    Story("family_bed", 16, is_worse=True),
    Story("family_bed", 12, is_kept=False),
    Story("family_bed", 13, then="paused"),
    Story("family_bed", 15, then="hospital"),
    Story("family_bed", 18, then="closing"),
    Story("family_bed", 20, then="closed"),
    Story("family_bed", 1, is_begun=False),
    Story("hospice", 6),
    Story("hospice", 9, is_kept=False),
    Story("hospice", 10, then="closing"),
    Story("hypertension", 170, is_own=True),
    Story("hypertension", 45),
    Story("hypertension", 95, is_worse=True),
    Story("diabetes", 30),
    *(Story("elder_health", days) for days in (150, 40)),
    *(Story("disabled_elder_health", days) for days in (60, 25)),
    Story("disabled_elder_health", 33, then="paused"),
    Story("medicines_home", 80, is_own=True),
    Story("medicines_home", 5),
    Story("medicines_home", 1, is_begun=False),
    *(Story("home_rounds", days) for days in (40, 15)),
    Story("home_rounds", 22, then="hospital"),
    Story("home_rounds", 36, then="closed"),
    Story("ltc_home", 44, is_own=True),
    Story("ltc_home", 23),
    Story("ltc_home", 31, is_worse=True),
    Story("ltc_home", 28, then="hospital"),
    Story("ltc_home", 58, then="renewing"),
    Story("ltc_home", 37, then="closed"),
    Story("ltc_home", 2, is_begun=False),
    Story("elder_bed", 48, is_own=True),
    *(Story("elder_bed", days) for days in (29, 17)),
    Story("elder_bed", 24, then="paused"),
    Story("elder_bed", 39, then="closing"),
    Story("elder_bed", 1, is_begun=False),
)


def enrol(county: County) -> int:
    """Live them through the real actions, at the first institution that may give each; how many a place's programmes let begin."""
    at = county.plan.at
    on = business_date(at)
    known = {found.code: found for found in queries.programmes_of(county.plan.place.code, on)}
    # Who has a contract in the county's count may have this one: the published rate of contracts stays as it is.
    counted = set(Agreement.objects.filter(kind="family_doctor").values_list("resident_id", flat=True))
    circle = _Circle(county, counted)
    begun = 0
    for serial, story in enumerate(story for story in STORIES if story.programme in known):
        programme = known[story.programme]
        house = giver(county, programme)
        if house is None:
            continue
        tale = replace(story, days=_nearly_over(programme) or story.days) if story.then == "renewing" else story
        for client in circle.asked(programme, tale):
            if Tale(county, house, programme, tale, client, serial).told():
                circle.took(client)
                begun += 1
                break
    jobs.compute_due(at)
    return begun


def giver(county: County, programme: Programme) -> House | None:
    """The first institution that may give a programme; none where the place's rules let nobody of the county."""
    on = business_date(county.plan.at)
    may = {house.pk for house in queries.houses_for(programme, county.plan.place.code, on)}
    return next((house for house in county.houses if house.id in may), None)


def _nearly_over(programme: Programme) -> int | None:
    """Days since the beginning of a cycle that ends within its window of renewal; None where its length is not known."""
    cycle = programme.cycle
    length = None if cycle is None else cycle.max_days or (cycle.months and cycle.months * 365 // 12)
    return None if not length or cycle is None else length - cycle.review_before_days // 2


class _Circle:
    """The county's elders, those around the first institution and with the fewest programmes asked first."""

    def __init__(self, county: County, counted: set[int]):
        self.county, self.counted = county, counted
        self.near = county.houses[0].id
        self.own = county.clients[0].id
        self.has: Counter[int] = Counter()
        self.had: set[tuple[str, int]] = set()

    def asked(self, programme: Programme, story: Story) -> Iterator[Client]:
        found = [client for client in self.county.clients if self._fits(client, programme, story)]
        found.sort(
            key=lambda one: (not (story.is_own and one.id == self.own), one.house.id != self.near, self.has[one.id])
        )
        for client in found[:TRIES]:
            self.had.add((programme.code, client.id))
            yield client

    def _fits(self, client: Client, programme: Programme, story: Story) -> bool:
        """Nothing that the rules would refuse anyway."""
        asked = admitted(programme) or {}
        has_contract, on = client.id in self.counted, self.county.plan.on
        return (
            (programme.code, client.id) not in self.had
            and (has_contract or not (programme.code == "family_doctor" or asked.get("has_family_doctor")))
            and (client.is_disabled_elder or not asked.get("is_disabled_elder"))
            and (client.insured_class != "none" or not asked.get("is_insured"))
            and (
                not client.is_family or on - timedelta(days=story.days) > on.replace(month=1, day=1)
            )  # its proxy's day
        )

    def took(self, client: Client) -> None:
        self.has[client.id] += 1
