"""Pages of the catalogue, of what an institution chose, and of the authority's inbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.catalogue import forms, queries, words
from yijia.apps.catalogue.screens.house import house, house_name
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.core.catalogue.lifecycle import ITEMS, FilingState, ItemEvent, ItemState
from yijia.core.permissions import Permission, Reach, may, reach
from yijia.core.policy import Value
from yijia.core.refusal import Refusal

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the catalogue in a list, with where this institution stands."""

    code: str
    name: str
    risk: str
    risk_tone: str
    minutes: int
    by_whom: str
    training: str
    evidence: str
    is_allowed: bool
    state: str
    offered_id: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """The items that answer one need."""

    code: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The place's catalogue by need."""

    groups: tuple[Group, ...]
    needs: tuple[tuple[str, str], ...]
    need: str
    text: str
    count: int
    may_pick: bool


def catalogue(request: HttpRequest) -> Catalogue:
    actor, on = request.actor, business_date(request.at)
    need, text = request.GET.get("need", ""), request.GET.get("q", "").strip()[:40]
    mine = (
        {row.item_code: row for row in queries.list_offered_items(actor)} if reach(actor) is Reach.ORGANISATIONS else {}
    )
    known, needs = queries.items(on), queries.list_needs(on)
    groups = []
    for entry in needs:
        if need in ("", entry.code):
            found = [i for i in known.values() if entry.code in i.needs and _matches(i, text)]
            if found:
                groups.append(Group(entry.code, _of(entry), tuple(_line(i, mine.get(i.code)) for i in found)))
    shown = {line.code for group in groups for line in group.lines}
    return Catalogue(
        tuple(groups),
        tuple((n.code, _of(n)) for n in needs),
        need,
        text,
        len(shown),
        may(actor, Permission.CATALOGUE_PICK),
    )


def _matches(item: queries.Item, text: str) -> bool:
    return not text or text.lower() in f"{item.code} {item.zh} {item.en}".lower()


def _of(entry: Any) -> str:
    return str(entry.en if words.is_english() else entry.zh)


