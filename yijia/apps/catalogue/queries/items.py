"""The provincial catalogue as policy data, and what each institution chose from it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from yijia.apps.catalogue.models import OfferedItem
from yijia.apps.catalogue.queries.scope import visible
from yijia.base import editions
from yijia.base.errors import NotFound
from yijia.core.catalogue.lifecycle import ItemState
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.policy import Editions, Value
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody asks for, in an elder's words."""

    code: str
    zh: str
    en: str
    position: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """One written criterion of the choice of items."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the catalogue as it holds in a place on a day; `value` is the policy value it was read from."""

    code: str
    zh: str
    en: str
    needs: tuple[str, ...]
    service: str
    category: str
    risk_level: str
    staff_role: str
    extra_training: str | None
    duration_min: int
    is_home_allowed: bool
    value: Value

    @property
    def evidence(self) -> str:
        return self.value.evidence.value


def sources_of(value: Value) -> list[dict[str, Any]]:
    """A value's sources as `parts/sources.html` shows them."""
    known = editions.current().sources
    found = [known[code] for code in value.sources if code in known]
    return [
        {"title": f"{s.title}（{s.doc_no}）" if s.doc_no else s.title, "clause": "" if value.clause == s.doc_no else value.clause or "", "url": s.url if (s.url or "").startswith("https://") else "", "evidence": s.level.value}
        for s in found
    ]  # fmt: skip


def list_needs(on: date, jurisdiction: str | None = None) -> tuple[Need, ...]:
    """The needs one can ask for, in their written order."""
    return _needs(editions.current(), jurisdiction or settings.REGION, on)


@lru_cache(maxsize=64)
def _needs(current: Editions, jurisdiction: str, on: date) -> tuple[Need, ...]:
    found = [
        Need(v.key.removeprefix("need:"), v.value["zh"], v.value["en"], v.value["position"])
        for v in current.values("need:", jurisdiction=jurisdiction, on=on)
    ]
    return tuple(sorted(found, key=lambda need: need.position))


def items(on: date, jurisdiction: str | None = None) -> dict[str, Item]:
    """Every service item of the place's catalogue on a day, by code; fees without a duration are not services."""
    return _items(editions.current(), jurisdiction or settings.REGION, on)


@lru_cache(maxsize=64)
def _items(current: Editions, jurisdiction: str, on: date) -> dict[str, Item]:
    found = {}
    for value in current.values("item:", jurisdiction=jurisdiction, on=on):
        if "duration_min" in value.value:
            item = _item(value)
            found[item.code] = item
    return found


def _item(value: Value) -> Item:
    v = value.value
    return Item(
        code=value.key.removeprefix("item:"), zh=v["zh"], en=v["en"], needs=tuple(v["needs"]), service=v["service"], category=v["category"],
        risk_level=v["risk_level"], staff_role=v["staff_role"], extra_training=v["extra_training"], duration_min=v["duration_min"],
        is_home_allowed=v["home_allowed"] is True, value=value,
    )  # fmt: skip


def get_item(code: str, on: date, jurisdiction: str | None = None) -> Item:
    """One item of the catalogue. Raises NotFound."""
    found = items(on, jurisdiction).get(code)
    if found is None:
        raise NotFound
    return found


def criteria(on: date, jurisdiction: str | None = None) -> tuple[tuple[Criterion, ...], Value | Refusal]:
    """The written criteria of the choice and the value that states them; none when the place states none."""
    value = editions.current().lookup("criteria:item_choice", jurisdiction=jurisdiction or settings.REGION, on=on)
    if isinstance(value, Refusal):
        return (), value
    return tuple(Criterion(c["code"], c["zh"], c["en"]) for c in value.value["criteria"]), value


def list_offered_items(
    actor: Actor, *, organisation_id: int | None = None, state: str | None = None
) -> QuerySet[OfferedItem]:
    """Chosen items in scope; people see what is published in any institution."""
    rows = (
        OfferedItem.objects.select_related("organisation")
        .filter(_sight(actor))
        .order_by("item_code", "organisation_id")
    )
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows.filter(state=state) if state else rows


def get_offered_item(actor: Actor, offered_item_id: int) -> OfferedItem:
    """One chosen item. Raises NotFound when absent or out of scope."""
    row = (
        OfferedItem.objects.select_related("organisation", "reviewed_by")
        .filter(_sight(actor), pk=offered_item_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _sight(actor: Actor) -> Q:
    return Q(state=ItemState.PUBLISHED) if reach(actor) is Reach.PEOPLE else visible(actor)


def offered_codes_beside(organisation: str = "organisation_id") -> ArraySubquery:
    """The codes an institution has published, to be read beside a row that names it."""
    return ArraySubquery(
        OfferedItem.objects.filter(organisation_id=OuterRef(organisation), state=ItemState.PUBLISHED).values(
            "item_code"
        )
    )


def offered_codes_for_system(organisation_ids: list[int]) -> dict[int, frozenset[str]]:
    """Institution → codes of the items it has published."""
    found: dict[int, set[str]] = {pk: set() for pk in organisation_ids}
    for organisation_id, code in OfferedItem.objects.filter(
        organisation_id__in=organisation_ids, state=ItemState.PUBLISHED
    ).values_list("organisation_id", "item_code"):
        found[organisation_id].add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}
