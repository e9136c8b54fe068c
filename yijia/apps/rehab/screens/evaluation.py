"""The evaluation of an institution: applying, one case, the criteria sheet, the figures nobody read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.cases import queries as cases
from yijia.apps.rehab import forms, queries, words
from yijia.apps.rehab.screens.shared import category_name, house_name, list_name
from yijia.base import editions, roles
from yijia.base.clock import business_date
from yijia.base.words import sentence
from yijia.core.permissions import Actor, Permission, may
from yijia.core.policy import Value
from yijia.core.procedures import Criterion, judge_criteria
from yijia.core.refusal import Refusal

_WITH_WORDS = frozenset({"decline", "revisit", "object", "dismiss"})
_BAD = frozenset({"refuse", "decline", "withdraw"})
_ONWARD = ("accept", "publish", "designate")
_NAMING = frozenset({"submitted", "visiting", "voting"})
_BY_DOOR = frozenset({"hand_in", "settle", "split"})


def apply_form(request: HttpRequest, data: Any = None) -> forms.ApplyForm:
    """The form of an application with the place's lists and categories."""
    on, place = business_date(request.at), request.actor.jurisdiction or "CN"
    value = editions.current().lookup("rehab:categories", jurisdiction=place, on=on)
    lists = (
        [(one["id"], words.two(one["zh"], one["en"])) for one in value.value["lists"]]
        if isinstance(value, Value)
        else []
    )
    categories = [(one.id, words.two(one.zh, one.en)) for one in queries.categories_in(place, on)]
    return forms.ApplyForm(data, lists=lists, categories=categories)


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion with what was found."""

    text: str
    figure: str
    answer: str
    tone: str
    word: str
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One evaluation: where it stands, what waits, what the reader may do."""

    case: Any
    house: str
    list: str
    category: str
    step: str
    tone: str
    days_left: int | None
    rows: list[CriterionRow]
    unknown: list[str]
    visitor: str
    note: str
    votes: list[Any]
    vote_rule: tuple[int, int]
    result: str
    moves: list[tuple[str, str, bool, bool]]  # event, label, needs words, is bad
    primary: tuple[str, str] | None
    reasons: list[tuple[str, str]]
    refused_for: str
    may_sheet: bool
    may_vote: bool
    may_state: bool
    seats: list[Any]
    candidates: list[tuple[int, str, str]]
    missing: int
    letters: list[Any]
    events: list[dict[str, Any]]
    next: str
    next_url: str


def case_page(request: HttpRequest, case_id: int) -> CasePage:
    """One evaluation as the reader may see it."""
    actor, on = request.actor, business_date(request.at)
    case = cases.get_house_case(actor, case_id)
    procedure = cases.procedure_of(case)
    state = procedure.states[case.state]
    entry = cases.sheet_of(case)
    criteria = cases.criteria_of(case, on)
    read = () if isinstance(criteria, Refusal) else criteria
    rows = criterion_rows(read, entry.answers if entry else {})
    votes = cases.votes_of_house(actor, case)
    has_voted = any(vote.expert_id == actor.user_id for vote in votes)
    moves = [
        (event, words.two(*procedure.events[event]), event in _WITH_WORDS, event in _BAD)
        for event in procedure.open_events(case.state, actor)
        if event not in _BY_DOOR and event not in _pointless(case, on)
    ]  # fmt: skip
    primary = next(((event, label) for event, label, _needs, _bad in moves if event in _ONWARD), None)
    result = "" if case.level is None else _("表决通过") if case.level else _("表决未通过")
    reason = procedure.reasons.get(case.refused_for)
    names = may(actor, Permission.REHAB_HANDLE) and case.state in _NAMING
    seats = queries.seats_of(case) if may(actor, Permission.REHAB_HANDLE) else []
    candidates = (
        [
            (one.id, one.name, sentence(one.conflict) if one.conflict else "")
            for one in queries.candidates_for(case, seats, on)
        ]
        if names and len(seats) < procedure.seats
        else []
    )
    off = cases.holidays(case.jurisdiction, on)
    missing = max(0, procedure.seats - len(seats)) if names else 0
    return CasePage(
        case, house_name(case.organisation), list_name(case.scheme, case.jurisdiction, on), category_name(case.category, case.jurisdiction, on),
        words.two(state.zh, state.en), state.tone, cases.days_left(case.due_on, on, off) if case.is_open else None, rows,
        [words.two(one.zh, one.en) for one in read if one.is_unknown], entry.assessor.display_name if entry else "", entry.note if entry else "",
        votes, (procedure.majority, procedure.seats), result, [move for move in moves if primary is None or move[0] != primary[0]], primary,
        [(one.id, words.two(one.zh, one.en)) for one in procedure.reasons.values()],
        "" if reason is None else words.two(reason.zh, reason.en), may(actor, Permission.REHAB_HANDLE) and case.state == "visiting",
        may(actor, Permission.CASE_VOTE) and case.state == "voting" and not has_voted, may(actor, Permission.REHAB_HANDLE),
        seats, candidates, missing,
        cases.letters_of_house(case) if case.decided_at and not may(actor, Permission.CASE_VOTE) else [], _events(case, procedure, actor),
        *_next(case, actor, missing, on),
    )  # fmt: skip


