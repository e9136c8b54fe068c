"""Latency of the real web process over loopback, with a county of a hundred thousand behind it."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as dtime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from yijia.apps.visits.models import Assignment
from yijia.base import crypto, scope
from yijia.base.local.children import yijia
from yijia.base.models import ApiToken, Deployment, User
from yijia.core.calendar import at_local
from yijia.demo.county import Client, County
from yijia.demo.county.load import load_county
from yijia.demo.day.wishes import HOME

PEOPLE, VISITS, HISTORY_DAYS, CLIENTS = 100_000, 54_500, 150, 5000  # one order in twelve ends without a visit
WARM_UP = 10
TARGETS = {
    "submit_order": 80.0,
    "day_list": 60.0,
    "regulator_page": 200.0,
}  # the page behind one figure is measured beside them
MOST_RSS_MB = 250.0
ITEM, NEED = "NI-CL-02", "chronic"
LABEL = "bench"


@dataclass
class Series:
    """Milliseconds of one kind of request."""

    name: str
    spent_ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def result(self) -> dict[str, Any]:
        """p50, p95, what was answered, and whether the target holds."""
        ordered = sorted(self.spent_ms)
        target = TARGETS.get(self.name)
        p95 = ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
        return {
            "requests": len(ordered), "p50_ms": round(statistics.median(ordered), 1), "p95_ms": round(p95, 1), "most_ms": round(ordered[-1], 1),
            "target_p95_ms": target, "holds": target is None or p95 <= target, "statuses": {str(code): count for code, count in self.statuses.items()},
        }  # fmt: skip


def run(requests: int) -> dict[str, Any]:
    """Measure the three pages against a granian of our own."""
    with scope.whole_system():
        deployment = Deployment.objects.get(pk=1)
        county = load_county(deployment)
        facts = {"residents": deployment.facts["people"], "visits": Assignment.objects.count()}
        nurses = list(Assignment.objects.order_by("-during").values_list("staff__user_id", flat=True)[:200])
    port = _free_port()
    with _server(port, deployment.created_at) as pid:
        workers = set(_descendants(pid))
        orders = _submit(county, deployment.created_at, port, requests)
        days = _pages("day_list", port, "/visits/", list(dict.fromkeys(nurses)), requests)
        pages = _pages("regulator_page", port, "/measures/", [county.officials["regulator"]], requests)
        figures = _pages("regulator_figure", port, "/measures/home_visits/", [county.officials["regulator"]], requests)
        rss_mb = _rss_mb(pid)
        lost = len(workers - set(_descendants(pid)))
    measured = {series.name: series.result() for series in (orders, days, pages, figures)}
    holds = all(one["holds"] for one in measured.values()) and rss_mb <= MOST_RSS_MB and not lost
    return {
        **facts,
        **measured,
        "web_rss_mb": round(rss_mb, 1),
        "target_rss_mb": MOST_RSS_MB,
        "workers_lost": lost,
        "holds": holds,
        "cpus": os.cpu_count(),
    }


def _submit(county: County, now: datetime, port: int, requests: int) -> Series:
    """Families order over the API; everybody another elder, at another second than in an earlier run: none is a double."""
    later = timedelta(seconds=ApiToken.objects.filter(label=LABEL).count() % 900)
    clients = [client for client in county.clients[3:] if ITEM in client.house.items and not client.is_disabled_elder]
    chosen = [client for client in clients if client.is_family][: requests + WARM_UP]
    tokens = dict(
        zip([client.user_id for client in chosen], _tokens([client.user_id for client in chosen], now), strict=True)
    )
    looking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    prices = [_price(looking, tokens[client.user_id], client, now) for client in chosen]
    looking.close()
    bodies = iter(
        [
            (tokens[client.user_id], _order(client, now, later + timedelta(minutes=15 * (index % 24)), prices[index]))
            for index, client in enumerate(chosen)
        ]
    )

    def ask(connection: http.client.HTTPConnection) -> int:
        token, body = next(bodies)
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
        }
        connection.request("POST", "/api/v1/orders", body=json.dumps(body), headers=headers)
        return _answered(connection)

    return _measure("submit_order", port, ask, len(chosen) - WARM_UP)


def _price(connection: http.client.HTTPConnection, token: str, client: Client, now: datetime) -> str:
    """What the family is shown before it orders."""
    on = (now + timedelta(days=2)).date().isoformat()
    query = f"organisation_id={client.house.id}&resident_id={client.id}&items={ITEM}&on={on}"
    connection.request("GET", f"/api/v1/quotes?{query}", headers={"Authorization": f"Bearer {token}"})
    return str(json.loads(connection.getresponse().read())["total"])


def _order(client: Client, now: datetime, later: timedelta, total: str) -> dict[str, Any]:
    start = at_local((now + timedelta(days=2)).date(), dtime(9)) + later
    return {
        "client_id": str(uuid4()), "resident_id": client.id, "organisation_id": client.house.id, "need": NEED, "items": {ITEM: 1},
        "wanted_from": start.isoformat(), "wanted_until": (start + timedelta(hours=1)).isoformat(), "guardian_present": True, "home_risk": HOME,
        "quoted_total": total,
    }  # fmt: skip


def _pages(name: str, port: int, path: str, users: list[int], requests: int) -> Series:
    """One page, as each of some people in turn."""
    cookies = [f"{settings.SESSION_COOKIE_NAME}={_session(user)}" for user in users[:20]]
    turn = iter(range(10**9))

    def ask(connection: http.client.HTTPConnection) -> int:
        connection.request("GET", path, headers={"Cookie": cookies[next(turn) % len(cookies)], "Accept": "text/html"})
        return _answered(connection)

    return _measure(name, port, ask, requests)


def _measure(name: str, port: int, ask: Callable[[http.client.HTTPConnection], int], requests: int) -> Series:
    series = Series(name)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for index in range(WARM_UP + requests):
        started = time.perf_counter()
        status = ask(connection)
        if index >= WARM_UP:
            series.spent_ms.append((time.perf_counter() - started) * 1000)
            series.statuses[status] = series.statuses.get(status, 0) + 1
    connection.close()
    return series


def _answered(connection: http.client.HTTPConnection) -> int:
    response = connection.getresponse()
    response.read()
    return response.status


def _tokens(user_ids: list[int], now: datetime) -> list[str]:
    """A bearer token for each family."""
    made = [crypto.token() for _ in user_ids]
    ApiToken.objects.bulk_create(
        ApiToken(
            user_id=pk,
            role="family",
            label=LABEL,
            token_hash=digest,
            created_at=now,
            expires_at=now + timedelta(days=30),
        )
        for pk, (_, digest) in zip(user_ids, made, strict=True)
    )
    return [text for text, _ in made]


def _session(user_id: int) -> str:
    """A signed-in browser's session."""
    user = User.objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "yijia.base.accounts.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@contextmanager
def _server(port: int, at: datetime) -> Iterator[int]:
    """A granian as `yijia serve` starts it, its clock set to nine on the last morning of the history; yields its process id."""
    shift = int((at - timedelta(hours=15) - datetime.now(at.tzinfo)).total_seconds())
    environment = os.environ | {"YIJIA_CLOCK_SHIFT_S": str(shift)}
    process = subprocess.Popen(
        yijia("serve", "--port", str(port)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the web server did not start")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if _answered(connection) == 200:
                return
        except OSError:
            time.sleep(0.2)


def _rss_mb(pid: int) -> float:
    """Resident memory of the largest process of the family: the worker that answers."""
    return max(_own_mb(each) for each in (pid, *_descendants(pid)))


def _descendants(pid: int) -> list[int]:
    """Nothing for one that has just ended."""
    try:
        tasks = [(task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    children = [int(child) for task in tasks for child in task.split()]
    return children + [below for child in children for below in _descendants(child)]


def _own_mb(pid: int) -> float:
    """Nothing for one that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
