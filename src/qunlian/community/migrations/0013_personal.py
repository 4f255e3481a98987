"""What owners of groups on their own WeChat tell of them, and the sheets they came by."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [("community", "0012_claims")]

    operations = [
        migrations.CreateModel(
            name="RoomSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("account_id", models.BigIntegerField(null=True)),
                ("name", models.CharField(max_length=80)),
                ("groups", models.JSONField(default=list)),
                ("problems", models.JSONField(default=list)),
                ("state", models.CharField(default="read", max_length=8)),
                ("done", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("refused", models.JSONField(default=list)),
                ("read_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "community_room_sheet",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("read", "taking", "taken"))),
                        name="community_room_sheet_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ToldRoom",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "room_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("people", models.PositiveIntegerField(default=0)),
                ("told_at", models.DateTimeField()),
                ("code_token", models.CharField(default="", max_length=64)),
                ("code_until_at", models.DateTimeField(null=True)),
                (
                    "room",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.foundroom",
                    ),
                ),
            ],
            options={
                "db_table": "community_told_room",
                "indexes": [
                    models.Index(fields=["enterprise_id", "told_at"], name="community_told_at"),
                    models.Index(
                        fields=["enterprise_id", "code_until_at"], name="community_told_code"
                    ),
                ],
            },
        ),
        tenant_table("community_room_sheet"),
        tenant_table("community_told_room"),
        tenant_reference("community_told_room", "room_id", "community_room"),
    ]
