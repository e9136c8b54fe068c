"""One episode of a programme through every state it has, with the real actions; the stage is built for it and taken down."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from yijia.apps.care import queries
from yijia.base import scope
from yijia.demo.walk.stage import NoWalk, Walk, stage
from yijia.demo.walk.steps import run


def walk(code: str, jurisdiction: str, at: datetime) -> dict[str, Any]:
    """Walk one programme of a place, and leave nothing behind; the report says what happened.

    Raises      NoWalk: the place has no such programme, or nobody can be admitted
    """
    with transaction.atomic(), scope.whole_system():
        made = stage(code, jurisdiction, at)
        report = _report(run(made))
        transaction.set_rollback(True)
    return report


def _report(made: Walk) -> dict[str, Any]:
    programme = made.programme
    wanted = [state.value for state in programme.states]
    return {
        "programme": programme.code, "zh": programme.words.zh, "en": programme.words.en, "region": programme.jurisdiction,
        "states": wanted, "visited": made.seen, "is_complete": set(made.seen) == set(wanted), "steps": made.steps, "stopped": made.stops,
        "grounds": {
            part.value: {"from": ground.jurisdiction, "evidence": ground.evidence.value, "sources": list(ground.sources), "is_known": ground.is_known}
            for part, ground in programme.grounds.items()
        },
    }  # fmt: skip


def all_codes(jurisdiction: str, on: date) -> tuple[str, ...]:
    """Codes of the programmes of a place."""
    return tuple(programme.code for programme in queries.programmes_of(jurisdiction, on))


__all__ = ["NoWalk", "Walk", "all_codes", "walk"]
