"""Which institution a page speaks of."""

from typing import Any

from django.http import HttpRequest

from yijia.apps.catalogue import queries, words
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor


def house_id(actor: Actor, asked: str | None = None) -> int:
    """The institution asked for, else the actor's own first. Raises NotFound."""
    if asked:
        if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
            raise NotFound
        return int(asked)
    if not actor.organisation_ids:
        raise NotFound
    return min(actor.organisation_ids)


def house(request: HttpRequest) -> Any:
    """The institution of a page, in scope. Raises NotFound."""
    return queries.get_organisation(request.actor, house_id(request.actor, request.GET.get("organisation")))


def house_name(row: Any) -> str:
    """An institution's name in the reader's language."""
    return str((row.name_en or row.name) if words.is_english() else row.name)
