"""An institution chooses items by the written criteria; its authority answers."""

import pytest

from tests.cast import NOW, Cast
from tests.factories import catalogue as make
from yijia.apps.catalogue import actions, queries
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale
from yijia.base.words import sentence


def refused(code: str):
    return pytest.raises(Refused, match=f"^{code}$")


def test_a_choice_walks_to_publication(cast: Cast) -> None:
    row = make.published(cast, cast.harbour)
    assert (row.state, row.reviewed_by_id, len(row.criteria)) == ("published", cast.users["regulator"].pk, 6)
    assert queries.offered_codes_for_system([cast.harbour.pk]) == {cast.harbour.pk: frozenset({make.DRESSING})}


def test_what_is_forbidden_at_home_names_its_rule(cast: Cast) -> None:
    with refused("catalogue.forbidden_at_home") as refusal:
        make.picked(cast, cast.harbour, make.FORBIDDEN)
    said = sentence(refusal.value.refusal)
    assert "静脉注射" in said
    assert "目录内" in said
    assert "N01" in said


@pytest.mark.parametrize(
    ("code", "refusal"), [("NI-XX-99", "catalogue.unknown_item"), ("131000001N", "catalogue.not_visited")]
)
def test_only_services_of_the_catalogue_are_chosen(cast: Cast, code: str, refusal: str) -> None:
    with refused(refusal):
        make.picked(cast, cast.harbour, code)


def test_each_criterion_needs_a_yes_and_a_reason(cast: Cast) -> None:
    row = make.picked(cast, cast.harbour)
    given = make.answers(cast.harbour)
    given["low_risk"] = {"met": False, "why": "偶有出血"}
    given["easy"] = {"met": True, "why": " "}
    with refused("catalogue.criteria_not_met") as refusal:
        actions.submit_item(offered_item_id=row.pk, criteria=given, by=cast.actors["manager"], at=NOW)
    assert refusal.value.refusal.facts["unmet"] == ("low_risk", "easy")
    assert "医疗风险低、易操作实施" in sentence(refusal.value.refusal)


def test_an_unknown_criterion_is_named(cast: Cast) -> None:
    row = make.picked(cast, cast.harbour)
    with pytest.raises(Invalid) as invalid:
        actions.submit_item(
            offered_item_id=row.pk, criteria={"cheap": {"met": True, "why": "x"}}, by=cast.actors["manager"], at=NOW
        )
    assert "criteria.cheap" in invalid.value.fields


def test_a_return_says_why(cast: Cast) -> None:
    row = make.submitted(cast, cast.harbour)
    with refused("catalogue.no_reason"):
        actions.review_item(offered_item_id=row.pk, is_published=False, by=cast.actors["regulator"], at=NOW)
    row = actions.review_item(
        offered_item_id=row.pk, is_published=False, note="请附培训证明", by=cast.actors["regulator"], at=NOW
    )
    assert row.state == "returned"
    row = actions.submit_item(
        offered_item_id=row.pk, criteria=make.answers(cast.harbour), by=cast.actors["manager"], at=NOW
    )
    assert row.state == "submitted"


def test_an_item_is_chosen_once_and_again_after_withdrawal(cast: Cast) -> None:
    row = make.published(cast, cast.harbour)
    with refused("catalogue.already_picked"):
        make.picked(cast, cast.harbour)
    actions.withdraw_item(offered_item_id=row.pk, by=cast.actors["manager"], at=NOW)
    assert queries.offered_codes_for_system([cast.harbour.pk]) == {cast.harbour.pk: frozenset()}
    again = make.picked(cast, cast.harbour)
    assert (again.pk, again.state, again.criteria) == (row.pk, "picked", {})


def test_rights_and_scope(cast: Cast) -> None:
    row = make.submitted(cast, cast.harbour)
    with pytest.raises(Forbidden):
        actions.review_item(offered_item_id=row.pk, is_published=True, by=cast.actors["manager"], at=NOW)
    with pytest.raises(NotFound):
        actions.withdraw_item(offered_item_id=row.pk, by=cast.actors["stranger_manager"], at=NOW)
    with pytest.raises(Forbidden):
        actions.pick_item(organisation_id=cast.harbour.pk, item_code=make.BLOOD, by=cast.actors["dispatcher"], at=NOW)


def test_a_regulator_of_another_place_finds_nothing(cast: Cast) -> None:
    row = make.submitted(cast, cast.harbour)
    type(cast.harbour).objects.filter(pk=cast.harbour.pk).update(jurisdiction="CN-440704")
    with pytest.raises(NotFound):
        actions.review_item(offered_item_id=row.pk, is_published=True, by=cast.actors["regulator"], at=NOW)


def test_two_reviewers_at_once(cast: Cast) -> None:
    row = make.submitted(cast, cast.harbour)
    actions.review_item(
        offered_item_id=row.pk, is_published=True, version=row.version, by=cast.actors["regulator"], at=NOW
    )
    with pytest.raises(Stale):
        actions.review_item(
            offered_item_id=row.pk,
            is_published=False,
            note="x",
            version=row.version,
            by=cast.actors["regulator"],
            at=NOW,
        )
