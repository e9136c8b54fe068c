"""From an institution's application to the list, and off it: the acts, and what they refuse."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests import cast as people
from tests.cast import NOW, TODAY, Cast
from tests.factories import rehab as make
from yijia.apps.cases import actions as cases
from yijia.apps.cases import queries as case_queries
from yijia.apps.cases.models import Case, Letter, Vote
from yijia.apps.portals import queries as portals
from yijia.apps.registry.models import Staff
from yijia.apps.rehab import actions, queries
from yijia.apps.rehab.models import Ban, Designation, ExpertSeat, Placement
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused
from yijia.base.models import Message, User
from yijia.core import rehab

DAY = timedelta(days=1)


def _refused(code: str) -> Any:
    return pytest.raises(Refused, match=code.replace(".", r"\."))


def test_from_application_to_the_live_list(cast: Cast) -> None:
    """REHAB-03, REHAB-04, REHAB-05: designated after the notice; on the list once the yearly agreement is signed."""
    row = make.designated(cast)
    case = row.case
    assert case.state == "designated"
    assert (row.valid_until - row.valid_from).days in (365, 366)
    letter = Letter.objects.get(case=case)
    assert letter.number.startswith("康复定点〔2025〕")
    assert bytes(letter.file.content).startswith(b"%PDF")
    place = queries.place_of(row, NOW.date())
    refusal = rehab.may_list(place, NOW.date())
    assert refusal is not None
    assert refusal.code == "rehab.no_agreement"
    assert queries.provider_answers([row.organisation_id], "rehab_child", NOW.date()) == {row.organisation_id: False}
    make.sign_yearly(cast, row)
    assert rehab.may_list(queries.place_of(row, NOW.date()), NOW.date()) is None
    assert queries.provider_answers([row.organisation_id], "rehab_child", NOW.date()) == {row.organisation_id: True}
    assert queries.provider_answers([cast.hill.pk], "rehab_child", NOW.date()) == {}


def test_an_unknown_figure_stops_the_official_result(cast: Cast) -> None:
    """REHAB-02: the sheet is kept, the experts vote; the notice waits for the figure with its document."""
    case = make.reviewed(cast)
    federation = cast.actors["federation"]
    with _refused("cases.criteria_unknown") as refused:
        actions.move_case(case_id=case.pk, event="publish", by=federation, at=make.EVALUATED)
    assert "康复场地面积" in refused.value.refusal.facts["names_zh"]
    make.stated(cast)
    assert actions.move_case(case_id=case.pk, event="publish", by=federation, at=make.EVALUATED).state == "notice"


def test_a_figure_stated_later_may_fail_the_sheet(cast: Cast) -> None:
    """REHAB-02."""
    case = make.reviewed(cast, answers={"floor_area": 100})
    make.stated(cast)
    with _refused("cases.criteria_failed"):
        actions.move_case(case_id=case.pk, event="publish", by=cast.actors["federation"], at=make.EVALUATED)


def test_a_stated_figure_stays_as_it_was_stated(cast: Cast, sql: Any) -> None:
    """REHAB-02: stated again it is a new row."""
    make.stated(cast)
    make.stated(cast)
    assert case_queries.stated_in("CN-441900", "rehab:criteria.")["floor_area"] == 200
    assert case_queries.stated_in("CN-440307", "rehab:criteria.") == {}
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql("UPDATE cases_statedfigure SET figure = '1'")
    with pytest.raises(Forbidden):
        cases.state_figure(
            key="rehab:ceiling.yearly_yuan", figure=1, original="x", signed_name="y", by=cast.actors["manager"], at=NOW
        )


def test_one_open_application_a_category(cast: Cast) -> None:
    """REHAB-03: asked twice by one client it is one; another client is refused, and so is a second by the database."""
    key = uuid.uuid4()
    first = make.applied(cast, client_id=key)
    assert make.applied(cast, client_id=key).pk == first.pk
    with _refused("cases.already_open"):
        make.applied(cast)
    assert make.applied(cast, category="autism").pk != first.pk
    double = Case.objects.get(pk=first.pk)
    double.pk, double.number, double.client_id = None, "DD-x", uuid.uuid4()
    with pytest.raises(IntegrityError, match="case_one_open_of_house"), transaction.atomic():
        double.save(force_insert=True)
    double.resident, double.category = cast.residents["elder"], "vision"
    with pytest.raises(IntegrityError, match="case_has_one_subject"), transaction.atomic():
        double.save(force_insert=True)


def test_what_an_application_refuses(cast: Cast) -> None:
    """REHAB-03."""
    with pytest.raises(Invalid) as wrong:
        make.applied(cast, category="nonsense", list_code="x", places=0)
    assert set(wrong.value.fields) == {"category", "list_code", "places"}
    with pytest.raises(NotFound):
        make.applied(cast, organisation_id=cast.hill.pk)
    with pytest.raises(Forbidden):
        actions.apply_for_list(
            client_id=uuid.uuid4(), organisation_id=cast.harbour.pk, list_code="rehab_child", category="limb", places=1, contact="x", statement="x",
            by=cast.actors["doctor"], at=NOW,
        )  # fmt: skip


def test_the_vote_is_a_ledger_of_independent_people(cast: Cast, sql: Any) -> None:
    """REHAB-03: once each; who works there and who filled in the sheet does not vote; nobody rewrites a vote."""
    case = make.voting(cast)
    expert = cast.actors["expert"]
    cases.vote_house(case_id=case.pk, is_for=True, reason="看过现场", by=expert, at=NOW)
    with _refused("cases.voted"):
        cases.vote_house(case_id=case.pk, is_for=False, reason="改主意", by=expert, at=NOW)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Vote.objects.filter(case=case).update(level=0)
    people.staff("测试专家", 78, cast.harbour, user=cast.users["second_expert"])
    with _refused("cases.voter_of_house"):
        cases.vote_house(case_id=case.pk, is_for=True, reason="本院", by=cast.actors["second_expert"], at=NOW)
    case.refresh_from_db()
    assert [vote.expert_id for vote in case_queries.votes_of_house(cast.actors["third_expert"], case)] == []
    with pytest.raises(NotFound):
        cases.vote_house(case_id=case.pk, is_for=True, reason="x", by=cast.actors["stranger_manager"], at=NOW)


@pytest.mark.parametrize(
    ("key", "figure", "field"),
    [
        ("rehab:criteria.floor_area", "宽敞", "figure"),
        ("rehab:criteria.floor_area", -5, "figure"),
        ("rehab:ceiling.yearly_yuan", "三千", "figure"),
        ("rehab:criteria.legal", 1, "key"),
        ("rehab:criteria.nothing", 1, "key"),
        ("rehab:nothing.at_all", 1, "key"),
        ("floor_area", 1, "key"),
    ],
)
def test_only_a_figure_that_is_asked_for_is_stated(cast: Cast, key: str, figure: Any, field: str) -> None:
    """REHAB-02: a measured one is a whole number, and nothing else may be stated."""
    with pytest.raises(Invalid) as wrong:
        cases.state_figure(key=key, figure=figure, original="x", signed_name="y", by=cast.actors["federation"], at=NOW)
    assert set(wrong.value.fields) == {field}


def test_a_figure_refused_keeps_what_was_typed(cast: Cast, enter: Any) -> None:
    """REHAB-02"""
    typed = {"key": "rehab:ceiling.yearly_yuan", "figure": "-5", "original": "示例〔2025〕9号", "signed_name": "测试"}
    said = enter("federation").post("/rehab/figures/", typed)
    assert said.status_code == 422
    page = said.content.decode()
    assert 'value="-5"' in page
    assert 'value="示例〔2025〕9号"' in page
    assert page.count("<details open>") == 1


def test_the_page_says_what_comes_next_and_offers_nothing_too_early(cast: Cast, enter: Any) -> None:
    """REHAB-04"""
    make.stated(cast)
    case = make.reviewed(cast, at=NOW)
    path, federation = f"/rehab/cases/{case.pk}/", enter("federation")
    assert "复核后开始公示" in federation.get(path).content.decode()
    federation.post(path + "move/", {"event": "publish"})
    page = federation.get(path).content.decode()
    assert "公示到 2025-" in page
    assert 'value="designate"' not in page
    assert "公示到 2025-" in enter("manager").get(path).content.decode()


def test_an_expert_waits_only_for_what_they_were_named_for(cast: Cast, enter: Any) -> None:
    """REHAB-03"""
    make.voting(cast, named=("expert",))
    for part, waits in (("expert", 1), ("third_expert", 0)):
        assert portals.counts(cast.actors[part], NOW, TODAY)["rehab_to_vote"] == waits, part


def test_only_who_was_named_sees_it_and_votes(cast: Cast) -> None:
    """REHAB-03: as many as there are seats, nobody with a tie, each once; who stands down is replaced, who has voted is not."""
    case = make.voting(cast, named=("expert",))
    federation, third = cast.actors["federation"], cast.actors["third_expert"]

    def name(part: str, by: Any = federation) -> ExpertSeat:
        return actions.name_expert(case_id=case.pk, expert_id=cast.users[part].pk, by=by, at=NOW)

    with pytest.raises(NotFound):
        cases.vote_house(case_id=case.pk, is_for=True, reason="没被指定", by=third, at=NOW)
    assert list(case_queries.list_house_cases(third)) == []
    assert name("expert").pk == ExpertSeat.objects.get().pk  # named again: the same seat
    with pytest.raises(Forbidden):
        name("second_expert", by=cast.actors["manager"])
    with pytest.raises(Invalid):
        name("assessor")
    tied = people.staff("测试专家", 79, cast.harbour, user=cast.users["second_expert"])
    with _refused("cases.voter_of_house"):
        name("second_expert")
    Staff.objects.filter(pk=tied.pk).update(user=None)
    left = name("second_expert")
    name("third_expert")
    people.grant(people.user("fourth_expert", "测试专家四"), "expert")
    cast.users["fourth_expert"] = User.objects.get(username="fourth_expert")
    with _refused("rehab.seats_full"):
        name("fourth_expert")
    with pytest.raises(Invalid):
        actions.stand_down(case_id=case.pk, seat_id=left.pk, why=" ", by=federation, at=NOW)
    actions.stand_down(case_id=case.pk, seat_id=left.pk, why="亲属在该机构工作", by=federation, at=NOW)
    with pytest.raises(NotFound):
        actions.stand_down(case_id=case.pk, seat_id=left.pk, why="x", by=federation, at=NOW)
    with pytest.raises(NotFound):
        cases.vote_house(case_id=case.pk, is_for=True, reason="退出了", by=cast.actors["second_expert"], at=NOW)
    name("fourth_expert")
    cases.vote_house(case_id=case.pk, is_for=True, reason="看过现场", by=third, at=NOW)
    with _refused("rehab.has_voted"):
        seat = ExpertSeat.objects.get(case=case, expert=cast.users["third_expert"])
        actions.stand_down(case_id=case.pk, seat_id=seat.pk, why="x", by=federation, at=NOW)
    cases.vote_house(case_id=case.pk, is_for=True, reason="可以", by=cast.actors["expert"], at=NOW)
    with _refused("cases.wrong_status"):
        name("second_expert")


def test_the_doors_of_naming(cast: Cast, enter: Any) -> None:
    """REHAB-03"""
    case = make.voting(cast, named=())
    path, federation = f"/rehab/cases/{case.pk}/experts/", enter("federation")
    assert "还要指定 3 位" in federation.get(f"/rehab/cases/{case.pk}/").content.decode()
    given = {"expert_id": cast.users["expert"].pk}
    assert enter("expert").get(f"/rehab/cases/{case.pk}/").status_code == 404
    assert enter("manager").post(path, given).status_code == 403
    assert federation.get(path).status_code == 405
    assert federation.post("/rehab/cases/0/experts/", given).status_code == 404
    for _ in range(2):
        assert federation.post(path, given).status_code == 302
    assert federation.post(path, {"expert_id": cast.users["nurse"].pk}).status_code == 422
    assert enter("expert").get(f"/rehab/cases/{case.pk}/").status_code == 200
    seat = ExpertSeat.objects.get()
    assert federation.post(f"{path}leave/", {"seat_id": seat.pk, "why": ""}).status_code == 422
    assert federation.post(f"{path}leave/", {"seat_id": seat.pk, "why": "回避"}).status_code == 302
    assert not case_queries.list_house_cases(cast.actors["expert"]).exists()


def test_a_split_vote_sends_it_to_another_visit_and_no_means_no(cast: Cast) -> None:
    """REHAB-03, REHAB-04."""
    case = make.reviewed(cast, is_for=False)
    federation = cast.actors["federation"]
    with _refused("cases.not_passed"):
        actions.move_case(case_id=case.pk, event="publish", by=federation, at=NOW)
    with _refused("cases.no_words"):
        actions.move_case(case_id=case.pk, event="decline", by=federation, at=NOW)
    again = actions.move_case(case_id=case.pk, event="revisit", note="补看设备", by=federation, at=NOW)
    assert (again.state, again.round, again.level) == ("visiting", 2, None)
    cases.hand_in_sheet(case_id=case.pk, answers=make.SHEET, by=federation, at=NOW)
    for part in ("expert", "second_expert"):
        cases.vote_house(case_id=case.pk, is_for=False, reason="还是不行", by=cast.actors[part], at=NOW)
    done = actions.move_case(case_id=case.pk, event="decline", note="场地不足", by=federation, at=NOW)
    assert (done.state, done.is_open) == ("declined", False)
    assert Letter.objects.filter(case=case).count() == 1
    assert not Designation.objects.exists()


def test_the_notice_runs_its_days_and_an_objection_is_answered(cast: Cast) -> None:
    """REHAB-04."""
    make.stated(cast)
    case = make.reviewed(cast)
    federation, at = cast.actors["federation"], make.EVALUATED
    actions.move_case(case_id=case.pk, event="publish", by=federation, at=at)
    assert [one.pk for one in case_queries.notices_of_houses("CN-441900")] == [case.pk]
    with _refused("cases.notice_running"):
        actions.move_case(case_id=case.pk, event="designate", by=federation, at=at + DAY)
    actions.move_case(case_id=case.pk, event="object", note="听说消防没过", by=federation, at=at + DAY)
    actions.move_case(case_id=case.pk, event="dismiss", note="消防验收在案", by=federation, at=at + 2 * DAY)
    with _refused("cases.objection_late"):
        actions.move_case(case_id=case.pk, event="object", note="又来", by=federation, at=at + 40 * DAY)
    assert actions.move_case(case_id=case.pk, event="designate", by=federation, at=at + 40 * DAY).state == "designated"


def test_an_incomplete_sheet_is_not_taken(cast: Cast) -> None:
    """REHAB-02."""
    case = make.visiting(cast)
    with pytest.raises(Invalid) as wrong:
        cases.hand_in_sheet(
            case_id=case.pk, answers={"legal": True, "floor_area": "many"}, by=cast.actors["federation"], at=NOW
        )
    assert "answers.floor_area" in wrong.value.fields
    with pytest.raises(Forbidden):
        cases.hand_in_sheet(case_id=case.pk, answers=make.SHEET, by=cast.actors["manager"], at=NOW)


def test_an_exit_bans_frees_the_places_and_tells_the_guardians(cast: Cast) -> None:
    """REHAB-06, REHAB-12."""
    placement = make.running(cast)
    row = placement.designation
    with pytest.raises(Forbidden):
        actions.end_designation(designation_id=row.pk, reason="violation", note="x", by=cast.actors["manager"], at=NOW)
    with pytest.raises(Invalid):
        actions.end_designation(designation_id=row.pk, reason="renewed", note="x", by=cast.actors["federation"], at=NOW)
    ended = actions.end_designation(
        designation_id=row.pk, reason="safety_accident", note="训练设备倒塌", by=cast.actors["federation"], at=NOW
    )
    assert ended.ended_on == NOW.date()
    placement.refresh_from_db()
    assert placement.released_why == "institution_left"
    placement.episode.refresh_from_db()
    assert placement.episode.state == "closing"
    assert Message.objects.filter(template="rehab.told", text__contains="退出定点名单").count() == 1
    ban = Ban.objects.get()
    assert ban.until_on is None  # the place's months are not known
    with _refused("rehab.ban_stands"):
        make.applied(cast, at=NOW)
    with _refused("rehab.ended"):
        actions.end_designation(designation_id=row.pk, reason="left", note="x", by=cast.actors["federation"], at=NOW)
    with pytest.raises(Invalid):
        actions.lift_ban(ban_id=ban.pk, why=" ", by=cast.actors["federation"], at=NOW)
    actions.lift_ban(ban_id=ban.pk, why="整改验收，示例文件〔2025〕9号", by=cast.actors["federation"], at=NOW)
    with _refused("rehab.ban_over"):
        actions.lift_ban(ban_id=ban.pk, why="再来", by=cast.actors["federation"], at=NOW)
    assert make.applied(cast, at=NOW).state == "submitted"


def test_a_ban_of_known_months_ends_by_itself(cast: Cast) -> None:
    """REHAB-06: the federation stated 24 months with its document."""
    row = make.listed(cast)
    make.stated(cast, ban_months=24)
    actions.end_designation(
        designation_id=row.pk, reason="fraud", note="套取资金", by=cast.actors["federation"], at=NOW
    )
    until = Ban.objects.get().until_on
    assert until is not None
    assert (until.year, until.month) == (2027, 6)
    with _refused("rehab.ban_stands"):
        make.applied(cast, at=NOW + 600 * DAY)


def test_a_ban_between_notice_and_letter_stops_the_letter(cast: Cast) -> None:
    """REHAB-06."""
    first = make.listed(cast)
    case = make.reviewed(cast, category="autism", at=NOW - 20 * DAY)
    actions.move_case(case_id=case.pk, event="publish", by=cast.actors["federation"], at=NOW - 20 * DAY)
    actions.end_designation(
        designation_id=first.pk, reason="violation", note="x", by=cast.actors["federation"], at=NOW - DAY
    )
    with _refused("cases.banned"):
        actions.move_case(case_id=case.pk, event="designate", by=cast.actors["federation"], at=NOW)


def test_a_renewed_designation_keeps_its_people(cast: Cast) -> None:
    """REHAB-05."""
    placement = make.running(cast)
    again = make.designated(cast, states=False, at=NOW - 30 * DAY, places=1)
    placement.refresh_from_db()
    assert placement.designation_id == again.pk
    assert Placement.objects.get(pk=placement.pk).released_at is None
    assert Designation.objects.filter(ended_on__isnull=True).count() == 1
