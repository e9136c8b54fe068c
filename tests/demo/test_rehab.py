"""The demo's rehabilitation stands where a visitor can go on with it."""

from datetime import timedelta

from yijia.apps.cases.models import Case
from yijia.apps.rehab.models import Ban, EvaluationSignature, MonthlyEvaluation, Placement
from yijia.apps.rehab.queries import houses_listed
from yijia.demo.cooperations import agree
from yijia.demo.county import County
from yijia.demo.day import EVE
from yijia.demo.rehab import rehabilitate


def test_one_is_on_the_list_one_is_banned_and_one_waits_for_the_experts(county: County) -> None:
    at = EVE + timedelta(hours=34)
    agree(county, at - timedelta(minutes=30))
    assert rehabilitate(county, at) == 1 == Placement.objects.count() == Ban.objects.count()
    assert [row.category for row, _place in houses_listed(county.plan.place.code, at.date())] == ["limb"]
    assert set(Case.objects.filter(organisation__isnull=False).values_list("state", flat=True)) >= {
        "designated",
        "voting",
    }
    assert (MonthlyEvaluation.objects.count(), EvaluationSignature.objects.count()) == (2, 1)
