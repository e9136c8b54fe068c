"""A case from application to letter, and everything that stops it."""

import re
import uuid
import zlib
from base64 import a85decode
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import NOW, TODAY, Cast, grant
from tests.factories import cases as factory
from yijia.apps.cases import actions, jobs, queries
from yijia.apps.cases.models import Case, CaseEvent, Entry, Letter, Vote
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale
from yijia.base.models import AuditEntry, Message, OutboxEvent
from yijia.core import permissions


def code_of(caught: Any) -> str:
    return str(caught.value.refusal.code)


def step(cast: Cast, case: Case, event: str, part: str = "agency_clerk", at: Any = NOW, **more: Any) -> Case:
    return actions.move(case_id=case.pk, event=event, by=cast.actors[part], at=at, **more)


# ---------- application


def test_a_half_filled_form_is_kept_and_refused_only_when_it_is_handed_in(cast: Cast) -> None:
    case = factory.begun(cast, answers={"eating": "dependent"}, months_disabled=None)
    assert (case.state, case.self_answers) == ("draft", {"eating": "dependent"})
    with pytest.raises(Refused) as caught:
        step(cast, case, "submit", "relative")
    assert code_of(caught) == "cases.incomplete"
    case.refresh_from_db()
    assert (case.state, case.self_answers) == ("draft", {"eating": "dependent"})
    filled = actions.fill(
        case_id=case.pk, answers=factory.SELF, months_disabled=7, by=cast.actors["elder"], at=NOW, version=case.version
    )
    assert step(cast, filled, "submit", "elder").self_grade == "F"
    with pytest.raises(Stale):
        actions.fill(case_id=case.pk, answers={}, version=1, by=cast.actors["elder"], at=NOW)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"months_disabled": 5}, "cases.too_short"),
        ({"answers": factory.SELF | {"eating": "independent", "continence": "partial"}}, "cases.gate_not_met"),
    ],
)
def test_the_gate(cast: Cast, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        factory.submitted(cast, **more)
    assert code_of(caught) == code


def test_not_insured_or_dead(cast: Cast) -> None:
    elder = cast.residents["elder"]
    for field, value, code in (("insured_class", "none", "cases.not_insured"), ("died_on", TODAY, "cases.died")):
        type(elder).objects.filter(pk=elder.pk).update(
            **{"insured_class": "resident", "died_on": None} | {field: value}
        )
        with pytest.raises(Refused) as caught, transaction.atomic():
            factory.submitted(cast)
        assert code_of(caught) == code


@pytest.mark.parametrize(
    "more",
    [
        {"answers": {"flying": "dependent"}},
        {"answers": {"eating": "maybe"}},
        {"months_disabled": -1},
        {"months_disabled": 1201},
    ],
)
def test_what_no_form_may_say(cast: Cast, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        factory.begun(cast, **more)


def test_one_open_case_a_person(cast: Cast) -> None:
    first = factory.begun(cast)
    assert factory.begun(cast, client_id=first.client_id) == first
    with pytest.raises(Refused) as caught:
        factory.begun(cast)
    assert code_of(caught) == "cases.already_open"
    with pytest.raises(IntegrityError, match="case_one_open"), transaction.atomic():
        Case.objects.create(
            number="X", client_id=uuid.uuid4(), resident=first.resident, jurisdiction=first.jurisdiction,
            scheme=first.scheme, procedure=first.procedure, state_since_on=TODAY, instrument=first.instrument, applicant="x",
        )  # fmt: skip
    step(cast, first, "withdraw", "relative")
    assert factory.begun(cast).pk != first.pk


def test_who_may_apply(cast: Cast) -> None:
    with pytest.raises(NotFound):
        factory.begun(cast, "stranger_elder")
    with pytest.raises(Forbidden):
        factory.begun(cast, "assessor")
    assert factory.begun(cast, "clerk").state == "draft"


def test_refused_only_for_a_listed_reason(cast: Cast) -> None:
    case = factory.submitted(cast)
    with pytest.raises(Refused) as caught:
        step(cast, case, "refuse", reason="mood")
    assert code_of(caught) == "cases.no_reason"
    assert step(cast, case, "refuse", reason="not_eligible").refused_for == "not_eligible"
    assert "未予受理" in Message.objects.order_by("-id")[0].text


def test_deadlines_are_working_days_of_the_calendar(cast: Cast) -> None:
    assert factory.submitted(cast).due_on == date(2025, 6, 23)


def test_a_running_case_stays_on_its_version(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = factory.accepted(cast)
    monkeypatch.setattr(queries.rules, "procedure_in_force", lambda *_a, **_k: None)
    assert queries.procedure_of(case).edition == case.procedure.edition == "procedures/2023-09"


# ---------- two assessors


def test_neither_assessor_sees_the_other(cast: Cast) -> None:
    case = factory.assigned(cast)
    factory.enter(cast, case, "assessor")
    first, second = cast.actors["assessor"], cast.actors["second_assessor"]
    assert [seat.user_id for seat in queries.seats(second, case)] == [second.user_id]
    assert "enter" not in [event.event for event in queries.list_events(second, case)]
    assert all(seat.level is None and seat.result is None for seat in queries.seats(cast.actors["agency_clerk"], case))
    assert queries.difference(cast.actors["regulator"], case) is None
    factory.enter(cast, case, "second_assessor", 1)
    case.refresh_from_db()
    for actor in (first, second):
        assert [seat.user_id for seat in queries.seats(actor, case)] == [actor.user_id]
        assert queries.difference(actor, case) is None
    found = queries.difference(cast.actors["agency_clerk"], case)
    assert (case.state, found.levels[0] == found.levels[1], len(found.items)) == ("voting", False, 17)
    with pytest.raises(NotFound):
        queries.my_entry(cast.actors["third_assessor"], case.pk)
    assert queries.seats(cast.actors["elder"], case) == []


def test_a_draft_entry_is_kept_and_handed_in_once(cast: Cast) -> None:
    case = factory.assigned(cast)
    actor = cast.actors["assessor"]
    kept = actions.save_entry(case_id=case.pk, answers={"eating": 5}, note="在床上", by=actor, at=NOW)
    assert (queries.my_entry(actor, case.pk).answers, kept.submitted_at) == ({"eating": "5"}, None)
    with pytest.raises(Invalid) as caught:
        factory.enter(cast, case, "assessor", answers={"eating": 5})
    assert len(caught.value.fields) == 16
    for wrong in ({"answers": {"eating": 7}}, {"answers": {"dancing": 1}}, {"facts": {"coma": True}}):
        with pytest.raises(Invalid):
            factory.enter(cast, case, "assessor", **wrong)
    factory.enter(cast, case, "assessor")
    with pytest.raises(Refused) as again:
        actions.save_entry(case_id=case.pk, answers={}, by=actor, at=NOW)
    assert code_of(again) == "cases.already_handed_in"
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Entry.objects.filter(case=case, seat=1).update(note="x")


@pytest.mark.parametrize(
    ("tie", "code"),
    [("family", "cases.assessor_relative"), ("self", "cases.assessor_relative"), ("home", "cases.assessor_same_home")],
)
def test_who_must_stand_aside(cast: Cast, tie: str, code: str) -> None:
    case, who = factory.accepted(cast), cast.users["assessor"]
    elder, neighbour = cast.residents["elder"], cast.residents["neighbour"]
    if tie == "home":
        type(neighbour).objects.filter(pk=neighbour.pk).update(household=elder.household)
        grant(who, "resident", resident_id=neighbour.pk)
    else:
        grant(who, "family" if tie == "family" else "resident", resident_id=elder.pk)
    with pytest.raises(Refused) as caught:
        factory.give(cast, case, ("assessor", "second_assessor"))
    assert code_of(caught) == code


def test_a_tie_younger_than_the_seat_bars_too(cast: Cast) -> None:
    case = factory.assigned(cast)
    grant(cast.users["assessor"], "family", resident_id=case.resident_id)
    with pytest.raises(Refused) as caught:
        factory.enter(cast, case, "assessor")
    assert code_of(caught) == "cases.assessor_relative"


def test_seats_are_for_two_different_assessors(cast: Cast) -> None:
    case = factory.assigned(cast)
    for seat, part, code in ((2, "assessor", "cases.assessor_twice"), (1, "nurse", "cases.assessor_unknown")):
        with pytest.raises(Refused) as caught:
            actions.assign(
                case_id=case.pk, seat=seat, user_id=cast.users[part].pk, by=cast.actors["agency_clerk"], at=NOW
            )
        assert code_of(caught) == code
    with pytest.raises(Invalid):
        actions.assign(
            case_id=case.pk, seat=3, user_id=cast.users["third_assessor"].pk, by=cast.actors["agency_clerk"], at=NOW
        )
    actions.assign(
        case_id=case.pk, seat=1, user_id=cast.users["third_assessor"].pk, by=cast.actors["agency_clerk"], at=NOW
    )
    with pytest.raises(NotFound):
        queries.get_case(cast.actors["assessor"], case.pk)


# ---------- the vote


def test_two_of_three_experts_settle(cast: Cast) -> None:
    case = factory.differing(cast)
    actions.vote(case_id=case.pk, level=5, reason="卧床", by=cast.actors["expert"], at=NOW)
    with pytest.raises(Refused) as caught:
        actions.vote(case_id=case.pk, level=5, reason="卧床", by=cast.actors["expert"], at=NOW)
    assert code_of(caught) == "cases.voted"
    hidden = queries.votes(cast.actors["second_expert"], case)
    assert [(row.level, row.reason) for row in hidden] == [(None, "")]
    with pytest.raises(Invalid):
        actions.vote(case_id=case.pk, level=9, reason="x", by=cast.actors["second_expert"], at=NOW)
    actions.vote(case_id=case.pk, level=5, reason="同意", by=cast.actors["second_expert"], at=NOW)
    case.refresh_from_db()
    assert (case.state, case.level, case.result["by_vote"]) == ("review", 5, True)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_vote SET level = 0")


def test_a_split_brings_other_assessors(cast: Cast) -> None:
    case = factory.differing(cast)
    for level, part in ((3, "expert"), (4, "second_expert"), (5, "third_expert")):
        actions.vote(case_id=case.pk, level=level, reason="见记录", by=cast.actors[part], at=NOW)
    case.refresh_from_db()
    assert (case.state, case.round, Vote.objects.count()) == ("assessing", 2, 3)
    with pytest.raises(Refused) as caught:
        factory.give(cast, case, ("assessor", "third_assessor"))
    assert code_of(caught) == "cases.assessor_twice"
    factory.give(cast, case, ("third_assessor", "fourth_assessor"))


# ---------- notice, decision, objection


def test_the_decision_and_its_letter(cast: Cast) -> None:
    case = factory.noticed(cast)
    assert case.due_on == date(2025, 6, 23)
    with pytest.raises(Refused) as caught:
        step(cast, case, "decide", at=NOW + timedelta(days=7))
    assert code_of(caught) == "cases.notice_running"
    done = step(cast, case, "decide", at=NOW + timedelta(days=8))
    assert (done.level, done.valid_from, done.valid_until) == (5, date(2025, 6, 24), date(2027, 6, 24))
    assert (done.is_draft, done.starts_on, done.is_open) == (True, None, False)
    told = OutboxEvent.objects.get(name="cases.decided").payload
    assert told["level"] == 5
    assert (told["starts_on"], told["start_unknown"], told["is_draft"]) == (None, True, True)
    assert {"case_id", "resident_id", "scheme", "instrument", "valid_from", "valid_until"} <= told.keys()
    letter = Letter.objects.get()
    assert re.fullmatch(r"失能评〔2025〕\d{6}号", letter.number)
    assert _text(bytes(letter.file.content)).count("草 案") == 1


def _text(pdf: bytes) -> str:
    """The words drawn on a PDF's pages, read back by the tables that let a reader copy them."""
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile2" in pdf, "the font is inside the letter"
    parts = []
    for head, stream in re.findall(rb"<<([^>]*)>>\s*stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        raw = stream.strip().removesuffix(b"~>")
        raw = a85decode(raw) if b"ASCII85" in head else stream
        parts.append(zlib.decompress(raw) if b"Flate" in head else raw)
    tables = [dict(_signs(part)) for part in parts if b"beginbfchar" in part]
    page = b"".join(part for part in parts if b" Tj" in part)
    found, table = [], tables[0]
    for name, text in re.findall(rb"/F\d+\+(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", page, re.DOTALL):
        if name:
            table = tables[int(name)]
        plain = re.sub(rb"\\([0-7]{3}|.)", _unescaped, text, flags=re.DOTALL)
        found.append("".join(table.get(code, "") for code in plain))
    return "".join(found)


def _unescaped(match: re.Match[bytes]) -> bytes:
    known = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return bytes([int(match[1], 8)]) if len(match[1]) == 3 else known.get(match[1], match[1])


def _signs(table: bytes) -> Iterator[tuple[int, str]]:
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, sign in re.findall(rb"<([0-9A-F]+)> <([0-9A-F]+)>", block):
            yield int(code, 16), bytes.fromhex(sign.decode()).decode("utf-16-be")


def test_a_confirmed_instrument_ends_the_draft(cast: Cast) -> None:
    case = factory.decided(cast)
    with pytest.raises(Refused) as caught:
        actions.reissue(case_id=case.pk, by=cast.actors["agency_clerk"], at=factory.AFTER_NOTICE)
    assert code_of(caught) == "cases.still_draft"
    made = factory.confirmed(cast)
    assert AuditEntry.objects.filter(name="instruments.confirm", verb="write", subject_ids=[made.pk]).exists()
    with pytest.raises(Refused) as twice:
        factory.confirmed(cast)
    assert code_of(twice) == "instruments.already_confirmed"
    actions.reissue(case_id=case.pk, by=cast.actors["agency_clerk"], at=factory.AFTER_NOTICE)
    letters = list(Letter.objects.order_by("id"))
    assert [letter.is_draft for letter in letters] == [True, False]
    assert letters[1].edition == "instruments/2021-08+confirmed.1"
    assert "草 案" not in _text(bytes(letters[1].file.content))
    assert OutboxEvent.objects.filter(name="cases.decided").count() == 2


@pytest.mark.parametrize(
    ("part", "error"), [("agency_clerk", Forbidden), ("assessor", Forbidden), ("admin", Forbidden)]
)
def test_who_may_confirm(cast: Cast, part: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        actions.confirm_instrument(
            instrument="nhsa_ltc_2021", fingerprint="0", original="x", signed_name="x", by=cast.actors[part], at=NOW
        )


@pytest.mark.parametrize(("instrument", "code"), [("nhsa_ltc_2021", "instruments.changed"), ("nope", "policy.unknown")])
def test_only_what_was_on_the_screen_is_confirmed(cast: Cast, instrument: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        actions.confirm_instrument(
            instrument=instrument, fingerprint="0", original="x", signed_name="x", by=cast.actors["regulator"], at=NOW
        )
    assert code_of(caught) == code


def test_an_objection_is_answered_with_reasons_or_a_new_round(cast: Cast) -> None:
    case = factory.decided(cast)
    later = factory.AFTER_NOTICE + timedelta(days=1)
    with pytest.raises(Refused) as caught:
        step(cast, case, "object", "relative", later)
    assert code_of(caught) == "cases.no_words"
    assert step(cast, case, "object", "relative", later, note="那天他刚出院").state == "appealed"
    with pytest.raises(Refused):
        step(cast, case, "dismiss", at=later)
    assert step(cast, case, "dismiss", at=later, note="两份评估一致").state == "decided"
    step(cast, case, "object", "relative", later, note="再看看")
    again = step(cast, case, "reassess", at=later)
    assert (again.state, again.round, again.level) == ("assessing", 2, None)
    with pytest.raises(Refused) as late:
        step(cast, case, "object", "relative", later, note="x")
    assert code_of(late) == "cases.wrong_status"


def test_too_late_to_object_and_nothing_after_expiry(cast: Cast) -> None:
    case = factory.decided(cast)
    with pytest.raises(Refused) as caught:
        step(cast, case, "object", "relative", NOW + timedelta(days=40), note="不同意")
    assert code_of(caught) == "cases.objection_late"
    warned = NOW + timedelta(days=680)
    assert jobs.sweep(warned) == (0, 1)
    assert jobs.sweep(warned) == (0, 0)
    assert jobs.sweep(NOW + timedelta(days=800)) == (1, 0)
    with pytest.raises(Refused) as over:
        step(cast, case, "object", "relative", NOW + timedelta(days=801), note="不同意")
    assert code_of(over) == "cases.over"


def test_a_decision_on_an_old_assessment_is_refused(cast: Cast) -> None:
    case = factory.noticed(cast)
    with pytest.raises(Refused) as caught:
        step(cast, case, "decide", at=NOW + timedelta(days=740))
    assert code_of(caught) == "cases.assessment_expired"


def test_a_new_application_waits_for_the_gap(cast: Cast) -> None:
    factory.decided(cast)
    with pytest.raises(Refused) as caught:
        factory.submitted(cast, at=NOW + timedelta(days=60))
    assert code_of(caught) == "cases.too_soon"
    Case.objects.filter(state="draft").update(state="withdrawn", is_open=False)
    assert factory.submitted(cast, at=NOW + timedelta(days=200)).state == "submitted"


def test_a_term_the_place_does_not_know_stops_the_step(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = factory.submitted(cast)
    procedure = queries.procedure_of(case)
    monkeypatch.setitem(procedure.terms, "assess", "term:ltc_start")
    with pytest.raises(Refused) as caught:
        step(cast, case, "accept")
    assert code_of(caught) == "cases.term_unknown"


def test_every_step_is_written_once(cast: Cast) -> None:
    case = factory.decided(cast)
    events = list(CaseEvent.objects.filter(case=case).order_by("id").values_list("event", flat=True))
    assert events == [
        "begin", "submit", "accept", "assign", "assign", "enter", "enter", "agree", "publish", "decide",
    ]  # fmt: skip
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_caseevent")


def test_rights(cast: Cast) -> None:
    case = factory.submitted(cast)
    for part in ("relative", "regulator", "clerk"):
        with pytest.raises(Forbidden):
            step(cast, case, "accept", part)
    with pytest.raises(Invalid):
        step(cast, case, "settle")
    with pytest.raises(NotFound):
        step(cast, case, "accept", "dispatcher")
    assert permissions.may(cast.actors["agency_clerk"], permissions.Permission.CASE_HANDLE)
