"""Residents and their proxies, as far as the actor may see."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from yijia.apps.registry import seams
from yijia.apps.registry.models import Preference, Proxy, Resident, ResidentLink
from yijia.apps.registry.queries.places import within
from yijia.base import names
from yijia.base.crypto import search_hash, unseal
from yijia.base.errors import NotFound
from yijia.base.rows import only
from yijia.core.people import identity, masking, phone
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.refusal import Refusal

IDENTITY = "registry.resident.identity"
PHONE = "registry.resident.phone"
ADDRESS = "registry.household.address"
PROXY_PHONE = "registry.proxy.phone"


def residents_in_sight(actor: Actor) -> QuerySet[Resident]:
    """Oneself and one's family; an organisation's linked residents; a jurisdiction's residents.

    A link counts while it has no end. A nurse sees only the residents she visits (`seams.narrow`).
    """
    everyone = Resident.objects.select_related("household")
    match reach(actor):
        case Reach.ALL:
            return everyone
        case Reach.PEOPLE:
            return everyone.filter(pk__in=actor.resident_ids)
        case Reach.ORGANISATIONS:
            links = ResidentLink.objects.filter(
                resident_id=OuterRef("pk"), organisation_id__in=actor.organisation_ids, until_on__isnull=True
            )
            own = seams.own_residents(actor)
            return everyone.filter(Exists(links)) if own is None else everyone.filter(Exists(links), pk__in=own)
        case Reach.JURISDICTION:
            return everyone.filter(within(actor.jurisdiction))
        case _:
            return everyone.none()


def get_resident(actor: Actor, resident_id: int) -> Resident:
    """One resident with the household.

    Raises      NotFound: absent, or out of the actor's sight
    """
    found = only(residents_in_sight(actor).filter(pk=resident_id))
    if found is None:
        raise NotFound
    return found


def find_residents(actor: Actor, text: str, limit: int = 20) -> list[Resident]:
    """Residents by identity number or telephone (their own or a proxy's), else by the beginning of name or pinyin.

    Numbers are compared by keyed hash, so a part of a number finds nobody.
    """
    wanted = _wanted(text)
    if wanted is None:
        return []
    return list(residents_in_sight(actor).filter(wanted).order_by("name", "born_on", "pk")[:limit])


def _wanted(text: str) -> Q | None:
    text = text.replace("\0", "")
    plain = text.strip()
    if not plain:
        return None
    person = identity.parse(plain, today=date.max)
    if not isinstance(person, Refusal):
        return Q(identity_hash=search_hash(person.number, IDENTITY))
    number = phone.parse(plain, synthetic=True)
    if not isinstance(number, Refusal):
        of_proxy = Proxy.objects.filter(
            resident_id=OuterRef("pk"), phone_hash=search_hash(number, PHONE), revoked_at__isnull=True
        )
        return Q(phone_hash=search_hash(number, PHONE)) | Q(Exists(of_proxy))
    by_name = Q(name__startswith=plain) | Q(name__startswith=text)
    if plain.isascii():
        return (
            by_name
            | Q(pinyin_initials__startswith=plain.upper())
            | Q(pinyin__startswith=plain.lower().replace(" ", ""))
        )
    return by_name


def list_my_residents(actor: Actor) -> list[Resident]:
    """The residents a person stands for: oneself, and those whose proxy the actor holds."""
    return list(residents_in_sight(actor).order_by("pk")) if reach(actor) is Reach.PEOPLE else []


def list_housemates(actor: Actor, resident: Resident) -> list[Resident]:
    """Who else lives in the same home, as far as the actor sees them."""
    return list(
        residents_in_sight(actor)
        .filter(household_id=resident.household_id)
        .exclude(pk=resident.pk)
        .order_by("born_on", "pk")
    )


def homes_for_system(resident_ids: Iterable[int]) -> dict[int, str]:
    """Where residents live, in clear; two register rows of one address are one home."""
    rows = Resident.objects.filter(pk__in=list(resident_ids)).select_related("household")
    return {row.pk: unseal(row.household.address_enc, ADDRESS) for row in rows}


def was_proxy_for_system(resident_id: int, user_id: int) -> bool:
    """Whether a user is or ever was somebody's guardian or proxy."""
    return Proxy.objects.filter(resident_id=resident_id, user_id=user_id).exists()


def list_proxies(actor: Actor, resident_id: int) -> list[Proxy]:
    """Guardians and proxies of a resident in sight, standing ones first.

    Raises      NotFound: the resident is out of sight
    """
    return proxies_of(get_resident(actor, resident_id))


def proxies_of(resident: Resident) -> list[Proxy]:
    """Guardians and proxies of a resident already in sight, standing ones first."""
    return list(Proxy.objects.filter(resident=resident).order_by("-revoked_at", "-granted_at", "pk"))


def get_proxy(actor: Actor, proxy_id: int) -> Proxy:
    """One proxy of a resident in sight.

    Raises      NotFound: absent, or the resident is out of sight
    """
    found = Proxy.objects.filter(pk=proxy_id, resident__in=residents_in_sight(actor)).first()
    if found is None:
        raise NotFound
    return found


def list_links(actor: Actor, resident: Resident) -> list[ResidentLink]:
    """Which organisations may see a resident already in sight, and why; an organisation sees its own links only."""
    return list(resident.links.filter(until_on__isnull=True).select_related("organisation").order_by("since_on", "pk"))


def list_preferences(actor: Actor, resident_id: int) -> list[Preference]:
    """Whom a resident prefers or refuses, and who refuses the home, in the actor's organisations."""
    resident = get_resident(actor, resident_id)
    return list(Preference.objects.filter(resident=resident).select_related("staff").order_by("kind", "pk"))


def resident_by_identity_for_system(number: str) -> Resident | None:
    """The resident of a normalised identity number, wherever they are registered."""
    return Resident.objects.select_related("household").filter(identity_hash=search_hash(number, IDENTITY)).first()


def link_kinds_for_system(resident_id: int, organisation_id: int) -> frozenset[str]:
    """Why the organisation may see the resident today; empty when it may not."""
    links = ResidentLink.objects.filter(resident_id=resident_id, organisation_id=organisation_id, until_on__isnull=True)
    return frozenset(links.values_list("kind", flat=True))


@names.finder("resident")
def names_of_residents_for_system(resident_ids: Iterable[int]) -> dict[int, str]:
    """Their names, masked, for pages of the shared app."""
    found = Resident.objects.filter(pk__in=resident_ids).values_list("pk", "name")
    return {pk: masking.name(name) for pk, name in found}
