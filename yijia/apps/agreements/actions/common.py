"""What the actions on cooperations share: the row under its lock, one step noted, the words of a reason."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from yijia.apps.agreements import queries, words
from yijia.apps.agreements.models import Cooperation, CooperationEvent
from yijia.base import outbox
from yijia.base.errors import Invalid, Refused
from yijia.core.agreements.lifecycle import Event, State
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.refusal import Refusal


def locked(by: Actor, cooperation_id: int) -> Cooperation:
    """The row under its lock: whoever comes second waits and sees what the first did. Raises NotFound."""
    queries.get_cooperation(by, cooperation_id)
    return (
        Cooperation.objects.select_for_update(of=("self",))
        .select_related("organisation", "partner")
        .get(pk=cooperation_id)
    )


def both(row: Cooperation) -> dict[str, int | None]:
    """The two columns by which the wall lets both parties see a row of theirs."""
    return {"organisation_id": row.organisation_id, "partner_id": row.partner_id}


def step_to(row: Cooperation, event: Event, target: State, *, side: str, reason: str, by: Actor, at: datetime) -> None:
    """Write one step: the row, its history, the news."""
    before, row.state, row.state_at = row.state, target.value, at
    row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:
        if "cooperation_alone_" not in str(clash):
            raise
        raise Refused(Refusal("cooperations.overlap", {"number": row.number})) from clash
    CooperationEvent.objects.create(
        **both(row), cooperation=row, event=event.value, from_state=before, to_state=target.value, side=side,
        reason=reason, at=at, by_id=by.user_id,
    )  # fmt: skip
    outbox.publish(
        f"cooperations.{event.value}",
        {"cooperation_id": row.pk, "kind": row.kind, "state": row.state, **both(row)},
        at=at,
        organisation_id=row.organisation_id,
    )


def who(row: Cooperation, by: Actor) -> str:
    """On whose side somebody acts: a party's, the authority over it, or the platform's own clock."""
    if by.is_system:
        return "system"
    return queries.side_of(row, by) or ("authority" if reach(by) is Reach.JURISDICTION else "")


def text_of(said: str, field: str, longest: int) -> str:
    """What somebody wrote, trimmed. Raises Invalid when it is too long."""
    text = said.replace("\0", "").strip()
    if len(text) > longest:
        raise Invalid({field: [str(words.FAULTS["too_long"])]})
    return text


def next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('agreements_cooperation_number'::regclass)")
        return int(cursor.fetchone()[0])


def invalid(faults: dict[str, str]) -> Any:
    """Raise the faults of fields in words, when there are any."""
    if faults:
        raise Invalid({field: [str(words.FAULTS[code])] for field, code in faults.items()})
