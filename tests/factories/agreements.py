"""Papers in every state, made by the real actions."""

import base64
from datetime import datetime
from typing import Any

from tests.cast import NOW, Cast
from tests.factories.catalogue import DRESSING
from yijia.apps.agreements import actions
from yijia.apps.agreements.models import Agreement

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQAYP2KQAAAAAElFTkSuQmCC")
DRAWN = "data:image/png;base64," + base64.b64encode(PNG).decode()


def prepared(
    cast: Cast,
    kind: str = "consent",
    *,
    resident: str = "elder",
    at: datetime = NOW,
    item_codes: tuple[str, ...] = (DRESSING,),
) -> Agreement:
    return actions.prepare(
        kind=kind, resident_id=cast.residents[resident].pk, organisation_id=cast.harbour.pk, fields={"item_codes": list(item_codes)},
        by=cast.actors["doctor"], at=at,
    )  # fmt: skip


def signed(cast: Cast, kind: str = "consent", *, part: str = "elder", at: datetime = NOW, **more: Any) -> Agreement:
    """A paper that the resident signed on glass."""
    row = prepared(cast, kind, at=at, **more)
    actions.sign(
        agreement_id=row.pk,
        signer="resident",
        name=cast.residents["elder"].name,
        method="glass",
        image=DRAWN,
        by=cast.actors[part],
        at=at,
    )
    row.refresh_from_db()
    return row
