"""A plan on the map: what is counted of it, fences."""

import django.db.models.deletion
from django.db import migrations, models


from qunlian.kernel.tenancy import tenant_reference, tenant_table

TENANT_TABLES = ("community_plan_place", "community_plan_cell")


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0006_restaffed"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="map_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="plan",
            name="map_version",
            field=models.IntegerField(null=True),
        ),
        migrations.CreateModel(
            name="PlanCell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "plan_id",
                        "division",
                        "x",
                        "y",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("division", models.CharField(db_collation="C", max_length=6)),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("lng_sum", models.FloatField()),
                ("lat_sum", models.FloatField()),
                ("stores", models.IntegerField()),
                ("groups", models.IntegerField()),
                ("likeness_sum", models.FloatField()),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.plan",
                    ),
                ),
            ],
            options={
                "db_table": "community_plan_cell",
            },
        ),
        migrations.CreateModel(
            name="PlanPlace",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "plan_group_id",
                        "city",
                        "district",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("city", models.CharField(db_collation="C", max_length=6)),
                ("district", models.CharField(db_collation="C", max_length=6)),
                ("stores", models.IntegerField()),
                ("unplaced", models.IntegerField()),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.plan",
                    ),
                ),
                (
                    "plan_group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.plangroup",
                    ),
                ),
            ],
            options={
                "db_table": "community_plan_place",
                "indexes": [
                    models.Index(
                        fields=["enterprise_id", "plan", "city"], name="community_plan_place_city"
                    )
                ],
            },
        ),
        *(tenant_table(table) for table in TENANT_TABLES),
        *(
            tenant_reference(table, "plan_id", "community_plan", on_delete="CASCADE")
            for table in TENANT_TABLES
        ),
        tenant_reference(
            "community_plan_place", "plan_group_id", "community_plan_group", on_delete="CASCADE"
        ),
    ]
