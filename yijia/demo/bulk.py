"""Many rows at once: ids are drawn first, so that rows can point at each other, then each table is copied in one stream.

Row-level security forbids COPY into a tenant table, so the stream goes through a temporary table of the same shape.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql
from psycopg.types.json import Jsonb


def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """Fresh ids of a table, in order."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def load(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows given as column → value; a column that no row names takes the model's default. How many went in.

    Raises      KeyError: a row names a column that the table does not have
    """
    found = list(rows)
    if not found:
        return 0
    if "id" not in found[0]:
        found = [{**row, "id": pk} for row, pk in zip(found, draw_ids(model, len(found)), strict=True)]
    names, columns = set().union(*found), _columns(model)
    if stray := names - {column[0] for column in columns}:
        raise KeyError(f"{model.__name__} has no {sorted(stray)}")
    table, staged = sql.Identifier(model._meta.db_table), sql.Identifier(f"staged_{model._meta.db_table}")
    listed = sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in columns)
    with transaction.atomic(), connection.cursor() as cursor:  # the staged table lives as long as its transaction
        raw = cursor.cursor
        raw.execute(sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP").format(staged, table))
        with raw.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(staged, listed)) as copy:
            for row in found:
                copy.write_row([_value(row, name, default, is_json) for name, default, is_json in columns])
        raw.execute(sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM {2}").format(table, listed, staged))
        raw.execute(sql.SQL("DROP TABLE {}").format(staged))
    return len(found)


def _value(row: Mapping[str, Any], name: str, default: Any, is_json: bool) -> Any:
    value = row[name] if name in row else default() if callable(default) else default
    return Jsonb(value, dumps=_dumps) if is_json else value


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, Any, bool], ...]:
    """Column, default, whether it holds JSON; a text that may be blank has the empty text for default."""
    found = []
    for field in model._meta.concrete_fields:
        default: Any = None
        if field.has_default():
            default = field.default
        elif isinstance(field, models.CharField | models.TextField) and not field.null:
            default = ""
        found.append((field.column, default, isinstance(field, models.JSONField)))
    return tuple(found)
