"""Tenancy of the tallies."""

from django.db import migrations

from qunlian.kernel.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("channel", "0002_fences")]

    operations = [
        tenant_table("insight_tally"),
        tenant_reference("insight_tally", "territory_id", "channel_territory"),
    ]
