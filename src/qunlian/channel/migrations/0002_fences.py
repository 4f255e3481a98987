"""Tenancy, composite references, sales history, and the views that higher slices join."""

from django.db import migrations

from qunlian.kernel.tenancy import (
    APP_ROLE,
    bulk_reference,
    open_table,
    partitions,
    tenant_key,
    tenant_primary_key,
    tenant_reference,
    tenant_table,
)

TENANT_TABLES = (
    "channel_territory",
    "channel_person",
    "channel_staff",
    "channel_territory_assignment",
    "channel_distributor",
    "channel_store",
    "channel_contact",
    "channel_import_run",
)
REGISTRY = (
    "channel_account",
    "channel_session",
    "channel_login_attempt",
    "channel_api_token",
    "channel_return_link",
    "channel_public_code",
)
REFERENCES = (
    ("channel_territory", "parent_id", "channel_territory"),
    ("channel_staff", "person_id", "channel_person"),
    ("channel_staff", "superior_id", "channel_staff"),
    ("channel_territory_assignment", "staff_id", "channel_staff"),
    ("channel_territory_assignment", "territory_id", "channel_territory"),
    ("channel_distributor", "parent_id", "channel_distributor"),
    ("channel_distributor", "territory_id", "channel_territory"),
    ("channel_distributor", "contact_id", "channel_person"),
    ("channel_contact", "person_id", "channel_person"),
    ("channel_contact", "store_id", "channel_store"),
    ("channel_contact", "distributor_id", "channel_distributor"),
)

#: A roster brings hundreds of thousands of stores in one transaction.
BULK_REFERENCES = (
    ("channel_store", "territory_id", "channel_territory"),
    ("channel_store", "distributor_id", "channel_distributor"),
    ("channel_store", "owner_id", "channel_person"),
)

#: The enterprise itself is its own tenant: its id is the enterprise id.
ENTERPRISE = f"""
ALTER TABLE channel_enterprise ENABLE ROW LEVEL SECURITY;
ALTER TABLE channel_enterprise FORCE ROW LEVEL SECURITY;
CREATE POLICY by_enterprise ON channel_enterprise
    USING (id = current_setting('qunlian.enterprise')::bigint);
GRANT SELECT, INSERT, UPDATE ON channel_enterprise TO {APP_ROLE};
GRANT USAGE ON SEQUENCE channel_enterprise_id_seq TO {APP_ROLE};
"""

SALES = """
CREATE TABLE channel_sale (
    id bigint GENERATED ALWAYS AS IDENTITY,
    enterprise_id bigint NOT NULL,
    store_id bigint NOT NULL,
    sold_on date NOT NULL,
    amount_fen bigint NOT NULL,
    PRIMARY KEY (enterprise_id, store_id, sold_on)
) PARTITION BY RANGE (sold_on);
"""

