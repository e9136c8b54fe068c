"""What a county is made from, and what the makers hand to one another."""

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from yijia.demo.places import Place, Rates


@dataclass(frozen=True)
class Plan:
    """The wish: how many people, as they stand at an instant.

    accounts    how many elders order visits; they have a login of their own or a relative's
    visits      how many visits the history holds, over `history_days` days before `at`
    """

    place: Place
    rates: Rates
    people: int
    seed: int
    at: datetime
    on: date
    accounts: int
    visits: int
    history_days: int
    rng: Random


@dataclass
class Member:
    """One member of staff."""

    id: int
    user_id: int
    name: str
    profession: str
    title: str
    trainings: frozenset[str]


@dataclass
class House:
    """One institution and who works there."""

    id: int
    name: str
    township: str
    lon: float
    lat: float
    level: int | None
    radius_km: float
    manager: int
    dispatcher: int
    items: tuple[str, ...] = ()
    staff: list[Member] = field(default_factory=list)

    @property
    def nurses(self) -> list[Member]:
        return [member for member in self.staff if member.profession == "nurse"]

    @property
    def doctors(self) -> list[Member]:
        return [member for member in self.staff if member.profession == "doctor"]


@dataclass
class Client:
    """An elder who orders visits; `user_id` acts for them, as themselves or as a relative."""

    id: int
    name: str
    household_id: int
    lon: float
    lat: float
    house: House
    keeper: House
    user_id: int
    is_family: bool
    signer: str
    relation: str
    insured_class: str
    is_disabled_elder: bool
    identity_masked: str


@dataclass
class County:
    """Everything made so far."""

    plan: Plan
    officials: dict[str, int] = field(default_factory=dict)
    houses: list[House] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    planted_prices: dict[str, str] = field(default_factory=dict)  # trouble → item code, at the first institution
    troubles: list[dict[str, object]] = field(default_factory=list)
