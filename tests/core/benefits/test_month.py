"""What a month owes: start and stop rules, editions that begin in its middle, units, what comes back, vouchers."""

from datetime import date, timedelta

import pytest

from yijia.base import editions
from yijia.core.benefits import Because, Due, Month, Verdict, clawback, due, offer_for, paid_until, voucher_use

JUNE = Month(2026, 6)
SHENZHEN, LIANGPING, RONGCHANG = "CN-440307", "CN-500155", "CN-500153"


def owed(code: str, month: Month = JUNE, **facts) -> Due:
    place = facts["hukou"]
    offer = offer_for(editions.current(), hukou=place, residence=facts.get("residence", place), on=month.first)
    return next(d for d in due(facts, offer.schemes, offer.overlaps, month) if d.entitlement.code == code)


def scheme(code: str, place: str, on: date = JUNE.first):
    offer = offer_for(editions.current(), hukou=place, residence=place, on=on)
    return next(s for s in offer.schemes if s.code == code)


@pytest.mark.parametrize(
    ("text", "good"), [("2026-06", True), ("2026-13", False), ("2026-6", False), ("June", False), ("", False)]
)
def test_months_are_read_strictly(text, good):
    """Bug it catches: a run for a month nobody meant."""
    if good:
        assert str(Month.parse(text)) == text
    else:
        with pytest.raises(ValueError, match=r".*"):
            Month.parse(text)


@pytest.mark.parametrize(
    ("place", "born", "verdict", "because", "fen"),
    [
        (LIANGPING, date(1946, 6, 30), "granted", Because.MET, 4000),  # from the month of the birthday
        (LIANGPING, date(1946, 7, 1), "not", Because.NOT_MET, 0),
        (SHENZHEN, date(1956, 6, 1), "granted", Because.MET, 20000),  # met on the first day already
        (SHENZHEN, date(1956, 6, 15), "held", Because.START_NOT_READ, 20000),  # start rule not read
        (SHENZHEN, date(1956, 7, 1), "not", Because.NOT_MET, 0),
    ],
)
def test_the_month_of_the_birthday(place, born, verdict, because, fen):
    """BENEFIT-09. Bug it catches: a first month paid, or refused, by a rule that nobody has read."""
    found = owed("OLD_AGE", hukou=place, birth_on=born)
    assert (found.entitlement.verdict.value, found.entitlement.because, found.due_fen) == (verdict, because, fen)
    parts = [c.part for c in found.entitlement.needs_confirmation]
    assert parts == (["starts"] if because is Because.START_NOT_READ else [])


@pytest.mark.parametrize(
    ("month", "because"),
    [
        (Month(2025, 11), Because.RULE_NOT_READ),  # the city rule began on the 20th
        (Month(2025, 12), Because.AMOUNT_NOT_READ),
    ],
)
def test_an_edition_that_begins_in_the_middle_of_a_month(month, because):
    """BENEFIT-10. Bug it catches: half a month by one edition and half by another."""
    assert owed("OLD_AGE", month, hukou="CN-500235", birth_on=date(1940, 1, 1)).entitlement.because is because


def test_an_edition_that_begins_with_a_month():
    """BENEFIT-10. Bug it catches: the pilot's last month paid by the national scheme."""
    facts = {"hukou": "CN-500103", "birth_on": date(1940, 1, 1), "elder_grade": 3}
    assert owed("ELDER_VOUCHER", Month(2025, 12), **facts).entitlement.verdict is Verdict.HELD
    assert owed("ELDER_VOUCHER", Month(2026, 1), **facts).entitlement.verdict is Verdict.GRANTED


@pytest.mark.parametrize(("number", "fen"), [(4, 0), (5, 0), (6, 2500), (9, 2500), (12, 2500)])
def test_an_amount_a_quarter_falls_due_at_its_end(number, fen):
    """BENEFIT-11. Bug it catches: 25 yuan a quarter paid each month."""
    assert owed("OLD_AGE", Month(2026, number), hukou=RONGCHANG, birth_on=date(1940, 1, 1)).due_fen == fen


