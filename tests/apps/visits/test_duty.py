"""The roster of duty leads: who is called last, and what happens when nobody is on it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.factories import visits as factory
from yijia.apps.visits import actions, queries
from yijia.apps.visits.models import AlarmEvent, DutyLead
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.models import Message
from yijia.core.permissions import SYSTEM

Enter = Callable[..., Client]
DAY = timedelta(days=1)


@pytest.fixture
def phoned(cast: Cast) -> Cast:
    factory.with_phone(cast.staff["second_nurse"], 77)
    return cast


def shift(
    cast: Cast, begin: datetime = NOW - DAY, end: datetime = NOW + 7 * DAY, part: str = "second_nurse"
) -> DutyLead:
    return actions.set_duty_lead(
        staff_id=cast.staff[part].pk, from_at=begin, until_at=end, by=cast.actors["manager"], at=NOW
    )


def climbed(cast: Cast) -> tuple[str, list[str]]:
    """What the last step of an unanswered press noted, and whom the texts of that step reached."""
    visit = factory.departed(cast)
    at = visit.planned_from
    alarm = actions.press_sos(visit_id=visit.pk, client_id=uuid.uuid4(), by=cast.actors["nurse"], at=at)
    actions.sweep_dead_man(by=SYSTEM, at=at + timedelta(seconds=181))
    last = AlarmEvent.objects.filter(alarm=alarm, event="escalated").order_by("pk").last()
    return last.note, list(Message.objects.filter(template="visits.sos_duty_lead").values_list("to_masked", flat=True))


def test_the_lead_on_the_roster_is_called(phoned: Cast) -> None:
    shift(phoned)
    note, reached = climbed(phoned)
    assert note == "duty_lead"
    house = Message.objects.get(template="visits.sos_desk").to_masked
    assert len(reached) == 1
    assert reached[0] != house


def test_without_a_roster_the_house_is_called_and_it_is_noted(cast: Cast) -> None:
    note, reached = climbed(cast)
    assert note == "no_duty_lead"
    assert reached == list(Message.objects.filter(template="visits.sos_desk").values_list("to_masked", flat=True))
    assert len(reached) == 1


def test_two_leads_never_overlap_and_a_free_time_can_be_taken(phoned: Cast) -> None:
    first = shift(phoned)
    with pytest.raises(Refused, match="duty_taken"):
        shift(phoned, NOW + DAY, NOW + 8 * DAY)
    shift(phoned, NOW + 7 * DAY, NOW + 8 * DAY)
    actions.end_duty(duty_id=first.pk, by=phoned.actors["manager"], at=NOW)
    assert shift(phoned, NOW, NOW + DAY).is_active
    assert queries.duty_lead_for_system(phoned.harbour.pk, NOW) == phoned.staff["second_nurse"]
    assert queries.duty_lead_for_system(phoned.harbour.pk, NOW + DAY) is None


def test_who_cannot_be_put_on(phoned: Cast) -> None:
    with pytest.raises(Refused, match="duty_no_phone"):
        shift(phoned, part="nurse")
    with pytest.raises(NotFound):
        shift(phoned, part="stranger_nurse")
    for begin, end in ((NOW, NOW), (NOW - 2 * DAY, NOW - DAY), (NOW, NOW + 32 * DAY)):
        with pytest.raises(Invalid):
            shift(phoned, begin, end)


def test_the_first_gap() -> None:
    week = [(NOW - DAY, NOW + DAY), (NOW + DAY, NOW + 3 * DAY), (NOW + 4 * DAY, NOW + 30 * DAY)]
    assert queries.first_gap(week, NOW, 14) == NOW + 3 * DAY
    assert queries.first_gap([], NOW, 14) == NOW
    assert queries.first_gap([(NOW, NOW + 20 * DAY)], NOW, 14) is None


def test_the_roster_page(phoned: Cast, enter: Enter, see_all: Callable[[], None]) -> None:
    manager, url = enter("manager"), reverse("visits:duty")
    assert "现在没有人值班" in manager.get(url).content.decode()
    assert "现在没有值班负责人" in manager.get(reverse("visits:alarms")).content.decode()
    assert url in manager.get("/").content.decode()
    facts = {"staff_id": phoned.staff["second_nurse"].pk, "from_at": "2025-06-16T08:00", "until_at": "2025-06-23T08:00"}
    assert manager.post(url, facts | {"until_at": "2025-06-16T07:00"}).status_code == 422
    assert manager.post(url, facts).headers["Location"] == url
    assert "正在值班" in manager.get(url).content.decode()
    assert "现在没有值班负责人" not in manager.get(reverse("visits:alarms")).content.decode()
    taken = manager.post(url, facts)
    assert taken.status_code == 409
    assert "已经有人值班" in taken.content.decode()
    see_all()
    pk = DutyLead.objects.get().pk
    end = reverse("visits:end_duty", args=[pk])
    assert enter("stranger_manager").post(end).status_code == 404
    assert enter("dispatcher").post(end).status_code == 403
    assert enter("dispatcher").post(url, facts).status_code == 403
    assert "测试second_nurse" not in enter("stranger_manager").get(url).content.decode()
    assert enter("nurse").get(url).status_code == 403
    assert manager.get(end).status_code == 405
    assert manager.post(end).headers["Location"] == url
    see_all()
    assert not DutyLead.objects.get(pk=pk).is_active


def test_the_roster_api(phoned: Cast, enter: Enter) -> None:
    manager, url = enter("manager"), "/api/v1/duty-leads"
    body = {
        "staff_id": phoned.staff["second_nurse"].pk,
        "from_at": "2025-06-16T08:00:00+08:00",
        "until_at": "2025-06-23T08:00:00+08:00",
    }
    made = manager.post(url, body, content_type="application/json")
    assert made.status_code == 201, made.content
    again = manager.post(url, body, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "visits.duty_taken")
    assert (
        manager.post(url, body | {"from_at": "2025-06-16T08:00:00"}, content_type="application/json").status_code == 422
    )
    listed = enter("clerk").get(url).json()
    assert [row["name"] for row in listed["items"]] == ["测试second_nurse"]
    assert enter("stranger_manager").get(url).json()["total"] == 0
    assert enter("nurse").get(url).status_code == 403
    end = f"{url}/{made.json()['id']}/end"
    assert enter("stranger_manager").post(end, content_type="application/json").status_code == 404
    assert enter("dispatcher").post(end, content_type="application/json").status_code == 403
    assert manager.post(end, content_type="application/json").status_code == 200
    assert manager.get(url).json()["total"] == 0
