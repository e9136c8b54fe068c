"""Random people, and the published schemes."""

from datetime import date
from random import Random
from typing import Any

from yijia.core.benefits import FACTS
from yijia.core.benefits.vocabulary import CARE_MODES, CATEGORIES, INCOME_CLASSES

PLACES = (
    "CN-441900", "CN-440704", "CN-440307", "CN-350103", "CN-350203", "CN-500103", "CN-500107", "CN-500110", "CN-500112",
    "CN-500115", "CN-500153", "CN-500155", "CN-500235", "CN-990000",
)  # fmt: skip
AROUND = (date(2026, 5, 30), date(2026, 7, 2))


def person(rng: Random) -> dict[str, Any]:
    """Somebody near many edges; any fact may be unknown."""

    def maybe(content: Any, unknown: float = 0.12) -> Any:
        return None if rng.random() < unknown else content

    near = date.fromordinal(rng.randint(AROUND[0].toordinal(), AROUND[1].toordinal()))
    age = rng.choice([0, 3, 6, 7, 16, 18, 59, 60, 61, 65, 66, 70, 75, 79, 80, 81, 89, 90, 95, 96, 99, 100, 104])
    home = rng.choice(PLACES[:-1])
    card = maybe(rng.random() < 0.5)
    found = {
        "birth_on": maybe(near.replace(year=near.year - age), 0.05),
        "died_on": maybe(near, 0.85),
        "moved_on": maybe(near, 0.9),
        "hukou": maybe(home if rng.random() < 0.8 else rng.choice(PLACES), 0.05),
        "residence": home,
        "hukou_street": maybe(rng.choice(["天宫殿街道", "万盛经开区", "其他街道镇乡"]), 0.2),
        "sex": maybe(rng.choice(["female", "male"])),
        "is_permanent_resident": maybe(rng.random() < 0.8),
        "income_class": maybe(rng.choice(INCOME_CLASSES)),
        "has_disability_card": card,
        "disability_category": maybe(rng.choice(CATEGORIES), 0.3),
        "disability_grade": maybe(rng.randint(1, 4), 0.3),
        "bedridden_months": maybe(rng.choice([0, 0, 5, 6, 12])),
        "elder_grade": maybe(rng.randint(0, 4), 0.3),
        "elder_grade_until_on": maybe(near, 0.5),
        "care_grade": maybe(rng.randint(0, 5), 0.3),
        "care_grade_until_on": maybe(near, 0.5),
        "insured_class": maybe(rng.choice(["none", "employee", "resident"])),
        "care_mode": maybe(rng.choice(CARE_MODES)),
        "has_rehab_diagnosis": maybe(rng.random() < 0.5),
        "has_residence_permit": maybe(rng.random() < 0.5),
        "has_passed_carer_exam": maybe(rng.random() < 0.5),
        "carer_class_hours": maybe(rng.choice([149, 150])),
    }
    return {name: found.get(name) for name in FACTS}
