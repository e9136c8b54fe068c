"""Terms, duties and breaches of agreements between institutions, without a database."""

from datetime import date
from typing import Any

import pytest

from yijia.core.agreements import duties, signing, terms
from yijia.core.agreements.duties import Done, Duty, Fault, Period, Sense, Span
from yijia.core.agreements.lifecycle import BREACHES, TABLE, State
from yijia.core.agreements.terms import Party
from yijia.core.permissions import SYSTEM, Actor, Permission, Role
from yijia.core.refusal import Refusal

D = date
TERM = Span(D(2025, 1, 15), D(2026, 1, 15))
ROUNDS = Duty("rounds", "second", Sense.AT_LEAST, Period.MONTH, quantity=2)
ANSWER = Duty("answer", "second", Sense.WITHIN, Period.EVENT, response_s=600)
CAPACITY = Duty("capacity", "second", Sense.UP_TO, Period.MONTH, quantity=2)
CEILING = Duty("ceiling", "first", Sense.AT_MOST, Period.TERM, quantity=100)
ART_39 = {"zh": "第三十九条", "en": "article 39"}
TEMPLATE: dict[str, Any] = {
    "parties": {"first": {"kinds": ["care_home"]}, "second": {"kinds": ["hospital"]}},
    "fields": [
        {"code": "rounds", "type": "integer", "required": True, "least": 1, "most": 62},
        {"code": "form", "type": "choice", "required": True, "options": {"buy": {}, "lease": {}}},
        {"code": "more", "type": "text", "required": False},
        {"code": "minutes", "type": "integer", "required": False},
    ],
    "refused_when": [
        {"code": "lease", "field": "form", "values": ["lease"], "law": ART_39, "rule": {"zh": "不得", "en": "may not"}},
        {"code": "share", "field": "more", "words": ["分红"], "nonprofit": True, "law": ART_39, "rule": {"zh": "不得", "en": "may not"}},
    ],
    "duties": [
        {"code": "rounds", "owed_by": "second", "sense": "at_least", "period": "month", "field": "rounds", "title": {"zh": "巡", "en": "r"}, "unit": {}},
        {"code": "answer", "owed_by": "second", "sense": "within", "period": "event", "field": "minutes", "title": {"zh": "应", "en": "a"}, "unit": {}},
    ],
    "clauses": [
        {"code": "who", "mandatory": True, "title": {"zh": "双方", "en": "Parties"}, "text": {"zh": "甲", "en": "A"}},
        {"code": "time", "when": "minutes", "title": {"zh": "时", "en": "Time"}, "text": {"zh": "{minutes}", "en": "{minutes}"}},
    ],
}  # fmt: skip
HOME, HOSPITAL = Party("care_home", "院"), Party("hospital", "医")


def code(refusal: Refusal | None) -> str | None:
    return refusal.code if refusal else None


def test_each_side_is_what_the_text_allows() -> None:  # AGREEMENT-08
    assert terms.wrong_party(TEMPLATE, {"first": HOME, "second": HOSPITAL}) is None
    assert code(terms.wrong_party(TEMPLATE, {"first": HOSPITAL, "second": HOME})) == "cooperations.wrong_party"
    closed = Party("hospital", "医", is_active=False)
    assert code(terms.wrong_party(TEMPLATE, {"first": HOME, "second": closed})) == "cooperations.closed_party"


def test_only_mandatory_clauses_make_a_paper_stale() -> None:  # AGREEMENT-09
    frozen = terms.mandatory(TEMPLATE)
    assert terms.changed(frozen, TEMPLATE) == ()
    who, time = TEMPLATE["clauses"]
    softer = {**TEMPLATE, "clauses": [who, {**time, "text": {"zh": "别的", "en": "other"}}]}
    assert terms.changed(frozen, softer) == ()
    stricter = {**TEMPLATE, "clauses": [{**who, "text": {"zh": "乙", "en": "B"}}, time]}
    assert terms.changed(frozen, stricter) == ("who",)
    added = {**TEMPLATE, "clauses": [who, time, {**who, "code": "new"}]}
    assert terms.changed(frozen, added) == ("new",)
    assert terms.changed(frozen, {**TEMPLATE, "clauses": [time]}) == ("who",)


