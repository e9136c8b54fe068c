"""Programmes are under way in the demo: somebody opening the ward or the due list finds work there."""

from datetime import timedelta

import pytest

from yijia.apps.care import queries
from yijia.apps.care.models import Duty, Episode
from yijia.base import accounts
from yijia.base.models import User
from yijia.demo.county import County
from yijia.demo.episodes import STORIES

pytestmark = pytest.mark.django_db


def test_every_story_begins_at_the_first_institution(county: County, made: County) -> None:
    begun = {story.programme for story in STORIES if story.is_begun}
    running = Episode.objects.filter(organisation_id=county.houses[0].id)
    assert made.counts["episodes"] == len(STORIES) == running.count()
    assert set(running.filter(state="active").values_list("programme", flat=True)) == begun
    assert running.filter(state="assessing").count() == sum(not story.is_begun for story in STORIES)


def test_what_is_late_is_late_only_where_nobody_came(county: County) -> None:
    late = Duty.objects.filter(state="open", due_at__lt=county.plan.at)
    assert set(late.values_list("episode__programme", flat=True)) == {"family_bed", "hospice"}
    assert late.values("episode").distinct().count() == sum(not story.is_kept for story in STORIES)
    assert Episode.objects.filter(is_worsening=True).count() == sum(story.is_worse for story in STORIES)


def test_the_doctor_finds_the_week_due(county: County) -> None:
    """The demo's doctor opens the due list and it is not empty."""
    doctor = accounts.actor_for(User.objects.get(username="doctor"), county.plan.at)
    assert queries.due_duties(doctor, until=county.plan.at + timedelta(days=7))
