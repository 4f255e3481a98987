"""Closed books: balances at a moment, before which the database itself lets nothing in any more."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table

TABLES = ("commerce_closing", "commerce_closed_balance")
#: Those who post hold the lock shared until they commit; closing takes it alone (actions/close_books.py).
GUARD = """
CREATE FUNCTION commerce_keep_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(
        hashtextextended('books ' || (SELECT min(enterprise_id) FROM new_entries), 0));
    IF EXISTS (
        SELECT FROM new_entries n WHERE n.happened_at < (
            SELECT max(c.closed_until) FROM commerce_closing c WHERE c.enterprise_id = n.enterprise_id))
    THEN
        RAISE EXCEPTION 'the books are closed for that day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commerce_entry_not_closed';
    END IF;
    RETURN NULL;
END $$;
DO $$
DECLARE
    place regclass;
BEGIN
    FOR place IN SELECT 'commerce_entry'::regclass
        UNION ALL SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'commerce_entry'::regclass
    LOOP
        EXECUTE format('CREATE TRIGGER commerce_entry_not_closed AFTER INSERT ON %s'
            ' REFERENCING NEW TABLE AS new_entries'
            ' FOR EACH STATEMENT EXECUTE FUNCTION commerce_keep_closed()', place);
    END LOOP;
END $$;
CREATE TRIGGER commerce_closing_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON commerce_closing
    FOR EACH STATEMENT EXECUTE FUNCTION commerce_refuse_change();
CREATE TRIGGER commerce_closed_balance_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON commerce_closed_balance
    FOR EACH STATEMENT EXECUTE FUNCTION commerce_refuse_change();
"""
DROP_GUARD = """
DROP TRIGGER commerce_closing_kept ON commerce_closing;
DROP TRIGGER commerce_closed_balance_kept ON commerce_closed_balance;
DROP FUNCTION commerce_keep_closed CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0003_orders_of_broadcast"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("account_id", models.BigIntegerField()),
                ("closed_until", models.DateTimeField()),
                ("balance_fen", models.BigIntegerField()),
            ],
            options={
                "db_table": "commerce_closed_balance",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "account_id", "closed_until"),
                        name="commerce_closed_balance_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("closed_until", models.DateTimeField()),
                ("closed_at", models.DateTimeField()),
                ("accounts", models.IntegerField()),
            ],
            options={
                "db_table": "commerce_closing",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "closed_until"), name="commerce_closing_once"
                    )
                ],
            },
        ),
        *(tenant_table(table, rights="SELECT, INSERT") for table in TABLES),
        *(tenant_key(table) for table in TABLES),
        tenant_reference("commerce_closed_balance", "account_id", "commerce_account"),
        migrations.RunSQL(GUARD, DROP_GUARD),
    ]
