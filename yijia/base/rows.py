"""Small questions asked often: the only row of a key, and statements that are put into SQL once."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)


def only(rows: QuerySet[M]) -> M | None:
    """The row a unique key leads to, or None; `first()` would sort what cannot be more than one."""
    return next(iter(rows.order_by()), None)


class Given(Expression):
    """The place of a value that is known when a `Statement` is asked: `filter(pk=Given("order_id"))`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        """A bare placeholder; the expression stands for its value until there is one."""
        return "%s", [self]


class GivenMany(Given):
    """As many values as there are: `filter(pk__in=GivenMany("ids"))`."""

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        """The members of an array."""
        return "(SELECT unnest(%s::bigint[]))", [self]


class Statement(Generic[M]):
    """Rows of a model by a question whose text never changes, only the values given to it.

    The ORM spends longer on writing a question of many columns than the database on answering it. Here it
    writes it once a thread, and builds the rows of each answer as ever; what the question is stays a plain
    queryset. Nothing of the asker may be in it: it is written for the first and asked for all.
    """

    def __init__(self, written: Callable[[], QuerySet[M]]) -> None:
        self._written = written
        self._kept = threading.local()

    def ask(self, **given: Any) -> list[M]:
        """The rows for these values.

        Raises      KeyError: a value is missing
        """
        text = getattr(self._kept, "text", None)
        if text is None:
            rows = self._written()
            text = self._kept.text = _Text(rows.query.get_compiler(rows.db))
        asked = SimpleNamespace(
            db=connection.alias,
            query=SimpleNamespace(get_compiler=lambda using: text.with_values(given)),
            _known_related_objects={},
        )
        return list(cast("list[M]", ModelIterable(asked)))

    def one(self, **given: Any) -> M | None:
        """The only row for these values, or None."""
        return next(iter(self.ask(**given)), None)


class _Text:
    """A question as the ORM compiled it, standing in for its compiler at each answer."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self.sql, self.params = compiler.as_sql()
        self.compiler = compiler
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map
        self.values: list[Any] = []

    def with_values(self, given: dict[str, Any]) -> "_Text":
        self.values = [given[part.name] if isinstance(part, Given) else part for part in self.params]
        return self

    def execute_sql(self, **_: Any) -> list[list[tuple[Any, ...]]]:
        if self.compiler.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("a lock is held by a transaction")
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            return [cursor.fetchall()]

    def results_iter(self, results: list[list[tuple[Any, ...]]]) -> Any:
        return self.compiler.results_iter(results)
