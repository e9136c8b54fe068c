"""Walks the product as a person does: from the home page along every link, with a town in full swing behind it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast
from tests.factories import care, cases, catalogue, cooperations, episodes, homes, referrals, rehab, visits

PARTS = [
    "elder",
    "relative",
    "child_guardian",
    "nurse",
    "doctor",
    "dispatcher",
    "manager",
    "home_manager",
    "clerk",
    "agency_clerk",
    "assessor",
    "expert",
    "federation",
    "regulator",
    "auditor",
    "admin",
]
_SILENT = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)")
_NOT_PAGES = re.compile(r"^/(static|api|accounts/logout|media)/|\.(csv|jsonl|pdf|svg|png)$|/export|/download")


def busy_town(cast: Cast) -> None:
    """Orders and visits in most states, at one institution."""
    catalogue.open_shop(cast, cast.harbour)
    for hours, make in ((24, care.submitted), (48, care.accepted), (72, care.signed)):
        start = NOW + timedelta(hours=hours + 1)
        make(cast, wanted_from=start, wanted_until=start + timedelta(hours=1))
    visits.opened(cast, wanted_from=NOW + timedelta(hours=30))
    visits.offered(cast, "second_nurse", wanted_from=NOW + timedelta(hours=54))
    visits.assigned(cast, wanted_from=NOW + timedelta(hours=5))
    visits.completed(cast)
    episodes.active(cast)
    episodes.assessing(cast, programme="hypertension")
    referrals.requested(cast)
    referrals.consulted(cast)
    referrals.called(cast)
    referrals.returned(cast, direction="down")
    cooperations.breached(cast)
    homes.busy(cast)
    cooperations.offered(cast, "outsourcing")
    rehab.evaluated(cast, rehab.running(cast))  # with a designation in force
    rehab.voting(cast, category="autism")
    cases.assigned(cast)
    cases.differing(cast, part="stranger_elder", resident="neighbour")


_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "use",
        "path",
        "circle",
        "rect",
        "line",
    ]
)


class Page(HTMLParser):
    """The links and the words of one page, each word with whether it is data in its own language."""

    _SPOKEN = ("aria-label", "placeholder", "title", "alt")

    def __init__(self, html: str):
        super().__init__()
        self.links: list[str] = []
        self.words: list[tuple[str, bool, bool]] = []  # text, is data, is code
        self._open: list[tuple[str, bool, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        _, data, code = self._open[-1] if self._open else ("", False, False)
        data = data or "data-zh" in at or (tag != "html" and (at.get("lang") or "").startswith("zh"))
        code = code or tag in {"script", "style", "code", "pre"} or "code" in (at.get("class") or "").split()
        if tag == "a" and at.get("href"):
            self.links.append(at["href"] or "")
        self.words += [(value, data, code) for name in self._SPOKEN if (value := at.get(name))]
        if tag not in _VOID:
            self._open.append((tag, data, code))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, text: str) -> None:
        if text.strip():
            _, data, code = self._open[-1] if self._open else ("", False, False)
            self.words.append((text.strip(), data, code))


def walk(client: Client, most: int = 200) -> Iterator[tuple[str, HttpResponse, Page | None, list[str]]]:
    """Every page reachable from the home page: its address, answer, content, and what it asked the database."""
    waiting, seen = ["/"], {"/"}
    while waiting and most:
        address, most = waiting.pop(0), most - 1
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
        queries = [q["sql"] for q in asked.captured_queries if not _SILENT.match(q["sql"])]
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        page = Page(response.content.decode()) if is_page and not response.streaming else None
        links = page.links if page else []
        if response.status_code in (301, 302):
            links = [response.headers["Location"]]
        for link in links:
            parts = urlsplit(urljoin(address, link))
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            shape = re.sub(r"\d+", "#", parts.path) + ("?" + re.sub(r"=[^&]*", "=", parts.query) if parts.query else "")
            shape = re.sub(r"(?<=/programmes/)[a-z_]+", "#", shape)  # one programme's page is as good as another's
            shape = re.sub(
                r"(?<=/cooperations/new/)[a-z_]+|(?<=/duties/)[a-z_]+", "#", shape
            )  # so is one text's, one duty's
            if parts.netloc or parts.scheme not in {"", "http"} or _NOT_PAGES.search(parts.path) or shape in seen:
                continue
            seen.add(shape)
            waiting.append(target)
        yield address, response, page, queries
