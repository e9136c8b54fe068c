"""Journeys: a real server over a town of its own, a real browser, nobody else's data. Without a browser they fail in CI,
and elsewhere are skipped loudly."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest

from tests import browser
from tests.support import free_number, use_django
from tests.template import migrated
from yijia.base.local import postgres

use_django()

from tests.cast import NOW, PASSWORD  # noqa: E402

AXE = next(Path("tests/vendor").resolve().glob("axe-core@*/axe.min.js"))
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    journeys = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
    if not journeys or browser.find():
        return
    if browser.is_ci():
        raise pytest.UsageError(browser.HOW)
    for item in journeys:
        item.add_marker(pytest.mark.skip(reason=browser.HOW))


class Town:
    """A running Yijia over a fresh database; its clock can be set on by starting the web server anew."""

    def __init__(self, database_url: str) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {"DATABASE_URL": database_url, "YIJIA_DEMO": "1"}
        self.process: subprocess.Popen[bytes] | None = None
        self.set_clock(NOW)
        command = [sys.executable, "-m", "tests.journeys.town"]
        made = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr[-3000:]
        self.start()

    def set_clock(self, at: datetime) -> None:
        self.environment["YIJIA_CLOCK_SHIFT_S"] = str(int((at - datetime.now(UTC)).total_seconds()))

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "yijia"), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _wait(f"{self.url}/healthz", self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.communicate(timeout=30)

    def move_to(self, at: datetime) -> None:
        """Go on at another time of the town's clock; who is signed in stays so."""
        self.stop()
        self.set_clock(at)
        self.start()


@pytest.fixture(scope="module")
def town(postgres_server: str) -> Iterator[Town]:
    """A town of this module's own, whose clock began on the cast's Monday morning."""
    server = postgres.test_server()
    with free_number(server.home) as number, psycopg.connect(server.url(), autocommit=True) as connection:
        name = f"journeys_{number}"
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated(server)}"')
        running = Town(server.url(database=name))
        try:
            yield running
        finally:
            running.stop()
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, (process.stderr.read() if process.stderr else b"").decode()[-3000:]
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within a minute")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for one module: Playwright's event loop must end with it, or Django refuses the next module's database."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        running = player.chromium.launch(**browser.launch_options())
        yield running
        running.close()


@pytest.fixture
def sign_in(town: Town, chromium: Any) -> Iterator[Callable[..., Any]]:
    """A page of somebody signed in: `sign_in("nurse", size=PHONE, language="en")`."""
    contexts = []

    def enter(part: str, *, size: dict[str, int] = DESK, language: str = "zh-hans") -> Any:
        context = chromium.new_context(
            viewport=size, base_url=town.url, locale="zh-CN", permissions=["geolocation"], geolocation={"longitude": 113.752, "latitude": 23.04},
        )  # fmt: skip
        contexts.append(context)
        if language != "zh-hans":
            context.add_cookies([{"name": "yijia_language", "value": language, "url": town.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto("/accounts/login/")
        page.fill("#id_login", part)
        page.fill("#id_password", PASSWORD)
        page.click("form[action*='login'] button.btn-primary")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()


def assert_accessible(page: Any) -> None:
    """No serious or critical finding of axe-core on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    bad = [
        f"{v['id']} ({v['impact']}): {[n['html'][:120] for n in v['nodes'][:3]]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]
    assert not bad, f"{page.url}\n" + "\n".join(bad)


def assert_fits(page: Any) -> None:
    """Nothing makes the page scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, f"{page.url} is {wide} px too wide"
