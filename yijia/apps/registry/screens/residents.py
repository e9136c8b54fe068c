"""Search, the resident's card, and the people one stands for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from yijia.apps.registry import queries, seams, words
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.core.calendar import age_on
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission, Reach, may, reach

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A resident in a list: masked."""

    url: str
    name: str
    sex: str
    age: int
    identity: str
    phone: str
    place: str
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The search page."""

    text: str
    register_url: str
    rows: tuple[Row, ...]
    may_register: bool
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked value and where to ask for it in clear."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """A guardian or proxy; `tone` and `state` say whether it stands."""

    proxy_id: int
    name: str
    relation: str
    kind: str
    phone: Masked
    matters: tuple[str, ...]
    from_on: date
    until_on: date | None
    is_standing: bool
    tone: str
    state: str


@dataclass(frozen=True, slots=True)
class Card:
    """A resident's card."""

    resident_id: int
    version: int
    name: str
    sex: str
    born_on: date
    age: int
    died_on: date | None
    identity: Masked
    phone: Masked
    address: Masked
    township: str
    floor: int | None
    has_lift: bool | None
    insured: str
    disability: str
    disability_grade: int | None
    is_disabled_elder: bool
    allergies: str
    speaks: str
    warnings: tuple[str, ...]
    is_violent: bool
    has_dog: bool
    links: tuple[str, ...]
    proxies: tuple[ProxyRow, ...]
    housemates: tuple[Row, ...]
    places: tuple[seams.Link, ...]
    may_edit: bool
    may_grant: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """The people one stands for."""

    rows: tuple[Row, ...]


def found(actor: Actor, text: str, at: datetime) -> Found:
    """Who the search finds, masked; each one shown is on record."""
    people = queries.find_residents(actor, text, MOST_FOUND + 1)
    shown = people[:MOST_FOUND]
    if shown:
        audit.read(
            actor,
            at,
            "registry.find",
            subject_type="registry.resident",
            subject_ids=[p.pk for p in shown],
            resident_ids=[p.pk for p in shown],
        )
    register_url = f"{reverse('registry:register')}?{urlencode({'q': text})}"
    return Found(
        text,
        register_url,
        tuple(_row(p, at) for p in shown),
        may(actor, Permission.RESIDENT_EDIT),
        len(people) > MOST_FOUND,
    )


def mine(actor: Actor, at: datetime) -> Mine:
    """Oneself and those whose proxy one holds, by full name."""
    return Mine(tuple(_row(p, at, is_masked=False) for p in queries.list_my_residents(actor)))


def card(actor: Actor, resident_id: int, at: datetime) -> Card:
    """The card: the name in full, identifiers masked; the reading is on record.

    Raises      NotFound
    """
    person = queries.get_resident(actor, resident_id)
    audit.read(
        actor,
        at,
        "registry.resident",
        subject_type="registry.resident",
        subject_ids=[person.pk],
        resident_ids=[person.pk],
    )
    home = person.household
    return Card(
        resident_id=person.pk, version=person.version, name=person.name, sex=words.name_of(words.SEX, person.sex), born_on=person.born_on,
        age=_age(person, at), died_on=person.died_on, identity=masked(actor, "resident", person.pk, "identity", person.identity_masked),
        phone=masked(actor, "resident", person.pk, "phone", person.phone_masked),
        address=masked(actor, "resident", person.pk, "address", home.address_masked), township=home.township, floor=home.floor, has_lift=home.has_lift,
        insured=words.name_of(words.INSURED, person.insured_class), disability=words.name_of(words.DISABILITY, person.disability_kind),
        disability_grade=person.disability_grade, is_disabled_elder=person.is_disabled_elder, allergies=words.listed(person.allergies),
        speaks=words.listed(person.speaks), warnings=tuple(_warnings(actor, person)), is_violent=home.is_violent,
        has_dog=home.has_aggressive_dog, links=_links(actor, person),
        proxies=tuple(_proxy(actor, p, business_date(at)) for p in queries.proxies_of(person)),
        housemates=tuple(_row(p, at) for p in queries.list_housemates(actor, person)), places=seams.links(actor, person.pk),
        may_edit=may(actor, Permission.RESIDENT_EDIT), may_grant=may(actor, Permission.PROXY_GRANT), is_own=reach(actor) is Reach.PEOPLE,
    )  # fmt: skip


def _row(person: Any, at: datetime, *, is_masked: bool = True) -> Row:
    return Row(
        url=reverse("registry:resident", args=[person.pk]),
        name=masking.name(person.name) if is_masked else person.name,
        sex=words.name_of(words.SEX, person.sex),
        age=_age(person, at),
        identity=person.identity_masked,
        phone=person.phone_masked,
        place=person.household.township,
        is_dead=person.died_on is not None,
    )


def _age(person: Any, at: datetime) -> int:
    return age_on(person.born_on, min(person.died_on or date.max, business_date(at)))


def masked(actor: Actor, subject: str, subject_id: int, field: str, text: str) -> Masked:
    is_open = bool(text) and may(actor, Permission.RESIDENT_UNMASK)
    return Masked(text, reverse("registry:unmask", args=[subject, subject_id, field]) if is_open else None)


def _warnings(actor: Actor, person: Any) -> list[str]:
    """What endangers a visit, for those who send or go; never shown to the family."""
    if reach(actor) is Reach.PEOPLE:
        return []
    marks = {
        "is_violent": person.household.is_violent,
        "has_dog": person.household.has_aggressive_dog,
        "is_aggressive": person.is_aggressive,
        "is_infectious": person.is_infectious,
    }
    return [str(words.WARNINGS[mark]) for mark, stands in marks.items() if stands]


def _links(actor: Actor, person: Any) -> tuple[str, ...]:
    return tuple(
        f"{words.house_name(link.organisation)} · {words.name_of(words.LINKS, link.kind)}"
        for link in queries.list_links(actor, person)
    )


def _proxy(actor: Actor, proxy: Any, today: date) -> ProxyRow:
    if proxy.revoked_at:
        tone, state = "idle", words.PROXY_STATES["revoked"]
    elif proxy.valid_until and proxy.valid_until <= today:
        tone, state = "idle", words.PROXY_STATES["ended"]
    elif proxy.valid_from > today:
        tone, state = "wait", words.PROXY_STATES["future"]
    else:
        tone, state = "done", words.PROXY_STATES["standing"]
    return ProxyRow(
        proxy_id=proxy.pk, name=proxy.name, relation=proxy.relation, kind=words.name_of(words.PROXY_KINDS, proxy.kind),
        phone=masked(actor, "proxy", proxy.pk, "phone", proxy.phone_masked),
        matters=tuple(words.name_of(words.MATTERS, m) for m in proxy.scope), from_on=proxy.valid_from, until_on=proxy.valid_until,
        is_standing=proxy.revoked_at is None, tone=tone, state=str(state),
    )  # fmt: skip
