"""One scheme's answer to one person, as the elder reads it and as the clerk does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from yijia.apps.benefits import phrases, queries, words
from yijia.base import editions
from yijia.core import benefits
from yijia.core.benefits import Verdict
from yijia.core.benefits.lifecycle import TABLE, State
from yijia.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Button:
    """Something the reader may do now."""

    event: str
    label: Any
    needs_note: bool
    is_primary: bool
    is_danger: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the person's own entitlement stands."""

    id: int
    state: str
    tone: str
    word: Any
    since_on: date
    until_on: date | None
    reason: str
    question: str
    buttons: tuple[Button, ...]
    notice_until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One scheme: may I have it, how much, why, why not, what it rests on."""

    code: str
    name: str
    place: str
    verdict: str
    tone: str
    word: Any
    because: str
    amount_fen: int | None
    unit: str
    payment: str
    is_cap: bool
    in_kind: bool
    gates: tuple[dict[str, Any], ...]
    missing: str
    confirm: tuple[str, ...]
    sources: tuple[dict[str, Any], ...]
    evidence: str
    edition: str
    key: str
    jurisdiction: str
    standing: Standing | None


_OWN = ("agree", "query", "decline", "reopen")
_NOTE = frozenset({"query", "doubt", "answer", "stop", "drop"})
_DANGER = frozenset({"decline", "stop", "drop"})
_PRIMARY = frozenset({"agree"})


def buttons(row: Any, actor: Actor, *, is_own: bool) -> tuple[Button, ...]:
    """What the reader may do with an entitlement, by the table; clerks write why."""
    made = []
    for move in TABLE.open_moves(State(row.state), actor):
        event = move.event.value
        if is_own and event not in _OWN:
            continue
        if event == "agree" and (row.is_agreed or row.payment == "no_application"):
            continue  # nobody is asked for a word that is not needed
        label = words.OWN_BUTTONS[event] if is_own else words.BUTTONS[event]
        needs = event in _NOTE or (event == "decline" and not is_own)
        made.append(Button(event, label, needs, is_own and event in _PRIMARY, event in _DANGER))
    return tuple(made)


def standing(row: Any, actor: Actor, *, is_own: bool) -> Standing:
    """An entitlement as a card shows it."""
    tone, word = words.STATES[row.state]
    return Standing(
        row.pk, row.state, tone, word, row.since_on, row.until_on, words.because(row.reason), row.question,
        buttons(row, actor, is_own=is_own), row.notice_until_on if row.state == State.NOTICED else None,
    )  # fmt: skip


def card(answer: benefits.Entitlement, row: Any, actor: Actor, *, is_own: bool) -> Card:
    """The answer of one scheme with every condition, its amount and its sources."""
    scheme = answer.scheme
    tone, word = words.VERDICTS[answer.verdict.value]
    if scheme.in_kind and answer.verdict is Verdict.HELD:
        word = words.IN_KIND_HELD
    return Card(
        code=scheme.code, name=words.scheme_name(scheme), place=words.place(scheme.jurisdiction), verdict=answer.verdict.value, tone=tone, word=word,
        because=words.name_of(words.BECAUSE, answer.because.value), amount_fen=answer.amount_fen if answer.verdict is not Verdict.NOT else None,
        unit=words.name_of(words.UNITS, answer.unit.value) if answer.unit else "", payment=words.name_of(words.PAYMENTS, scheme.payment),
        is_cap=scheme.is_cap, in_kind=scheme.in_kind, gates=gates(answer.conjuncts), missing=_listed(words.column(name) for name in answer.missing),
        confirm=tuple(_confirm(c.part, c.evidence.value) for c in answer.needs_confirmation), sources=sources(scheme.value),
        evidence=scheme.value.evidence.value, edition=scheme.value.edition, key=scheme.key, jurisdiction=scheme.jurisdiction,
        standing=standing(row, actor, is_own=is_own) if row is not None else None,
    )  # fmt: skip


def gates(conjuncts: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    """Each condition with its verdict, what it asks, and what is known; from the core or as it was kept."""
    made = []
    for part in conjuncts:
        text, verdict, values, parameters = _parts(part)
        said = phrases.wanted(text, parameters)
        made.append({"label": said or text, "verdict": verdict, "text": phrases.has(values), "is_code": said is None})
    return tuple(made)


def _parts(part: Any) -> tuple[str, bool | None, Mapping[str, Any], Mapping[str, Any]]:
    if isinstance(part, Mapping):
        return part["text"], part["verdict"], part["values"], part.get("parameters", {})
    return part.text, part.verdict, part.values, part.parameters


def sources(value: Any) -> tuple[dict[str, Any], ...]:
    """The documents a value was read in."""
    known = editions.current().sources
    found = []
    for name in value.sources:
        source = known[name]
        title = " ".join(part for part in (source.title, source.doc_no) if part)
        found.append({"title": title, "clause": value.clause, "url": source.url, "evidence": source.level.value})
    return tuple(found)


def order_of(card_: Card) -> tuple[int, str]:
    """Granted first, then held, then open, then not; by name within."""
    rank = {"granted": 0, "held": 1, "unknown": 2, "not": 3}
    return rank[card_.verdict], card_.code


def answers_of(
    person: Any, standing_facts: Iterable[Any], rows: list[Any], on: date
) -> dict[str, benefits.Entitlement]:
    """Each scheme's answer to a person: today's, or this month's where the birthday is still to come in it."""
    facts_rows = list(standing_facts)
    facts = queries.facts_of(person, facts_rows, on)
    offer = queries.offer(facts.get("hukou"), person.jurisdiction, on)
    aside = queries.aside(person, facts_rows, rows, on)
    said = queries.answers(facts, offer, on, aside)
    for code, due in queries.dues_in(facts, offer, benefits.Month.of(on), aside).items():
        if due.entitlement.qualifies and code in said and not said[code].qualifies:
            said[code] = due.entitlement
    return said


def _confirm(part: str, evidence: str) -> str:
    return gettext("%(part)s：%(evidence)s") % {
        "part": words.name_of(words.PARTS, part),
        "evidence": words.name_of(words.EVIDENCE, evidence),
    }


def _listed(names: Iterable[str]) -> str:
    return (", " if words.is_english() else "、").join(names)
