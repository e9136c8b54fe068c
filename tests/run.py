"""`make test`: every check in order, fast ones first, and one summary; fails when any failed or nothing ran.

`--fast` stops before pytest; other arguments go to pytest and narrow what it runs.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests import browser

BIN = Path(sys.executable).parent
FAST = {
    "ruff": ["ruff", "check", "--quiet"],
    "format": ["ruff", "format", "--check", "--output-format", "concise"],
    "mypy": ["mypy", "--no-error-summary"],
    "imports": ["lint-imports", "--no-logo"],
}
PYTEST = ["pytest", "-q", "-n", "2", "--dist", "worksteal", "--durations", "10", "--durations-min", "2"]


def main(arguments: list[str]) -> int:
    """Run the checks; the exit code of `make test`."""
    fast_only = arguments == ["--fast"]
    if not fast_only and browser.ensure():
        return 1
    results = {name: _run(name, command) for name, command in FAST.items()}
    if not fast_only:
        results["pytest"] = _run("pytest", [*PYTEST, *arguments])
    print()
    for name, (code, seconds) in results.items():
        print(f"  {'通过 pass' if code == 0 else '失败 FAIL'}  {name} ({seconds:.0f} s)")
    return int(any(code for code, _ in results.values()))


def _run(name: str, command: list[str]) -> tuple[int, float]:
    print(f"== {name}", flush=True)
    started = time.monotonic()
    program, *rest = command
    if name != "pytest":
        done = subprocess.run([str(BIN / program), *rest], capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout + done.stderr, flush=True)
        return done.returncode, time.monotonic() - started
    # Parallel workers must agree on the order of a set, or they collect the tests in different orders.
    environment = os.environ | {"PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")}
    process = subprocess.Popen([str(BIN / program), *rest], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    passed = 0
    for line in process.stdout:
        print(line, end="", flush=True)
        if found := re.search(r"\b(\d+) passed\b", line):
            passed = int(found[1])
    code = process.wait()
    if code == 0 and not passed:
        print("没有测试运行 (no test ran)", flush=True)
        code = 5
    return code, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
