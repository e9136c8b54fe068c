"""The family's view of its elder in the home: only its own, and only as far as the elder allowed."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from tests.cast import Cast
from tests.factories import episodes
from tests.factories import homes as make
from yijia.base.models import RoleGrant

Enter = Callable[[str], Client]


def html(response: Any) -> str:
    return str(response.content.decode())


def test_family_and_elder_read_where_what_and_who(cast: Cast, enter: Enter) -> None:
    """HOME-14"""
    episodes.active(cast)
    make.busy(cast)
    at = f"/homes/elder/{cast.residents['elder'].pk}/"
    for part in ("elder", "relative"):
        assert at in html(enter(part).get("/"))
        page = html(enter(part).get(at))
        assert "已给 1 / 3 次" in page
        assert "A 栋 203-1" in page
        assert "家庭病床" in page
    assert enter("relative").post(at).status_code == 405
    assert enter("stranger_elder").get(at).status_code == 404
    assert enter(make.HOME).get(at).status_code == 403
    assert enter("relative").get(f"/homes/elder/{cast.residents['lodger'].pk}/").status_code == 404


def test_without_the_matter_record_medicines_stay_closed(cast: Cast, enter: Enter) -> None:
    """HOME-14"""
    make.busy(cast)
    RoleGrant.objects.filter(user=cast.users["relative"]).update(scope=["order"])
    page = html(enter("relative").get(f"/homes/elder/{cast.residents['elder'].pk}/"))
    assert "氨氯地平" not in page
    assert "没有授权你看记录" in page
    assert "A 栋 203-1" in page


def test_nobody_in_a_home_sees_no_tile(cast: Cast, enter: Enter) -> None:
    assert "/homes/elder/" not in html(enter("relative").get("/"))
    assert enter("relative").get(f"/homes/elder/{cast.residents['elder'].pk}/").status_code == 404
