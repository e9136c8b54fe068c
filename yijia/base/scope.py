"""Row-level scope: PostgreSQL itself hides other tenants' rows, whatever a query forgot.

Each request tells the connection which organisations its actor may see; without a word the database shows nothing.
A tenant table's policy is made by `tenant_policy(table)` in its migration.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.db.migrations.operations import RunSQL
from psycopg.pq import TransactionStatus

ALL = "*"

_inside: ContextVar[object | None] = ContextVar("yijia_inside_whole_system", default=None)
"""The connection whose last word, said by a block this code is inside of, was ALL: a block within it need not repeat it."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION yijia_sees_all() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT current_setting('yijia.tenants', true) = '*' $$;
CREATE OR REPLACE FUNCTION yijia_tenants() RETURNS bigint[] LANGUAGE sql STABLE AS
$$ SELECT string_to_array(nullif(nullif(current_setting('yijia.tenants', true), ''), '*'), ',')::bigint[] $$;
"""


def scope_functions() -> RunSQL:
    """The two SQL functions the policies use; run once, in base's first migration."""
    return RunSQL(_FUNCTION, "DROP FUNCTION yijia_sees_all(); DROP FUNCTION yijia_tenants();")


def tenant_policy(table: str, column: str = "organisation_id") -> RunSQL:
    """Row-level security for one tenant table; the sub-selects make PostgreSQL read the setting once a query."""
    return _policy(table, f"((SELECT yijia_sees_all()) OR {column} = ANY ((SELECT yijia_tenants())::bigint[]))")


def parties_policy(table: str, column: str = "parties") -> RunSQL:
    """Row-level security for a matter between several institutions: an array names all who may see it."""
    rule = f"((SELECT yijia_sees_all()) OR {column} && (SELECT yijia_tenants())::bigint[])"
    return _policy(table, rule)


def through_policy(table: str, column: str, above: str) -> RunSQL:
    """Row-level security for a row that is seen with the one it hangs on."""
    rule = f"((SELECT yijia_sees_all()) OR EXISTS (SELECT 1 FROM {above} a WHERE a.id = {column}))"  # noqa: S608 - our own names
    return _policy(table, rule)


def _policy(table: str, rule: str) -> RunSQL:
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
        f"CREATE POLICY tenant ON {table} USING {rule} WITH CHECK {rule};",
        f"DROP POLICY tenant ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def two_party_policy(table: str, first: str = "organisation_id", second: str = "partner_id") -> RunSQL:
    """Row-level security for a table whose rows belong to two tenants: each of them sees and writes the row."""
    tenants = "ANY ((SELECT yijia_tenants())::bigint[])"
    rule = f"((SELECT yijia_sees_all()) OR {first} = {tenants} OR {second} = {tenants})"
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
        f"CREATE POLICY tenant ON {table} USING {rule} WITH CHECK {rule};",
        f"DROP POLICY tenant ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def append_only(table: str) -> RunSQL:
    """The database refuses to change, remove or empty rows of this table."""
    return RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION yijia_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION yijia_append_only();
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION yijia_append_only();
        """,
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER never_emptied ON {table};",
    )


def set_tenants(organisation_ids: Iterable[int] | str) -> str:
    """Tell the database whose rows may be seen: ids, or ALL. Returns what was said before.

    Inside a transaction the word ends with it, so that a pooled connection never carries one visitor's sight to the next.
    """
    value = organisation_ids if isinstance(organisation_ids, str) else ",".join(map(str, sorted(organisation_ids)))
    _inside.set(None)  # only `whole_system` knows where its word ends
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT current_setting('yijia.tenants', true) AS said) "
            "SELECT said, set_config('yijia.tenants', %s, %s) FROM before",
            [value, connection.in_atomic_block],
        )
        return cursor.fetchone()[0] or ""


@contextmanager
def whole_system() -> Iterator[None]:
    """For jobs and commands that act for the platform itself: see every tenant, and give the sight back after.

    A block within such a block asks the database nothing: whatever is rolled back inside goes back to ALL.
    """
    if connection.connection is not None and _inside.get() is connection.connection:
        yield
        return
    before = set_tenants(ALL)
    _inside.set(connection.connection)
    try:
        yield
    finally:
        _inside.set(None)
        _give_back(before)


def _give_back(before: str) -> None:
    raw = connection.connection
    if raw is None or connection.needs_rollback or raw.info.transaction_status == TransactionStatus.INERROR:
        return  # closed, or about to be rolled back: either way the word dies with it
    if raw.closed:
        connection.close()
        return
    set_tenants(before)
