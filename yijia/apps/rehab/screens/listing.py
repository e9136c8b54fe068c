"""The desk of rehabilitation, one designation, a ban, the guardian's choice, and what everybody may read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.cases import queries as cases
from yijia.apps.registry import queries as registry
from yijia.apps.rehab import forms, queries, words
from yijia.apps.rehab.screens.shared import (
    ListRow,
    away,
    category_name,
    free_word,
    house_name,
    list_name,
    rating,
    reason_name,
)
from yijia.base import audit
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.base.words import sentence
from yijia.core import rehab
from yijia.core.permissions import Permission, Role, may

MOST = 200


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One evaluation in a list."""

    id: int
    number: str
    house: str
    said: str
    step: str
    tone: str
    due_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One person's record in a list."""

    id: int
    who: str
    house: str
    said: str
    number: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits, who is on the list, who is kept away, whose records run."""

    tab: str
    tabs: list[tuple[str, str]]
    cases: list[CaseRow]
    listed: list[ListRow]
    bans: list[Any]
    people: list[PlacementRow]
    may_apply: bool
    may_handle: bool


def desk(request: HttpRequest) -> Desk:
    """The federation's, an institution's, the regulator's, the auditor's or an expert's view."""
    actor, on = request.actor, business_date(request.at)
    tabs = [("cases", _("评审"))]
    if actor.role is not Role.EXPERT:
        people_too = [("people", _("各人档案"))] if queries.sees_people(actor) else []
        tabs += [("list", _("名单")), *people_too, ("bans", _("禁入"))]
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in dict(tabs) else "cases"
    people = queries.list_placements(actor) if tab == "people" else []
    if people:
        ids = [row.resident_id for row in people]
        audit.read(actor, request.at, "rehab.desk", subject_type="rehab.placement", resident_ids=ids)
    return Desk(
        tab, tabs, [_case_row(row, on) for row in cases.list_house_cases(actor)[:MOST]] if tab == "cases" else [],
        _listed(queries.designations_of(actor)[:MOST], on) if tab == "list" else [], _bans(queries.list_bans(actor), on) if tab == "bans" else [],
        [placement_row(row, on) for row in people], may(actor, Permission.REHAB_APPLY), may(actor, Permission.REHAB_HANDLE),
    )  # fmt: skip


def _case_row(row: Any, on: date) -> CaseRow:
    state = cases.procedure_of(row).states[row.state]
    said = f"{list_name(row.scheme, row.jurisdiction, on)} · {category_name(row.category, row.jurisdiction, on)}"
    due = row.due_on if row.is_open else None
    return CaseRow(
        row.pk, row.number, house_name(row.organisation), said, words.two(state.zh, state.en), state.tone, due, due is not None and due < on
    )  # fmt: skip


def placement_row(row: Any, on: date) -> PlacementRow:
    """One record in a list."""
    said = category_name(row.category, row.designation.jurisdiction, on)
    is_over = row.released_at is not None
    word = reason_name(row.released_why, row.designation.jurisdiction, on) if is_over else _("在册")
    return PlacementRow(
        row.pk,
        row.resident.name,
        house_name(row.organisation),
        said,
        row.episode.number,
        "idle" if is_over else "go",
        word,
    )


def _listed(rows: Any, on: date) -> list[ListRow]:
    places = queries.places_of(list(rows), on)
    return [_list_row(row, places[row.pk], on) for row in rows]


