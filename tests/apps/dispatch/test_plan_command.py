"""`yijia dispatch plan`: the board's actions from the command line."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, TODAY, Cast, resident
from tests.factories import visits as factory
from yijia.apps.dispatch.models import Plan
from yijia.apps.visits.models import Assignment
from yijia.base import errors
from yijia.cli import day_plan


def test_a_day_is_drafted_then_published(cast: Cast, travel: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for i in range(2):
        cast.residents[f"home{i}"] = resident(f"测试{i}", 30 + i, cast.harbour)
        factory.signed(cast, part=f"home{i}", wanted_from=NOW + timedelta(hours=2 + i))
    drafted = day_plan.planned("港湾", TODAY, "new", 1, 0.2, False)
    assert (drafted["state"], drafted["changes"], drafted["version"]) == ("draft", 2, None)
    assert not Assignment.objects.exists()
    done = day_plan.planned(cast.harbour.name, TODAY, "new", 1, 0.2, True)
    assert (done["state"], done["version"], done["refused"]) == ("published", 1, [])
    assert Plan.objects.get(pk=done["plan"]).published_by_id == cast.users["dispatcher"].pk
    assert Assignment.objects.filter(is_active=True).count() == 2
    assert json.loads(json.dumps(done))["figures"]["after"]["served"] == 2
    assert any("served" in line for line in day_plan._lines(done))
    with pytest.raises(errors.Refused, match=r"dispatch\.day_over"):
        day_plan.planned("港湾", TODAY - timedelta(days=1), "new", 1, 0.2, False)
    with pytest.raises(SystemExit):
        day_plan.planned("医院", TODAY, "new", 1, 0.2, False)
    assert "山岗医院" in capsys.readouterr().err
