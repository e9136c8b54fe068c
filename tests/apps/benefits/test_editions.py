"""An edition that begins in the middle of a paid month, and one that corrects the past: BENEFIT-10 where people are paid."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from tests.cast import Cast
from tests.factories import benefits as factory
from tests.factories.benefits import LIANGPING, NOW
from yijia.apps.benefits.models import BenefitEvent, PaymentOrder
from yijia.apps.money.queries import verify_for_system
from yijia.base import editions
from yijia.base.editions import ROOT, read_over
from yijia.core.policy import Editions

_KEPT: list[Editions] = []  # an answer is kept by the identity of its editions: none may be made twice in one place
JULY = NOW + timedelta(days=20)

Lay = Callable[[date | None], None]


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Put an edition in force that pays 50 yuan where 40 were paid: from a day on, or (None) for the past as well."""

    def over(begins: date | None) -> None:
        tree = yaml.safe_load((ROOT / LIANGPING / "benefits.yaml").read_text(encoding="utf-8"))
        old = next(value for value in tree["values"] if value["key"] == "benefit:old_age_allowance")
        new = yaml.safe_load(yaml.safe_dump(old))
        for value in (old, new):
            value["value"].pop("worked")
        new["value"]["amounts"][0]["amount_fen"] = 5000
        if begins is None:
            tree["values"][tree["values"].index(old)] = new
        else:
            old["effective"]["until"] = new["effective"]["from"] = begins
            tree["values"].append(new)
        folder = tmp_path / LIANGPING
        folder.mkdir()
        (folder / "benefits.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        made = read_over(ROOT, tmp_path)
        _KEPT.append(made)
        monkeypatch.setattr(editions, "current", lambda: made)

    return over


def amounts(resident: object) -> dict[str, tuple[str, int | None]]:
    rows = PaymentOrder.objects.filter(resident=resident).order_by("month")
    return {f"{row.month:%Y-%m}": (row.state, row.amount_fen) for row in rows}


def test_one_that_begins_in_the_middle_decides_from_the_next_month_on(town: Cast, lay: Lay) -> None:
    grandmother = factory.elder(town, 121, date(1946, 5, 20))
    factory.review(grandmother.pk)
    factory.approved(town, grandmother)
    factory.paid(town, grandmother)
    lay(date(2026, 6, 15))
    assert factory.review(grandmother.pk) == []
    assert amounts(grandmother) == {"2026-05": ("paid", 4000), "2026-06": ("paid", 4000)}
    factory.review(grandmother.pk, JULY)
    assert amounts(grandmother)["2026-06"] == ("paid", 4000)
    assert amounts(grandmother)["2026-07"] == ("ready", 5000)
    assert not BenefitEvent.objects.filter(event="differs").exists()


def test_a_corrected_one_moves_what_is_in_the_house_and_names_what_is_paid(town: Cast, lay: Lay) -> None:
    grandmother = factory.elder(town, 122, date(1946, 5, 20))
    factory.review(grandmother.pk)
    factory.approved(town, grandmother)
    factory.paid(town, grandmother)
    factory.review(grandmother.pk, JULY)
    lay(None)
    factory.review(grandmother.pk, JULY + timedelta(days=1))
    assert amounts(grandmother) == {"2026-05": ("paid", 4000), "2026-06": ("paid", 4000), "2026-07": ("ready", 5000)}
    told = BenefitEvent.objects.filter(event="differs").order_by("id")
    assert [(event.facts["month"], event.facts["amount_fen"], event.facts["due_fen"]) for event in told] == [
        ("2026-05", 4000, 5000), ("2026-06", 4000, 5000),
    ]  # fmt: skip
    assert factory.review(grandmother.pk, JULY + timedelta(days=2)) == []  # said once
    assert told.count() == 2
    assert verify_for_system().faults_total == 0
