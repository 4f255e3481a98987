"""
The SQL that makes a table a tenant's own; used in migrations only.

Every tenant table has ``enterprise_id``, a unique ``(enterprise_id, id)`` for composite foreign keys,
forced row-level security by enterprise, and rights for the application's role, which owns nothing.
The policy reads its setting *without* the missing-ok flag: outside a scope the query fails
instead of returning nothing.

Roles (made by ``qunlian.cli.provision`` before the first migration, none of them can log in):
``qunlian_app`` is what every serving process belongs to; ``qunlian_search`` owns the search functions and
may read across enterprises, because trigram and array operators are not leak-proof and a policy
would turn them into scans; such a function filters enterprise and reach itself.
"""

from django.db.migrations import RunSQL

APP_ROLE = "qunlian_app"
SEARCH_ROLE = "qunlian_search"
_ENTERPRISE = "enterprise_id = current_setting('qunlian.enterprise')::bigint"


def tenant_table(table: str, *, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> RunSQL:
    """Fence a table by enterprise. Append-only tables get ``rights="SELECT, INSERT"``."""
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY by_enterprise ON {table} USING ({_ENTERPRISE}) WITH CHECK ({_ENTERPRISE});
        GRANT {rights} ON {table} TO {APP_ROLE};
        """,
        f"""
        REVOKE ALL ON {table} FROM {APP_ROLE};
        DROP POLICY by_enterprise ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def tenant_key(table: str) -> RunSQL:
    """Add the composite key ``(enterprise_id, id)`` that other tables' foreign keys point at."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_key UNIQUE (enterprise_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_key",
    )


def tenant_reference(
    table: str, column: str, target: str, *, on_delete: str = "NO ACTION"
) -> RunSQL:
    """Let ``(enterprise_id, column)`` point at a row of the same enterprise, or at none."""
    name = f"{table}_{column}_ref"
    return RunSQL(
        f"""
        ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (enterprise_id, {column})
        REFERENCES {target} (enterprise_id, id) ON DELETE {on_delete}
        """,
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def open_table(table: str, *, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> RunSQL:
    """Give the application rights on a table outside tenancy (the registry, shared reference data)."""
    return RunSQL(
        f"GRANT {rights} ON {table} TO {APP_ROLE}", f"REVOKE ALL ON {table} FROM {APP_ROLE}"
    )


def partitions(table: str, *, step: str = "month", past: int = 2, ahead: int = 3) -> RunSQL:
    """
    Cut a table that was created ``PARTITION BY RANGE`` into months or years around today.

    A default partition takes what falls outside, so nothing is ever refused for its date; the
    maintenance job adds partitions ahead of time.
    """
    return RunSQL(
        f"""
        CREATE TABLE {table}_default PARTITION OF {table} DEFAULT;
        SELECT kernel_copy_statement_triggers('{table}', '{table}_default');
        SELECT kernel_ensure_partitions('{table}', '{step}', {past}, {ahead});
        """,
        RunSQL.noop,
    )


def readable_by_search(table: str) -> RunSQL:
    """Let the search functions' owner read all of a table (they filter enterprise themselves)."""
    return RunSQL(
        f"""
        GRANT SELECT ON {table} TO {SEARCH_ROLE};
        CREATE POLICY by_search ON {table} FOR SELECT TO {SEARCH_ROLE} USING (true);
        """,
        f"""
        DROP POLICY by_search ON {table};
        REVOKE SELECT ON {table} FROM {SEARCH_ROLE};
        """,
    )
