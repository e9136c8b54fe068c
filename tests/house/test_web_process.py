"""What a web worker carries: nothing that only some of its requests need."""

import subprocess
import sys

HEAVY = {
    "numba": "compiling never happens in the web process",
    "scipy": "roads are read by the planning job",
    "dask": "plans are farmed out by the planning job",
    "duckdb": "18 MB, for who asks a population",
    "reportlab": "18 MB, for who prints a letter",
    "pypinyin": "55 MB, for who registers a name",
}


def test_a_fresh_web_process_carries_nothing_heavy() -> None:
    """The web process is to stay within 250 MB; an import at the top of one module costs every worker."""
    program = (
        "import sys; from yijia.config import wsgi; from django.urls import get_resolver as r; r().url_patterns;"
        f"print(sorted(set({sorted(HEAVY)}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", {name: HEAVY[name] for name in HEAVY if name in done.stdout}
