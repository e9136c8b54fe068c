"""The papers of an episode, and those a person who was handed over came with."""

from yijia.apps.agreements.models import Agreement
from yijia.apps.care import seams
from yijia.apps.care.models import Episode
from yijia.apps.care.queries.episodes import episodes_in_sight
from yijia.base import scope
from yijia.core.permissions import Actor


def papers_of(episode: Episode) -> list[Agreement]:
    """The papers of the running cycle, signed or not; of one that was handed over also those it came with."""
    if not episode.setting:
        return list(Agreement.objects.filter(pk__in=episode.papers).order_by("pk"))
    with scope.whole_system():
        return list(Agreement.objects.filter(pk__in=_handed_papers(episode)).order_by("pk"))


def _handed_papers(episode: Episode) -> list[int]:
    former = [pk for pk, _ in seams.former(episode.client_id)]
    kept = Episode.objects.filter(pk__in=former).values_list("papers", flat=True) if former else ()
    return [*episode.papers, *(pk for papers in kept for pk in papers)]


def is_handed_paper(actor: Actor, agreement_id: int, resident_id: int) -> bool:
    """Whether a paper of another institution came with a person whom the actor's took over; needs the whole system's sight.

    Source      PROG-29 in docs/rules/programmes.md
    """
    mine = episodes_in_sight(actor).filter(resident_id=resident_id).exclude(setting="")
    return any(agreement_id in _handed_papers(episode) for episode in mine)
