"""Bad input of a grading case as people meet it: a page that says in their language which rule stops it, and what to do.

PROC-02, PROC-03, PROC-04, PROC-08 of docs/rules/procedures.md.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast, grant
from tests.factories import cases as factory
from yijia.apps.cases.models import Case

BOTH = pytest.mark.parametrize("language", ["zh-hans", "en"])
Enter = Callable[[str], Client]


def speaking(enter: Enter, part: str, language: str) -> Client:
    client = enter(part)
    client.cookies["yijia_language"] = language
    return client


def refused(client: Client, url: str, sent: dict[str, Any]) -> str:
    answer = client.post(url, sent)
    assert answer.status_code == 409, answer.status_code
    return answer.content.decode()


@BOTH
@pytest.mark.parametrize(
    ("tie", "zh", "en"),
    [
        ("family", "评估员是本人、监护人、家属或代办人，必须回避", "guardian"),
        ("home", "登记在同一住址，必须回避", "the same address"),
    ],
)
def test_an_assessor_who_must_stand_aside(cast: Cast, enter: Enter, tie: str, zh: str, en: str, language: str) -> None:
    case, who = factory.accepted(cast), cast.users["assessor"]
    elder, neighbour = cast.residents["elder"], cast.residents["neighbour"]
    if tie == "home":
        type(neighbour).objects.filter(pk=neighbour.pk).update(household=elder.household)
        grant(who, "resident", resident_id=neighbour.pk)
    else:
        grant(who, "family", resident_id=elder.pk)
    sent = {"version": case.version, "seat": 1, "user_id": who.pk}
    page = refused(speaking(enter, "agency_clerk", language), f"/cases/{case.pk}/assign/", sent)
    assert (en if language == "en" else zh) in page


@BOTH
@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [(740, "评估做完太久，已超过结论的有效期", "older than a decision may last"), (0, "公示期还没有结束", "notice")],
)
def test_a_decision_too_late_and_too_early(
    cast: Cast, enter: Enter, travel: Any, days: int, zh: str, en: str, language: str
) -> None:
    case = factory.noticed(cast)
    client = speaking(enter, "agency_clerk", language)
    travel(NOW + timedelta(days=days))
    client.force_login(cast.users["agency_clerk"], backend="yijia.base.accounts.Backend")
    page = refused(client, f"/cases/{case.pk}/move/", {"version": case.version, "event": "decide"})
    assert (en if language == "en" else zh) in page


@BOTH
def test_a_second_open_case_names_the_first(cast: Cast, enter: Enter, language: str) -> None:
    first = factory.begun(cast)
    sent = {"client_id": str(uuid.uuid4()), "resident_id": first.resident_id, "applicant": "测试relative", "save": "1"}
    assert first.number in refused(speaking(enter, "relative", language), "/cases/new/", sent)


def test_a_form_sent_twice_is_one_case(cast: Cast) -> None:
    first = factory.begun(cast)
    assert factory.begun(cast, client_id=first.client_id).pk == first.pk
    assert Case.objects.count() == 1