#: The same reach as access.py, in SQL, from what the scope told this transaction.
VIEWS = f"""
CREATE VIEW channel_territory_view WITH (security_invoker = true) AS
SELECT t.enterprise_id, t.id, t.parent_id, t.path, t.depth, t.code, t.name, t.is_patch
FROM channel_territory t
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR EXISTS (
        SELECT 1 FROM unnest(string_to_array(current_setting('qunlian.territory_paths'), ',')) p
        WHERE t.path >= p COLLATE "C" AND t.path < (left(p, -1) || '0') COLLATE "C");

CREATE VIEW channel_distributor_view WITH (security_invoker = true) AS
SELECT d.enterprise_id, d.id, d.parent_id, d.path, d.tier, d.code, d.name, d.territory_id,
       d.contact_id, d.is_active
FROM channel_distributor d
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR EXISTS (
        SELECT 1 FROM unnest(string_to_array(current_setting('qunlian.distributor_paths'), ',')) p
        WHERE d.path >= p COLLATE "C" AND d.path < (left(p, -1) || '0') COLLATE "C")
   OR d.territory_id IN (
        SELECT t.id FROM channel_territory_view t
        WHERE (SELECT current_setting('qunlian.territory_paths') <> ''));

-- Whom a distributor sends: its contacts, and who logs in for it.
CREATE VIEW channel_distributor_person_view WITH (security_invoker = true) AS
SELECT d.enterprise_id, d.id AS distributor_id, p.person_id
FROM channel_distributor_view d
JOIN (SELECT c.enterprise_id, c.distributor_id, c.person_id FROM channel_contact c
      WHERE c.distributor_id IS NOT NULL
      UNION SELECT o.enterprise_id, o.id, o.contact_id FROM channel_distributor o
      WHERE o.contact_id IS NOT NULL
      UNION SELECT a.enterprise_id, a.distributor_id, a.person_id FROM channel_account a
      WHERE a.distributor_id IS NOT NULL AND a.person_id IS NOT NULL AND a.is_active) p
    ON p.enterprise_id = d.enterprise_id AND p.distributor_id = d.id;

CREATE VIEW channel_store_view WITH (security_invoker = true) AS
SELECT s.enterprise_id, s.id, s.code, s.name, s.type, s.management, s.size_fen, s.closeness, s.status,
       s.expected_people, s.territory_id, s.distributor_id, s.owner_id, s.lng, s.lat, s.tags,
       s.division_code
FROM channel_store s
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR s.id = ANY (string_to_array(current_setting('qunlian.store_ids'), ',')::bigint[])
   OR s.territory_id IN (
        SELECT t.id FROM channel_territory_view t
        WHERE (SELECT current_setting('qunlian.territory_paths') <> ''))
   OR s.distributor_id IN (
        SELECT d.id FROM channel_distributor_view d
        WHERE (SELECT current_setting('qunlian.distributor_paths') <> ''));

CREATE VIEW channel_store_place_view WITH (security_invoker = true) AS
SELECT s.enterprise_id, s.id, s.type, t.path AS territory_path, d.path AS distributor_path,
       d.tier AS distributor_tier
FROM channel_store_view s
JOIN channel_territory t ON t.enterprise_id = s.enterprise_id AND t.id = s.territory_id
LEFT JOIN channel_distributor d ON d.enterprise_id = s.enterprise_id AND d.id = s.distributor_id;

-- What a place is called: for whoever may see it, and for a partner the places his stores lie in.
CREATE VIEW channel_place_view WITH (security_invoker = true) AS
SELECT t.enterprise_id, t.id, t.path, t.name
FROM channel_territory t
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR EXISTS (
        SELECT 1 FROM unnest(string_to_array(current_setting('qunlian.territory_paths'), ',')) p
        WHERE t.path >= p COLLATE "C" AND t.path < (left(p, -1) || '0') COLLATE "C")
   OR t.id IN (
        SELECT unnest(string_to_array(btrim(own.path, '/'), '/')::bigint[]) FROM channel_territory own
        WHERE (SELECT current_setting('qunlian.territory_paths') = '')
          AND own.id IN (SELECT s.territory_id FROM channel_store_view s));

CREATE VIEW channel_person_view WITH (security_invoker = true) AS
SELECT p.enterprise_id, p.id, p.name FROM channel_person p;

CREATE VIEW channel_staff_view WITH (security_invoker = true) AS
SELECT s.enterprise_id, s.id, s.person_id, p.name, s.code, s.role, s.superior_id, s.left_on
FROM channel_staff s JOIN channel_person p ON p.enterprise_id = s.enterprise_id AND p.id = s.person_id;

CREATE VIEW channel_assignment_view WITH (security_invoker = true) AS
SELECT a.enterprise_id, a.id, a.staff_id, a.territory_id, a.from_on, a.until_on
FROM channel_territory_assignment a;

GRANT SELECT ON channel_territory_view, channel_distributor_view, channel_store_view,
    channel_store_place_view, channel_place_view, channel_person_view, channel_staff_view,
    channel_assignment_view, channel_distributor_person_view TO {APP_ROLE};
"""
#: A bulk load numbers the people it makes before it inserts them.
NUMBERS = f"GRANT USAGE ON SEQUENCE channel_person_id_seq TO {APP_ROLE}"
DROP_VIEWS = """
DROP VIEW channel_assignment_view, channel_staff_view, channel_person_view, channel_place_view,
    channel_store_place_view, channel_distributor_person_view,
    channel_store_view, channel_distributor_view, channel_territory_view
"""


class Migration(migrations.Migration):
    dependencies = [("channel", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(ENTERPRISE, migrations.RunSQL.noop),
        *(tenant_table(table) for table in TENANT_TABLES),
        *(tenant_key(table) for table in TENANT_TABLES if table != "channel_store"),
        tenant_primary_key("channel_store"),
        *(open_table(table) for table in REGISTRY),
        *(tenant_reference(*reference) for reference in REFERENCES),
        *(bulk_reference(*reference) for reference in BULK_REFERENCES),
        migrations.RunSQL(SALES, "DROP TABLE channel_sale"),
        partitions("channel_sale", step="year", past=5, ahead=1),
        tenant_table("channel_sale"),
        tenant_reference("channel_sale", "store_id", "channel_store"),
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.RunSQL(VIEWS, DROP_VIEWS),
    ]
