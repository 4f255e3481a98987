"""Tenancy, composite references, and a ledger that the database itself keeps balanced and unchanged."""

from django.db import migrations

from qunlian.kernel.tenancy import (
    APP_ROLE,
    partitions,
    tenant_key,
    tenant_reference,
    tenant_table,
)

CHANGEABLE = (
    "commerce_product",
    "commerce_price",
    "commerce_warehouse",
    "commerce_stock",
    "commerce_order",
    "commerce_payment",
    "commerce_refund",
    "commerce_bill",
)
APPEND_ONLY = (
    "commerce_order_line",
    "commerce_shipment",
    "commerce_note",
    "commerce_reconciliation",
    "commerce_transfer",
)
REFERENCES = (
    ("commerce_price", "product_id", "commerce_product"),
    ("commerce_price", "territory_id", "channel_territory"),
    ("commerce_warehouse", "distributor_id", "channel_distributor"),
    ("commerce_stock", "warehouse_id", "commerce_warehouse"),
    ("commerce_stock", "product_id", "commerce_product"),
    ("commerce_order", "store_id", "channel_store"),
    ("commerce_order", "warehouse_id", "commerce_warehouse"),
    ("commerce_order", "distributor_id", "channel_distributor"),
    ("commerce_order", "steward_staff_id", "channel_staff"),
    ("commerce_order", "person_id", "channel_person"),
    ("commerce_order", "group_id", "community_group"),
    ("commerce_order", "broadcast_id", "messaging_broadcast"),
    ("commerce_order_line", "order_id", "commerce_order"),
    ("commerce_order_line", "product_id", "commerce_product"),
    ("commerce_payment", "order_id", "commerce_order"),
    ("commerce_shipment", "order_id", "commerce_order"),
    ("commerce_refund", "order_id", "commerce_order"),
    ("commerce_transfer", "corrects_id", "commerce_transfer"),
)

#: The application opens accounts and sets limits; balances are moved by the entries' trigger alone.
ACCOUNT_RIGHTS = f"""
ALTER TABLE commerce_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE commerce_account FORCE ROW LEVEL SECURITY;
CREATE POLICY by_enterprise ON commerce_account
    USING (enterprise_id = current_setting('qunlian.enterprise')::bigint)
    WITH CHECK (enterprise_id = current_setting('qunlian.enterprise')::bigint);
GRANT SELECT, INSERT, UPDATE (limit_fen) ON commerce_account TO {APP_ROLE};
"""

ENTRIES = """
CREATE TABLE commerce_entry (
    id bigint GENERATED ALWAYS AS IDENTITY,
    enterprise_id bigint NOT NULL,
    transfer_id bigint NOT NULL,
    account_id bigint NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen <> 0),
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (enterprise_id, transfer_id, account_id, happened_at)
) PARTITION BY RANGE (happened_at);
CREATE INDEX commerce_entry_of_account ON commerce_entry
    (enterprise_id, account_id, happened_at, transfer_id) INCLUDE (amount_fen);
"""

