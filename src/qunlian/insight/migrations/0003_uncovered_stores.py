"""Which stores had no group when they were last counted, while they are few."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_reference, tenant_table

TABLE = "insight_uncovered_store"


class Migration(migrations.Migration):
    dependencies = [("insight", "0002_fences"), ("channel", "0007_lighter_loads")]

    operations = [
        migrations.CreateModel(
            name="UncoveredStore",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "store_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
            ],
            options={"db_table": TABLE},
        ),
        tenant_table(TABLE),
        tenant_reference(TABLE, "store_id", "channel_store", on_delete="CASCADE"),
    ]
