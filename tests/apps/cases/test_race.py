"""Two at once: two applications of one person in the same second, and one form sent twice. PROC-03."""

import uuid
from typing import Any

import pytest

from tests.cast import Cast
from tests.committed import together, town  # noqa: F401 - fixtures
from tests.factories import cases as factory
from yijia.apps.cases.models import Case, CaseEvent
from yijia.base.errors import Refused


def test_two_applications_in_the_same_second(town: Cast, together: Any) -> None:  # noqa: F811
    parts = ("relative", "elder")
    found = together(2, lambda n: factory.begun(town, parts[n], client_id=uuid.uuid4()).number)
    assert sorted(map(str, found))[1] == "cases.already_open"
    case = Case.objects.get()
    with pytest.raises(Refused) as caught:
        factory.begun(town)
    assert caught.value.refusal.facts["number"] == case.number
    Case.objects.update(is_open=False)
    one = uuid.uuid4()
    twice = together(2, lambda _n: factory.begun(town, client_id=one).number)
    assert twice[0] == twice[1]
    assert CaseEvent.objects.filter(event="begin").count() == 2
