"""The sign-in desk: lock-out, sessions, one-time codes, tokens; and what a browser is told on every page."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.cast import NOW, PASSWORD, Cast
from yijia.base.crypto import token
from yijia.base.models import ApiToken, User


def sign_in(client: Client, name: str = "nurse", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": name, "password": password, **more.pop("form", {})}, **more)


def is_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def test_eight_wrong_passwords_lock_the_name_also_for_the_right_one(cast: Cast) -> None:
    statuses = [sign_in(Client(), password="wrong").status_code for _ in range(8)]
    assert statuses == [200] * 7 + [429]
    client = Client()
    assert sign_in(client).status_code == 429
    assert not is_in(client)
    assert sign_in(Client(), "doctor").status_code == 302  # others are not held up


def test_rotating_forwarded_addresses_do_not_help(cast: Cast) -> None:
    statuses = [
        sign_in(
            Client(), password="wrong", headers={"X-Forwarded-For": f"10.0.0.{n}"}, REMOTE_ADDR=f"192.0.2.{n}"
        ).status_code
        for n in range(8)
    ]
    assert statuses[-1] == 429
    assert sign_in(Client(), headers={"X-Forwarded-For": "10.9.9.9"}).status_code == 429


def test_a_wrong_name_and_a_wrong_password_look_the_same(cast: Cast) -> None:
    bodies = []
    for name in ("nurse", "nobody"):
        response = sign_in(Client(), name, "wrong")
        bodies.append((response.status_code, [str(e) for e in response.context["form"].non_field_errors()]))
    assert bodies[0] == bodies[1]


def test_the_name_typed_is_not_stored_in_the_clear(cast: Cast, sql: Any) -> None:
    sign_in(Client(), "110101199003071234", "secret-typed-here")
    rows = str(sql("SELECT t::text FROM axes_accessattempt t"))
    assert "110101199003071234" not in rows
    assert "secret-typed-here" not in rows


def test_logging_in_changes_the_session_id_and_logging_out_kills_it(cast: Cast) -> None:
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    assert sign_in(client).status_code == 302
    mine = client.cookies["sessionid"].value
    assert mine != planted
    assert is_in(client)
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = mine
    assert not is_in(thief)


def test_the_last_sign_in_is_told_by_the_clock_of_the_house(cast: Cast, travel: Any) -> None:
    """Bug it catches: a demo of last year whose accounts signed in today."""
    travel(timedelta(hours=2))
    sign_in(Client())
    assert User.objects.get(username="nurse").last_login == NOW + timedelta(hours=2)


def test_signing_in_is_not_announced(cast: Cast) -> None:
    client = Client()
    sign_in(client, "clerk")
    assert "notice-done" not in client.get("/").content.decode()


def test_logging_out_wants_a_post(enter: Any) -> None:
    client = enter("nurse")
    client.get("/accounts/logout/")
    assert is_in(client)


def test_a_disabled_user_is_cut_off_at_once(enter: Any, cast: Cast) -> None:
    client = enter("nurse")
    assert is_in(client)
    User.objects.filter(pk=cast.users["nurse"].pk).update(is_active=False)
    assert client.get("/api/v1/me").status_code == 401


def test_an_idle_session_ends_and_a_used_one_lasts(enter: Any, travel: Any, settings: Any) -> None:
    client = enter("nurse")
    for _ in range(4):
        assert is_in(client)
        travel(timedelta(seconds=settings.IDLE_S - 400))
    travel(timedelta(seconds=settings.IDLE_S))
    assert not is_in(client)


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\thttps://evil.example",
    ],
)
def test_no_door_sends_the_visitor_away(cast: Cast, enter: Any, to: str) -> None:
    assert sign_in(Client(), form={"next": to}).headers["Location"] == "/"
    for path in ("/language/", "/elder/"):
        assert enter("nurse").post(path, {"next": to}).headers["Location"] == "/"


def test_nobody_signs_up_and_nothing_is_reset_by_mail(cast: Cast) -> None:
    assert b"form" not in Client().get("/accounts/signup/").content.split(b"<main")[1].split(b"</main>")[0]
    before = User.objects.count()
    Client().post(
        "/accounts/signup/", {"username": "me", "password1": "harbour-lantern-43", "password2": "harbour-lantern-43"}
    )
    assert User.objects.count() == before
    assert Client().get("/accounts/password/reset/").status_code == 404
    assert Client().get("/accounts/email/").status_code == 404


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def enrol(client: Client) -> str:
    page = client.get("/accounts/mfa/totp/activate/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")  # the password again, first
    client.post(page.redirect_chain[-1][0], {"password": PASSWORD})
    page = client.get("/accounts/mfa/totp/activate/")
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.content.decode()
    secret = page.context["form"].secret
    assert client.post("/accounts/mfa/totp/activate/", {"code": code_for(secret)}).status_code == 302
    return secret


def test_a_one_time_code_is_set_up_and_asked_for(cast: Cast, sql: Any) -> None:
    client = Client()
    sign_in(client)
    secret = enrol(client)
    assert secret not in str(sql("SELECT t::text FROM mfa_authenticator t"))
    other = Client()
    assert sign_in(other).headers["Location"].startswith("/accounts/mfa/authenticate/")
    assert not is_in(other)
    assert other.post("/accounts/mfa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(other)


def test_who_must_use_one_time_codes_gets_nowhere_without(cast: Cast) -> None:
    User.objects.filter(pk=cast.users["nurse"].pk).update(must_use_mfa=True)
    client = Client()
    sign_in(client)
    assert client.get("/people/").headers["Location"] == "/accounts/mfa/totp/activate/"
    refused = client.get("/api/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "mfa.missing")
    enrol(client)
    assert is_in(client)


def bearer(cast: Cast, part: str = "dispatcher", **more: Any) -> dict[str, str]:
    text, stored = token()
    values = {"role": part, "label": "test", "created_at": NOW, "expires_at": NOW + timedelta(days=1)} | more
    ApiToken.objects.create(user=cast.users[part], token_hash=stored, **values)
    return {"Authorization": f"Bearer {text}"}


def test_a_token_opens_the_api_in_its_role_only(cast: Cast, travel: Any) -> None:
    answer = Client().get("/api/v1/me", headers=bearer(cast))
    assert (answer.status_code, answer.json()["role"]) == (200, "dispatcher")
    assert Client().get("/api/v1/me", headers=bearer(cast, role="admin")).status_code == 401  # a role never granted


@pytest.mark.parametrize("more", [{"expires_at": NOW}, {"revoked_at": NOW}])
def test_a_dead_token_opens_nothing(cast: Cast, travel: Any, more: dict[str, Any]) -> None:
    assert Client().get("/api/v1/me", headers=bearer(cast, **more)).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer nonsense", "Bearer ", "Basic bnVyc2U6eA==", "Bearer eyJhbGciOiJub25lIn0.e30."]
)
def test_a_made_up_token_opens_nothing_even_with_a_session(enter: Any, header: str) -> None:
    answer = enter("nurse").get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


PAGES = ["/accounts/login/", "/healthz", "/no/such/page", "/api/v1/me", "/api/v1/openapi.json", "/language/"]


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_carries_the_headers(cast: Cast, path: str) -> None:
    response = Client().get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    if path != "/healthz":
        assert "no-store" in response.headers["Cache-Control"]


def test_a_foreign_host_is_refused(cast: Cast) -> None:
    assert Client().get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400


def test_a_write_from_a_browser_wants_the_sites_own_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.users["nurse"], backend="yijia.base.accounts.Backend")
    page = client.post("/elder/", {"elder": "1"})
    assert page.status_code == 403
    assert "Content-Security-Policy" in page.headers


def test_errors_say_nothing_of_the_inside(cast: Cast) -> None:
    answer = Client().get("/api/v1/no-such")
    assert (answer.status_code, answer.headers["Content-Type"], answer.json()["code"]) == (
        404,
        "application/problem+json",
        "not_found",
    )
    assert Client().get("/.git/config").status_code == 404
    assert Client().get("/admin/login/").status_code == 404
    assert Client().generic("TRACE", "/accounts/login/").status_code == 405


def test_health_says_nothing_about_people(cast: Cast) -> None:
    assert set(Client().get("/healthz").json()) == {"status", "version"}


def test_one_event_is_one_log_line() -> None:
    import logging

    from yijia.base.logs import OneLine

    record = logging.LogRecord(
        "x", logging.WARNING, "f", 1, "login %s", ("a\r\n2025 WARNING forged \x1b[2J\u2028",), None
    )
    line = OneLine("%(levelname)s %(message)s").format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_a_page_in_english_for_who_asks(cast: Cast) -> None:
    client = Client()
    client.post("/language/", {"language": "en"})
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"
