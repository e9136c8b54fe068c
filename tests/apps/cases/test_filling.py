"""What is missing or wrong in a form is named, marked, and nothing typed is lost. PROC-02, ASSESS-03 in docs/rules."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import cases as factory
from yijia.apps.cases import actions
from yijia.apps.cases.models import Entry

LANGUAGES = pytest.mark.parametrize(
    ("language", "named"),
    [("zh-hans", "还没有作答：2. 穿衣、"), ("en", "Not answered yet: 2. Dressing, ")],
)


@LANGUAGES
def test_a_half_filled_entry_names_each_gap_once_and_keeps_the_rest(
    cast: Cast, enter: Any, see_all: Any, language: str, named: str
) -> None:
    case = factory.assigned(cast)
    client = enter("assessor")
    client.cookies["yijia_language"] = language
    first = next(iter(factory.answers()))
    sent = {"version": 1, f"a:{first}": factory.answers()[first], "note": "老人说话不清楚", "submit": "1"}
    answer = client.post(f"/cases/{case.pk}/entry/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert named in page
    assert "老人说话不清楚" in page
    assert page.count('class="error"') == len(factory.answers()) - 1
    see_all()
    assert Entry.objects.get(case=case, seat=1).submitted_at is None


@pytest.mark.parametrize(
    ("field", "said"), [("eating", "没有这个选项：1. 进食"), ("flying", "没有这一题：answers.flying")]
)
def test_an_answer_out_of_range_is_named(cast: Cast, enter: Any, field: str, said: str) -> None:
    case = factory.assigned(cast)
    answer = enter("assessor").post(f"/cases/{case.pk}/entry/", {"version": 1, f"a:{field}": "99", "save": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "还没有填：穿衣"), ("en", "Not filled in: Dressing")])
def test_a_half_filled_application_is_kept_and_names_its_gaps(cast: Cast, enter: Any, language: str, said: str) -> None:
    case = factory.begun(cast, answers={k: v for k, v in factory.SELF.items() if k != "dressing"}, months_disabled=None)
    client = enter("relative")
    client.cookies["yijia_language"] = language
    sent = {f"a:{item}": option for item, option in case.self_answers.items()} | {
        "client_id": str(case.client_id), "resident_id": case.resident_id, "version": case.version,
        "applicant": "测试relative", "submit": "1",
    }  # fmt: skip
    page = client.post(f"/cases/{case.pk}/form/", sent, follow=True).content.decode()
    assert said in page


def test_who_entered_before_is_not_offered_again(cast: Cast, enter: Any) -> None:
    case = factory.agreed(cast)
    clerk = cast.actors["agency_clerk"]
    actions.move(case_id=case.pk, event="return", note="有一项前后矛盾", by=clerk, at=case.decided_at or factory.NOW)
    used = {cast.users[part].pk for part in ("assessor", "second_assessor")}
    page = enter("agency_clerk").get(f"/cases/{case.pk}/")
    offered = {id_ for seat in page.context["screen"].seats for id_, _name in seat.people}
    assert offered
    assert not offered & used
