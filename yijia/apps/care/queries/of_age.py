"""An episode that ended on a birthday, and the one that was asked for then."""

from yijia.apps.care.models import Episode

CAME_OF_AGE = "came_of_age"
"""The reason that ends an episode by itself on a birthday; what the programme names as following is asked for then."""


def followed_by(episode: Episode, programme: str) -> Episode | None:
    """The episode that was asked for when this one ended by age, at the same institution."""
    rows = Episode.objects.filter(
        resident_id=episode.resident_id, organisation_id=episode.organisation_id, programme=programme
    )
    return rows.filter(pk__gt=episode.pk).order_by("pk").first()
