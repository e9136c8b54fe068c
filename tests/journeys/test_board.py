"""One dispatcher's morning: plan the day, drag, publish, an emergency, a sick call, and why one visit is not served."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.journeys.conftest import PHONE, Town, assert_accessible, assert_fits
from yijia.base.local import engine


@contextmanager
def beside(town: Town, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A program that runs while the dispatcher works, ended with her."""
    environment = town.environment | {"PYTHONPATH": os.getcwd()}
    with subprocess.Popen(
        [sys.executable, "-m", *words],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            yield program
        finally:
            program.terminate()


def answer_of(program: subprocess.Popen[str]) -> str:
    """What a program said, once it has ended well."""
    said, faults = program.communicate(timeout=120)
    assert program.returncode == 0, faults[-3000:]
    return said.strip()


def test_a_morning_at_the_board(town: Town, sign_in: Callable[..., Any]) -> None:
    if not engine.is_ready():  # a web process never compiles, and tells the dispatcher to wait until somebody else has
        engine.warm()
    with (
        beside(town, "yijia.cli", "work", "--queues", "dispatch"),
        beside(town, "tests.journeys.board_town") as orders,
        beside(town, "tests.journeys.board_town", "urgent") as urgent,
    ):
        page = sign_in("dispatcher")
        answer_of(orders)
        morning(page, urgent)


def morning(page: Any, urgent: subprocess.Popen[str]) -> None:
    page.set_default_timeout(30_000)
    page.goto("/dispatch/")
    assert page.locator(".lane-waiting").count() == 5
    assert_accessible(page)

    # Plan the day: the worker computes, the page follows.
    page.click("#plan-day button")
    page.wait_for_url("**/plans/**")
    page.locator(".plan-actions .btn-primary").wait_for()
    assert_accessible(page)
    left = page.locator(".left-out")
    assert left.count() == 1
    assert "上门前安全核对没有通过" in left.inner_text()
    page.locator(".plan-actions .btn-primary").click()
    page.locator(".notice-done").wait_for()
    assert "排班第 1 版" in page.locator(".notice-done").inner_text()

    # Drag one visit to another nurse: the verdict comes before the move.
    page.goto("/dispatch/")
    block = page.locator(".lane[data-staff] .block").first
    source = block.get_attribute("data-from")
    order = block.get_attribute("data-order")
    target = page.locator(f".lane[data-staff]:not([data-staff='{source}']) .lane-time").first
    block.drag_to(target)
    page.locator("#verdict-dialog[open] .notice").first.wait_for()
    assert_accessible(page)
    page.locator("#verdict-dialog [data-close]").click()
    page.goto(f"/dispatch/orders/{order}/move/?at=")
    assert page.locator(".notice-done").count() == 1

    # An emergency finds its place among what is told.
    number, _ = urgent.communicate("now\n", timeout=60)
    assert urgent.returncode == 0
    page.goto("/dispatch/")
    page.locator(f".lane-waiting:has-text('{number.strip()}') button").click()
    page.locator("#answers .answer button").first.wait_for()
    assert_accessible(page)
    page.locator("#answers .answer button").first.click()
    page.wait_for_url("**/plans/**")
    assert "排班第 2 版" in page.locator(".notice-done").inner_text()

    # A nurse calls in sick: what she had goes to others.
    page.goto("/dispatch/")
    page.locator(".lane[data-staff]:has(.block) .lane-head a").first.click()
    page.locator("button.btn-danger").click()
    page.locator("#answers .answer button").first.click()
    page.wait_for_url("**/plans/**")
    page.goto("/dispatch/")
    assert page.locator(".lane-head:has-text('请假')").count() == 1

    # Why is one visit not served: person by person.
    page.locator(".lane-waiting .lane-head a").first.click()
    assert "首诊评估" in page.locator("main").inner_text()
    for place in ("/dispatch/", "/dispatch/map/"):
        page.goto(place)
        assert_accessible(page)
        page.set_viewport_size(PHONE)
        assert_fits(page)
