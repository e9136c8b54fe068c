"""The demo's agreements stand where a visitor can go on with them."""

from datetime import timedelta

from yijia.apps.agreements.models import Breach, Cooperation
from yijia.apps.registry.models import Organisation
from yijia.demo.cooperations import AGREEMENTS, agree
from yijia.demo.county import County
from yijia.demo.day import EVE


def test_one_runs_with_things_missed_and_one_waits_for_its_second_signature(county: County) -> None:
    assert agree(county, EVE + timedelta(hours=33, minutes=30)) == AGREEMENTS == Cooperation.objects.count()
    assert sorted(Cooperation.objects.values_list("kind", "state")) == [
        ("consortium", "in_force"), ("designation", "in_force"), ("medical_cooperation", "in_force"), ("outsourcing", "offered"),
    ]  # fmt: skip
    assert sorted(Breach.objects.values_list("duty", "fault", "state")) == [
        ("green_channel_answer", "late", "answered"), ("rounds", "short", "open"),
    ]  # fmt: skip
    assert Organisation.objects.get(kind="care_home").is_synthetic
