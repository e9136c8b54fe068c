"""What a resident lets a relative or guardian do, and taking it back."""

from collections.abc import Sequence
from datetime import date, datetime

from yijia.apps.registry import queries
from yijia.apps.registry.actions.accounts import account_for
from yijia.apps.registry.actions.faults import Faults
from yijia.apps.registry.models import Proxy, Resident
from yijia.apps.registry.queries.residents import PHONE, PROXY_PHONE
from yijia.base import editions, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import seal, search_hash
from yijia.base.errors import Refused
from yijia.base.models import RoleGrant, User
from yijia.core.calendar import turns_on
from yijia.core.people import masking
from yijia.core.people.proxies import MATTERS
from yijia.core.permissions import Actor, Role
from yijia.core.policy import Value
from yijia.core.refusal import Refusal


@action("proxies.grant")
def grant_proxy(
    *,
    resident_id: int,
    name: str,
    phone: str,
    relation: str,
    matters: Sequence[str],
    kind: str = "proxy",
    valid_from: date | None = None,
    valid_until: date | None = None,
    by: Actor,
    at: datetime,
) -> Proxy:
    """Let somebody act for a resident in named matters; their scope changes with the commit.

    Someone without an account gets one under the telephone, with a first password sent there.

    matters         some of order, sign, bill, confirm, record
    valid_from      today when left out
    valid_until     the first day on which it no longer holds; None until revoked; a minor's guardian no longer than until they are grown up

    Raises      NotFound; Invalid; Refused registry.resident_dead, registry.proxy_stands: revoke the standing one first
    Source      ID-15 in docs/rules/people.md
    """
    resident = queries.get_resident(by, resident_id)
    today = business_date(at)
    from_on = valid_from or today
    if kind == Proxy.Kind.GUARDIAN:
        grown_on = _grown_on(resident, resident.born_on, today)
        if grown_on is not None and grown_on > today:  # a minor: of a grown-up, the guardian was appointed by itself
            valid_until = min(filter(None, (valid_until, grown_on)))
    faults = Faults()
    faults.name("name", name)
    number = faults.phone("phone", phone)
    if not phone:
        faults.add("phone", Refusal("registry.text_empty"))
    faults.text("relation", relation, 20)
    faults.choice("kind", kind, Proxy.Kind.values)
    for matter in matters:
        faults.choice("matters", matter, MATTERS)
    if not matters:
        faults.add("matters", Refusal("registry.no_matter"))
    faults.period("valid_until", max(from_on, today), valid_until)
    faults.settle()
    if resident.died_on is not None:
        raise Refused(Refusal("registry.resident_dead"))
    assert number is not None
    user = account_for(number, name, resident_id=resident.pk, at=at)
    _make_room(user, resident.pk, by, at)
    chosen = [matter for matter in MATTERS if matter in matters]
    proxy = Proxy.objects.create(
        resident=resident, user=user, kind=kind, relation=relation, name=name, phone_enc=seal(number, PROXY_PHONE),
        phone_hash=search_hash(number, PHONE), phone_masked=masking.phone(number), scope=chosen, valid_from=from_on,
        valid_until=valid_until, granted_at=at, granted_by_id=by.user_id,
    )  # fmt: skip
    RoleGrant.objects.create(
        user=user,
        role=Role.FAMILY,
        jurisdiction=resident.jurisdiction,
        resident_id=resident.pk,
        scope=chosen,
        valid_from=from_on,
        valid_until=valid_until,
    )
    outbox.publish("proxies.granted", {"proxy_id": proxy.pk, "resident_id": resident.pk}, at=at)
    return proxy


@action("proxies.revoke")
def revoke_proxy(*, proxy_id: int, by: Actor, at: datetime) -> Proxy:
    """Take a proxy back; the relative's scope ends with the commit. Revoking twice changes nothing.

    Raises      NotFound
    """
    seen = queries.get_proxy(by, proxy_id)
    proxy = Proxy.objects.select_for_update().get(pk=seen.pk)
    if proxy.revoked_at is None:
        _revoke(proxy, by, at)
        outbox.publish("proxies.revoked", {"proxy_id": proxy.pk, "resident_id": proxy.resident_id}, at=at)
    return proxy


def follow_birthday(resident: Resident, before: date, at: datetime) -> None:
    """After a birth date was put right: what ended when the person was grown up by the wrong one ends by the right one."""
    today = business_date(at)
    was, now = _grown_on(resident, before, today), _grown_on(resident, resident.born_on, today)
    if was is None or now is None or was == now:
        return
    standing = Proxy.objects.filter(
        resident=resident, kind=Proxy.Kind.GUARDIAN, revoked_at__isnull=True, valid_until=was
    )
    users = list(standing.values_list("user_id", flat=True))
    ends = max(now, today)
    standing.update(valid_until=ends)
    RoleGrant.objects.filter(
        user_id__in=users, role=Role.FAMILY, resident_id=resident.pk, revoked_at__isnull=True, valid_until=was
    ).update(valid_until=ends)


def _grown_on(resident: Resident, born_on: date, today: date) -> date | None:
    """The day from which somebody born on a day acts alone; None where policy names no age."""
    value = editions.current().lookup("term:majority", jurisdiction=resident.jurisdiction, on=today)
    return turns_on(born_on, int(value.value["years"])) if isinstance(value, Value) else None


def _make_room(user: User, resident_id: int, by: Actor, at: datetime) -> None:
    """One standing proxy for a person and a resident: one that has run out gives way, one that stands refuses."""
    today = business_date(at)
    for proxy in Proxy.objects.select_for_update().filter(user=user, resident_id=resident_id, revoked_at__isnull=True):
        if proxy.valid_until is None or proxy.valid_until > today:
            raise Refused(Refusal("registry.proxy_stands", {"since": proxy.valid_from}))
        _revoke(proxy, by, at)


def _revoke(proxy: Proxy, by: Actor, at: datetime) -> None:
    proxy.revoked_at, proxy.revoked_by_id = at, by.user_id
    proxy.save(update_fields=["revoked_at", "revoked_by"])
    RoleGrant.objects.filter(
        user_id=proxy.user_id, role=Role.FAMILY, resident_id=proxy.resident_id, revoked_at__isnull=True
    ).update(revoked_at=at, revoked_by_id=by.user_id)
