"""Which institutions' catalogue rows an actor may see."""

from django.db.models import Q

from yijia.core.permissions import Actor, Reach, reach


def visible(actor: Actor, path: str = "organisation") -> Q:
    """The rows in the actor's scope; people see none here (they read what is published).

    path    how the row reaches its institution
    """
    match reach(actor):
        case Reach.ALL:
            return Q()
        case Reach.ORGANISATIONS:
            return Q(**{f"{path}__in" if path != "pk" else "pk__in": actor.organisation_ids})
        case Reach.JURISDICTION:
            name = "jurisdiction" if path == "pk" else f"{path}__jurisdiction"
            return Q(**{f"{name}__startswith": prefix(actor.jurisdiction or "")})
        case _:
            return Q(pk__in=())


def prefix(jurisdiction: str) -> str:
    """What the codes of all places within a jurisdiction begin with."""
    if jurisdiction == "CN":
        return "CN"
    digits = jurisdiction.removeprefix("CN-")
    return "CN-" + (digits[:2] if digits.endswith("0000") else digits[:4] if digits.endswith("00") else digits)
