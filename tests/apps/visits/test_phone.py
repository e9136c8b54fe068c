"""The nurse's phone as plain forms, from setting out to checking out; mistakes come back beside their field."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.factories import visits as factory
from yijia.apps.visits.models import Record, VisitFile
from yijia.base.models import AuditEntry


def test_one_visit_in_plain_forms(cast: Cast, enter: Callable[..., Client], travel: Any, see_all: Any) -> None:
    visit = factory.assigned(cast)
    home = visit.order.household
    place = {"latitude": home.lat, "longitude": home.lon, "accuracy_m": 12}
    nurse, url = enter("nurse"), f"/visits/{visit.pk}"
    assert nurse.get(f"{url}/depart/").status_code == 405
    travel(visit.planned_from - timedelta(minutes=20))
    assert nurse.post(f"{url}/depart/", place).status_code == 302
    travel(visit.planned_from)
    assert nurse.post(f"{url}/arrive/", place).status_code == 422
    assert nurse.post(f"{url}/arrive/", place | {"code": "12"}).status_code == 409
    assert nurse.post(f"{url}/arrive/", place | {"code": factory.door_code(visit)}).status_code == 302
    assert nurse.post(f"{url}/reassess/", {"is_identified": "on"}).status_code == 409
    assert nurse.post(f"{url}/stop/", {"reason": "bored"}).status_code == 422
    assert nurse.post(f"{url}/reassess/", {"is_identified": "on", "is_well": "on", "is_safe": "on"}).status_code == 302
    assert nurse.post(f"{url}/photo/", {"photo": SimpleUploadedFile("a.svg", b"<svg/>")}).status_code == 422
    assert nurse.post(f"{url}/photo/", {"photo": SimpleUploadedFile("a.png", factory.PNG)}).status_code == 302
    filled = {"item_NI-CL-01": "yes", "vital_pulse": "700", "notes": "好", "waste": "yes"}
    wrong = nurse.post(f"{url}/record/", filled)
    assert wrong.status_code == 422
    assert "不可能的数值" in wrong.content.decode()
    assert nurse.post(f"{url}/record/", filled | {"vital_pulse": "70"}).status_code == 302
    assert nurse.post(f"{url}/sign/family_signature/", {"signer": "王女士"}).status_code == 422
    assert nurse.post(f"{url}/sign/family_signature/", {"signer": "王女士", "witness": "邻居李"}).status_code == 302
    assert nurse.post(f"{url}/sign/nurse_signature/", {"image": factory.DATA_URL}).status_code == 302
    travel(visit.planned_from + timedelta(minutes=25))
    assert nurse.post(f"{url}/complete/", place).status_code == 302
    see_all()
    visit.order.refresh_from_db()
    assert visit.order.state == "completed"
    assert Record.objects.get(visit=visit).vitals["pulse"]["value"] == "70"
    photo = VisitFile.objects.get(visit=visit, kind="photo")
    picture = enter("manager").get(f"{url}/files/{photo.pk}/")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    see_all()
    assert enter("stranger_manager").get(f"{url}/files/{photo.pk}/").status_code == 404
    see_all()
    assert enter("relative").post(f"{url}/confirm/", {"answer": "done"}).status_code == 302


def test_the_familys_number_asks_why(cast: Cast, enter: Callable[..., Client], travel: Any, see_all: Any) -> None:
    visit = factory.departed(cast)
    travel(visit.planned_from)
    nurse, url = enter("nurse"), f"/visits/{visit.pk}/phone/"
    assert nurse.post(url, {}).status_code == 422
    shown = nurse.post(url, {"purpose": next(iter(dict(purposes())))})
    assert shown.status_code == 200
    see_all()
    assert AuditEntry.objects.filter(verb="unmask", resident_ids=[visit.resident_id]).count() == 1
    travel(visit.planned_from + timedelta(days=1))
    assert enter("nurse").post(url, {"purpose": next(iter(dict(purposes())))}).status_code == 404


def purposes() -> list[tuple[str, Any]]:
    from yijia.apps.registry.words import PURPOSES

    return [(code, word) for code, word in PURPOSES.items() if code != "other"]


def test_an_offer_is_answered_on_the_phone(cast: Cast, enter: Callable[..., Client], travel: Any, see_all: Any) -> None:
    visit, [held] = factory.offered(cast, "nurse")
    nurse = enter("nurse")
    assert str(held.answer_until.year) in nurse.get("/visits/offers/").content.decode()
    assert enter("second_nurse").post(f"/visits/offers/{held.pk}/answer/", {"answer": "yes"}).status_code == 404
    see_all()
    assert nurse.post(f"/visits/offers/{held.pk}/answer/", {"answer": "maybe"}).status_code == 422
    assert nurse.post(f"/visits/offers/{held.pk}/answer/", {"answer": "yes"}).status_code == 302
    see_all()
    visit.order.refresh_from_db()
    assert visit.order.state == "assigned"
