"""Money is whole fen; it is read strictly, rounded once, and split without losing a fen."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from yijia.core.refusal import Refusal

MAX_FEN = 10**13
"""One hundred billion yuan: above this a figure is a typing error, not a price."""

_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?", re.ASCII)


def parse(text: object, *, negative: bool = False) -> int | Refusal:
    """Fen read from an amount in yuan such as "130", "130.5" or "130.00".

    text        only a string is read: a float is refused because it has already lost fen, and so is an integer,
                which could mean yuan or fen
    negative    whether an amount below zero may stand

    Refuses     money.not_text, money.malformed (full-width digits, exponents, signs, spaces, separators, more than two
                decimals), money.negative, money.too_large
    Source      PRICE-01 in docs/rules/pricing.md
    """
    if not isinstance(text, str):
        return Refusal("money.not_text", {"type": type(text).__name__})
    if len(text) > 32:
        return Refusal("money.malformed", {"length": len(text)})
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return Refusal("money.malformed", {"text": text})
    sign, yuan, decimals = match.groups()
    fen = int(yuan) * 100 + int((decimals or "").ljust(2, "0"))
    if fen > MAX_FEN:
        return Refusal("money.too_large", {"max": show(MAX_FEN)})
    if sign:
        if fen == 0:
            return Refusal("money.malformed", {"text": text})
        if not negative:
            return Refusal("money.negative", {"text": text})
        return -fen
    return fen


def show(fen: int) -> str:
    """Yuan with exactly two decimals and no separators, as the API and the ledger export write it."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan}.{rest:02d}"


def exact_fen(yuan: Decimal | Fraction | int | str) -> Fraction:
    """The unrounded fen of an amount in yuan; policy writes yuan as decimal strings.

    Raises      TypeError: the amount is a float or a bool; ValueError: it is not a finite number
    """
    if isinstance(yuan, bool) or not isinstance(yuan, Decimal | Fraction | int | str):
        raise TypeError(f"an amount is a string, an integer, a Decimal or a Fraction, not {type(yuan).__name__}")
    if isinstance(yuan, Decimal) and not yuan.is_finite():
        raise ValueError("an amount is finite")
    if isinstance(yuan, str):
        return Fraction(_required(yuan))
    return Fraction(yuan) * 100


def _required(text: str) -> int:
    fen = parse(text, negative=True)
    if isinstance(fen, int):
        return fen
    raise ValueError(f"{text!r} is not an amount: {fen.code}")


def round_half_even(fen: Fraction | Decimal | int) -> int:
    """Whole fen, halves to the even neighbour; call it once per line, on the exact amount.

    Raises      TypeError: the amount is a float or a bool
    Source      PRICE-02 in docs/rules/pricing.md
    """
    if isinstance(fen, bool) or not isinstance(fen, Fraction | Decimal | int):
        raise TypeError(f"only an exact amount is rounded, not {type(fen).__name__}")
    return round(Fraction(fen))


def split(total_fen: int, weights: Sequence[int | Fraction | Decimal]) -> tuple[int, ...]:
    """Parts of a total by weight, whole fen, summing exactly to the total.

    Largest remainder: every part is first rounded towards zero, then the fen left over go one each to the parts with
    the largest remainder; equal remainders are served from left to right. A negative total is the mirror of the
    positive one, so a refund of a split charge undoes each part.

    Raises      ValueError: no weights, a negative weight, or weights that sum to zero; TypeError: a float weight
    Source      PRICE-03 in docs/rules/pricing.md
    """
    if not weights:
        raise ValueError("a split needs at least one weight")
    exact: list[Fraction] = []
    for weight in weights:
        if isinstance(weight, bool) or not isinstance(weight, int | Fraction | Decimal):
            raise TypeError(f"a weight is exact, not {type(weight).__name__}")
        exact.append(Fraction(weight))
    whole = sum(exact, Fraction(0))
    if any(weight < 0 for weight in exact) or whole == 0:
        raise ValueError("weights are zero or more and not all zero")
    amount = abs(total_fen)
    shares = [amount * weight / whole for weight in exact]
    parts = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return tuple(parts) if total_fen >= 0 else tuple(-part for part in parts)
