"""Asks axe-core about pages that were saved as HTML; a process of its own, since a browser's event loop and Django's database do not agree.

`python -m tests.house.axe FOLDER` prints one line a serious finding; style sheets and icons come from the apps' own static folders.
"""

import mimetypes
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests import browser

ROOT = Path(__file__).resolve().parents[2]
STATIC = [ROOT / "yijia/base/static", *sorted(ROOT.glob("yijia/apps/*/static"))]
AXE = next((ROOT / "tests/vendor").glob("axe-core@*/axe.min.js"))
TOWN = "http://town.test/"


def _answer(route: Any, pages: dict[str, str]) -> None:
    path = unquote(urlsplit(route.request.url.removeprefix(TOWN)).path)
    if path in pages:
        route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
        return
    found = next((at for folder in STATIC if (at := folder / path.removeprefix("static/")).is_file()), None)
    if found is None or found.suffix == ".js":  # what a page says and shows does not wait for scripts
        route.fulfill(status=404)
    else:
        route.fulfill(path=found, content_type=mimetypes.guess_type(found.name)[0] or "text/plain")


def findings(folder: Path) -> list[str]:
    """What is serious or critical on each page of a folder."""
    from playwright.sync_api import sync_playwright

    pages = {at.name: at.read_text(encoding="utf-8") for at in sorted(folder.glob("*.html"))}
    script, bad = AXE.read_text(encoding="utf-8"), []
    with sync_playwright() as player:
        running = player.chromium.launch(**browser.launch_options())
        page = running.new_page()
        page.route("**/*", lambda route: _answer(route, pages))
        for name in pages:
            page.goto(TOWN + name, wait_until="load")
            assert page.locator("link[rel=stylesheet]").count(), f"{name} came without its style sheets"
            page.evaluate(script)
            told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            bad += [
                f"{name} {one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
                for one in told["violations"]
                if one["impact"] in {"serious", "critical"}
            ]
        running.close()
    return bad


if __name__ == "__main__":
    print("\n".join(findings(Path(sys.argv[1]))))
