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


def tenant_primary_key(table: str) -> RunSQL:
    """
    Make the composite key ``(enterprise_id, id)`` a table's primary key, in place of ``id`` alone.

    For tables that are loaded in bulk: a ``tenant_key`` beside the primary key is one more index to write.
    """
    return RunSQL(
        f"""
        ALTER TABLE {table} DROP CONSTRAINT {table}_pkey;
        ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (enterprise_id, id);
        """,
        f"""
        ALTER TABLE {table} DROP CONSTRAINT {table}_pkey;
        ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id);
        """,
    )


def bulk_reference(table: str, column: str, target: str) -> RunSQL:
    """
    Promise the same as ``tenant_reference``, looked at once per statement instead of once per row.

    For tables that are loaded in bulk, where two foreign keys took more than a third of the time
    (docs/decisions/0030). The rows named by a statement are looked up together and held ``FOR KEY SHARE``, as
    a foreign key holds them; a row that is named cannot be deleted, and its key cannot change.
    """
    name = f"{table}_{column}_ref"
    return RunSQL(
        f"""
        CREATE TRIGGER {name}_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION kernel_find_referenced('{column}', '{target}');
        CREATE TRIGGER {name}_set AFTER UPDATE ON {table}
            REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION kernel_find_referenced('{column}', '{target}');
        CREATE TRIGGER {name}_kept AFTER DELETE ON {target} REFERENCING OLD TABLE AS stale
            FOR EACH STATEMENT EXECUTE FUNCTION kernel_keep_referenced('{table}', '{column}');
        CREATE TRIGGER {name}_key AFTER UPDATE ON {target} FOR EACH ROW
            WHEN ((OLD.enterprise_id, OLD.id) IS DISTINCT FROM (NEW.enterprise_id, NEW.id))
            EXECUTE FUNCTION kernel_keep_key();
        """,
        f"""
        DROP TRIGGER {name}_new ON {table};
        DROP TRIGGER {name}_set ON {table};
        DROP TRIGGER {name}_kept ON {target};
        DROP TRIGGER {name}_key ON {target};
        """,
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