@pytest.mark.parametrize(
    ("given", "faults"),
    [  # AGREEMENT-10
        ({"rounds": "2", "form": "buy"}, {}),
        ({"form": "buy"}, {"rounds": "required"}),
        ({"rounds": " ", "form": "buy"}, {"rounds": "required"}),
        ({"rounds": "two", "form": "buy"}, {"rounds": "not_a_number"}),
        ({"rounds": "-2", "form": "buy"}, {"rounds": "not_a_number"}),
        ({"rounds": "２", "form": "buy"}, {"rounds": "not_a_number"}),
        ({"rounds": "0", "form": "buy"}, {"rounds": "out_of_range"}),
        ({"rounds": "63", "form": "buy"}, {"rounds": "out_of_range"}),
        ({"rounds": "2", "form": "steal"}, {"form": "not_an_option"}),
        ({"rounds": "2", "form": "buy", "more": "长" * 1001}, {"more": "too_long"}),
    ],
)
def test_fields_are_read_as_the_text_asks(given: dict[str, str], faults: dict[str, str]) -> None:
    assert terms.read(TEMPLATE, given)[1] == faults


def test_an_optional_field_left_empty_leaves_its_clause_and_duty_out() -> None:  # AGREEMENT-10
    read, _ = terms.read(TEMPLATE, {"rounds": "2", "form": "buy", "stray": "x"})
    assert read == {"rounds": 2, "form": "buy", "more": None, "minutes": None}
    assert [c["code"] for c in terms.standing(TEMPLATE, read)["clauses"]] == ["who"]
    assert [d["code"] for d in terms.duties_of(TEMPLATE, read)] == ["rounds"]
    read["minutes"] = 5
    owed = terms.duties_of(TEMPLATE, read)
    assert (owed[1]["response_s"], owed[1]["quantity"]) == (300, None)


@pytest.mark.parametrize(
    ("fields", "nonprofit", "refused"),
    [  # AGREEMENT-11
        ({"form": "buy"}, True, None),
        ({"form": "lease"}, True, "cooperations.unlawful"),
        ({"form": "lease"}, False, "cooperations.unlawful"),
        ({"form": "buy", "more": "年底分红"}, True, "cooperations.unlawful"),
        ({"form": "buy", "more": "年底分红"}, False, None),
    ],
)
def test_the_law_refuses_by_name(fields: dict[str, str], nonprofit: bool, refused: str | None) -> None:
    parties = [Party("care_home", "院", is_nonprofit=False), Party("hospital", "医", is_nonprofit=nonprofit)]
    answer = terms.unlawful(TEMPLATE, fields, parties)
    assert code(answer) == refused
    if answer:
        assert answer.facts["law_zh"] == "第三十九条"


