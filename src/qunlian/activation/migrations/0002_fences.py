"""Tenancy of nominations, weights, roll-outs and waves."""

from django.db import migrations

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table

TENANT_TABLES = (
    "activation_nomination",
    "activation_weighting",
    "activation_rollout",
    "activation_wave",
    "activation_wave_store",
)
KEYED = ("activation_nomination", "activation_rollout", "activation_wave")
REFERENCES = (
    ("activation_nomination", "store_id", "channel_store"),
    ("activation_nomination", "person_id", "channel_person"),
    ("activation_rollout", "territory_id", "channel_territory"),
    ("activation_wave", "rollout_id", "activation_rollout"),
    ("activation_wave_store", "rollout_id", "activation_rollout"),
    ("activation_wave_store", "store_id", "channel_store"),
    ("activation_wave_store", "group_id", "community_group"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("activation", "0001_initial"),
        ("channel", "0002_fences"),
        ("community", "0002_fences"),
    ]

    operations = [
        *(tenant_table(table) for table in TENANT_TABLES),
        *(tenant_key(table) for table in KEYED),
        *(tenant_reference(*reference) for reference in REFERENCES),
    ]
