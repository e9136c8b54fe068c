"""The demo's gradings stand where a visitor can go on with them."""

from datetime import timedelta

from yijia.apps.cases.models import Case, Entry
from yijia.demo.county import County
from yijia.demo.day import EVE
from yijia.demo.gradings import grade


def test_one_is_assessed_one_voted_on_one_on_notice(county: County) -> None:
    assert grade(county, EVE + timedelta(hours=33)) == 3
    assert sorted(Case.objects.values_list("state", flat=True)) == ["assessing", "notice", "voting"]
    waiting = Entry.objects.get(submitted_at__isnull=True)
    assert waiting.assessor_id == county.officials["assessor"]
