"""What money asks of those above it: they put their answer in when they start."""

from collections.abc import Callable

IsPaid = Callable[[int, str], bool]

_paid: list[IsPaid] = []


def answer_paid_as_benefit(answer: IsPaid) -> None:
    """Say who knows whether a scheme is paid to a person as a benefit (person, code of the scheme)."""
    _paid[:] = [answer]


def is_paid_as_benefit(resident_id: int, scheme: str) -> bool:
    """Whether a scheme was approved for a person as a benefit and still stands; needs the whole system's sight."""
    return any(answer(resident_id, scheme) for answer in _paid)
