"""A made register of elders, millions of them, as one Parquet file: nobody in it exists, its published rates come out exactly."""

# ruff: noqa: S608 - names are columns of a published vocabulary, values go through `quoted`

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yijia.base import editions
from yijia.base.parquet import PEOPLE, connection
from yijia.core.benefits.vocabulary import CARE_MODES, CATEGORIES, INCOME_CLASSES
from yijia.core.policy import Value
from yijia.core.rules.sql import quoted
from yijia.demo.numbers import counted, spread_evenly
from yijia.demo.places import NoSuchRegion, read_rates

ABOUT = "about.json"
ELSEWHERE = "CN-990000"
"""A province that does not exist: registration outside the region."""
NOT_KNOWN = -1
Codes = NDArray[np.int8]
Days = NDArray[np.int32]
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Rate:
    """A published rate and what came out.

    source      for whom the region published it: elders (or key groups), or residents; None: it did not, and this is a guess
    """

    name: str
    numerator: int
    denominator: int
    source: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    people: int
    rates: tuple[Rate, ...]
    marginals: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class District:
    """A county-level place and its weight."""

    code: str
    zh: str
    en: str
    residents: int


def districts(region: str, on: date) -> tuple[tuple[District, ...], tuple[Mapping[str, Any], ...]]:
    """The counties of a region with their residents, and the streets policy speaks of; a region without counties is its own.

    Raises      NoSuchRegion: policy does not know the region
    """
    current = editions.current()
    name = current.lookup("place:name", jurisdiction=region, on=on)
    if not isinstance(name, Value) or name.jurisdiction != region:
        raise NoSuchRegion(region)
    found = current.lookup("place:districts", jurisdiction=region, on=on)
    if not isinstance(found, Value) or found.jurisdiction != region:
        return (District(region, name.value["zh"], name.value["en"], 1),), ()
    listed = tuple(District(d["code"], d["zh"], d["en"], d["residents_thousand"]) for d in found.value["districts"])
    return listed, tuple(found.value.get("streets", ()))


def make(region: str, elders: int, seed: int, folder: Path, on: date) -> Made:
    """Write `people.parquet` and `about.json` into a folder.

    elders      how many people of 65 and over
    on          the day on which ages and grades are as they are

    Raises      NoSuchRegion: policy does not know the region
    """
    places, streets = districts(region, on)
    found = editions.current().lookup("place:elders", jurisdiction=region, on=on)
    if not isinstance(found, Value):
        raise NoSuchRegion(region)
    maker = _Maker(found.value, elders, np.random.default_rng(seed), on)
    columns = maker.columns(places, streets)
    rates = maker.rates(region, columns)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / PEOPLE, region, places, streets, columns)
    marginals = maker.marginals(columns)
    about = {
        "made": "synthetic", "region": region, "elders": elders, "seed": seed, "on": on.isoformat(),
        "rates": {rate.name: [rate.numerator, rate.denominator] for rate in rates}, "composition": found.edition,
    }  # fmt: skip
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Made(elders, rates, marginals)


