"""`yijia shots`: the screenshots of the documents, taken from a running demo."""

from pathlib import Path
from typing import Any

import click

from yijia.cli import examples

FOLDER = Path("docs/shots")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

# file name → role, page, size
SHOTS = {
    "resident-phone": ("resident", "/", PHONE),
    "request-phone": ("resident", "/orders/request/", PHONE),
    "nurse-phone": ("nurse", "/visits/", PHONE),
    "dispatcher-desk": ("dispatcher", "/dispatch/", DESK),
    "manager-desk": ("manager", "/", DESK),
    "regulator-desk": ("regulator", "/measures/", DESK),
    "auditor-desk": ("auditor", "/money/ledger/", DESK),
    "policy-desk": ("admin", "/admin/policy/", DESK),
}


@click.command(epilog=examples("yijia shots", "yijia shots --url http://127.0.0.1:8000 dispatcher-desk"))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="演示网站的地址。 Where the demo runs.")
@click.argument("names", nargs=-1)
def command(url: str, names: tuple[str, ...]) -> None:
    """给运行中的演示拍文档截图。 Take the documents' screenshots of a running demo."""
    unknown = sorted(set(names) - set(SHOTS))
    if unknown:
        raise click.ClickException(f"没有这些截图 (no such shots): {', '.join(unknown)}")

    from playwright.sync_api import sync_playwright

    from tests import browser

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        chromium = player.chromium.launch(**browser.launch_options())
        for language in ("zh", "en"):
            for name in names or SHOTS:
                click.echo(_take(chromium, url, name, language))
        chromium.close()


def _take(chromium: Any, url: str, name: str, language: str) -> Path:
    """Sign in as the shot's role, open its page, keep the picture."""
    from yijia.demo.logins import PASSWORD

    role, page_path, size = SHOTS[name]
    context = chromium.new_context(viewport=size, base_url=url, locale="zh-CN")
    context.add_cookies([{"name": "yijia_language", "value": {"zh": "zh-hans", "en": "en"}[language], "url": url}])
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("#id_login", role)
    page.fill("#id_password", PASSWORD)
    page.click("form[action*='login'] button.btn-primary")
    page.wait_for_url(lambda there: "/accounts/login" not in there)
    page.goto(page_path)
    target = FOLDER / f"{name}-{language}.png"
    page.screenshot(path=str(target))
    context.close()
    return target
