"""Money: strict reading, one rounding, splits that sum."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijia.core import money
from yijia.core.refusal import Refusal

READ = [
    ("0", 0), ("0.01", 1), ("0.1", 10), ("130", 13000), ("130.00", 13000), ("130.5", 13050), ("100000000000", 10**13),
]  # fmt: skip

REFUSED = [
    (130, "money.not_text"), (130.0, "money.not_text"), (Decimal(1), "money.not_text"), (None, "money.not_text"),
    (True, "money.not_text"), (b"1", "money.not_text"),
    ("", "money.malformed"), (" 1", "money.malformed"), ("1 ", "money.malformed"), ("1\n", "money.malformed"),
    ("+1", "money.malformed"), ("1.", "money.malformed"), (".5", "money.malformed"), ("1.234", "money.malformed"),
    ("01", "money.malformed"), ("1,000", "money.malformed"), ("1e3", "money.malformed"), ("1e400", "money.malformed"),
    ("NaN", "money.malformed"), ("inf", "money.malformed"), ("0x10", "money.malformed"), ("１２.３", "money.malformed"),
    ("一百", "money.malformed"), ("٣", "money.malformed"), ("1" * 33, "money.malformed"), ("-0", "money.malformed"),
    ("-1", "money.negative"), ("999999999999", "money.too_large"), ("100000000000.01", "money.too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fen"), READ)
def test_reads(text: str, fen: int) -> None:
    """PRICE-01"""
    assert money.parse(text) == fen


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refuses(text: object, code: str) -> None:
    """PRICE-01"""
    outcome = money.parse(text)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_a_negative_is_read_where_it_may_stand() -> None:
    assert money.parse("-1.5", negative=True) == -150
    assert isinstance(money.parse("-0.00", negative=True), Refusal)


@given(st.integers(-money.MAX_FEN, money.MAX_FEN))
def test_what_is_shown_is_read_back(fen: int) -> None:
    assert money.parse(money.show(fen), negative=True) == fen


HALVES = [
    (Fraction(1, 2), 0), (Fraction(3, 2), 2), (Fraction(5, 2), 2), (Fraction(-1, 2), 0), (Fraction(-3, 2), -2),
    (Decimal("2.5"), 2), (Decimal("2.51"), 3), (7, 7),
]  # fmt: skip


@pytest.mark.parametrize(("exact", "fen"), HALVES)
def test_rounds_half_even(exact: Fraction | Decimal | int, fen: int) -> None:
    """PRICE-02"""
    assert money.round_half_even(exact) == fen


@pytest.mark.parametrize("wrong", [1.5, True])
def test_never_rounds_a_float(wrong: object) -> None:
    with pytest.raises(TypeError):
        money.round_half_even(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        money.exact_fen(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        money.split(1, [wrong])  # type: ignore[list-item]


def test_exact_fen() -> None:
    assert money.exact_fen("130.00") == 13000
    assert money.exact_fen(Decimal("0.005")) == Fraction(1, 2)
    assert money.exact_fen(2) == 200
    for bad in ("1e400", "x", Decimal("NaN")):
        with pytest.raises(ValueError):
            money.exact_fen(bad)


SPLITS = [
    (10000, [1, 1, 1], (3334, 3333, 3333)),
    (1, [70, 20, 10], (1, 0, 0)),
    (999, [70, 20, 10], (699, 200, 100)),
    (5, [1, 1], (3, 2)),
    (-5, [1, 1], (-3, -2)),
    (100, [0, 1, 0], (0, 100, 0)),
    (0, [3, 4], (0, 0)),
    (7, [Fraction(1, 3), Decimal("0.5")], (3, 4)),
]


@pytest.mark.parametrize(("total", "weights", "parts"), SPLITS)
def test_splits(total: int, weights: list[int | Fraction | Decimal], parts: tuple[int, ...]) -> None:
    """PRICE-03"""
    assert money.split(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_refuses_senseless_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        money.split(100, weights)


weights_of = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(lambda w: sum(w) > 0)


@given(st.integers(-(10**12), 10**12), weights_of)
def test_a_split_loses_no_fen(total: int, weights: list[int]) -> None:
    parts = money.split(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(total * weight, whole) - part) < 1
        if weight == 0:
            assert part == 0
    assert money.split(-total, weights) == tuple(-part for part in parts)
