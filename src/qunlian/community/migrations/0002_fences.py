"""Tenancy, composite references, and the views that higher slices join."""

from django.db import migrations

from qunlian.kernel.tenancy import APP_ROLE, tenant_key, tenant_reference, tenant_table

TENANT_TABLES = (
    "community_plan",
    "community_plan_group",
    "community_plan_store",
    "community_plan_distributor",
    "community_layer",
    "community_owner_account",
    "community_group",
    "community_group_store",
    "community_group_distributor",
    "community_member",
    "community_waiting",
    "community_request",
)
#: Tables with an id of their own that others may point at.
KEYED = (
    "community_plan",
    "community_plan_group",
    "community_layer",
    "community_owner_account",
    "community_group",
    "community_member",
    "community_request",
)
REFERENCES = (
    ("community_plan", "territory_id", "channel_territory"),
    ("community_plan_group", "plan_id", "community_plan"),
    ("community_plan_group", "territory_id", "channel_territory"),
    ("community_plan_group", "distributor_id", "channel_distributor"),
    ("community_plan_group", "owner_staff_id", "channel_staff"),
    ("community_plan_group", "steward_staff_id", "channel_staff"),
    ("community_plan_group", "superior_staff_id", "channel_staff"),
    ("community_plan_group", "second_superior_staff_id", "channel_staff"),
    ("community_plan_group", "manager_staff_id", "channel_staff"),
    ("community_plan_group", "group_id", "community_group"),
    ("community_plan_group", "present_id", "community_group"),
    ("community_plan_store", "plan_group_id", "community_plan_group"),
    ("community_plan_store", "store_id", "channel_store"),
    ("community_plan_distributor", "plan_group_id", "community_plan_group"),
    ("community_plan_distributor", "distributor_id", "channel_distributor"),
    ("community_owner_account", "layer_id", "community_layer"),
    ("community_owner_account", "staff_id", "channel_staff"),
    ("community_owner_account", "territory_id", "channel_territory"),
    ("community_plan_store", "from_group_id", "community_group"),
    ("community_group", "territory_id", "channel_territory"),
    ("community_group", "distributor_id", "channel_distributor"),
    ("community_group", "owner_person_id", "channel_person"),
    ("community_group", "steward_staff_id", "channel_staff"),
    ("community_group", "plan_id", "community_plan"),
    ("community_group", "merged_into_id", "community_group"),
    ("community_group_store", "group_id", "community_group"),
    ("community_group_store", "store_id", "channel_store"),
    ("community_group_distributor", "group_id", "community_group"),
    ("community_group_distributor", "distributor_id", "channel_distributor"),
    ("community_member", "group_id", "community_group"),
    ("community_member", "person_id", "channel_person"),
    ("community_member", "store_id", "channel_store"),
    ("community_waiting", "store_id", "channel_store"),
    ("community_waiting", "person_id", "channel_person"),
    ("community_request", "group_id", "community_group"),
)

#: Whoever asks, as a person: the registry knows it by the account that the scope set.
SELF = """(SELECT a.person_id FROM channel_account a
           WHERE a.id = nullif(current_setting('qunlian.actor'), '')::bigint)"""

VIEWS = f"""
CREATE VIEW community_group_view WITH (security_invoker = true) AS
SELECT g.enterprise_id, g.id, g.name, g.layer, g.purposes, g.theme, g.tags, g.territory_id,
       g.distributor_id, g.platform, g.platform_key, g.life, g.seats_cap, g.seats_taken,
       g.seats_expected, g.owner_person_id, g.steward_staff_id, g.created_at
FROM community_group g
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR g.territory_id IN (
        SELECT t.id FROM channel_territory_view t
        WHERE (SELECT current_setting('qunlian.territory_paths') <> ''))
   OR g.distributor_id IN (SELECT d.id FROM channel_distributor_view d)
   OR g.id IN (
        SELECT m.group_id FROM community_member m WHERE m.left_at IS NULL AND m.person_id = {SELF})
   OR g.id IN (
        SELECT gs.group_id FROM community_group_store gs
        JOIN channel_store_view s ON s.enterprise_id = gs.enterprise_id AND s.id = gs.store_id
        WHERE (SELECT current_setting('qunlian.territory_paths') = ''));

CREATE VIEW community_group_store_view WITH (security_invoker = true) AS
SELECT gs.enterprise_id, gs.layer, gs.store_id, gs.group_id, gs.seats, gs.since_at
FROM community_group_store gs
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR gs.store_id IN (SELECT s.id FROM channel_store_view s);

CREATE VIEW community_member_view WITH (security_invoker = true) AS
SELECT m.enterprise_id, m.id, m.group_id, m.person_id, m.role, m.store_id, m.source, m.joined_at,
       m.left_at
FROM community_member m
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR m.group_id IN (
        SELECT o.group_id FROM community_member o WHERE o.left_at IS NULL AND o.person_id = {SELF})
   OR (m.group_id IN (SELECT g.id FROM community_group_view g)
       AND (m.store_id IS NULL OR m.store_id IN (SELECT s.id FROM channel_store_view s)));

GRANT SELECT ON community_group_view, community_group_store_view, community_member_view
    TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial"), ("channel", "0002_fences")]

    operations = [
        *(tenant_table(table) for table in TENANT_TABLES),
        *(tenant_key(table) for table in KEYED),
        *(tenant_reference(*reference) for reference in REFERENCES),
        tenant_reference("community_plan_store", "plan_id", "community_plan", on_delete="CASCADE"),
        tenant_reference(
            "community_plan_distributor", "plan_id", "community_plan", on_delete="CASCADE"
        ),
        migrations.RunSQL(
            VIEWS,
            "DROP VIEW community_member_view, community_group_store_view, community_group_view",
        ),
    ]