PAPER = signing.CooperationPaper(True, State.OFFERED, D(2026, 1, 1), {})
HAND = {
    "side": "first", "signer_id": 1, "method": "glass", "has_image": True, "has_certificate": False, "name": "甲", "witness": "",
    "on": D(2025, 6, 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("paper", "more", "refused"),
    [  # AGREEMENT-12
        ({}, {}, None),
        ({}, {"side": None}, "cooperations.not_a_party"),
        ({"is_whole": False}, {}, "cooperations.text_changed"),
        ({"state": State.ENDED}, {}, "cooperations.over"),
        ({"state": State.DRAFTED}, {}, "cooperations.not_offered"),
        ({"state": State.IN_FORCE, "signed": {"first": 1, "second": 2}}, {}, "cooperations.side_signed"),
        ({"signed": {"first": 2}}, {}, "cooperations.side_signed"),
        ({"signed": {"second": 1}}, {}, "cooperations.both_sides"),
        ({"signed": {"second": 2}}, {}, None),
        ({}, {"on": D(2026, 1, 1)}, "cooperations.run_out"),
        ({}, {"has_image": False}, "cooperations.no_image"),
        ({}, {"method": "paper", "has_image": False}, "cooperations.no_scan"),
        ({}, {"method": "certificate"}, "cooperations.no_certificate"),
        ({}, {"method": "stamp"}, "cooperations.unknown_method"),
        ({}, {"witness": "甲"}, "agreements.own_witness"),
    ],
)
def test_whose_signature_stands(paper: dict[str, Any], more: dict[str, Any], refused: str | None) -> None:
    known = {"is_whole": PAPER.is_whole, "state": PAPER.state, "valid_until": PAPER.valid_until, "signed": PAPER.signed}
    assert code(signing.may_sign_for(signing.CooperationPaper(**(known | paper)), **(HAND | more))) == refused


def test_never_dated_back() -> None:  # AGREEMENT-13
    assert terms.force_from(D(2025, 6, 1), D(2025, 5, 20)) == D(2025, 6, 1)
    assert terms.force_from(D(2025, 6, 1), D(2025, 6, 9)) == D(2025, 6, 9)


def test_periods_count_from_the_first_day() -> None:  # AGREEMENT-14
    spans = duties.windows(ROUNDS, TERM, D(2025, 3, 1))
    assert spans == (Span(D(2025, 1, 15), D(2025, 2, 15)), Span(D(2025, 2, 15), D(2025, 3, 15)))
    month_ends = duties.windows(ROUNDS, Span(D(2025, 1, 31), D(2025, 5, 10)), D(2026, 1, 1))
    assert [s.from_on for s in month_ends] == [D(2025, 1, 31), D(2025, 2, 28), D(2025, 3, 31), D(2025, 4, 30)]
    assert month_ends[-1].until_on == D(2025, 5, 10)  # cut short by the term's end
    assert duties.windows(CEILING, TERM, D(2025, 6, 1)) == (TERM,)
    assert duties.windows(CEILING, TERM, D(2025, 1, 15)) == ()


def verdicts(duty: Duty, events: list[Done], today: date, suspended: tuple[Span, ...] = ()) -> list[bool | None]:
    return [w.verdict for w in duties.measure(duty, TERM, events, today, suspended)]


def test_at_least() -> None:  # AGREEMENT-15
    one, two = Done(1, "rounds", D(2025, 1, 20), 1), Done(2, "rounds", D(2025, 2, 14), 1)
    assert verdicts(ROUNDS, [one], D(2025, 2, 14)) == [None]  # still running
    assert verdicts(ROUNDS, [one], D(2025, 2, 15)) == [False, None]
    assert verdicts(ROUNDS, [one, two], D(2025, 2, 15)) == [True, None]
    assert verdicts(ROUNDS, [one], D(2025, 2, 15), (Span(D(2025, 2, 1), D(2025, 2, 2)),)) == [None, None]
    cut = Span(D(2025, 1, 15), D(2025, 2, 1))
    assert [w.verdict for w in duties.measure(ROUNDS, cut, [], D(2025, 6, 1))] == [None]


def test_within() -> None:  # AGREEMENT-15
    assert verdicts(ANSWER, [Done(1, "answer", D(2025, 1, 20), 1, 600)], D(2025, 1, 21)) == [True]
    assert verdicts(ANSWER, [Done(1, "answer", D(2025, 1, 20), 1, 601)], D(2025, 1, 21)) == [False]
    assert verdicts(ANSWER, [Done(1, "answer", D(2025, 1, 20), 1, None)], D(2025, 1, 21)) == [False]
    assert verdicts(ANSWER, [], D(2025, 1, 21)) == [None]


def test_up_to_and_at_most() -> None:  # AGREEMENT-15
    taken = [Done(n, "capacity", D(2025, 1, 15 + n), 1) for n in (1, 2)]
    away = Done(9, "capacity", D(2025, 1, 25), 0)
    assert verdicts(CAPACITY, [*taken, away], D(2025, 1, 26)) == [True]  # full: nobody has to be taken any more
    assert verdicts(CAPACITY, [taken[0], away], D(2025, 1, 26)) == [False]
    paid = [Done(1, "ceiling", D(2025, 2, 1), 100), Done(2, "ceiling", D(2025, 3, 1), 1)]
    assert verdicts(CEILING, paid[:1], D(2025, 4, 1)) == [None]
    assert verdicts(CEILING, paid, D(2025, 4, 1)) == [False]


def test_a_breach_names_its_events_and_the_same_events_make_the_same_breach() -> None:  # AGREEMENT-16
    events = [
        Done(1, "rounds", D(2025, 1, 20), 1),
        Done(2, "answer", D(2025, 1, 21), 1, 900),
        Done(3, "answer", D(2025, 1, 22), 1, None),
        Done(4, "capacity", D(2025, 1, 23), 0),
        Done(5, "ceiling", D(2025, 1, 23), 101),
        Done(6, "rounds", D(2024, 12, 1), 9),  # before the agreement bound
    ]
    found = duties.breaches([ROUNDS, ANSWER, CAPACITY, CEILING], TERM, events, D(2025, 2, 15))
    assert [(f.key, f.fault, f.events) for f in found] == [
        ("rounds:2025-01-15", Fault.SHORT, (1,)),
        ("answer:#2", Fault.LATE, (2,)),
        ("answer:#3", Fault.UNANSWERED, (3,)),
        ("capacity:#4", Fault.TURNED_AWAY, (4,)),
        ("ceiling:2025-01-15", Fault.EXCEEDED, (5,)),
    ]
    assert found == duties.breaches([ROUNDS, ANSWER, CAPACITY, CEILING], TERM, events[::-1], D(2025, 2, 15))
    whole = [*events, Done(7, "rounds", D(2025, 1, 30), 1)]
    assert "rounds:2025-01-15" not in {f.key for f in duties.breaches([ROUNDS], TERM, whole, D(2025, 2, 15))}


def test_a_licence_that_ran_out_names_its_holder() -> None:  # AGREEMENT-18
    expired = Party("hospital", "医", licence_until=D(2025, 6, 1))
    assert terms.licence_gap([HOME, expired], D(2025, 5, 31)) is None
    assert terms.licence_gap([HOME, expired], D(2025, 6, 1)).facts["name"] == "医"
    assert (
        code(terms.licence_gap([Party("hospital", "医", is_active=False)], D(2025, 6, 1)))
        == "cooperations.closed_party"
    )


MANAGER = Actor(1, Role.MANAGER, permissions=frozenset({Permission.COOPERATION_MANAGE}))
STATES = {  # AGREEMENT-19
    "drafted": {"offer": "offered", "end": "ended"},
    "offered": {"decline": "drafted", "sign": "signed", "end": "ended", "expire": "expired"},
    "signed": {"take_force": "in_force", "end": "ended", "expire": "expired"},
    "in_force": {"suspend": "suspended", "end": "ended", "expire": "expired"},
    "suspended": {"resume": "in_force", "end": "ended", "expire": "expired"},
    "ended": {},
    "expired": {},
}
AFTER_A_BREACH = {  # AGREEMENT-21
    "open": {"answer": "answered", "uphold": "upheld", "clear": "cleared"},
    "answered": {"uphold": "upheld", "excuse": "excused", "clear": "cleared"},
    "upheld": {},
    "excused": {},
    "cleared": {},
}


@pytest.mark.parametrize(
    ("table", "expected"), [(TABLE, STATES), (BREACHES, AFTER_A_BREACH)], ids=["agreement", "breach"]
)
def test_every_pair_of_state_and_event(table: Any, expected: dict[str, dict[str, str]]) -> None:
    for state in table.states:
        for event in table.events:
            move = table.find(state, event)
            assert (move.target.value if move else None) == expected[state.value].get(event.value), (state, event)
            facts = dict.fromkeys(move.needs, True) if move else {}
            outcome = table.step(state, event, facts)
            assert (outcome == move.target) if move else isinstance(outcome, Refusal)
            for fact, wanted in (move.needs if move else {}).items():
                assert code(table.step(state, event, facts | {fact: False})) == wanted


def test_a_person_does_not_let_an_agreement_expire() -> None:  # AGREEMENT-19
    assert {m.event.value for m in TABLE.open_moves(State.IN_FORCE, MANAGER)} == {"suspend", "end"}
    assert "expire" in {m.event.value for m in TABLE.open_moves(State.IN_FORCE, SYSTEM)}
