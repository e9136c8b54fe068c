"""The test session keeps its promises: no network beyond this machine, no Django for the core."""

import os
import socket
import subprocess
import sys

import pytest

from tests import browser
from tests.support import NetworkIsShut
from yijia.base.local.home import REPOSITORY


def test_another_machine_cannot_be_reached() -> None:
    with socket.socket() as outside, pytest.raises(NetworkIsShut):
        outside.connect(("192.0.2.1", 80))
    with socket.socket() as outside, pytest.raises(NetworkIsShut):
        outside.connect_ex(("192.0.2.1", 80))
    with pytest.raises(NetworkIsShut):
        socket.getaddrinfo("example.org", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    assert socket.getaddrinfo("localhost", 80)


def test_the_core_is_tested_without_django_or_a_database() -> None:
    code = (
        "import sys, pytest; code = pytest.main(['-q', '-p', 'no:cacheprovider', 'tests/core/test_money.py']);"
        "from tests.support import is_embedded; import django.conf;"
        "sys.exit(code or django.conf.settings.configured or is_embedded())"
    )
    clean = {k: v for k, v in os.environ.items() if k not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}}
    clean = {k: v for k, v in clean.items() if not k.startswith("PYTEST_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=clean, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_a_named_browser_is_the_only_one_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIJIA_CHROMIUM", "/nowhere/chromium")
    assert browser.find() is None
    with pytest.raises(FileNotFoundError, match="YIJIA_CHROMIUM"):
        browser.launch_options()
    monkeypatch.setenv("CI", "true")
    assert browser.ensure() == 1
    monkeypatch.delenv("CI")
    assert browser.ensure() == 0
    monkeypatch.setenv("YIJIA_CHROMIUM", sys.executable)
    assert browser.launch_options()["executable_path"] == sys.executable
