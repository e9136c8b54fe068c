"""The catalogue's doors in the browser."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import catalogue as make
from yijia.apps.catalogue.models import Filing, OfferedItem, ServiceArea
from yijia.base.models import RoleGrant

Enter = Callable[..., Client]

READ = [
    "/catalogue/items/", "/catalogue/items/NI-CL-06/", "/catalogue/items/NI-CL-47/", "/catalogue/offered/", "/catalogue/filings/",
    "/catalogue/filings/new/visit_fee/", "/catalogue/filings/new/medical_price/", "/catalogue/filings/new/consumable/",
    "/catalogue/filings/new/cancellation/", "/catalogue/area/", "/catalogue/prices/",
]  # fmt: skip


@pytest.mark.parametrize("path", READ)
def test_a_manager_reads(cast: Cast, enter: Enter, path: str, django_assert_max_num_queries) -> None:
    make.open_shop(cast, cast.harbour)
    client = enter("manager")
    with django_assert_max_num_queries(16):  # the house counts twelve without savepoints
        assert client.get(path).status_code == 200


def test_a_choice_from_the_catalogue_to_publication(cast: Cast, enter: Enter, see_all: Callable) -> None:
    manager, regulator = enter("manager"), enter("regulator")
    answer = manager.post("/catalogue/items/NI-CL-06/pick/")
    see_all()
    row = OfferedItem.objects.get()
    page = f"/catalogue/offered/{row.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "需求量大" in manager.get(page).content.decode()
    half = {f"met_{code}": "yes" for code in make.answers(cast.harbour)}
    assert manager.post(page, half | {"version": 1}).status_code == 422
    unmet = half | {f"why_{code}": "不确定" for code in make.answers(cast.harbour)} | {"version": 1, "met_easy": "no"}
    assert manager.post(page, unmet).status_code == 409
    whole = half | {f"why_{code}": "已核对" for code in make.answers(cast.harbour)} | {"version": 1}
    assert manager.post(page, whole).status_code == 302
    assert "普通伤口换药" in regulator.get("/catalogue/reviews/").content.decode()
    assert regulator.post(f"{page}return/", {"version": 2, "note": ""}).status_code == 409
    assert regulator.post(f"{page}publish/", {"version": 1}).status_code == 412
    assert regulator.post(f"{page}publish/", {"version": 2}).status_code == 302
    see_all()
    assert OfferedItem.objects.get().state == "published"
    assert manager.post(f"{page}withdraw/", {"version": 3}).status_code == 302


def test_what_is_forbidden_at_home_is_refused(cast: Cast, enter: Enter) -> None:
    answer = enter("manager").post("/catalogue/items/NI-CL-47/pick/")
    assert answer.status_code == 409
    assert "不能居家进行" in answer.content.decode()


FEE = {"amount": "130.00", "basis": "成本", "effective_from": "2025-06-20"}


def test_a_fee_from_draft_to_publication(cast: Cast, enter: Enter, see_all: Callable) -> None:
    manager, regulator = enter("manager"), enter("regulator")
    assert manager.post("/catalogue/filings/new/visit_fee/", FEE).status_code == 302
    see_all()
    row = Filing.objects.get()
    page = f"/catalogue/filings/{row.pk}/"
    assert (row.amount_fen, row.code, row.effective_from) == (13000, "131000001N", date(2025, 6, 20))
    assert manager.post(f"{page}edit/", FEE | {"amount": "128", "version": 1}).status_code == 302
    assert manager.post(f"{page}edit/", FEE | {"version": 1}).status_code == 412
    assert manager.post(f"{page}submit/", {"version": 2}).status_code == 302
    assert manager.post(f"{page}review/", {"version": 3}).status_code == 403
    assert manager.post(f"{page}publish/", {"version": 3}).status_code == 409
    assert regulator.post(f"{page}review/", {"version": 3}).status_code == 302
    assert regulator.post(f"{page}review/", {"version": 3}).status_code == 412
    assert regulator.post(f"{page}publish/", {"version": 4}).status_code == 302
    shown = enter("elder").get(f"/catalogue/prices/{cast.harbour.pk}/").content.decode()
    assert "128.00" in shown
    assert f"441900-2025-{row.pk:06d}" in shown


@pytest.mark.parametrize("amount", ["１２.３", "1e400", "-5", "0.001", "1,000", "", "١٢", "9" * 40, "NaN"])
def test_a_bad_amount_is_named_beside_its_field(cast: Cast, enter: Enter, amount: str, see_all: Callable) -> None:
    answer = enter("manager").post("/catalogue/filings/new/visit_fee/", FEE | {"amount": amount})
    assert answer.status_code == 422
    assert 'id="id_amount_error"' in answer.content.decode()
    see_all()
    assert not Filing.objects.exists()


def test_a_fee_by_distance_and_terms_by_stage(cast: Cast, enter: Enter, see_all: Callable) -> None:
    manager = enter("manager")
    bands = {"band_km_1": "3", "band_amount_1": "90", "band_amount_2": "150"}
    assert manager.post("/catalogue/filings/new/visit_fee/", FEE | {"amount": ""} | bands).status_code == 302
    terms = {
        "terms_departed_visit_fee": "0",
        "terms_no_show_visit_fee": "50",
        "basis": "已出发的人力",
        "effective_from": "2025-06-20",
    }
    assert manager.post("/catalogue/filings/new/cancellation/", terms).status_code == 302
    see_all()
    fee, cancellation = Filing.objects.order_by("pk")
    assert fee.bands == [
        {"km_gt": "0", "km_le": "3", "amount_fen": 9000},
        {"km_gt": "3", "km_le": None, "amount_fen": 15000},
    ]
    assert cancellation.terms == {"departed": {"visit_fee": "0.00"}, "no_show": {"visit_fee": "0.50"}}
    assert manager.get(f"/catalogue/filings/{fee.pk}/edit/").status_code == 200
    assert manager.get(f"/catalogue/filings/{cancellation.pk}/edit/").status_code == 200
    assert "50%" in manager.get(f"/catalogue/filings/{cancellation.pk}/").content.decode()


def test_a_consumable_has_a_name_in_each_language(cast: Cast, enter: Enter, see_all: Callable) -> None:
    manager, page = enter("manager"), "/catalogue/filings/new/consumable/"
    shown = manager.get(page).content.decode()
    given = FEE | {"code": "GAUZE", "name": "纱布", "name_en": "Gauze", "unit": "片"}
    assert [field for field in given if f'name="{field}"' not in shown] == []
    assert 'id="id_name_en_error"' in manager.post(page, given | {"name_en": ""}).content.decode()
    assert manager.post(page, given).status_code == 302
    see_all()
    filing = f"/catalogue/filings/{Filing.objects.get().pk}/"
    assert "纱布" in manager.get(filing).content.decode()
    manager.cookies["yijia_language"] = "en"
    for address in (filing, "/catalogue/filings/"):
        english = manager.get(address).content.decode()
        assert "Gauze" in english
        assert "纱布" not in english


AREA = {
    "radius_km": "8.5",
    "open_on": ["1", "2"],
    "opens": "08:30",
    "closes": "17:30",
    "lead_time_min": "90",
    "version": "0",
}


def test_area_and_hours(cast: Cast, enter: Enter, see_all: Callable) -> None:
    manager = enter("manager")
    assert manager.post("/catalogue/area/", AREA | {"townships": ["莞城"]}).status_code == 302
    see_all()
    row = ServiceArea.objects.get()
    assert (row.opens_min, row.closes_min, row.open_on, row.townships) == (510, 1050, [1, 2], ["莞城"])
    assert manager.post("/catalogue/area/", AREA).status_code == 412
    for wrong in (
        {"radius_km": "0"},
        {"closes": "08:00"},
        {"open_on": []},
        {"lead_time_min": "-1"},
        {"townships": ["火星"]},
        {"radius_km": "NaN"},
    ):
        assert manager.post("/catalogue/area/", AREA | {"version": "1"} | wrong).status_code == 422


@pytest.mark.parametrize(
    ("part", "path", "status"),
    [
        ("elder", "/catalogue/filings/", 403), ("nurse", "/catalogue/area/", 403), ("dispatcher", "/catalogue/prices/", 403),
        ("manager", "/catalogue/reviews/", 403), ("auditor", "/catalogue/items/", 403), ("elder", "/catalogue/items/", 200),
        ("elder", "/catalogue/prices/", 200), ("regulator", "/catalogue/reviews/", 200), ("regulator", "/catalogue/filings/", 404),
    ],
)  # fmt: skip
def test_rights(cast: Cast, enter: Enter, part: str, path: str, status: int) -> None:
    assert enter(part).get(path).status_code == status


def test_strangers_find_nothing(cast: Cast, enter: Enter) -> None:
    row, offered = make.draft(cast, cast.harbour), make.submitted(cast, cast.harbour)
    stranger = enter("stranger_manager")
    assert stranger.get(f"/catalogue/filings/{row.pk}/").status_code == 404
    assert stranger.post(f"/catalogue/filings/{row.pk}/submit/").status_code == 404
    assert stranger.get(f"/catalogue/offered/{offered.pk}/").status_code == 404
    assert stranger.get(f"/catalogue/filings/?organisation={cast.harbour.pk}").status_code == 404
    RoleGrant.objects.filter(user=cast.users["regulator"]).update(jurisdiction="CN-440704")
    regulator = enter("regulator")
    assert regulator.get(f"/catalogue/filings/{row.pk}/").status_code == 404
    assert regulator.post(f"/catalogue/offered/{offered.pk}/publish/").status_code == 404
    assert "普通伤口换药" not in regulator.get("/catalogue/reviews/").content.decode()


@pytest.mark.parametrize(
    "path", ["/catalogue/items/NI-CL-06/pick/", "/catalogue/filings/1/publish/", "/catalogue/offered/1/withdraw/"]
)
def test_a_write_is_not_read(cast: Cast, enter: Enter, path: str) -> None:
    assert enter("manager").get(path).status_code == 405


def test_sent_twice_is_one_draft(cast: Cast, enter: Enter, see_all: Callable) -> None:
    manager = enter("manager")
    for _ in range(2):
        assert manager.post("/catalogue/filings/new/visit_fee/", FEE | {"_once": "k-1"}).status_code == 302
    see_all()
    assert Filing.objects.count() == 1


def test_publication_in_a_place_whose_fee_is_unknown_says_why(cast: Cast, enter: Enter) -> None:
    row = make.reviewed(cast, cast.harbour, effective_from=date(2026, 4, 1))
    answer = enter("regulator").post(f"/catalogue/filings/{row.pk}/publish/")
    assert answer.status_code == 409
    assert "没有读到正式文件" in answer.content.decode()
