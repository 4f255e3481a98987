"""An enterprise's own times for tasks."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("community", "0014_store_groups")]

    operations = [
        migrations.CreateModel(
            name="TaskTerms",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("due_hours", models.PositiveSmallIntegerField()),
                ("expires_hours", models.PositiveSmallIntegerField()),
                ("remind_hours", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "community_task_terms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_hours__gte", 1), ("expires_hours__gt", models.F("due_hours"))
                        ),
                        name="community_task_terms_order",
                    )
                ],
            },
        ),
        tenant_table("community_task_terms"),
    ]
