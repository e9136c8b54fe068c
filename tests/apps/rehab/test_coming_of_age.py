"""Longgang: a child near 18 in an agreement — the birthday, who signs then, the end at 19, and the adults' programme after it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast as people
from tests.cast import NOW, Cast
from tests.factories import rehab as make
from tests.factories.agreements import DRAWN
from tests.standing import Standing, standing
from yijia.apps.agreements import actions as agreements
from yijia.apps.care import actions as care
from yijia.apps.care import queries as episodes
from yijia.apps.care.models import Episode
from yijia.apps.rehab import actions
from yijia.apps.rehab.models import Placement
from yijia.base import outbox
from yijia.base.errors import Refused
from yijia.core.permissions import SYSTEM

LONGGANG = "CN-440307"
DAY = timedelta(days=1)
BIRTHDAY = date(2025, 6, 20)
NIGHT = NOW + 3 * DAY + timedelta(hours=18)  # the first night's work of the birthday, 03:00 in Shanghai


@pytest.fixture(scope="module")
def assembled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standing[Cast]]:
    """The cast, living in Longgang."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "TOWN", LONGGANG)
        with standing(people.assemble) as rows:
            yield rows


def _youth(cast: Cast, age: int) -> Placement:
    """Somebody who turns `age` on the birthday, in an episode that runs; the institution is on both lists."""
    row = make.listed(cast)
    make.designated(cast, states=False, list_code="rehab_adult", places=1)
    make.child(cast, born=BIRTHDAY.replace(year=BIRTHDAY.year - age))
    placement = make.chosen(cast, row)
    make.begun(cast, placement)
    make.trained(cast, placement)
    return placement


def _grown(cast: Cast) -> Any:
    """The young person's own account."""
    who = cast.users["grown"] = people.user("grown", "测试本人")
    cast.actors["grown"] = people.grant(who, "resident", resident_id=cast.residents["child"].pk)
    return cast.actors["grown"]


def _said(enter: Callable[[str], Client], part: str, path: str, language: str) -> str:
    client = enter(part)
    client.cookies["yijia_language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def _pages(enter: Callable[[str], Client], part: str, path: str) -> tuple[str, str]:
    return _said(enter, part, path, "zh-hans"), _said(enter, part, path, "en")


def test_at_eighteen_the_person_signs_and_the_agreement_goes_on(cast: Cast, see_all: Any) -> None:
    """REHAB-10, PROG-19: the day before, the guardian signs alone; from the birthday on the person may; nothing ends."""
    placement = _youth(cast, 18)
    grown, may = _grown(cast), make.evaluated(cast, placement)
    hand = {"evaluation_id": may.pk, "name": "测试本人", "image": DRAWN}
    with pytest.raises(Refused, match=r"rehab\.guardian_signs"):
        actions.sign_month(**hand, by=grown, at=NIGHT - 2 * DAY)
    assert placement.episode_id not in {one.pk for one in care.sweep_episodes(by=SYSTEM, at=NIGHT)}
    actions.sign_month(**hand, by=grown, at=NIGHT)
    placement.refresh_from_db()
    assert placement.released_at is None
    assert Episode.objects.get(pk=placement.episode_id).state == "active"


def _begun_anew(cast: Cast, episode_id: int, by: Any, at: datetime) -> Episode:
    """The adults' episode assessed, signed by the person's own hand, and running."""
    doctor, lead = cast.actors["doctor"], make.therapist(cast)
    care.assess_episode(episode_id=episode_id, by=doctor, at=at)
    care.qualify(episode_id=episode_id, persons=[lead.pk], is_passed=True, stated={}, by=doctor, at=at)
    care.prepare_enrolment(episode_id=episode_id, by=doctor, at=at)
    for paper in episodes.papers_of(Episode.objects.get(pk=episode_id)):
        agreements.sign(
            agreement_id=paper.pk, signer="resident", name="测试本人", method="glass", image=DRAWN, by=by, at=at
        )
    care.agree_episode(episode_id=episode_id, by=doctor, at=at)
    return care.activate_episode(episode_id=episode_id, lead_id=lead.pk, by=doctor, at=at)


def test_at_nineteen_the_childs_ends_and_the_adults_begins(
    cast: Cast, enter: Callable[[str], Client], travel: Callable[[Any], None], see_all: Callable[[], None]
) -> None:
    """PROG-19, REHAB-07: the place is given back and held on the adults' list; the person signs, and trains on under their own name."""
    placement = _youth(cast, 19)
    make.signed(cast, make.evaluated(cast, placement))
    grown = _grown(cast)
    assert not [one for one in care.sweep_episodes(by=SYSTEM, at=NIGHT - DAY) if one.pk == placement.episode_id]
    care.sweep_episodes(by=SYSTEM, at=NIGHT)
    outbox.drain(at=NIGHT)
    see_all()
    old, new = Episode.objects.get(pk=placement.episode_id), Episode.objects.get(programme="rehab_adult")
    assert (old.state, old.end_reason, new.state) == ("closing", "came_of_age", "applied")
    placement.refresh_from_db()
    held = Placement.objects.get(episode=new)
    assert (placement.released_why, held.list_code, held.category, held.released_at) == (
        "episode_over", "rehab_adult", "limb", None
    )  # fmt: skip
    care.sweep_episodes(by=SYSTEM, at=NIGHT + DAY)
    outbox.drain(at=NIGHT + DAY)
    see_all()
    assert Episode.objects.filter(resident=old.resident).count() == Placement.objects.count() == 2
    travel(NIGHT + DAY)
    for part in ("grown", "child_guardian"):
        zh, en = _pages(enter, part, f"/rehab/people/{old.resident_id}/")
        assert ("服务档案已结束" in zh, "在册" in zh) == (True, True)
        assert "On record" in en
    zh, en = _pages(enter, "doctor", reverse("care:episode", args=[old.pk]))
    assert f"年满规定年龄。已在同一机构申请“残疾成人康复”（{new.number}），由本人签协议后开始" in zh
    assert "Reached the age limit. “Rehabilitation of disabled adults” was asked for at the same institution" in en
    assert "came_of_age" not in zh + en
    see_all()
    running = _begun_anew(cast, new.pk, grown, NIGHT + DAY)
    assert running.state == "active"
    care.record_service(
        episode_id=new.pk, activity="rehab_training", persons=[make.therapist(cast).pk], note="步态训练", by=cast.actors["doctor"], at=NIGHT + 2 * DAY
    )  # fmt: skip
    june = make.evaluated(cast, held, date(2025, 6, 1), at=NIGHT + 3 * DAY)
    actions.sign_month(evaluation_id=june.pk, name="测试本人", image=DRAWN, by=grown, at=NIGHT + 3 * DAY)
    make.stated(cast, at=NIGHT, yearly_yuan=9000)
    month = actions.settle_month(
        placement_id=held.pk, month=date(2025, 6, 1), by=cast.actors["federation"], at=NIGHT + 12 * DAY
    )
    assert month.amount_fen == 200_000