def _next(case: Any, actor: Actor, missing: int, on: date) -> tuple[str, str]:
    """The sentence that says what comes next, and where; experts have their own panel for it."""
    handles = may(actor, Permission.REHAB_HANDLE)
    if not handles and not may(actor, Permission.REHAB_APPLY):
        return "", ""
    step, url = case.state, ""
    if step == "review":
        step = "review_passed" if case.level else "review_failed"
    elif step == "voting" and missing:
        step = "voting_short"
    elif step == "designated":
        if queries.has_yearly_agreement(case.organisation_id, on):
            return "", ""
        url = reverse("agreements:cooperation_draft", args=["designation"])
    said = (words.NEXT_OF_FEDERATION if handles else words.NEXT_OF_HOUSE).get(step, "")
    return str(said) % {"n": missing, "until": f"{case.due_on:%Y-%m-%d}" if case.due_on else ""}, url


def _pointless(case: Any, on: date) -> frozenset[str]:
    """Steps that the vote's outcome or the running notice closes: nobody is offered what would be refused."""
    if case.state == "notice" and case.due_on is not None and on <= case.due_on:
        return frozenset({"designate"})
    if case.state != "review":
        return frozenset()
    return frozenset({"decline"}) if case.level else frozenset({"publish"})


def criterion_rows(criteria: tuple[Criterion, ...], answers: dict[str, Any]) -> list[CriterionRow]:
    """Each criterion with figure, answer, verdict and where it comes from."""
    known = editions.current().sources
    return [
        CriterionRow(
            words.two(row.criterion.zh, row.criterion.en), _figure(row.criterion), _answer(row.criterion, row.answer), *_verdict(row),
            known[row.criterion.source].title if row.criterion.source in known else "",
            "official" if row.criterion.evidence == "missing" and row.criterion.figure is not None else row.criterion.evidence,
        )
        for row in judge_criteria(criteria, answers).rows
    ]  # fmt: skip


def _figure(one: Criterion) -> str:
    if one.is_unknown:
        return _("没有人读到原文")
    if one.figure is None:
        return ""
    return f"{one.figure} {words.two(*one.unit)}".strip() if isinstance(one.figure, int) else one.figure


def _answer(one: Criterion, answer: Any) -> str:
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return _("符合") if answer else _("不符合")
    return f"{answer} {words.two(*one.unit)}".strip()


def _verdict(row: Any) -> tuple[str, str]:
    if row.answer is None:
        return "idle", _("还没有评")
    if row.is_met is None:
        return "wait", _("判不出")
    return ("done", _("达到")) if row.is_met else ("bad", _("没达到"))


def _events(case: Any, procedure: Any, actor: Actor) -> list[dict[str, Any]]:
    hides = case.state == "voting" and not may(actor, Permission.REHAB_HANDLE)
    return [
        {
            "at": one.at, "by": "" if one.event == "vote" and hides else one.by.display_name if one.by else roles.label(one.role) if one.role else "",
            "text": words.two(*procedure.events[one.event]) if one.event in procedure.events else str(words.EVENTS.get(one.event, one.event)),
            "note": one.note, "tone": procedure.states[one.to_state].tone,
        }
        for one in cases.events_of_house(case)
    ]  # fmt: skip


def sheet_form(request: HttpRequest, case_id: int, data: Any = None) -> tuple[Any, forms.SheetForm]:
    """The case and its criteria sheet, ready to fill in."""
    case = cases.get_house_case(request.actor, case_id)
    criteria = cases.criteria_of(case, business_date(request.at))
    read = () if isinstance(criteria, Refusal) else criteria
    labels = {}
    for one in read:
        said = _("标准数值没有人读到原文，量到的先记下，正式结论要等残联写明数值。") if one.is_unknown else _figure(one)
        unit = (
            f"（{words.two(*one.unit)}）"
            if one.is_measured and not words.is_english()
            else f" ({words.two(*one.unit)})"
            if one.is_measured
            else ""
        )
        labels[one.id] = (words.two(one.zh, one.en) + unit, said)
    return case, forms.SheetForm(data, initial={"version": case.version}, criteria=read, labels=labels)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure the policy files do not know."""

    key: str
    text: str
    unit: str
    said: str
    original: str
    signed: str
    at: Any
    is_number: bool
    suggestion: str


def figures_page(request: HttpRequest) -> list[FigureRow]:
    """The figures nobody read, each with what the place's federation stated."""
    on: date = business_date(request.at)
    place = request.actor.jurisdiction or "CN"
    wanted: list[tuple[str, str, str, bool, str]] = []
    value = editions.current().lookup("rehab:criteria", jurisdiction=place, on=on)
    for one in value.value["criteria"] if isinstance(value, Value) else ():
        if one["sense"] != "met" and one.get("figure") is None:
            unit = words.two(one["unit"]["zh"], one["unit"]["en"]) if one.get("unit") else ""
            wanted.append(
                (f"rehab:criteria.{one['id']}", words.two(one["zh"], one["en"]), unit, one["sense"] != "listed", "")
            )
    wanted.append(("rehab:ceiling.yearly_yuan", _("每人每年限额"), _("元"), True, ""))
    wanted.append(("rehab:ceiling.yearly_hours", _("每人每年训练时长上限"), _("小时"), True, ""))
    exits = editions.current().lookup("rehab:exit", jurisdiction=place, on=on)
    suggest = exits.value.get("suggest") if isinstance(exits, Value) else None
    said = (
        ""
        if not suggest
        else _("%(place)s是 %(n)d 个月，供参考")
        % {"place": words.two(suggest["zh"], suggest["en"]), "n": suggest["ban_months"]}
    )
    wanted.append((queries.BAN_MONTHS, _("禁入多久"), _("个月"), True, said))
    stated = cases.list_stated(place, "rehab:")
    return [
        FigureRow(
            key, text, unit, str(row.figure) if row else "", row.original if row else "", row.signed_name if row else "",
            row.stated_at if row else None, is_number, hint,
        )
        for key, text, unit, is_number, hint in wanted
        for row in [stated.get(key)]
    ]  # fmt: skip