@pytest.mark.parametrize(("died", "days"), [(None, 30), (date(2026, 6, 10), 10), (date(2026, 7, 1), 30)])
def test_an_amount_a_day_counts_the_days(died, days):
    """BENEFIT-11. Bug it catches: a whole month of care paid after a death, or the day itself lost."""
    facts = {
        "hukou": "CN-500103",
        "birth_on": date(1940, 1, 1),
        "insured_class": "employee",
        "care_grade": 3,
        "care_mode": "institution",
    }
    found = owed("LTCI", **facts, died_on=died)
    assert (found.days, found.due_fen) == (days, 6000 * days)


def test_once_and_by_the_hour_nothing_falls_due_by_itself():
    """BENEFIT-11. Bug it catches: a training grant paid every month."""
    assert owed("CARER_TRAINING", hukou="CN-350103", has_passed_carer_exam=True).due_fen is None


@pytest.mark.parametrize(
    ("place", "died", "because"),
    [
        ("CN-500112", date(2026, 5, 31), Because.ENDED),  # stops the month after: read, though in a copy only
        (LIANGPING, date(2026, 5, 31), Because.ENDED),
        (LIANGPING, date(2026, 6, 1), Because.STOP_NOT_READ),
        (LIANGPING, date(2026, 6, 30), Because.STOP_NOT_READ),
        (LIANGPING, date(2026, 7, 1), Because.MET),
    ],
)
def test_death(place, died, because):
    """BENEFIT-12. Bug it catches: the dead paid, or the month of a death decided by a rule nobody has read."""
    facts = {"hukou": place, "hukou_street": "天宫殿街道", "birth_on": date(1940, 1, 1), "income_class": "ordinary"}
    assert owed("OLD_AGE", **facts, died_on=died).entitlement.because is because
    assert owed("OLD_AGE", **facts, moved_on=died).entitlement.because is because


def test_the_earlier_of_death_and_move_counts():
    """BENEFIT-12. Bug it catches: a death in the new place that brings the old place's allowance back."""
    facts = {"hukou": LIANGPING, "birth_on": date(1940, 1, 1)}
    ended = owed("OLD_AGE", **facts, moved_on=date(2026, 3, 1), died_on=date(2026, 8, 1))
    assert ended.entitlement.because is Because.ENDED


@pytest.mark.parametrize(("place", "months", "is_held"), [(LIANGPING, 2, True), (SHENZHEN, 2, True)])
def test_what_comes_back_with_no_firm_stop_rule(place, months, is_held):
    """BENEFIT-13. Bug it catches: the month of the death asked back by a rule known from a copy only."""
    paid = {Month(2026, n): 4000 for n in range(3, 8)}
    found = clawback(scheme("OLD_AGE", place), paid, date(2026, 5, 20))
    assert (found.amount_fen, len(found.months), found.is_held) == (4000 * months, months, is_held)
    assert paid_until(scheme("OLD_AGE", place), date(2026, 5, 20)) is None


@pytest.mark.parametrize(
    ("bill", "setting", "used"),
    [
        (120000, "home_and_community", 60000),
        (300000, "institution", 80000),
        (1, "home_and_community", 0),
        (0, "institution", 0),
    ],
)
def test_a_voucher(bill, setting, used):
    """BENEFIT-14. Bug it catches: more than the cap, more than the share, or half a fen."""
    voucher = scheme("ELDER_VOUCHER", "CN-500103")
    found = voucher_use(voucher, 80000, bill, setting)
    assert (found.voucher_fen, found.voucher_fen + found.self_fen) == (used, bill)
    assert not found.evidence.meets(voucher.demanded)  # the reading of the share is ours: the use is held


def test_every_day_has_one_answer():
    """Bug it catches: an edition's gap or overlap that leaves a month without an answer, from 2015 to 2027."""
    day = date(2015, 1, 1)
    while day < date(2027, 12, 31):
        offer = offer_for(editions.current(), hukou=LIANGPING, residence=LIANGPING, on=day)
        codes = [s.code for s in offer.schemes]
        assert len(set(codes)) == len(codes)
        assert "OLD_AGE" in codes
        day += timedelta(days=31)
