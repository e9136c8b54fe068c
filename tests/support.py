"""What makes a test session: Django when a folder needs it, the test server, no way out to the network."""

import fcntl
import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from yijia.base.local import postgres
from yijia.base.local.django import SETTINGS, make_folders


def use_django() -> None:
    """Load Django for the tests of a folder; called at the top of its conftest.py. Starts no database."""
    os.environ.setdefault("DATABASE_URL", postgres.test_server().url())
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    make_folders()

    import django

    django.setup()


def is_embedded() -> bool:
    """Whether the session's database is our own test server, not one that the developer named."""
    return os.environ.get("DATABASE_URL") == postgres.test_server().url()


@contextmanager
def free_number(folder: Path) -> Iterator[int]:
    """The lowest number no other test process of this machine holds: sessions at once have a database each."""
    for number in count(1):
        with (folder / f"pg-test.{number}.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return


class NetworkIsShut(AssertionError):
    """A test tried to reach another machine."""


def shut_network() -> None:
    """Refuse every address but this machine's, for the rest of the process."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_lookup = socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        _demand_local(self.family, address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _demand_local(self.family, address)
        return real_connect_ex(self, address)

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        if not _is_here(host):
            raise NetworkIsShut(f"a test looked up {host!r}; tests reach this machine only")
        return real_lookup(host, *rest, **more)

    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = getaddrinfo


def _demand_local(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
        raise NetworkIsShut(f"a test tried to reach {address!r}; tests reach this machine only")


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
