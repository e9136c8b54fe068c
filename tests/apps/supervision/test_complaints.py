"""A complaint has an owner and a deadline in working days; the family has the last word."""

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.cast import NOW, Cast
from tests.factories import money as moneys
from tests.factories import supervision as factory
from yijia.apps.care.models import Order
from yijia.apps.supervision import actions, queries
from yijia.apps.supervision.models import Complaint, ComplaintEvent
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale
from yijia.base.models import Message
from yijia.core.refusal import Refusal

Enter = Callable[..., Client]


@pytest.fixture
def order(cast: Cast, travel: Any) -> Order:
    made = moneys.priced(cast)
    travel(moneys.LATER)
    return made


def code_of(error: Any) -> str:
    return error.value.refusal.code


def test_the_deadline_counts_working_days(cast: Cast, order: Order) -> None:
    assert factory.filed(cast, order).due_on == date(2025, 6, 23)  # money: five working days after Monday 16 June
    assert factory.filed(cast, order, kind="service").due_on == date(2025, 6, 30)
    assert factory.filed(cast, order, kind="safety").due_on == date(2025, 6, 19)


@pytest.mark.parametrize(
    ("filed_on", "due_on"),
    [
        (date(2025, 9, 30), date(2025, 10, 14)),  # 1–8 October off, Saturday 11 worked: 9, 10, 11, 13, 14
        (date(2025, 1, 24), date(2025, 2, 7)),  # Sunday 26 January worked, Spring Festival off until 4 February
    ],
)
def test_holidays_do_not_count(filed_on: date, due_on: date) -> None:
    assert queries.deadline("money", "CN-441900", filed_on) == due_on


