"""A jurisdiction as a filter of rows."""

from django.db.models import Q


def within(jurisdiction: str | None, field: str = "jurisdiction") -> Q:
    """Rows whose place lies in a jurisdiction; the same rule as `core.permissions.covers`."""
    if jurisdiction == "CN":
        return Q()
    code = jurisdiction or ""
    if len(code) != 9:
        return Q(pk__in=())
    if code.endswith("0000"):
        return Q(**{f"{field}__startswith": code[:5]})
    if code.endswith("00"):
        return Q(**{f"{field}__startswith": code[:7]})
    return Q(**{field: code})


def like(jurisdiction: str) -> str:
    """`within` as a LIKE pattern, for statements written out: CN-440000 is CN-44%, a county is itself."""
    digits = jurisdiction.removeprefix("CN").removeprefix("-")
    while digits.endswith("00"):
        digits = digits[:-2]
    return f"CN-{digits}%"