def _list_row(row: Any, place: rehab.Place, on: date) -> ListRow:
    refusal = rehab.may_list(place, on)
    word = {
        None: _("在名单上"), "rehab.banned": _("禁入中"), "rehab.ended": _("已退出"), "rehab.expired": _("已到期"),
        "rehab.no_agreement": _("待签年度协议"), "rehab.not_yet": _("未到起始日"),
    }[refusal.code if refusal else None]  # fmt: skip
    tone = (
        "done"
        if refusal is None
        else "wait"
        if refusal.code == "rehab.no_agreement"
        else "bad"
        if refusal.code == "rehab.banned"
        else "idle"
    )
    return ListRow(
        row.pk, house_name(row.organisation), list_name(row.list_code, row.jurisdiction, on), category_name(row.category, row.jurisdiction, on),
        place.free, place.places, row.valid_until, tone, word,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BanRow:
    """One ban."""

    id: int
    house: str
    reason: str
    note: str
    from_on: date
    until_on: date | None
    is_standing: bool
    lifted_why: str


def _bans(rows: list[Any], on: date) -> list[BanRow]:
    return [
        BanRow(
            row.pk, house_name(row.organisation), reason_name(row.reason, row.jurisdiction, on), row.note, row.from_on, row.until_on,
            row.lifted_at is None and (row.until_on is None or on < row.until_on), row.lifted_why,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DesignationPage:
    """One designation: what it covers, who is there, how it ends."""

    row: Any
    head: ListRow
    free: str
    why_not: str
    people: int
    ended: str
    case_id: int | None
    form: Any
    may_end: bool


def designation_page(request: HttpRequest, designation_id: int, data: Any = None) -> DesignationPage:
    """One designation as the federation, the institution and the regulator see it."""
    actor, on = request.actor, business_date(request.at)
    row = queries.get_designation(actor, designation_id)
    place = queries.place_of(row, on)
    refusal = rehab.may_list(place, on)
    grounds = queries.exits_in(row.jurisdiction, on)[0]
    reasons = [
        (one.id, words.two(one.zh, one.en) + (_("（禁入）") if one.bans else "")) for one in grounds.values()
    ]  # fmt: skip
    seen = (
        may(actor, Permission.REHAB_HANDLE)
        or may(actor, Permission.REHAB_APPLY)
        or actor.role in (Role.REGULATOR, Role.AUDITOR)
    )
    return DesignationPage(
        row, _list_row(row, place, on), free_word(place), sentence(refusal) if refusal else "", place.taken,
        reason_name(row.end_reason, row.jurisdiction, on) if row.ended_on else "", row.case_id if seen else None,
        forms.EndForm(data, reasons=reasons), may(actor, Permission.REHAB_HANDLE) and row.ended_on is None,
    )  # fmt: skip


def ban_page(request: HttpRequest, ban_id: int) -> BanRow:
    """One ban."""
    return _bans([queries.get_ban(request.actor, ban_id)], business_date(request.at))[0]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One institution a guardian may choose."""

    id: int
    house: str
    category: str
    away: str
    rating: str
    free: str
    phone: str
    why_not: str


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """The live list for one person."""

    resident_id: int
    who: str
    list: str
    offers: list[OfferRow]
    held: str
    changes: str
    categories: list[str]
    kind: str
    form: Any


def choose_page(request: HttpRequest, resident_id: int, data: Any = None) -> ChoosePage:
    """The institutions a guardian may choose for a person, the nearest first."""
    actor, on = request.actor, business_date(request.at)
    resident = registry.get_resident(actor, resident_id)
    audit.read(actor, request.at, "rehab.choose_page", subject_type="registry.resident", resident_ids=[resident_id])
    place = resident.jurisdiction
    code = queries.list_for(resident, on)
    mine = rehab.categories_of(resident.disability_kind, queries.categories_in(place, on))
    stays = queries.list_placements(actor, resident_id=resident_id)
    held = next((row for row in stays if row.released_at is None), None)
    allowed = queries.allowed_changes(place, on)
    changes = sum(row.is_change and row.list_code == code and row.chosen_at.year == on.year for row in stays)
    offers = queries.live_list(
        resident,
        code,
        on,
        changes=changes,
        allowed=allowed,
        is_change=held is not None,
        besides=held.organisation_id if held else None,
    )
    said = (
        ""
        if held is None or allowed is None
        else _("今年已换 %(n)d 次，最多 %(most)d 次。") % {"n": changes, "most": allowed}
    )
    return ChoosePage(
        resident_id, resident.name, list_name(code, place, on),
        [
            OfferRow(
                one.designation.pk, house_name(one.designation.organisation), category_name(one.designation.category, place, on), away(one.away_m),
                rating(one.rated), free_word(one.place), one.designation.organisation.phone, sentence(one.refusal) if one.refusal else "",
            )
            for one in offers
        ],
        house_name(held.organisation) if held else "", said, [words.two(one.zh, one.en) for one in mine], resident.disability_kind,
        forms.ChooseForm(data),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The live list and the notices of a place, for anybody."""

    listed: list[ListRow]
    notices: list[CaseRow]


def public_page(request: HttpRequest, jurisdiction: str) -> PublicPage:
    """What anybody may read: who is on the list, who is on public notice."""
    on = business_date(request.at)
    if not queries.categories_in(jurisdiction, on):
        raise NotFound
    return PublicPage(
        [_list_row(row, place, on) for row, place in queries.houses_listed(jurisdiction, on)],
        [_case_row(row, on) for row in cases.notices_of_houses(jurisdiction)],
    )