def test_filed_once(cast: Cast, order: Order) -> None:
    client_id = uuid.uuid4()
    first = factory.filed(cast, order, client_id=client_id)
    assert factory.filed(cast, order, client_id=client_id) == first
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"text": " "}, {"text": "字" * 2001}, {"kind": "weather"}, {"order_id": None}])
def test_what_cannot_be_filed(cast: Cast, order: Order, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        factory.filed(cast, order, **wrong)


@pytest.mark.parametrize(
    ("part", "error"), [("manager", Forbidden), ("nurse", Forbidden), ("stranger_elder", NotFound)]
)
def test_who_may_file(cast: Cast, order: Order, part: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        factory.filed(cast, order, part=part)


def test_without_an_order_about_an_institution(cast: Cast, order: Order) -> None:
    made = factory.filed(
        cast, order, part="clerk", order_id=None, resident_id=cast.residents["elder"].pk, organisation_id=cast.hill.pk
    )
    assert (made.order_id, made.organisation_id) == (None, cast.hill.pk)


def test_from_filed_to_closed(cast: Cast, order: Order) -> None:
    made = factory.answered(cast, order)
    assert "多收 12.50 元" in Message.objects.get(template="complaints.answered").text
    done = actions.close_complaint(complaint_id=made.pk, by=cast.actors["relative"], at=NOW)
    assert (done.state, done.closed_by_id) == ("closed", cast.users["relative"].pk)
    assert list(ComplaintEvent.objects.order_by("id").values_list("event", flat=True)) == [
        "file",
        "assign",
        "answer",
        "close",
    ]
    with pytest.raises(Refused) as refused:
        actions.reopen_complaint(complaint_id=made.pk, note="再看看", by=cast.actors["relative"], at=NOW)
    assert code_of(refused) == "complaints.over"


def test_not_satisfied_it_is_owed_again(cast: Cast, order: Order) -> None:
    made = factory.answered(cast, order)
    again = actions.reopen_complaint(
        complaint_id=made.pk, note="钱还没有退", by=cast.actors["elder"], at=NOW + timedelta(days=1)
    )
    assert (again.state, again.due_on, again.owner_id) == ("reopened", date(2025, 6, 24), cast.users["manager"].pk)
    actions.assign_complaint(complaint_id=made.pk, owner_id=cast.users["manager"].pk, by=cast.actors["manager"], at=NOW)
    with pytest.raises(Invalid):
        actions.answer_complaint(complaint_id=made.pk, answer="", by=cast.actors["manager"], at=NOW)


def test_not_closed_before_it_is_answered(cast: Cast, order: Order) -> None:
    made = factory.assigned(cast, order)
    with pytest.raises(Refused) as refused:
        actions.close_complaint(complaint_id=made.pk, by=cast.actors["relative"], at=NOW)
    assert code_of(refused) == "complaints.not_answered"


def test_only_its_owner_answers(cast: Cast, order: Order) -> None:
    made = factory.assigned(cast, order)
    with pytest.raises(Refused) as refused:
        actions.answer_complaint(complaint_id=made.pk, answer="好", by=cast.actors["regulator"], at=NOW)
    assert code_of(refused) == "complaints.not_owner"


@pytest.mark.parametrize("who", ["stranger_manager", "nurse", "elder"])
def test_who_may_own(cast: Cast, order: Order, who: str) -> None:
    made = factory.filed(cast, order)
    with pytest.raises(Refused) as refused:
        actions.assign_complaint(complaint_id=made.pk, owner_id=cast.users[who].pk, by=cast.actors["manager"], at=NOW)
    assert code_of(refused) == "complaints.unknown_owner"


def test_another_owner_takes_over(cast: Cast, order: Order, enter: Enter) -> None:
    complaint = factory.filed(cast, order)
    manager, regulator = cast.actors["manager"], cast.actors["regulator"]
    call = {"complaint_id": complaint.pk, "by": manager, "at": moneys.LATER}
    actions.assign_complaint(owner_id=manager.user_id, **call)
    with pytest.raises(Refused) as same:
        actions.assign_complaint(owner_id=manager.user_id, **call)
    assert code_of(same) == "complaints.owner_stands"
    actions.assign_complaint(owner_id=regulator.user_id, **call)
    with pytest.raises(Refused) as gone:
        actions.answer_complaint(complaint_id=complaint.pk, answer="已核实", by=manager, at=moneys.LATER)
    assert code_of(gone) == "complaints.not_owner"
    assert ComplaintEvent.objects.filter(event="assign").count() == 2
    page = enter("manager").get(f"/supervision/complaints/{complaint.pk}/").content.decode()
    assert "换成他负责" in page


def test_the_institution_closes_with_a_reason(cast: Cast, order: Order) -> None:
    made = factory.answered(cast, order)
    with pytest.raises(Invalid):
        actions.close_complaint(complaint_id=made.pk, by=cast.actors["manager"], at=NOW)
    assert (
        actions.close_complaint(complaint_id=made.pk, note="三次电话未接", by=cast.actors["manager"], at=NOW).state
        == "closed"
    )


def test_two_at_once_the_second_reads_again(cast: Cast, order: Order) -> None:
    made = factory.filed(cast, order)
    with pytest.raises(Stale):
        actions.assign_complaint(
            complaint_id=made.pk,
            owner_id=cast.users["manager"].pk,
            version=made.version + 1,
            by=cast.actors["manager"],
            at=NOW,
        )


def test_a_complaint_does_not_move_the_order(cast: Cast, order: Order) -> None:
    factory.answered(cast, order)
    order.refresh_from_db()
    assert order.state == "priced"


def test_its_steps_stay(cast: Cast, order: Order) -> None:
    factory.filed(cast, order)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM supervision_complaintevent")


def test_a_place_without_a_term_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(queries.deadline("money", "CN-441900", date(2025, 6, 16)), date)
    monkeypatch.setattr(
        "yijia.base.editions.current",
        lambda: type("Empty", (), {"lookup": lambda *_a, **_k: Refusal("policy.unknown")})(),
    )
    refused = queries.deadline("money", "CN-441900", date(2025, 6, 16))
    assert isinstance(refused, Refusal)
    assert refused.code == "complaints.no_deadline"


def test_the_family_s_way_on_the_phone(cast: Cast, order: Order, enter: Enter) -> None:
    family = enter("relative")
    page = family.get(f"/supervision/complaints/new/?order={order.pk}&kind=money").content.decode()
    assert f'<option value="{order.pk}" selected' in page
    assert (
        family.post(
            "/supervision/complaints/new/",
            {"client_id": str(uuid.uuid4()), "order_id": order.pk, "kind": "money", "text": ""},
        ).status_code
        == 422
    )
    body = {"client_id": str(uuid.uuid4()), "order_id": order.pk, "kind": "money", "text": "<script>多收了</script>"}
    answer = family.post("/supervision/complaints/new/", body)
    made = Complaint.objects.get()
    assert answer.headers["Location"] == f"/supervision/complaints/{made.pk}/"
    assert "<script>多收" not in family.get(answer.headers["Location"]).content.decode()
    manager = enter("manager")
    assert "6月23日" in manager.get("/supervision/complaints/").content.decode()
    assert (
        manager.post(
            f"/supervision/complaints/{made.pk}/assign/", {"version": 1, "owner_id": cast.users["manager"].pk}
        ).status_code
        == 302
    )
    assert manager.post(f"/supervision/complaints/{made.pk}/answer/", {"version": 2, "answer": ""}).status_code == 422
    assert (
        manager.post(f"/supervision/complaints/{made.pk}/answer/", {"version": 2, "answer": "已退"}).status_code == 302
    )
    assert "满意，办结" in family.get(f"/supervision/complaints/{made.pk}/").content.decode()
    assert family.post(f"/supervision/complaints/{made.pk}/reopen/", {"version": 3, "note": ""}).status_code == 422
    assert family.post(f"/supervision/complaints/{made.pk}/close/", {"version": 3}).status_code == 302
    assert Complaint.objects.get().state == "closed"


@pytest.mark.parametrize(
    ("door", "part", "status"),
    [
        ("", "nurse", 403), ("", "elder", 200), ("", "regulator", 200), ("", "clerk", 200), ("{id}/", "stranger_manager", 404), ("{id}/", "stranger_elder", 404),
        ("{id}/", "clerk", 200), ("{id}/", "regulator", 200), ("new/", "manager", 403), ("new/", "clerk", 200), ("new/", "stranger_elder", 200),
    ],
)  # fmt: skip
def test_who_opens_what(cast: Cast, order: Order, enter: Enter, door: str, part: str, status: int) -> None:
    made = factory.filed(cast, order)
    assert enter(part).get("/supervision/complaints/" + door.format(id=made.pk)).status_code == status


def test_overdue_is_shown_and_found(cast: Cast, order: Order, enter: Enter, travel: Any) -> None:
    factory.filed(cast, order)
    assert "超期未答" not in enter("regulator").get("/supervision/complaints/").content.decode()
    travel(NOW + timedelta(days=8))
    page = enter("regulator").get("/supervision/complaints/?late=1").content.decode()
    assert "超期未答" in page
    assert "1 件超期没有答复" in page


def test_through_the_api(cast: Cast, order: Order, enter: Enter) -> None:
    def send(part: str, path: str, body: dict[str, Any], tag: str = "") -> Any:
        headers = {"If-Match": tag} if tag else {}
        return enter(part).post(
            f"/api/v1/complaints{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    made = send(
        "relative", "", {"client_id": str(uuid.uuid4()), "order_id": order.pk, "kind": "money", "text": "多收了"}
    )
    assert made.status_code == 201
    pk, owner = made.json()["id"], cast.users["manager"].pk
    assert send("manager", f"/{pk}/assign", {"owner_id": owner}, '"9"').status_code == 412
    assert send("manager", f"/{pk}/assign", {"owner_id": owner}).status_code == 422
    given = send("manager", f"/{pk}/assign", {"owner_id": owner}, made.headers["ETag"])
    answered = send("manager", f"/{pk}/answer", {"answer": "已退"}, given.headers["ETag"])
    reopened = send("elder", f"/{pk}/reopen", {"note": "没收到"}, answered.headers["ETag"])
    assert (answered.json()["state"], reopened.json()["state"]) == ("answered", "reopened")
    assert [row["id"] for row in enter("regulator").get("/api/v1/complaints?state=open").json()["items"]] == [pk]
    assert enter("stranger_manager").get(f"/api/v1/complaints/{pk}").status_code == 404
    assert enter("nurse").get("/api/v1/complaints").status_code == 403
    assert send("elder", f"/{pk}/close", {}, reopened.headers["ETag"]).json()["code"] == "complaints.not_answered"
