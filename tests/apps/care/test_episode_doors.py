"""The pages of episodes: what each part sees and may do, from the application to the closing record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast, staff
from tests.factories import episodes
from yijia.apps.care import actions, queries
from yijia.apps.care.episode_forms import RecordForm
from yijia.apps.care.models import Episode, EpisodeRecord
from yijia.apps.care.screens import programmes as screens
from yijia.core.programmes.lifecycle import State

Enter = Callable[[str], Client]
PAGES = {
    "/orders/episodes/": ("doctor", "nurse", "manager", "clerk", "regulator"),
    "/orders/episodes/mine/": ("elder", "relative"),
    "/orders/programmes/": ("elder", "doctor", "regulator"),
    "/orders/programmes/family_bed/": ("elder", "doctor"),
    "/orders/programmes/hypertension/": ("doctor",),
    "/orders/ward/": ("doctor", "nurse", "manager"),
    "/orders/due/": ("doctor", "nurse", "manager"),
}


def html(response: Any) -> str:
    return str(response.content.decode())


def test_every_page_opens_for_its_parts_with_and_without_beds(cast: Cast, enter: Enter, see_all: Any) -> None:
    for path, parts in PAGES.items():
        assert enter(parts[0]).get(path).status_code == 200, path
    see_all()
    episodes.active(cast)
    for path, parts in PAGES.items():
        for part in parts:
            browser = enter(part)
            browser.cookies["django_language"] = "en" if part == parts[-1] else "zh-hans"
            assert browser.get(path).status_code == 200, (path, part)
    assert enter("auditor").get("/orders/episodes/").status_code == 403
    assert enter("doctor").get("/orders/programmes/no_such/").status_code == 404
    ward = html(enter("doctor").get("/orders/ward/"))
    assert "首次查床" in ward
    assert 'value="family_bed"' in ward
    assert 'value="hypertension"' not in ward  # the filter of beds names programmes with beds
    own = cast.residents["elder"].name
    assert own in html(enter("elder").get("/orders/episodes/mine/"))  # one reads one's own name in full
    assert "莞城" in html(enter("doctor").get("/orders/due/")) or "测试路" in html(enter("doctor").get("/orders/due/"))
    offered = html(enter("elder").get("/orders/programmes/"))
    assert "正在享有" in offered
    assert "收费依据" not in offered
    assert "收费依据" in html(enter("doctor").get("/orders/programmes/"))
    told = html(enter("doctor").get("/orders/programmes/family_bed/"))
    assert "<svg" in told
    assert told.index("系统按什么条件式判断") < told.index("is_bedbound")  # the sentences stand first
    own = html(enter("elder").get("/orders/programmes/family_bed/"))
    assert "is_bedbound" not in own
    order = [
        own.index(f"<h2>{heading}</h2>") for heading in ("谁可以享有", "费用与支付", "怎么申请", "计划与频次", "流程")
    ]
    assert order == sorted(order)
    assert "暂停服务 → <b>已暂停" in own  # the course from top to bottom, for a telephone


def test_staff_apply_for_a_resident_from_the_record(cast: Cast, enter: Enter, see_all: Any) -> None:
    doctor, pk = enter("doctor"), cast.residents["elder"].pk
    offered = f"/orders/programmes/for/{pk}/"
    way = f"/orders/programmes/family_bed/apply/?resident={pk}"
    assert offered in html(doctor.get(f"/people/{pk}/"))
    page = html(doctor.get(offered))
    assert way in page
    assert cast.residents["elder"].name not in page  # staff read names masked here
    assert cast.residents["elder"].name in html(enter("elder").get(offered))
    empty = html(doctor.get("/orders/programmes/family_bed/apply/"))
    assert "先选一位居民" in empty
    assert "提交申请" not in empty
    form = html(doctor.get(way))
    assert "checked" in form
    assert f'value="{cast.harbour.pk}"' in form
    assert f'value="{cast.hill.pk}"' not in form  # one applies at one's own house
    done = doctor.post(way, {"resident": pk, "organisation": cast.harbour.pk})
    assert done.status_code == 302
    see_all()
    again = doctor.post(way, {"resident": pk, "organisation": cast.harbour.pk}, follow=True)
    assert "没有重复申请" in html(again)
    see_all()
    row = Episode.objects.get()
    assert row.resident_id == pk
    assert row.stated == {}  # whether the person wants it, nobody has asked yet
    assert "正在享有" in html(doctor.get(offered))
    sugar = f"/orders/programmes/diabetes/apply/?resident={pk}"
    assert doctor.post(sugar, {"resident": pk, "organisation": cast.harbour.pk}).status_code == 302
    see_all()
    row = Episode.objects.get(programme="diabetes")
    assert doctor.post(f"/orders/episodes/{row.pk}/assess/", {"version": row.version}).status_code == 302
    told = html(doctor.get(f"/orders/episodes/{row.pk}/"))
    assert "下一步: 做评估" in told  # the rule asks for the diagnosis, which nobody has stated
    assert 'btn-primary" form="move-agree"' not in told
    assert doctor.post(offered).status_code == 405
    assert enter("stranger_elder").get(offered).status_code == 404
    assert enter("nurse").get(offered).status_code == 403
    for wrong in ("x", "9" * 30, "0"):
        assert doctor.get(f"/orders/programmes/family_bed/apply/?resident={wrong}").status_code in {200, 404}


def test_the_whole_way_of_a_bed_through_the_pages(cast: Cast, enter: Enter, see_all: Any) -> None:
    elder, doctor = enter("elder"), enter("doctor")
    asked = {"resident": cast.residents["elder"].pk, "organisation": cast.harbour.pk}
    assert elder.get("/orders/programmes/family_bed/apply/").status_code == 200
    assert elder.post("/orders/programmes/family_bed/apply/", asked).status_code == 302
    see_all()
    row = Episode.objects.get()
    at = f"/orders/episodes/{row.pk}/"
    assert "家庭病床" in html(elder.get(at))
    assert elder.post(f"{at}assess/").status_code == 403
    assert doctor.post(f"{at}assess/", {"version": row.version}).status_code == 302
    assert doctor.post(f"{at}agree/").status_code == 409
    look = {
        "persons": [cast.staff["doctor"].pk],
        "is_is_diagnosed": "yes",
        "is_is_stable": "yes",
        "is_is_bedbound": "yes",
        "verdict": "pass",
    }
    assert doctor.get(f"{at}qualify/").status_code == 200
    assert "下一步: 做评估" in html(doctor.get(at))  # the one next step
    assert doctor.post(f"{at}qualify/", {}).status_code == 422
    assert doctor.post(f"{at}qualify/", look).status_code == 302
    assert 'form="papers"' in html(doctor.get(at))
    assert doctor.post(f"{at}papers/").status_code == 302
    ready = html(doctor.get(at))
    assert "当面签协议" in ready
    assert "准备协议" not in ready  # they are there already
    see_all()
    episodes.sign_all(cast, row)
    assert 'btn-primary" form="move-agree"' in html(doctor.get(at))
    assert doctor.post(f"{at}agree/").status_code == 302
    people = {"lead_id": cast.staff["doctor"].pk, "nurse_id": cast.staff["nurse"].pk}
    assert doctor.get(f"{at}activate/").status_code == 200
    alone = doctor.post(f"{at}activate/", {"lead_id": cast.staff["nurse"].pk, "registered_no": "R1"})
    assert "须有医生" in html(alone)
    unregistered = doctor.post(f"{at}activate/", people)
    assert unregistered.status_code == 422  # the field says it is needed, before the button refuses
    assert "登记号" in html(unregistered)
    assert doctor.post(f"{at}activate/", {**people, "registered_no": "R1"}).status_code == 302
    nurse = enter("nurse")
    assert nurse.get(f"{at}record/").status_code == 200
    wordless = nurse.post(
        f"{at}record/", {"activity": "first_round", "persons": [cast.staff["nurse"].pk], "note": " ", "is_worse": "on"}
    )
    assert wordless.status_code == 422  # PROG-30
    assert "一个字没有的记录不能保存" in (shown := html(wordless))
    assert shown.count(" checked") == 3  # what was typed stays
    nurse.cookies["yijia_language"] = "en"
    assert "cannot be saved" in html(nurse.post(f"{at}record/", {"note": ""}))
    del nurse.cookies["yijia_language"]
    given = {"activity": "first_round", "persons": [cast.staff["nurse"].pk], "note": "平稳"}
    alone = nurse.post(f"{at}record/", given)
    assert alone.status_code == 422  # PROG-32
    assert "到场的人里须有一位是：医生" in (shown := html(alone))
    assert "平稳" in shown
    both = {**given, "persons": [cast.staff["nurse"].pk, cast.staff["doctor"].pk]}
    assert nurse.post(f"{at}record/", both).status_code == 302
    assert "平稳" in html(doctor.get(at))
    assert "平稳" in html(doctor.get(f"{at}sheet/?month=2025-06"))
    assert doctor.post(f"{at}sheet/").status_code == 405
    assert elder.get(f"{at}sheet/").status_code == 200
    see_all()
    written = EpisodeRecord.objects.get(episode=row, kind="service")
    assert doctor.get(f"{at}correct/{written.pk}/").status_code == 200
    assert doctor.post(f"{at}correct/{written.pk}/", {"note": "改过", "reason": "笔误"}).status_code == 302
    heir = staff("接手医生", 78, cast.harbour, profession="doctor")
    handing = {"from_staff": cast.staff["doctor"].pk, "to_staff": heir.pk, "reason": "离职"}
    assert doctor.get("/orders/episodes/transfer/").status_code == 200
    assert enter("nurse").get("/orders/episodes/transfer/").status_code == 403
    assert doctor.post("/orders/episodes/transfer/", handing).status_code == 302
    assert doctor.get(f"{at}admission/").status_code == 200
    assert doctor.post(f"{at}admission/", {"hospital": "人民医院", "admitted_on": "2025-06-16"}).status_code == 302
    see_all()
    row.refresh_from_db()
    assert row.state == State.CLOSING
    assert "登记出院" in html(doctor.get(at))
    assert doctor.post(f"{at}discharge/", {"discharged_on": "2025-06-17"}).status_code == 422
    assert doctor.post(f"{at}settle/").status_code == 302
    assert doctor.get(f"{at}closing/").status_code == 200
    assert doctor.post(f"{at}closing/", {"summary": "撤床"}).status_code == 302
    assert doctor.post(f"{at}close/").status_code == 302
    see_all()
    assert EpisodeRecord.objects.filter(episode=row, kind="closing").exists()
    assert "已结案" in html(elder.get(at))


@pytest.mark.parametrize(
    "door",
    ["", "sheet/", "qualify/", "record/", "closing/", "admission/", "suspend/", "order/1/", "papers/", "settle/"],
)
def test_a_stranger_finds_nothing(cast: Cast, enter: Enter, see_all: Any, door: str) -> None:
    row = episodes.active(cast)
    stranger = enter("stranger_manager") if door != "record/" else enter("stranger_nurse")
    address = f"/orders/episodes/{row.pk}/{door}"
    answer = stranger.post(address) if door in ("order/1/", "papers/", "settle/") else stranger.get(address)
    assert answer.status_code in ((403, 404) if door == "qualify/" else (404,))
    assert enter("doctor").get(f"/orders/episodes/{row.pk}/no_move/").status_code == 404
    assert enter("doctor").get(f"/orders/episodes/{row.pk}/papers/").status_code == 405


def test_an_ended_bed_names_the_one_step_that_is_left(cast: Cast, enter: Enter, see_all: Any) -> None:
    """Settle, write, close; the family reads why it ended in words, and nothing about policy files."""
    see_all()
    episode, doctor, family = episodes.active(cast), enter("doctor"), enter("elder")
    path = f"/orders/episodes/{episode.pk}/"
    doctor.post(f"{path}end/", {"reason": "improved"})
    assert "结清费用" in html(doctor.get(path))
    doctor.post(f"{path}settle/")
    shown = html(doctor.get(path))
    assert ("下一步: 写结案记录" in shown, "重新结算" in shown) == (True, True)
    doctor.post(f"{path}closing/", {"summary": "平稳"})
    shown = html(doctor.get(path))
    assert ("下一步: 结案" in shown, f"{path}closing/" in shown) == (True, False)
    own = html(family.get(path))
    assert "病情好转" in own
    assert "improved" not in own
    assert "政策" not in own


def test_a_family_is_led_to_the_paper_it_has_to_sign(cast: Cast, enter: Enter, see_all: Any) -> None:
    see_all()
    episode = episodes.assessing(cast)
    path = f"/orders/episodes/{episode.pk}/"
    enter("doctor").post(f"{path}papers/")
    episode.refresh_from_db()
    assert f"/agreements/{episode.papers[0]}/?next={path}" in html(enter("elder").get(path))
    assert "读协议并签署" in html(enter("elder").get(path))
    assert "读协议并签署" not in html(enter("doctor").get(path))
    name = cast.residents["elder"].name
    assert f"· {name}</h1>" in html(enter("elder").get(path))
    assert f"{name} ·" in html(enter("elder").get("/orders/episodes/mine/"))
    assert f"· {name}</h1>" not in html(enter("doctor").get(path))


def test_only_what_may_be_written_now_is_offered(cast: Cast) -> None:
    """What comes after the end is offered after it, and nothing else; whoever writes stands first among the people."""
    hospice, people = queries.programme_for("hospice", "CN-441900", NOW.date()), list(cast.staff.values())
    for state, is_after in ((State.ACTIVE, False), (State.CLOSING, True)):
        form = RecordForm(
            programme=hospice, staff=people, episode=Episode(state=state), initial={"persons": [people[-1].pk]}
        )
        offered = {code for code, _ in form.fields["activity"].choices}
        assert ("bereavement" in offered, "symptom_scale" in offered) == (is_after, not is_after)
        assert form.fields["persons"].choices[0][0] == str(people[-1].pk)


def test_a_follow_up_is_asked_with_its_units_and_what_was_measured_before(
    cast: Cast, enter: Enter, see_all: Any
) -> None:
    """A number without a unit is misread; a reading is judged against the one before it."""
    see_all()
    episode = episodes.applied(cast, programme="hypertension")
    doctor, by = enter("doctor"), cast.actors["doctor"]
    whose = {"episode_id": episode.pk, "by": by, "at": NOW}
    actions.assess_episode(**whose)
    actions.qualify(**whose, persons=[cast.staff["doctor"].pk], is_passed=True, stated={"has_hypertension": True})
    actions.agree_episode(**whose)
    actions.activate_episode(**whose, lead_id=cast.staff["doctor"].pk)
    page = html(doctor.get(f"/orders/episodes/{episode.pk}/record/"))
    assert "mmHg" in page
    assert "上次" not in page
    calm = {"has_danger_sign": False, "has_adverse_reaction": False, "has_new_complication": False}
    half = {"activity": "bp_follow_up", "persons": [cast.staff["doctor"].pk], "systolic": "158", "note": "留着"}
    answer = doctor.post(f"/orders/episodes/{episode.pk}/record/", half)
    assert answer.status_code == 409
    assert "缺：舒张压、有危急症状" in html(answer)
    assert html(answer).count("这次随访要填这一项") == 4
    assert "留着" in html(answer)
    actions.record_service(
        **whose, activity="bp_follow_up", persons=[cast.staff["doctor"].pk], reading={"systolic": 158, "diastolic": 88, **calm}
    )  # fmt: skip
    page = html(doctor.get(f"/orders/episodes/{episode.pk}/record/"))
    assert f"上次 {NOW:%Y-%m-%d}：158" in page
    assert f"上次 {NOW:%Y-%m-%d}：否" in page
    assert f"{NOW:%Y-%m-%d} 至 {NOW:%Y-%m-%d}" in html(doctor.get(f"/orders/episodes/{episode.pk}/sheet/"))


def test_a_cycle_without_an_end_says_why(cast: Cast, enter: Enter, see_all: Any) -> None:
    """PROG-03: a bed whose place has not said how long a cycle is, a follow-up that has no cycles; nothing is left a dash."""
    bed = episodes.active(cast)
    doctor = enter("doctor")
    why = "本地文件没有写明一个周期多长"
    assert f"没有期满日：{why}" in html(doctor.get(f"/orders/episodes/{bed.pk}/"))
    assert why in html(doctor.get("/orders/ward/"))
    see_all()
    Episode.objects.filter(pk=bed.pk).update(programme="hypertension")
    assert "这个项目不分周期，服务到结束为止" in html(doctor.get(f"/orders/episodes/{bed.pk}/"))
    assert "不分周期" in html(doctor.get("/orders/episodes/"))
    see_all()
    Episode.objects.filter(pk=bed.pk).update(cycle_until=NOW.date() + timedelta(days=30))
    assert "没有期满日" not in html(doctor.get("/orders/episodes/"))


def test_an_assessment_by_two_says_so_and_waits_for_the_second(cast: Cast, enter: Enter, see_all: Any) -> None:
    doctor, pk = enter("doctor"), cast.residents["elder"].pk
    asked = {"resident": pk, "organisation": cast.harbour.pk}
    assert doctor.post(f"/orders/programmes/hospice/apply/?resident={pk}", asked).status_code == 302
    see_all()
    row = Episode.objects.get()
    at = f"/orders/episodes/{row.pk}/"
    assert doctor.post(f"{at}assess/", {"version": row.version}).status_code == 302
    assert "至少 2 人参加" in html(doctor.get(f"{at}qualify/"))
    assert doctor.post(f"{at}qualify/", {"persons": [cast.staff["doctor"].pk], "verdict": "pass"}).status_code == 302
    assert "下一步: 做评估" in html(doctor.get(at))
    assert doctor.post(f"{at}qualify/", {"persons": [cast.staff["nurse"].pk], "verdict": "pass"}).status_code == 302
    assert "下一步: 准备协议" in html(doctor.get(at))


def test_a_bed_of_the_ward_is_read_once(cast: Cast) -> None:
    """Bug it catches: a column left out of the list and fetched again bed by bed."""
    bed, actor = episodes.active(cast), cast.actors["doctor"]
    beds = queries.beds_of(actor, bed.organisation_id, [bed.programme])
    assert [one.pk for one in beds] == [bed.pk]
    with CaptureQueriesContext(connection) as asked:
        ward = screens.ward_of(actor, beds, NOW, bed.jurisdiction, "")
    assert [row.pk for row in ward.rows] == [bed.pk]
    assert not asked.captured_queries
