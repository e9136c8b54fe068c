"""A demo's clock goes on from its last event, whichever command opens the database.

A command on the wall clock would write its news a year after the demo's day, and the demo could never go back.
"""

import os

import psycopg

VARIABLE = "YIJIA_CLOCK_SHIFT_S"
_LAST = """
    SELECT ceil(extract(epoch FROM greatest(demo_ends_at, (SELECT max(at) FROM base_auditentry), created_at) - now())) + 1
    FROM base_deployment WHERE id = 1 AND is_demo
"""


def shift_s(url: str) -> int | None:
    """By how many seconds a demo's clock differs from ours, never backwards; None where no demo lives there.

    url         a server that runs; one that cannot be reached, or has no tables yet, is left to whoever needs it
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(_LAST).fetchone()
    except psycopg.Error:
        return None
    return int(row[0]) if row else None


def set_for(url: str) -> None:
    """Have this process and its children live at the demo's hour, unless somebody has set the clock."""
    if VARIABLE not in os.environ and (shift := shift_s(url)) is not None:
        os.environ.update({VARIABLE: str(shift), "YIJIA_DEMO": "1"})
