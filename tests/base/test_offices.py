"""The administrator's and the auditor's offices: what they can do, and what neither may."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, PASSWORD, Cast
from yijia.base import messages, outbox
from yijia.base.administration import actions
from yijia.base.errors import Refused
from yijia.base.models import ApiToken, AuditEntry, Message, OutboxDelivery, RoleGrant, User
from yijia.core.permissions import Role

ADMIN_PAGES = [
    "/admin/users/",
    "/admin/users/new/",
    "/admin/policy/",
    "/admin/policy/value/?key=role:nurse&other=2020-01-01",
    "/admin/messages/",
    "/admin/outbox/",
]
AUDIT_PAGES = ["/audit/", "/audit/chains/"]


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_the_administrators_pages_open_to_the_administrator(enter: Any, path: str) -> None:
    assert enter("admin").get(path).status_code == 200


@pytest.mark.parametrize("path", [p for p in ADMIN_PAGES if "policy" not in p] + ["/admin/users/1/"])
@pytest.mark.parametrize("part", ["nurse", "manager", "regulator", "auditor"])
def test_they_are_closed_to_others(enter: Any, path: str, part: str) -> None:
    assert enter(part).get(path).status_code == 403
    assert Client().get(path).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", AUDIT_PAGES)
def test_the_trail_is_the_auditors_alone(enter: Any, path: str) -> None:
    assert enter("auditor").get(path).status_code == 200
    for part in ("admin", "manager", "regulator", "nurse"):
        assert enter(part).get(path).status_code == 403


def post(client: Client, path: str, **form: Any) -> Any:
    return client.post(path, form)


def test_an_account_from_the_first_page_to_its_own_password(enter: Any, cast: Cast, see_all: Any) -> None:
    admin = enter("admin")
    form = {"username": "wang", "display_name": "王敏", "_once": "a1"}
    page = admin.post("/admin/users/new/", form)
    password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", page.content.decode())[0]
    again = admin.post("/admin/users/new/", form)  # the double tap shows no secret and makes no second account
    made = User.objects.get(username="wang")
    assert (again.status_code, again.headers["Location"]) == (303, f"/admin/users/{made.pk}/")
    granted = post(
        admin,
        f"/admin/users/{made.pk}/grant/",
        role="dispatcher",
        jurisdiction="CN-441900",
        organisation_id=cast.harbour.pk,
        valid_from="2025-06-01",
    )
    assert granted.status_code == 302
    told = admin.get(f"/admin/users/{made.pk}/").content.decode()
    assert cast.harbour.name in told
    assert "东莞市" in told
    strange = post(admin, f"/admin/users/{made.pk}/grant/", role="manager", jurisdiction="CN-441900", organisation_id=987654, valid_from="2025-06-01")  # fmt: skip
    assert strange.status_code == 422
    assert "没有这个编号" in strange.content.decode()
    person = Client()
    person.post("/accounts/login/", {"login": "wang", "password": password})
    assert person.get("/orders/").headers["Location"] == "/accounts/password/change/"
    assert person.get("/api/v1/me").json()["code"] == "accounts.password_once"
    person.post(
        "/accounts/password/change/",
        {"oldpassword": password, "password1": "quiet-harbour-77", "password2": "quiet-harbour-77"},
    )
    assert person.get("/api/v1/me").json()["role"] == "dispatcher"


def test_a_form_with_errors_comes_back_with_a_fresh_key(enter: Any) -> None:
    page = enter("admin").post("/admin/users/new/", {"username": "bad name!", "display_name": "", "_once": "old"})
    assert page.status_code == 422
    key = re.search(r'name="_once" value="([^"]+)"', page.content.decode())[1]
    assert key != "old"
    assert len(key) == 36


def test_a_taken_name_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match=r"accounts\.username_taken"):
        actions.create_user(username="Nurse", display_name="x", by=cast.actors["admin"], at=NOW)


@pytest.mark.parametrize(
    ("part", "role"),
    [("nurse", Role.ADMIN), ("nurse", Role.AUDITOR), ("auditor", Role.REGULATOR), ("auditor", Role.ADMIN)],
)
def test_three_powers_never_meet_in_one_account(cast: Cast, part: str, role: Role) -> None:
    with pytest.raises(Refused, match=r"accounts\.powers_separated"):
        actions.grant_role(
            user_id=cast.users[part].pk,
            role=role,
            jurisdiction="CN-441900",
            valid_from=NOW.date(),
            by=cast.actors["admin"],
            at=NOW,
        )


def test_an_administrator_cannot_change_their_own_account(enter: Any, cast: Cast) -> None:
    admin, me = enter("admin"), cast.users["admin"].pk
    for path, form in ((f"/admin/users/{me}/password/", {}), (f"/admin/users/{me}/active/", {"active": "0"})):
        assert post(admin, path, **form).status_code == 409
    granted = post(
        admin, f"/admin/users/{me}/grant/", role="auditor", jurisdiction="CN-441900", valid_from="2025-06-01"
    )
    assert granted.status_code == 409
    assert "另一位管理员" in granted.content.decode()


def test_an_administrator_of_a_place_gives_no_role_outside_it(cast: Cast) -> None:
    with pytest.raises(Refused, match=r"accounts\.outside"):
        actions.grant_role(
            user_id=cast.users["regulator"].pk,
            role=Role.REGULATOR,
            jurisdiction="CN-440000",
            valid_from=NOW.date(),
            by=cast.actors["admin"],
            at=NOW,
        )


def test_a_person_of_another_place_is_not_there(enter: Any, cast: Cast) -> None:
    RoleGrant.objects.filter(user=cast.users["stranger_nurse"]).update(jurisdiction="CN-350000")
    assert enter("admin").get(f"/admin/users/{cast.users['stranger_nurse'].pk}/").status_code == 404
    assert "stranger_nurse" not in enter("admin").get("/admin/users/").content.decode()


def test_a_scope_that_is_missing_is_asked_beside_its_field(enter: Any, cast: Cast) -> None:
    page = post(
        enter("admin"),
        f"/admin/users/{cast.users['nurse'].pk}/grant/",
        role="nurse",
        jurisdiction="CN-441900",
        valid_from="2025-06-01",
    )
    assert page.status_code == 422
    assert "这个身份必须填这一项" in page.content.decode()


def test_taking_a_role_back_closes_its_doors_and_tokens(enter: Any, cast: Cast) -> None:
    nurse = cast.users["nurse"]
    _row, text = actions.create_token(
        user_id=nurse.pk, role=Role.NURSE, label="x", days=9, by=cast.actors["admin"], at=NOW
    )
    bearer = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/me", headers=bearer).status_code == 200
    grant = RoleGrant.objects.get(user=nurse)
    assert post(enter("admin"), f"/admin/users/{nurse.pk}/grants/{grant.pk}/revoke/").status_code == 302
    assert Client().get("/api/v1/me", headers=bearer).status_code == 401
    assert ApiToken.objects.get().revoked_at is not None
    assert post(enter("admin"), f"/admin/users/{nurse.pk}/grants/{grant.pk}/revoke/").status_code == 404


def test_a_token_is_shown_once_and_stored_as_a_hash(enter: Any, cast: Cast, sql: Any) -> None:
    path = f"/admin/users/{cast.users['dispatcher'].pk}/tokens/"
    page = post(enter("admin"), path, role="dispatcher", label="测试", days="30", _once="t1")
    text = re.search(r"yj_[\w-]{40,}", page.content.decode())[0]
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    for table in ("base_apitoken", "base_idempotentanswer", "base_auditentry"):
        assert text not in str(sql(f"SELECT t::text FROM {table} t"))
        assert text.encode().hex() not in str(sql(f"SELECT t::text FROM {table} t"))
    assert (
        post(enter("admin"), path, role="admin", label="x", days="30").status_code == 409
    )  # a role the account does not hold
    token = ApiToken.objects.get()
    post(enter("admin"), f"{path}{token.pk}/revoke/")
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_a_locked_account_is_let_in_again(enter: Any, cast: Cast) -> None:
    for _ in range(8):
        Client().post("/accounts/login/", {"login": "nurse", "password": "wrong"})
    admin, path = enter("admin"), f"/admin/users/{cast.users['nurse'].pk}/"
    assert "已锁定" in admin.get(path).content.decode()
    assert post(admin, f"{path}unlock/").status_code == 302
    assert Client().post("/accounts/login/", {"login": "nurse", "password": PASSWORD}).status_code == 302


def test_a_reset_password_ends_open_sessions(enter: Any, cast: Cast) -> None:
    nurse = enter("nurse")
    assert nurse.get("/api/v1/me").status_code == 200
    assert post(enter("admin"), f"/admin/users/{cast.users['nurse'].pk}/password/").status_code == 200
    assert nurse.get("/api/v1/me").status_code == 401


def test_closing_an_account_and_asking_for_one_time_codes(enter: Any, cast: Cast) -> None:
    nurse, path = enter("nurse"), f"/admin/users/{cast.users['nurse'].pk}/"
    assert post(enter("admin"), f"{path}mfa/", required="1").status_code == 302
    assert nurse.get("/api/v1/me").json()["code"] == "mfa.missing"
    assert post(enter("admin"), f"{path}active/", active="0").status_code == 302
    assert nurse.get("/api/v1/me").status_code == 401


def test_every_act_of_the_administrator_is_on_record(enter: Any, cast: Cast) -> None:
    post(enter("admin"), f"/admin/users/{cast.users['nurse'].pk}/password/")
    entry = AuditEntry.objects.get(name="accounts.reset_password")
    assert (entry.user_id, entry.verb, entry.subject_type, entry.subject_ids) == (
        cast.users["admin"].pk,
        "write",
        "base.user",
        [cast.users["nurse"].pk],
    )


def test_wrong_methods_are_refused(enter: Any, cast: Cast) -> None:
    admin = enter("admin")
    assert admin.post("/admin/users/").status_code == 405
    opened = admin.get(f"/admin/users/{cast.users['nurse'].pk}/password/")
    assert (opened.status_code, opened.headers["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in opened.content.decode()
    told = admin.delete("/api/v1/me")
    assert (told.status_code, told.json()["code"]) == (405, "method_not_allowed")


def test_the_auditor_finds_who_looked_at_whom(enter: Any, cast: Cast) -> None:
    from yijia.base import audit

    audit.read(cast.actors["nurse"], NOW, "care.order", subject_type="care.order", subject_ids=[5], resident_ids=[77])
    audit.read(cast.actors["doctor"], NOW, "care.order", subject_type="care.order", subject_ids=[6], resident_ids=[78])
    auditor = enter("auditor")
    page = auditor.get("/audit/?resident_id=77&verb=read&from_on=2025-06-16&until_on=2025-06-16").content.decode()
    assert ">nurse <span" in page
    assert ">doctor <span" not in page
    assert AuditEntry.objects.filter(name="audit.search", user_id=cast.users["auditor"].pk).exists()
    assert auditor.get("/audit/?resident_id=x&page=99999999&from_on=never").status_code == 200
    assert auditor.get("/audit/?from_on=0001-01-01&until_on=9999-12-31").status_code == 200


def test_the_chain_page_names_a_broken_entry(enter: Any, cast: Cast, sql: Any) -> None:
    from yijia.base import audit

    audit.read(cast.actors["nurse"], NOW, "care.order")
    auditor = enter("auditor")
    assert "全部对得上" in auditor.get("/audit/chains/").content.decode()
    sql("ALTER TABLE base_auditentry DISABLE TRIGGER append_only")
    sql("UPDATE base_auditentry SET role = 'admin' WHERE name = 'care.order'")
    assert "有 1 处对不上" in auditor.get("/audit/chains/").content.decode()


def test_policy_says_why_and_compares_two_days(enter: Any) -> None:
    client = enter("nurse")
    page = client.get(
        "/admin/policy/value/?key=fee:visit&jurisdiction=CN-441900&on=2025-06-16&other=2020-01-01"
    ).content.decode()
    assert "2025-06-16" in page
    assert "2020-01-01" in page
    assert client.get("/admin/policy/value/?key=no:such").status_code == 200
    assert client.get("/admin/policy/value/?on=2025-06-16").headers["Location"] == "/admin/policy/"
    assert client.get("/admin/policy/?jurisdiction=nonsense&on=x&page=x").status_code == 200


def test_texts_go_out_once_and_the_number_stays_hidden(cast: Cast, enter: Any) -> None:
    sent: list[str] = []

    class Gateway:
        def send(self, *, channel: str, to: str, text: str, reference: str) -> None:
            if not sent and reference.endswith(str(first.pk)) and not failed:
                failed.append(reference)
                raise OSError("down")
            sent.append(to)

    failed: list[str] = []
    first = messages.send_sms(phone="13800138000", template="test", text="明天上午到", at=NOW)
    with pytest.raises(OSError, match="down"):
        messages.send_due(at=NOW, provider=Gateway())
    assert messages.send_due(at=NOW, provider=Gateway()) == 0  # not before its turn
    from datetime import timedelta

    assert messages.send_due(at=NOW + timedelta(minutes=2), provider=Gateway()) == 1
    assert messages.send_due(at=NOW + timedelta(hours=9), provider=Gateway()) == 0
    assert sent == ["13800138000"]
    assert Message.objects.get().attempts == 2
    page = enter("admin").get("/admin/messages/").content.decode()
    assert "13800138000" not in page
    assert "明天上午到" in page


def test_the_outbox_page_tells_due_from_failed(cast: Cast, enter: Any) -> None:
    @outbox.on("test.page")
    def never(event: Any, at: Any) -> None: ...

    outbox.publish("test.page", {}, at=NOW)
    OutboxDelivery.objects.update(attempts=2)
    assert "test.page" in enter("admin").get("/admin/outbox/?which=failed").content.decode()
    assert "test.page" not in enter("admin").get("/admin/outbox/").content.decode()
    del outbox._subscribers["test.page"]


def test_old_things_are_forgotten(cast: Cast) -> None:
    from datetime import timedelta

    from yijia.base import housekeeping
    from yijia.base.models import IdempotentAnswer

    for hours in (1, 25):
        IdempotentAnswer.objects.create(
            scope="x", key=str(hours), body_hash=b"", status=200, body=b"", at=NOW - timedelta(hours=hours)
        )
    assert housekeeping.forget(NOW)["idempotent_answers"] == 1
