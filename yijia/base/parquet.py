"""DuckDB over Parquet files: connections that stay within their memory, and paths written safely."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from yijia.core.rules.sql import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PEOPLE = "people.parquet"
MEMORY = "3GB"


@contextmanager
def connection(threads: int | None = None, memory: str = MEMORY) -> Iterator["DuckDBPyConnection"]:
    """An in-memory DuckDB that reads and writes files but loads no extension and reaches no network."""
    import duckdb  # 18 MB: only a process that asks a population carries it

    opened = duckdb.connect(config={"autoinstall_known_extensions": "false", "memory_limit": memory})
    if threads is not None:
        opened.execute(f"SET threads = {int(threads)}")
    opened.execute("SET preserve_insertion_order = false")
    try:
        yield opened
    finally:
        opened.close()


def people(folder: Path) -> str:
    """The people of a made or exported population, as a table in a query.

    Raises      FileNotFoundError: there is none
    """
    path = folder / PEOPLE
    if not path.is_file():
        raise FileNotFoundError(path)
    return table(path)


def table(path: Path) -> str:
    """A Parquet file as a table in a query."""
    return f"read_parquet({quoted(str(path))})"
