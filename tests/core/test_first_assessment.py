"""The questions of a first assessment are policy: who is asked what, and what an answer does."""

from datetime import date

import pytest

from tests.core.policy_tree import published
from yijia.core.gate import first_assessment
from yijia.core.gate.first_assessment import Question

DAY = date(2025, 6, 10)
PLACES = ("CN-441900", "CN-440704", "CN-440307", "CN-350000", "CN-500000")
NURSING = tuple(
    f"CN/items/nursing_{part}.yaml"
    for part in ("clinical", "guidance", "mother_baby", "chronic", "rehab", "hospice", "tcm")
)
DRESSING, INJECTION, CATHETER = {"NI-CL-06"}, {"NI-CL-04"}, {"NI-CL-13"}


def questions(place: str = "CN-441900") -> tuple[Question, ...]:
    values = published("CN/first_assessment.yaml").values("first_assessment:", jurisdiction=place, on=DAY)
    return first_assessment.load(values)


def codes(items: set[str]) -> set[str]:
    return {question.code for question in first_assessment.asked(questions(), items)}


def test_everybody_is_asked_the_same_and_an_item_asks_its_own() -> None:  # GATE-09
    everybody = {"stable", "suits_home", "allergic", "infectious", "aggressive", "doctor_order"}
    assert codes(set()) == everybody
    assert codes(DRESSING) == everybody | {"wound_worse"}
    assert codes(INJECTION) == everybody | {"first_dose", "own_medicine", "allergy_history"}


CASES = [
    (DRESSING, {}, (), (), ()),
    (DRESSING, {"stable": False}, ("stable",), (), ()),
    (DRESSING, {"wound_worse": True, "infectious": True}, ("infectious", "wound_worse"), (), ()),
    (CATHETER, {"urethra_difficult": True}, (), ("urethra_difficult",), ()),
    (INJECTION, {"first_dose": True}, ("first_dose",), (), ()),
    (INJECTION, {"doctor_order": "not_needed"}, (), (), ("doctor_order",)),  # an injection always needs an order
    (DRESSING, {"stable": "yes"}, (), (), ("stable",)),
    (DRESSING, {"doctor_order": True}, (), (), ("doctor_order",)),
]


@pytest.mark.parametrize(("items", "change", "blocks", "notes", "unfit"), CASES)
def test_answers(
    items: set[str],
    change: dict[str, bool | str],
    blocks: tuple[str, ...],
    notes: tuple[str, ...],
    unfit: tuple[str, ...],
) -> None:  # GATE-09
    answers = first_assessment.passing(questions(), items) | change
    found = first_assessment.assess(answers, questions(), items)
    assert (found.blocks, found.notes, found.unfit, found.unanswered, found.unknown) == (blocks, notes, unfit, (), ())


def test_what_is_not_answered_or_not_asked_is_named() -> None:  # GATE-09
    found = first_assessment.assess({"stable": True, "tall": True}, questions(), set())
    assert found.unanswered == ("suits_home", "allergic", "infectious", "aggressive", "doctor_order")
    assert found.unknown == ("tall",)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_asks_and_every_item_named_exists(place: str) -> None:  # GATE-09
    tree = published("CN/first_assessment.yaml", *NURSING)
    items = {value.key.partition(":")[2] for value in tree.values("item:", jurisdiction=place, on=DAY)}
    of_place = questions(place)
    assert {first_assessment.ALLERGIC, first_assessment.INFECTIOUS, first_assessment.AGGRESSIVE} <= {
        question.code for question in of_place
    }
    named = {code for question in of_place for code in question.items}
    named |= {code for question in of_place for choice in question.choices for code in choice.not_for}
    assert named
    assert named <= items
    assert all(question.evidence is not None and question.zh and question.en for question in of_place)