#: Runs once per statement over all its new entries. A transfer's entries come in one statement, balanced
#: and complete (count and volume as the transfer says), or not at all; guarded balances move here, in the
#: order of their ids, and never above their limit.
GUARDS = """
CREATE FUNCTION commerce_keep_balanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
    part record;
BEGIN
    SELECT n.transfer_id, sum(n.amount_fen) AS imbalance INTO wrong
    FROM new_entries n
    LEFT JOIN commerce_transfer t ON t.enterprise_id = n.enterprise_id AND t.id = n.transfer_id
    GROUP BY n.enterprise_id, n.transfer_id, t.id, t.entry_count, t.volume_fen, t.happened_at
    HAVING sum(n.amount_fen) <> 0 OR count(*) < 2 OR t.id IS NULL
        OR count(*) <> t.entry_count
        OR sum(n.amount_fen) FILTER (WHERE n.amount_fen > 0) IS DISTINCT FROM t.volume_fen
        OR min(n.happened_at) <> t.happened_at OR max(n.happened_at) <> t.happened_at
        OR (SELECT count(*) FROM commerce_entry e WHERE e.enterprise_id = n.enterprise_id
            AND e.transfer_id = n.transfer_id AND e.happened_at = t.happened_at) <> t.entry_count
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transfer % does not balance or is not complete (off by % fen)',
            wrong.transfer_id, wrong.imbalance USING ERRCODE = 'check_violation',
            CONSTRAINT = 'commerce_entry_balanced';
    END IF;
    FOR part IN
        SELECT n.enterprise_id, n.account_id, sum(n.amount_fen) AS moved
        FROM new_entries n JOIN commerce_account a
            ON a.enterprise_id = n.enterprise_id AND a.id = n.account_id AND a.balance_fen IS NOT NULL
        GROUP BY n.enterprise_id, n.account_id ORDER BY n.account_id
    LOOP
        UPDATE commerce_account SET balance_fen = balance_fen + part.moved
        WHERE enterprise_id = part.enterprise_id AND id = part.account_id
            AND (limit_fen IS NULL OR part.moved <= 0 OR balance_fen + part.moved <= limit_fen);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'account % would pass its limit', part.account_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'commerce_account_within_limit';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION commerce_open_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.balance_fen <> 0 THEN
        RAISE EXCEPTION 'an account opens empty' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION commerce_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is a new transfer', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER commerce_account_opens_empty BEFORE INSERT ON commerce_account
    FOR EACH ROW EXECUTE FUNCTION commerce_open_empty();
CREATE TRIGGER commerce_account_kept BEFORE DELETE OR TRUNCATE ON commerce_account
    FOR EACH STATEMENT EXECUTE FUNCTION commerce_refuse_change();
CREATE TRIGGER commerce_transfer_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON commerce_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION commerce_refuse_change();
CREATE TRIGGER commerce_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON commerce_entry
    FOR EACH STATEMENT EXECUTE FUNCTION commerce_refuse_change();
CREATE TRIGGER commerce_entry_balanced AFTER INSERT ON commerce_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION commerce_keep_balanced();
"""
DROP_GUARDS = """
DROP TRIGGER commerce_account_opens_empty ON commerce_account;
DROP TRIGGER commerce_account_kept ON commerce_account;
DROP TRIGGER commerce_transfer_kept ON commerce_transfer;
DROP FUNCTION commerce_keep_balanced, commerce_open_empty, commerce_refuse_change CASCADE;
"""

#: Orders within the actor's reach, for the floors above.
VIEWS = f"""
CREATE VIEW commerce_order_view WITH (security_invoker = true) AS
SELECT o.enterprise_id, o.id, o.store_id, o.distributor_id, o.state, o.pay_mode, o.total_fen, o.paid_fen,
       o.refunded_fen, o.space, o.group_id, o.broadcast_id, o.steward_staff_id, o.person_id,
       o.placed_at, o.shipped_at, o.signed_at, o.ended_at
FROM commerce_order o
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR o.store_id IN (SELECT s.id FROM channel_store_view s);
GRANT SELECT ON commerce_order_view TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0001_initial"),
        ("channel", "0002_fences"),
        ("community", "0002_fences"),
        ("messaging", "0002_fences"),
    ]

    operations = [
        *(tenant_table(table) for table in CHANGEABLE),
        *(tenant_table(table, rights="SELECT, INSERT") for table in APPEND_ONLY),
        migrations.RunSQL(ACCOUNT_RIGHTS, migrations.RunSQL.noop),
        *(tenant_key(table) for table in (*CHANGEABLE, *APPEND_ONLY, "commerce_account")),
        *(tenant_reference(*reference) for reference in REFERENCES),
        migrations.RunSQL(ENTRIES, "DROP TABLE commerce_entry"),
        migrations.RunSQL(GUARDS, DROP_GUARDS),
        partitions("commerce_entry"),
        tenant_table("commerce_entry", rights="SELECT, INSERT"),
        tenant_reference("commerce_entry", "transfer_id", "commerce_transfer"),
        tenant_reference("commerce_entry", "account_id", "commerce_account"),
        migrations.RunSQL(VIEWS, "DROP VIEW commerce_order_view"),
    ]
