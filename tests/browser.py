"""Finds the Chromium that journeys drive; `python -m tests.browser` installs it where that is possible.

YIJIA_CHROMIUM names one; otherwise the usual names are looked for. Playwright's own download is never used.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
HOW = (
    "没有找到 Chromium：Debian/Ubuntu 用 apt-get install chromium fonts-noto-cjk，或设 YIJIA_CHROMIUM=路径 "
    "(no Chromium: install it, or set YIJIA_CHROMIUM to its path)"
)


def find() -> str | None:
    """The path of a Chromium, or None."""
    named = os.environ.get("YIJIA_CHROMIUM")
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or (str(MAC) if MAC.exists() else None)


def launch_options() -> dict[str, Any]:
    """Arguments for `playwright.chromium.launch`: our Chromium, and no sandbox as root, where it cannot work."""
    path = find()
    if path is None:
        raise FileNotFoundError(HOW)
    arguments = ["--disable-dev-shm-usage", "--font-render-hinting=none"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {"executable_path": path, "args": arguments}


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def ensure() -> int:
    """Install Chromium as root on Debian or Ubuntu when it is missing; the exit code of `make test`'s first step."""
    if find() is None and not os.environ.get("YIJIA_CHROMIUM") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("安装 Chromium (installing Chromium) …", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium", "fonts-noto-cjk"]):
            subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
    if find() is not None:
        return 0
    print(HOW, file=sys.stderr)
    if is_ci():
        return 1
    print("浏览器测试将跳过 (JOURNEYS WILL BE SKIPPED)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(ensure())
