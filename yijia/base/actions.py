"""`@action`: one write is one transaction, one audit entry, and the news it makes."""

import inspect
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import models, transaction

from yijia.base import audit
from yijia.base.errors import Refused
from yijia.core.permissions import Actor

REGISTRY: dict[str, Callable[..., Any]] = {}


def action(name: str, *, asks_first: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Dress a keyword-only function `(*, …, by: Actor, at: datetime)` that writes.

    The wrapped call runs in a transaction of its own (a savepoint inside a larger one). What it returns is the subject of
    the audit entry; a refusal undoes the write and is audited too.

    name        `area.verb`, unique
    asks_first  it refuses before its first write, if at all: inside a larger action it needs no savepoint of its own
    Raises      TypeError at import: an argument that is not keyword-only, or `by`/`at` missing
    """

    def dress(function: Callable[..., Any]) -> Callable[..., Any]:
        parameters = inspect.signature(function).parameters.values()
        if any(p.kind not in (p.KEYWORD_ONLY, p.VAR_KEYWORD) for p in parameters) or not {"by", "at"} <= {
            p.name for p in parameters
        }:
            raise TypeError(f"{function.__qualname__} takes keywords only, by= and at= among them")
        if name in REGISTRY and REGISTRY[name].__module__ != function.__module__:
            raise TypeError(f"two actions are called {name}")

        @wraps(function)
        def act(*, by: Actor, at: datetime, **facts: Any) -> Any:
            is_whole = not audit.is_running()  # then the unit's own transaction falls with this call: no savepoint
            with audit.unit() as drafts:
                mark = len(drafts)
                try:
                    with nullcontext() if asks_first and not is_whole else transaction.atomic(savepoint=not is_whole):
                        result = function(by=by, at=at, **facts)
                except BaseException as error:
                    drafts[mark:] = audit.refusals(drafts[mark:])  # what was undone is not told as done
                    if isinstance(error, Refused) and not error.is_noted:
                        audit.note(verb="refused", name=name, by=by, at=at, facts={"code": error.refusal.code})
                        error.is_noted = True
                    raise
                if not (by.is_system and result == []):  # a sweep that found nothing wrote nothing
                    audit.note(verb="write", name=name, by=by, at=at, **_subject(result))
            return result

        act.action_name = name
        REGISTRY[name] = act
        return act

    return dress


def _subject(result: Any) -> dict[str, Any]:
    first = result[0] if isinstance(result, tuple | list) and result else result
    if not isinstance(first, models.Model):
        return {}
    return {
        "subject_type": first._meta.label_lower,
        "subject_ids": [first.pk],
        "organisation_id": getattr(first, "organisation_id", None),
        "resident_ids": [first.resident_id] if getattr(first, "resident_id", None) else [],
    }
