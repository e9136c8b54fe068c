"""What every action here asks before it writes: scope, the move's right, and that nobody was faster."""

from typing import Any

from yijia.apps.catalogue.queries.scope import visible
from yijia.apps.registry.models import Organisation
from yijia.base.errors import Forbidden, NotFound, Refused, Stale
from yijia.core.permissions import Actor, Permission, may
from yijia.core.refusal import Refusal


def own_organisation(by: Actor, organisation_id: int, permission: Permission) -> Organisation:
    """The institution, if it lies in scope and the actor holds the right.

    Raises      NotFound, Forbidden
    """
    organisation = Organisation.objects.filter(visible(by, "pk"), pk=organisation_id).first()
    if organisation is None:
        raise NotFound
    if not may(by, permission):
        raise Forbidden(permission)
    return organisation


def locked(rows: Any, by: Actor, pk: int, version: int | None) -> Any:
    """The row, locked for this transaction, if it lies in scope and is still what the caller read.

    Raises      NotFound; Stale when `version` is given and another one is stored
    """
    row = rows.select_for_update(of=("self",)).select_related("organisation").filter(visible(by), pk=pk).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale
    return row


def moved(outcome: Any) -> Any:
    """The next state; a missing right is 403, any other refusal is told as such."""
    if isinstance(outcome, Refusal):
        if outcome.code == "permission.missing":
            raise Forbidden(outcome.facts["permission"])
        raise Refused(outcome)
    return outcome