class _Maker:
    """Draws columns as small whole numbers; names are put to them when they are written."""

    def __init__(self, shares: Mapping[str, Any], count: int, rng: np.random.Generator, on: date) -> None:
        self.shares = shares
        self.count = count
        self.rng = rng
        self.on = on

    def columns(self, places: Sequence[District], streets: Sequence[Mapping[str, Any]]) -> dict[str, NDArray[Any]]:
        """Everybody, district by district."""
        parts = spread_evenly(self.count, [place.residents for place in places])
        residence = np.repeat(np.arange(len(places), dtype=np.int8), parts)
        band, birth = self._births()
        level = self._levels(band)
        grade, grade_until = self._grades(level)
        insured = self._choice(self.shares["insured"].values())
        care_grade, care_mode = self._care(level, insured)
        card, category, card_grade = self._cards(level)
        income = self._choice([*self._income()])
        self._forget(income)
        hukou = self._registrations(residence, len(places))
        died, moved = self._ends()
        return {
            "residence": residence, "hukou": hukou, "street": self._streets(hukou, places, streets), "band": band,
            "sex": self._among("female_share", band), "birth": birth, "died": died, "moved": moved, "elder_grade": grade,
            "elder_grade_until": grade_until, "care_grade": care_grade, "care_mode": care_mode, "insured": insured, "card": card,
            "category": category, "card_grade": card_grade, "income": income, "bedridden": self._bedridden(level),
            "alone": self._flag("alone_share"), "permanent": 1 - self._flag("not_permanent_share"),
            "applied": self._flag("applied_share"),
        }  # fmt: skip

    def rates(self, region: str, columns: dict[str, NDArray[Any]]) -> tuple[Rate, ...]:
        """The columns behind the published rates, to the person."""
        published = read_rates(region, self.on)
        guess = Fraction(3, 5)
        found = []
        for name, share in (
            ("contract", published.elders_contracted or published.contracted),
            ("checkup", published.managed),
            ("integrated", published.integrated),
        ):
            wanted = counted(self.count, guess if share is None else share)
            columns[name] = self._exactly(wanted)
            source = "residents" if name == "contract" and published.elders_contracted is None else "elders"
            found.append(Rate(name, wanted, self.count, None if share is None else source))
        since = self.rng.integers(0, 360, self.count, dtype=np.int16)
        late = self.rng.random(self.count, dtype=np.float32) < 0.6
        today = (self.on - _EPOCH).days
        days = np.where(columns["checkup"] == 1, today - 1 - since, np.where(late, today - 366 - 3 * since, NOT_KNOWN))
        columns["checkup_day"] = days.astype(np.int32)
        return tuple(found)

    def marginals(self, columns: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
        """What came out, for whoever wants to compare."""
        bands = np.bincount(columns["band"], minlength=len(self.shares["bands"]))
        grades = np.bincount(columns["elder_grade"] + 1, minlength=6)
        return {
            "by_age_band": {str(b["age"]["from"]): int(n) for b, n in zip(self.shares["bands"], bands, strict=True)},
            "female": int(columns["sex"].sum()),
            "elder_grade": {
                "not_assessed": int(grades[0]),
                **{str(level): int(grades[level + 1]) for level in range(5)},
            },
            "disability_card": int(columns["card"].sum()),
        }

    def _births(self) -> tuple[Codes, Days]:
        bands = self.shares["bands"]
        band = self._choice([b["million"] for b in bands])
        days = np.empty(self.count, dtype=np.int32)
        for position, step in enumerate(bands):
            first, last = step["age"]["from"], step["age"]["until"]
            low, high = self._birthday(last) + 1, self._birthday(first)
            here = np.flatnonzero(band == position)
            days[here] = self.rng.integers(low, high, len(here), endpoint=True, dtype=np.int32)
        days[self._few("no_birth_date_share")] = np.iinfo(np.int32).min
        return band, days

    def _birthday(self, years: int) -> int:
        """The last day on which somebody of these years was born, counted from 1970."""
        day = self.on.replace(year=self.on.year - years, day=min(self.on.day, 28))
        return (day - _EPOCH).days

    def _levels(self, band: Codes) -> Codes:
        """The ability everybody truly has, whether or not anybody has assessed it."""
        disabled = self._among("disabled_share", band) == 1
        level = 1 + self._choice(self.shares["levels"])
        return np.where(disabled, level, 0).astype(np.int8)

    def _grades(self, level: Codes) -> tuple[Codes, Days]:
        shares = self.shares["assessed_share"]
        chance = np.where(level > 0, float(shares["disabled"]), float(shares["able"]))
        grade = np.where(self.rng.random(self.count) < chance, level, NOT_KNOWN).astype(np.int8)
        until = (self.on - _EPOCH).days + self.rng.integers(1, 700, self.count, dtype=np.int32)
        expired = self.rng.random(self.count, dtype=np.float32) < float(self.shares["expired_share"])
        until = np.where(expired, until - 700, until).astype(np.int32)
        return grade, np.where(grade >= 0, until, NOT_KNOWN).astype(np.int32)

    def _care(self, level: Codes, insured: Codes) -> tuple[Codes, Codes]:
        """Grades of long-term care, for some of the insured who need it; the severest level is split in two."""
        assessed = self.rng.random(self.count, dtype=np.float32) < float(self.shares["care_insured_assessed_share"])
        grade = np.where((level >= 2) & (insured == 0) & assessed, level, NOT_KNOWN)
        harder = (grade >= 3) & (self.rng.random(self.count, dtype=np.float32) < 0.4)
        grade = np.where(harder, grade + 1, grade).astype(np.int8)
        modes = [CARE_MODES.index(mode) for mode in ("home_combined", "institution_visits", "institution")]
        mode = np.array(modes, dtype=np.int8)[self.rng.integers(0, len(modes), self.count, dtype=np.int8)]
        return grade, np.where(grade >= 0, mode, CARE_MODES.index("none")).astype(np.int8)

    def _cards(self, level: Codes) -> tuple[Codes, Codes, Codes]:
        card = self._flag("card_share")
        likely = (level >= 2) & (self.rng.random(self.count, dtype=np.float32) < 0.4)
        card = np.where(likely, 1, card).astype(np.int8)
        names = list(self.shares["card_categories"])
        drawn = self._choice(self.shares["card_categories"].values())
        category = np.array([CATEGORIES.index(name) for name in names], dtype=np.int8)[drawn]
        grade = 1 + self._choice(self.shares["card_grades"])
        blank = card == 0
        return (
            card,
            np.where(blank, NOT_KNOWN, category).astype(np.int8),
            np.where(blank, NOT_KNOWN, grade).astype(np.int8),
        )

    def _income(self) -> list[float]:
        shares = [float(self.shares["income"].get(name, 0)) for name in INCOME_CLASSES]
        shares[0] = 1 - sum(shares)
        return shares

    def _registrations(self, residence: Codes, places: int) -> Codes:
        shares = self.shares["elsewhere_share"]
        draw = self.rng.random(self.count)
        other = self.rng.integers(0, places, self.count, dtype=np.int8)
        hukou = np.where(draw < float(shares["in_region"]), other, residence)
        return np.where(draw > 1 - float(shares["outside"]), NOT_KNOWN, hukou).astype(np.int8)

    def _streets(self, hukou: Codes, places: Sequence[District], streets: Sequence[Mapping[str, Any]]) -> Codes:
        """1, 2 … for the named streets, 0 for the rest of a district that has one, not known elsewhere."""
        street = np.full(self.count, NOT_KNOWN, dtype=np.int8)
        codes = [place.code for place in places]
        for number, named in enumerate(streets, start=1):
            here = np.flatnonzero(hukou == codes.index(named["district"]))
            street[here] = np.where(self.rng.random(len(here)) < float(named["share"]), number, 0)
        return street

    def _ends(self) -> tuple[Days, Days]:
        """Deaths and moves that the register knows and has not yet acted on, around the day."""
        today = (self.on - _EPOCH).days
        ends = []
        for share in ("died_share", "moved_share"):
            days = np.full(self.count, NOT_KNOWN, dtype=np.int32)
            few = self._few(share)
            days[few] = today + self.rng.integers(-45, 29, len(few), dtype=np.int32)
            ends.append(days)
        return ends[0], ends[1]

    def _bedridden(self, level: Codes) -> NDArray[np.int16]:
        lying = (level >= 3) & (self.rng.random(self.count, dtype=np.float32) < float(self.shares["bedridden_share"]))
        months = np.where(lying, self.rng.integers(1, 60, self.count, dtype=np.int16), 0).astype(np.int16)
        months[self._few("not_known_share")] = NOT_KNOWN
        return months

    def _forget(self, codes: Codes) -> None:
        codes[self._few("not_known_share")] = NOT_KNOWN

    def _few(self, share: str) -> NDArray[np.int64]:
        wanted = round(self.count * float(self.shares[share]))
        return self.rng.integers(0, self.count, wanted)

    def _flag(self, share: str) -> Codes:
        return (self.rng.random(self.count, dtype=np.float32) < float(self.shares[share])).astype(np.int8)

    def _among(self, share: str, band: Codes) -> Codes:
        """Yes for the share that each age band has."""
        chances = np.array([float(step[share]) for step in self.shares["bands"]], dtype=np.float32)
        return (self.rng.random(self.count, dtype=np.float32) < chances[band]).astype(np.int8)

    def _choice(self, weights: Any) -> Codes:
        bounds = np.cumsum([float(weight) for weight in weights])
        draw = self.rng.random(self.count) * bounds[-1]
        return np.minimum(np.searchsorted(bounds, draw, side="right"), len(bounds) - 1).astype(np.int8)

    def _exactly(self, wanted: int) -> Codes:
        """Yes for exactly so many people, anywhere."""
        keys = self.rng.permutation(self.count)
        return (keys < wanted).astype(np.int8)


def _write(
    path: Path,
    region: str,
    places: Sequence[District],
    streets: Sequence[Mapping[str, Any]],
    columns: Mapping[str, NDArray[Any]],
) -> None:
    """Names in place of numbers, days in place of counts, and the file."""
    codes = [place.code for place in places]
    registered = f"CASE WHEN hukou = {NOT_KNOWN} THEN '{ELSEWHERE}' ELSE {_named('hukou', codes)} END"
    selected = {
        "person_id": f"'SYN-{region.removeprefix('CN-')}-' || lpad(CAST(serial AS VARCHAR), 8, '0')",
        "residence": _named("residence", codes),
        "hukou": registered,
        "hukou_street": _named("street", ["其他街道镇乡", *(street["street"] for street in streets)]),
        "sex": _named("sex", ["male", "female"]),
        "birth_on": _day("birth"),
        "died_on": _day("died"),
        "moved_on": _day("moved"),
        "is_permanent_resident": "permanent = 1",
        "income_class": _named("income", INCOME_CLASSES),
        "has_disability_card": "card = 1",
        "disability_category": _named("category", CATEGORIES),
        "disability_grade": _known("card_grade"),
        "bedridden_months": _known("bedridden"),
        "elder_grade": _known("elder_grade"),
        "elder_grade_until_on": _day("elder_grade_until"),
        "care_grade": _known("care_grade"),
        "care_grade_until_on": "CAST(NULL AS DATE)",
        "insured_class": _named("insured", ["employee", "resident", "none"]),
        "care_mode": _named("care_mode", CARE_MODES),
        "lives_alone": "alone = 1",
        "has_contract": "contract = 1",
        "last_checkup_on": _day("checkup_day"),
        "has_integrated_care": "integrated = 1",
        "has_applied": "applied = 1",
    }
    made = dict(columns)
    made["serial"] = np.arange(1, len(columns["sex"]) + 1, dtype=np.int32)
    listed = ", ".join(f"{sql} AS {name}" for name, sql in selected.items())
    with connection() as duck:
        duck.execute("SET preserve_insertion_order = true")
        duck.register("made", made)
        duck.execute(f"COPY (SELECT {listed} FROM made) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)")


def _named(column: str, names: Sequence[str]) -> str:
    listed = ", ".join(quoted(name) for name in names)
    return f"CASE WHEN {column} >= 0 THEN [{listed}][{column} + 1] END"


def _known(column: str) -> str:
    return f"CAST(nullif({column}, {NOT_KNOWN}) AS INTEGER)"


def _day(column: str) -> str:
    return f"CASE WHEN {column} NOT IN ({NOT_KNOWN}, {np.iinfo(np.int32).min}) THEN DATE '1970-01-01' + {column} END"