def _line(item: queries.Item, row: Any) -> Line:
    state = row.state if row is not None and row.state != ItemState.WITHDRAWN else ""
    return Line(
        code=item.code, name=_of(item), risk=str(words.RISKS.get(item.risk_level, item.risk_level)), risk_tone=words.RISK_TONES.get(item.risk_level, "idle"),
        minutes=item.duration_min, by_whom=str(words.STAFF_ROLES.get(item.staff_role, item.staff_role)),
        training=str(words.TRAININGS.get(item.extra_training or "", "")), evidence=item.evidence, is_allowed=item.is_home_allowed, state=state,
        offered_id=row.pk if state else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of an item, and how well it is attested."""

    label: str
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item, each of its values with its evidence, and the way to choose it."""

    code: str
    name: str
    facts: tuple[Fact, ...]
    sources: list[dict[str, Any]]
    note: str
    edition: str
    line: Line
    may_pick: bool
    forbidden: str


def item(request: HttpRequest, code: str) -> ItemPage:
    on = business_date(request.at)
    found = queries.get_item(code, on)
    mine = (
        queries.list_offered_items(request.actor).filter(item_code=code).first()
        if reach(request.actor) is Reach.ORGANISATIONS
        else None
    )
    line = _line(found, mine)
    return ItemPage(
        code=code, name=line.name, facts=item_facts(found), sources=queries.sources_of(found.value), note=(found.value.note or "") if words.is_english() else "", edition=found.value.edition,
        line=line, may_pick=may(request.actor, Permission.CATALOGUE_PICK) and found.is_home_allowed and not line.state, forbidden=_rule(on, found),
    )  # fmt: skip


def item_facts(found: queries.Item) -> tuple[Fact, ...]:
    """The values of an item as label, text and evidence."""
    value: Mapping[str, Any] = found.value.value
    against, tools = value.get("contraindications"), value.get("consumables") or ()
    join = ", " if words.is_english() else "、"
    rows = [
        (_("医疗风险"), words.RISKS.get(found.risk_level, found.risk_level), "risk_level"),
        (_("约需时间"), _("%(minutes)s 分钟") % {"minutes": found.duration_min}, "duration_min"),
        (_("由谁来做"), words.STAFF_ROLES.get(found.staff_role, found.staff_role), "staff_role"),
        (_("另需资质"), words.TRAININGS.get(found.extra_training or "", _("无")), "extra_training"),
        (_("可否居家"), _("可以") if found.is_home_allowed else _("不可以"), "home_allowed"),
        (_("用到的物品"), join.join(words.named(tool) for tool in tools) or _("无"), "consumables"),
        (_("注意与禁忌"), words.named(against) if against else _("无"), "contraindications"),
    ]
    return tuple(
        Fact(label, str(text), found.value.weaker.get(field, found.value.evidence).value) for label, text, field in rows
    )


def _rule(on: Any, found: queries.Item) -> str:
    if found.is_home_allowed:
        return ""
    from django.conf import settings

    rule = editions.current().lookup("gate:item_in_catalogue", jurisdiction=settings.REGION, on=on)
    return words.named(rule.value) if isinstance(rule, Value) else ""


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """One chosen item in a list."""

    id: int
    code: str
    name: str
    house: str
    state: str
    at: Any
    note: str
    price_state: str
    price_id: int | None


@dataclass(frozen=True, slots=True)
class OfferedItems:
    """What an institution chose, and what of it still lacks a price."""

    house_id: int
    house: str
    lines: tuple[OfferedLine, ...]
    published: int
    unpriced: int
    may_pick: bool


def offered_items(request: HttpRequest) -> OfferedItems:
    where = house(request)
    known, filed = queries.items(business_date(request.at)), queries.filed_codes(request.actor, where.pk)
    lines = tuple(
        _offered(row, known, filed) for row in queries.list_offered_items(request.actor, organisation_id=where.pk)
    )
    open_ones = [line for line in lines if line.state == ItemState.PUBLISHED]
    return OfferedItems(
        where.pk, house_name(where), lines, len(open_ones), sum(line.price_state != FilingState.PUBLISHED for line in open_ones),
        may(request.actor, Permission.CATALOGUE_PICK),
    )  # fmt: skip


def _offered(row: Any, known: Mapping[str, queries.Item], filed: Mapping[str, dict[str, Any]]) -> OfferedLine:
    found, price = known.get(row.item_code), filed.get(row.item_code, {})
    return OfferedLine(
        row.pk, row.item_code, _of(found) if found else row.item_code, house_name(row.organisation), row.state, row.reviewed_at or row.picked_at,
        row.review_note, price.get("state", ""), price.get("id"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """One criterion as the institution answered it."""

    name: str
    is_met: bool
    why: str


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """One chosen item: the six answers, the authority's note, and what can be done now."""

    id: int
    code: str
    name: str
    house: str
    house_id: int
    state: str
    version: int
    note: str
    facts: tuple[Fact, ...]
    answers: tuple[Answered, ...]
    criteria_words: str
    criteria_evidence: str
    criteria_sources: list[dict[str, Any]]
    form: Any
    may_submit: bool
    may_review: bool
    may_withdraw: bool


def offered_item(request: HttpRequest, offered_item_id: int, form: Any = None) -> OfferedItem:
    row = queries.get_offered_item(request.actor, offered_item_id)
    on, place = business_date(request.at), row.organisation.jurisdiction
    written, source = queries.criteria(on, place)
    found = queries.items(on, place).get(row.item_code)
    moves = {move.event for move in ITEMS.open_moves(ItemState(row.state), request.actor)}
    if form is None and ItemEvent.SUBMIT in moves:
        form = forms.CriteriaForm(criteria={c.code: _of(c) for c in written}, initial=_answers_so_far(row))
    is_known = isinstance(source, Value)
    return OfferedItem(
        id=row.pk, code=row.item_code, name=_of(found) if found else row.item_code, house=house_name(row.organisation), house_id=row.organisation_id,
        state=row.state, version=row.version, note=row.review_note, facts=item_facts(found) if found else (),
        answers=tuple(Answered(_of(c), row.criteria[c.code]["met"], row.criteria[c.code]["why"]) for c in written if c.code in row.criteria),
        criteria_words=words.named(source.value) if isinstance(source, Value) else "",
        criteria_evidence=source.evidence.value if isinstance(source, Value) else "missing",
        criteria_sources=queries.sources_of(source) if is_known and not isinstance(source, Refusal) else [],
        form=form, may_submit=ItemEvent.SUBMIT in moves, may_review=ItemEvent.PUBLISH in moves, may_withdraw=ItemEvent.WITHDRAW in moves,
    )  # fmt: skip


def _answers_so_far(row: Any) -> dict[str, Any]:
    start: dict[str, Any] = {"version": row.version}
    for code, answer in row.criteria.items():
        start |= {f"met_{code}": "yes" if answer["met"] else "no", f"why_{code}": answer["why"]}
    return start


@dataclass(frozen=True, slots=True)
class FilingLine:
    """One filing that waits for the authority."""

    id: int
    code: str
    name: str
    kind: str
    house: str
    state: str
    at: Any
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Reviews:
    """The authority's inbox: choices and prices that wait, the oldest first."""

    items: Page
    filings: Page
    waiting: int


def reviews(request: HttpRequest) -> Reviews:
    actor, known = request.actor, queries.items(business_date(request.at))
    rows = queries.list_offered_items(actor, state=ItemState.SUBMITTED).order_by("picked_at", "id")
    waiting = (
        queries.list_filings(actor)
        .filter(state__in=(FilingState.SUBMITTED, FilingState.REVIEWED))
        .order_by("submitted_at", "id")
    )
    chosen, prices = (
        Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        Paginator(waiting, PER_PAGE).get_page(request.GET.get("filings")),
    )
    total = chosen.paginator.count + prices.paginator.count
    chosen.object_list = [_offered(row, known, {}) for row in chosen.object_list]
    prices.object_list = [
        FilingLine(
            row.pk,
            row.code,
            filing_name(row, known),
            str(words.KINDS[row.kind]),
            house_name(row.organisation),
            row.state,
            row.submitted_at,
            row.amount_fen,
        )
        for row in prices.object_list
    ]
    return Reviews(chosen, prices, total)


def filing_name(row: Any, known: Mapping[str, queries.Item]) -> str:
    """A filing's name in the reader's language, where the catalogue knows one."""
    if row.kind in ("visit_fee", "cancellation"):
        return str(words.KINDS[row.kind])
    found = known.get(row.code)
    if found:
        return _of(found)
    return str((row.name_en or row.name) if words.is_english() else row.name)
