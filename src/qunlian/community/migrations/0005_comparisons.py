"""Two versions of the matrix side by side: tables, fences."""

import django.db.models.deletion
from django.db import migrations, models


from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table

TENANT_TABLES = (
    "community_comparison",
    "community_compared_group",
    "community_compared_store",
    "community_compared_load",
)
REFERENCES = (
    ("community_comparison", "one_id", "community_plan"),
    ("community_comparison", "other_id", "community_plan"),
    ("community_comparison", "territory_id", "channel_territory"),
    ("community_compared_load", "staff_id", "channel_staff"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0004_living_members"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("one_version", models.IntegerField(default=0)),
                ("other_version", models.IntegerField(default=0)),
                ("territory_id", models.BigIntegerField(null=True)),
                ("state", models.CharField(default="waiting", max_length=12)),
                ("summary", models.JSONField(default=dict)),
                ("asked_by", models.BigIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "one",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.plan",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.plan",
                    ),
                ),
            ],
            options={
                "db_table": "community_comparison",
            },
        ),
        migrations.CreateModel(
            name="ComparedStore",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "comparison_id",
                        "store_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("territory_id", models.BigIntegerField(null=True)),
                ("one_place", models.IntegerField(null=True)),
                ("other_place", models.IntegerField(null=True)),
                ("one_far", models.FloatField(null=True)),
                ("other_far", models.FloatField(null=True)),
                ("saved", models.FloatField(default=0)),
                (
                    "comparison",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.comparison",
                    ),
                ),
            ],
            options={
                "db_table": "community_compared_store",
            },
        ),
        migrations.CreateModel(
            name="ComparedLoad",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "comparison_id",
                        "staff_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("staff_id", models.BigIntegerField()),
                ("one", models.JSONField(default=dict)),
                ("other", models.JSONField(default=dict)),
                ("change", models.FloatField(default=0)),
                (
                    "comparison",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.comparison",
                    ),
                ),
            ],
            options={
                "db_table": "community_compared_load",
            },
        ),
        migrations.CreateModel(
            name="ComparedGroup",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "comparison_id",
                        "place",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("place", models.IntegerField()),
                ("territory_id", models.BigIntegerField(null=True)),
                ("one_number", models.IntegerField(null=True)),
                ("one_group_id", models.BigIntegerField(null=True)),
                ("one_name", models.CharField(default="", max_length=40)),
                ("one_stores", models.IntegerField(default=0)),
                ("one_people", models.IntegerField(default=0)),
                ("one_likeness", models.FloatField(null=True)),
                ("other_number", models.IntegerField(null=True)),
                ("other_group_id", models.BigIntegerField(null=True)),
                ("other_name", models.CharField(default="", max_length=40)),
                ("other_stores", models.IntegerField(default=0)),
                ("other_people", models.IntegerField(default=0)),
                ("other_likeness", models.FloatField(null=True)),
                ("shared", models.IntegerField(default=0)),
                (
                    "comparison",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.comparison",
                    ),
                ),
            ],
            options={
                "db_table": "community_compared_group",
            },
        ),
        migrations.AddIndex(
            model_name="comparison",
            index=models.Index(
                fields=["enterprise_id", "-asked_at"], name="community_comparison_recent"
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("waiting", "counted"))),
                name="community_comparison_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("one__isnull", False), ("other__isnull", False), _connector="OR"
                ),
                name="community_comparison_of_a_plan",
            ),
        ),
        migrations.AddIndex(
            model_name="comparedstore",
            index=models.Index(
                fields=["enterprise_id", "comparison", "saved", "store_id"],
                name="community_compared_store_saved",
            ),
        ),
        migrations.AddIndex(
            model_name="comparedstore",
            index=models.Index(
                fields=["enterprise_id", "comparison", "territory_id", "store_id"],
                name="community_compared_store_patch",
            ),
        ),
        migrations.AddIndex(
            model_name="comparedload",
            index=models.Index(
                fields=["enterprise_id", "comparison", "-change", "staff_id"],
                name="community_compared_load_change",
            ),
        ),
        migrations.AddIndex(
            model_name="comparedgroup",
            index=models.Index(
                fields=["enterprise_id", "comparison", "territory_id", "place"],
                name="community_compared_group_patch",
            ),
        ),
        *(tenant_table(table) for table in TENANT_TABLES),
        tenant_key("community_comparison"),
        *(tenant_reference(*reference) for reference in REFERENCES),
        *(
            tenant_reference(table, "comparison_id", "community_comparison", on_delete="CASCADE")
            for table in TENANT_TABLES[1:]
        ),
    ]
