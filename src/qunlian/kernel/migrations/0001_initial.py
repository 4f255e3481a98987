"""The journal, the partition keeper, and the application's rights on the job queue."""

from django.db import migrations, models

from qunlian.kernel.tenancy import APP_ROLE, partitions, tenant_table

PARTITION_KEEPER = """
-- A partition inherits row triggers by itself; statement triggers guard it only when they are copied.
CREATE FUNCTION kernel_copy_statement_triggers(parent text, child text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    definition text;
BEGIN
    FOR definition IN SELECT pg_get_triggerdef(oid, true) FROM pg_trigger
        WHERE tgrelid = parent::regclass AND NOT tgisinternal AND tgtype & 1 = 0
    LOOP
        EXECUTE regexp_replace(definition, ' ON ' || parent || ' ', format(' ON %I ', child));
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION kernel_copy_statement_triggers FROM PUBLIC;

CREATE FUNCTION kernel_ensure_partitions(parent text, step text, past int, ahead int) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    width interval := ('1 ' || step)::interval;
    start timestamptz;
    name text;
    made int := 0;
BEGIN
    FOR start IN SELECT generate_series(
        date_trunc(step, now() AT TIME ZONE 'UTC') - past * width,
        date_trunc(step, now() AT TIME ZONE 'UTC') + ahead * width, width) AT TIME ZONE 'UTC'
    LOOP
        name := parent || '_' || to_char(start AT TIME ZONE 'UTC', CASE step WHEN 'year' THEN 'YYYY' ELSE 'YYYYMM' END);
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
                start AT TIME ZONE 'UTC', (start AT TIME ZONE 'UTC') + width);
            PERFORM kernel_copy_statement_triggers(parent, name);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION kernel_ensure_partitions FROM PUBLIC;
"""

#: Only a table's owner may have it counted; the application asks through this.
STATISTICS_KEEPER = f"""
CREATE FUNCTION kernel_refresh_statistics(names text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        EXECUTE format('ANALYZE %I', name);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION kernel_refresh_statistics FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel_refresh_statistics TO {APP_ROLE};
"""

#: What a foreign key promises, looked at once per statement instead of once per row (tenancy.bulk_reference).
REFERENCE_KEEPER = """
CREATE FUNCTION kernel_find_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing bigint;
    before text := CASE WHEN TG_OP = 'UPDATE'
        THEN format(' EXCEPT SELECT enterprise_id, %I FROM stale', TG_ARGV[0]) ELSE '' END;
BEGIN
    EXECUTE format('
        WITH named AS (
            SELECT enterprise_id, %1$I AS id FROM fresh WHERE %1$I IS NOT NULL GROUP BY 1, 2 %3$s
        ), held AS MATERIALIZED (
            SELECT t.id FROM %2$I t JOIN named n ON n.enterprise_id = t.enterprise_id AND n.id = t.id
            FOR KEY SHARE OF t
        )
        SELECT (SELECT count(*) FROM named) - (SELECT count(*) FROM held)',
        TG_ARGV[0], TG_ARGV[1], before) INTO missing;
    IF missing > 0 THEN
        RAISE EXCEPTION '%.% refers to % rows that % does not hold',
            TG_TABLE_NAME, TG_ARGV[0], missing, TG_ARGV[1] USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION kernel_keep_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_needed boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM stale s WHERE EXISTS (
        SELECT FROM %1$I c WHERE c.enterprise_id = s.enterprise_id AND c.%2$I = s.id))',
        TG_ARGV[0], TG_ARGV[1]) INTO is_needed;
    IF is_needed THEN
        RAISE EXCEPTION 'a row of % is still referred to by %.%', TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1]
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION kernel_keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the key of a row of % never changes', TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation';
END $$;
REVOKE EXECUTE ON FUNCTION kernel_find_referenced, kernel_keep_referenced, kernel_keep_key FROM PUBLIC;
"""

FACTS = """
CREATE TABLE kernel_fact (
    id bigint GENERATED ALWAYS AS IDENTITY,
    enterprise_id bigint NOT NULL,
    name varchar(80) NOT NULL,
    account_id bigint,
    happened_at timestamptz NOT NULL,
    payload jsonb NOT NULL,
    request_id varchar(40) NOT NULL,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (enterprise_id, id, happened_at)
) PARTITION BY RANGE (happened_at);
CREATE INDEX kernel_fact_by_time ON kernel_fact (enterprise_id, happened_at, id);
CREATE INDEX kernel_fact_by_name ON kernel_fact (enterprise_id, name, happened_at);
CREATE TABLE kernel_fact_entity (
    id bigint GENERATED ALWAYS AS IDENTITY,
    enterprise_id bigint NOT NULL,
    kind varchar(24) NOT NULL,
    entity_id bigint NOT NULL,
    fact_id bigint NOT NULL,
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (enterprise_id, kind, entity_id, happened_at, id)
) PARTITION BY RANGE (happened_at);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(STATISTICS_KEEPER, "DROP FUNCTION kernel_refresh_statistics"),
        migrations.RunSQL(
            REFERENCE_KEEPER,
            "DROP FUNCTION kernel_find_referenced, kernel_keep_referenced, kernel_keep_key",
        ),
        migrations.RunSQL(
            PARTITION_KEEPER,
            "DROP FUNCTION kernel_ensure_partitions, kernel_copy_statement_triggers",
        ),
        migrations.RunSQL(
            FACTS,
            "DROP TABLE kernel_fact_entity; DROP TABLE kernel_fact",
            state_operations=[
                migrations.CreateModel(
                    name="Fact",
                    fields=[("id", models.BigAutoField(primary_key=True, serialize=False))],
                    options={"managed": False, "db_table": "kernel_fact"},
                ),
                migrations.CreateModel(
                    name="FactEntity",
                    fields=[("id", models.BigAutoField(primary_key=True, serialize=False))],
                    options={"managed": False, "db_table": "kernel_fact_entity"},
                ),
            ],
        ),
        partitions("kernel_fact"),
        partitions("kernel_fact_entity"),
        tenant_table("kernel_fact", rights="SELECT, INSERT"),
        tenant_table("kernel_fact_entity", rights="SELECT, INSERT"),
        migrations.RunSQL(
            f"""
            GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events,
                procrastinate_periodic_defers, procrastinate_workers TO {APP_ROLE};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
            """,
            migrations.RunSQL.noop,
        ),
    ]
