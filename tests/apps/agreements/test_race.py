"""Two hands at the same instant, each on a connection of its own; the place's text changing between them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.factories import agreements as papers
from tests.factories import cooperations as make
from yijia.apps.agreements import actions, queries
from yijia.apps.agreements.models import Cooperation, PartySignature, Signature
from yijia.base import scope
from yijia.core.policy import Editions

Together = Callable[[int, Callable[[int], Any]], list[Any]]


def test_of_two_hands_under_one_paper_one_counts(town: Cast, together: Together) -> None:  # AGREEMENT-03
    row = papers.prepared(town)
    who = [
        ("elder", {"signer": "resident", "name": "测试elder"}),
        ("relative", {"signer": "proxy", "name": "测试relative"}),
    ]
    found = together(
        2,
        lambda n: actions.sign(
            agreement_id=row.pk, **who[n][1], method="glass", image=papers.DRAWN, by=town.actors[who[n][0]], at=NOW
        ),
    )  # fmt: skip
    assert [one for one in found if isinstance(one, str)] == ["agreements.already_signed"]
    assert Signature.objects.filter(agreement=row).count() == 1


def test_a_code_is_used_once_by_whoever_is_faster(town: Cast, together: Together) -> None:  # AGREEMENT-25
    names = ("programme", "plan", "money", "package", "package_items", "package_price")
    row = actions.prepare(
        kind="family_doctor", resident_id=town.residents["elder"].pk, organisation_id=town.harbour.pk,
        fields={"words": {name: {"zh": "—", "en": "—"} for name in names}}, by=town.actors["doctor"], at=NOW,
    )  # fmt: skip
    code = queries.code_of(actions.give_code(agreement_id=row.pk, by=town.actors["doctor"], at=NOW))
    parts = ("elder", "relative")
    found = together(
        2, lambda n: actions.sign_by_code(agreement_id=row.pk, code=code, by=town.actors[parts[n]], at=NOW)
    )
    assert [one for one in found if isinstance(one, str)] == ["agreements.no_code"]
    assert sorted(Signature.objects.filter(agreement=row).values_list("method", flat=True)) == ["code", "code"]


def test_the_text_changes_between_two_signatures_at_once(
    town: Cast, together: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AGREEMENT-09: one party has read the old words, the other's connection knows the new ones already; both never bind."""
    home = "晴川养老院"
    row = make.offered(town, valid_until=date(2027, 6, 16))
    knows_new, lookup = threading.local(), Editions.lookup

    def other(self: Editions, key: str, **where: Any) -> Any:
        found = lookup(self, key, **where)
        if key != "agreement:medical_cooperation" or not getattr(knows_new, "yes", False):
            return found
        clauses = [
            {**one, "text": {"zh": "新的话", "en": "New words"}} if one["code"] == "liability" else one
            for one in found.value["clauses"]
        ]
        return replace(found, value={**found.value, "clauses": clauses})

    monkeypatch.setattr(Editions, "lookup", other)

    def work(number: int) -> Any:
        knows_new.yes = number == 1
        return make.sign(town, row, (home, "manager")[number])

    found = together(2, work)
    assert found[1] == "cooperations.template_changed"
    with scope.whole_system():
        assert PartySignature.objects.filter(cooperation=row).count() == 1
        assert Cooperation.objects.get(pk=row.pk).state == "offered"
