"""Tenancy of the tallies."""

from django.db import migrations

from qunlian.kernel.tenancy import tenant_reference, tenant_table

TABLES = ("insight_tally", "insight_kind_tally", "insight_map_cell")


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("channel", "0002_fences")]

    operations = [
        *(tenant_table(table) for table in TABLES),
        *(tenant_reference(table, "territory_id", "channel_territory") for table in TABLES),
    ]
