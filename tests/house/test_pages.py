"""Every page a person can reach opens, speaks one language, and asks the database little.

`YIJIA_UPDATE_COUNTS=1 pytest tests/house/test_pages.py` writes query_counts.json anew; a reviewer looks at what changed.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import browser
from tests.cast import Cast
from tests.house import crawl

COUNTS = Path(__file__).with_name("query_counts.json")
MOST = 12
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NAMES = re.compile(
    r"(Yijia|CN-\d{6}|[A-Z]{2,}|\d[\d:.,–/-]*|[a-z_]+[:.][\w:.-]+|[\w.-]+@[\w.-]+|\S*/\S*|\S*#\S*|\w*[-_]\w+)"
)
PEOPLE = re.compile(r"测(试\w*|\*+)|莞城|测试路")  # names of the cast and of their streets stay as they are
_HEARD = re.compile(r"/(homes|rehab)/")
_NAME = re.compile(r"\W+")
LANGUAGE_NAMES = {"中文", "简体中文", "English"}


@pytest.fixture
def town(cast: Cast, travel: Any) -> Cast:
    crawl.busy_town(cast)
    return cast


def test_every_link_opens_in_few_questions_and_in_chinese(town: Cast, enter: Any) -> None:
    broken, foreign, counts = [], set(), {}
    for part in crawl.PARTS:
        mine = counts[part] = {}
        for address, response, page, queries in crawl.walk(enter(part, raise_request_exception=False)):
            if response.status_code not in {200, 301, 302}:
                broken.append(f"{part}: {response.status_code} {address}")
            if response.status_code == 200:
                mine[_pattern(address)] = len(queries)
            foreign |= {f"{part} {address}: {text}" for text in _not_chinese(page)}
    assert not broken, broken
    assert not foreign, sorted(foreign)[:40]
    assert all(len(mine) > 1 for mine in counts.values()), "some home leads nowhere"
    heavy = {
        f"{part} {address}": count for part, mine in counts.items() for address, count in mine.items() if count > MOST
    }
    assert not heavy, heavy
    counts = {part: dict(sorted(mine.items())) for part, mine in counts.items()}
    if os.environ.get("YIJIA_UPDATE_COUNTS"):
        COUNTS.write_text(json.dumps(counts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert counts == json.loads(COUNTS.read_text(encoding="utf-8")), (
        "query counts changed: YIJIA_UPDATE_COUNTS=1 writes them anew"
    )


def test_every_page_is_english_for_who_reads_english(town: Cast, enter: Any, tmp_path: Path) -> None:
    """In words; and what no journey opens, the care home and rehabilitation, is good to hear as well."""
    foreign = set()
    for part in crawl.PARTS:
        client = enter(part, raise_request_exception=False)
        client.cookies["yijia_language"] = "en"
        for address, response, page, _queries in crawl.walk(client):
            foreign |= {f"{part} {address}: {text[:60]}" for text in _not_english(page)}
            if page is not None and response.status_code == 200 and _HEARD.match(address):
                name = _NAME.sub("_", _pattern(address).replace("#", "n"))
                (tmp_path / f"{name}.html").write_bytes(response.content)
    assert not foreign, sorted(foreign)[:60]
    if browser.find():
        heard = subprocess.run(
            [sys.executable, "-m", "tests.house.axe", tmp_path], capture_output=True, text=True, check=True, timeout=180
        )
        assert not heard.stdout.strip(), heard.stdout


def _pattern(address: str) -> str:
    """The address without what differs from town to town: numbers, and the tokens of badges."""
    path = re.sub(r"(?<=/badge/)[^/]+(?=/)", "#", address.partition("?")[0])
    return re.sub(r"\d+", "#", path)


def _not_english(page: crawl.Page | None) -> set[str]:
    return {
        text
        for text, is_data, _ in (page.words if page else ())
        if not is_data and CHINESE.search(PEOPLE.sub("", text)) and text not in LANGUAGE_NAMES
    }


def _not_chinese(page: crawl.Page | None) -> set[str]:
    return {
        text[:60]
        for text, is_data, is_code in (page.words if page else ())
        if not is_data
        and not is_code
        and not CHINESE.search(text)
        and text not in LANGUAGE_NAMES
        and len(re.findall(r"[A-Za-z]{2,}", _NAMES.sub("", text))) >= 2
    }
