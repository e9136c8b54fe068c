"""A database address as one line, and what Django wants to be told about it."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = {"postgres", "postgresql"}


class BadDatabaseUrl(ValueError):
    """DATABASE_URL cannot be used; the message says what is wrong with it and never repeats a password."""


def django_database(url: str) -> dict[str, Any]:
    """The entry of DATABASES for `postgresql://user:password@host:5432/name?option=value`.

    A socket folder comes as `?host=/run/postgresql`. `conn_max_age` (seconds, or `none` for ever),
    `conn_health_checks` and `disable_server_side_cursors` (1 or 0) are Django's; any other option is libpq's.

    Raises `BadDatabaseUrl`: another scheme, no database name, a port or option that is no number.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadDatabaseUrl("DATABASE_URL 的主机或端口无法识别 (its host or port cannot be read)") from error
    if parts.scheme not in SCHEMES:
        raise BadDatabaseUrl(
            f"DATABASE_URL 须以 postgresql:// 开头，现为 {parts.scheme!r} (it must start postgresql://)"
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = unquote(parts.path.lstrip("/")) or options.pop("dbname", "")
    if not name:
        raise BadDatabaseUrl("DATABASE_URL 缺少数据库名 (it names no database): postgresql://user@host/NAME")
    database: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(port or ""),
        "CONN_HEALTH_CHECKS": _flag(options, "conn_health_checks", default=True),
    }
    if "conn_max_age" in options:
        database["CONN_MAX_AGE"] = _seconds(options.pop("conn_max_age"))
    if "disable_server_side_cursors" in options:
        database["DISABLE_SERVER_SIDE_CURSORS"] = _flag(options, "disable_server_side_cursors", default=False)
    if options:
        database["OPTIONS"] = options
    return database


def _seconds(raw: str) -> int | None:
    if raw.lower() == "none":
        return None
    try:
        return int(raw)
    except ValueError as error:
        raise BadDatabaseUrl(f"conn_max_age 须为整数秒或 none，现为 {raw!r} (whole seconds or none)") from error


def _flag(options: dict[str, str], name: str, *, default: bool) -> bool:
    raw = options.pop(name, None)
    if raw is None:
        return default
    if raw.lower() not in {"1", "0", "true", "false"}:
        raise BadDatabaseUrl(f"{name} 须为 1 或 0，现为 {raw!r} (1 or 0)")
    return raw.lower() in {"1", "true"}
