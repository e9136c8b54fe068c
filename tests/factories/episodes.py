"""Episodes in any state, made as people make them."""

import uuid
from datetime import datetime
from typing import Any

from tests.cast import NOW, Cast
from tests.factories.care import DRAWING
from yijia.apps.agreements import actions as agreements
from yijia.apps.care import actions, queries
from yijia.apps.care.models import Episode

BEDDED = {"is_diagnosed": True, "is_stable": True, "is_bedbound": True}


def applied(
    cast: Cast,
    *,
    programme: str = "family_bed",
    part: str = "elder",
    house: Any = None,
    at: datetime = NOW,
    **more: Any,
) -> Episode:
    """Asked for at harbour by the resident; `more` goes to the action."""
    asked: dict[str, Any] = {
        "client_id": uuid.uuid4(), "programme": programme, "resident_id": cast.residents[part].pk, "organisation_id": (house or cast.harbour).pk,
    }  # fmt: skip
    return actions.apply_for_programme(
        **(asked | more), by=cast.actors[part if part == "elder" else "stranger_elder"], at=at
    )


def assessing(cast: Cast, *, at: datetime = NOW, **more: Any) -> Episode:
    """Taken up, looked at, papers ready."""
    episode = applied(cast, at=at, **more)
    doctor = cast.actors["doctor"]
    actions.assess_episode(episode_id=episode.pk, by=doctor, at=at)
    actions.qualify(
        episode_id=episode.pk, persons=[cast.staff["doctor"].pk], is_passed=True, stated=BEDDED if episode.programme == "family_bed" else {},
        by=doctor, at=at,
    )  # fmt: skip
    return actions.prepare_enrolment(episode_id=episode.pk, by=doctor, at=at)


def sign_all(cast: Cast, episode: Episode, *, at: datetime = NOW, part: str = "elder") -> None:
    """Every paper by the resident's hand, and by the doctor's where both sign."""
    for paper in queries.papers_of(Episode.objects.get(pk=episode.pk)):
        if paper.signed_at is None:
            if paper.text["template"]["both"]:
                agreements.countersign(agreement_id=paper.pk, house_image=DRAWING, by=cast.actors["doctor"], at=at)
            agreements.sign(
                agreement_id=paper.pk, signer="resident", name=cast.residents[part].name, method="glass", image=DRAWING, by=cast.actors["elder"], at=at
            )  # fmt: skip


def agreed(cast: Cast, *, at: datetime = NOW, **more: Any) -> Episode:
    episode = assessing(cast, at=at, **more)
    sign_all(cast, episode, at=at)
    return actions.agree_episode(episode_id=episode.pk, by=cast.actors["doctor"], at=at)


def active(cast: Cast, *, at: datetime = NOW, **more: Any) -> Episode:
    """Running, with doctor and nurse named."""
    episode = agreed(cast, at=at, **more)
    return actions.activate_episode(
        episode_id=episode.pk, lead_id=cast.staff["doctor"].pk, nurse_id=cast.staff["nurse"].pk, registered_no="REG-1", by=cast.actors["doctor"], at=at
    )  # fmt: skip
