"""Every page a person can reach opens, speaks one language, and asks the database little.

`YIJIA_UPDATE_COUNTS=1 pytest tests/house/test_pages.py` writes query_counts.json anew; a reviewer looks at what changed.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.house import crawl

COUNTS = Path(__file__).with_name("query_counts.json")
MOST = 12
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NAMES = re.compile(
    r"(Yijia|CN-\d{6}|[A-Z]{2,}|\d[\d:.,–/-]*|[a-z_]+[:.][\w:.-]+|[\w.-]+@[\w.-]+|\S*/\S*|\S*#\S*|\w*[-_]\w+)"
)
LANGUAGE_NAMES = {"中文", "简体中文", "English"}


@pytest.fixture
def town(cast: Cast, travel: Any) -> Cast:
    crawl.busy_town(cast)
    return cast


@pytest.mark.parametrize("part", crawl.PARTS)
def test_every_link_opens_in_few_questions(town: Cast, enter: Any, part: str) -> None:
    broken, counts = [], {}
    for address, response, _page, queries in crawl.walk(enter(part)):
        if response.status_code not in {200, 301, 302}:
            broken.append(f"{response.status_code} {address}")
        if response.status_code == 200:
            counts[re.sub(r"\d+", "#", address.partition("?")[0])] = len(queries)
    assert not broken, broken
    assert len(counts) > 1, f"the home of {part} leads nowhere"
    heavy = {address: count for address, count in counts.items() if count > MOST}
    assert not heavy, heavy
    known = json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}
    if os.environ.get("YIJIA_UPDATE_COUNTS"):
        known[part] = dict(sorted(counts.items()))
        COUNTS.write_text(
            json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    assert counts == known.get(part), "query counts changed: YIJIA_UPDATE_COUNTS=1 writes them anew"


@pytest.mark.parametrize("part", crawl.PARTS)
def test_english_pages_are_english(town: Cast, enter: Any, part: str) -> None:
    client = enter(part)
    client.cookies["yijia_language"] = "en"
    found = {
        f"{address}: {text[:60]}"
        for address, _response, page, _queries in crawl.walk(client)
        for text, is_data, _code in (page.words if page else ())
        if not is_data and CHINESE.search(text) and text not in LANGUAGE_NAMES
    }
    assert not found, sorted(found)[:40]


@pytest.mark.parametrize("part", crawl.PARTS)
def test_chinese_pages_are_chinese(town: Cast, enter: Any, part: str) -> None:
    found = {
        f"{address}: {text[:60]}"
        for address, _response, page, _queries in crawl.walk(enter(part))
        for text, is_data, is_code in (page.words if page else ())
        if not is_data
        and not is_code
        and not CHINESE.search(text)
        and text not in LANGUAGE_NAMES
        and len(re.findall(r"[A-Za-z]{2,}", _NAMES.sub("", text))) >= 2
    }
    assert not found, sorted(found)[:40]
