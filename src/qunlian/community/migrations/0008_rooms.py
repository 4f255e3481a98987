"""Rooms found on outside platforms, and who sits in them."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table

REFERENCES = (
    ("community_room", "group_id", "community_group"),
    ("community_room", "owner_person_id", "channel_person"),
    ("community_room", "territory_id", "channel_territory"),
    ("community_room", "steward_staff_id", "channel_staff"),
    ("community_occupant", "room_id", "community_room"),
    ("community_occupant", "handle_id", "channel_handle"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("channel", "0008_handles"),
        ("community", "0007_plan_map"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandleView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("platform", models.CharField(max_length=16)),
                ("key", models.CharField(db_collation="C", max_length=64)),
                ("is_staff", models.BooleanField()),
                ("person_id", models.BigIntegerField(null=True)),
                ("name", models.CharField(max_length=60)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "channel_handle_view",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="StorePersonView",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "store_id",
                        "person_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("territory_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "channel_store_person_view",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="FoundRoom",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("platform", models.CharField(max_length=16)),
                ("room_key", models.CharField(db_collation="C", max_length=80)),
                ("name", models.CharField(default="", max_length=80)),
                ("owner_key", models.CharField(db_collation="C", default="", max_length=64)),
                ("owner_person_id", models.BigIntegerField(null=True)),
                ("status", models.CharField(default="stands", max_length=16)),
                ("version", models.CharField(default="", max_length=40)),
                ("decision", models.CharField(default="open", max_length=8)),
                ("layer", models.CharField(default="store", max_length=12)),
                ("territory_id", models.BigIntegerField(null=True)),
                ("steward_staff_id", models.BigIntegerField(null=True)),
                ("fit", models.PositiveSmallIntegerField(default=0)),
                ("signs", models.JSONField(default=list)),
                ("people", models.IntegerField(default=0)),
                ("staff", models.IntegerField(default=0)),
                ("bound", models.IntegerField(default=0)),
                ("made_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.group",
                    ),
                ),
            ],
            options={
                "db_table": "community_room",
            },
        ),
        migrations.CreateModel(
            name="Occupant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("handle_id", models.BigIntegerField()),
                ("role", models.CharField(default="member", max_length=12)),
                ("is_staff", models.BooleanField(default=False)),
                ("name", models.CharField(default="", max_length=60)),
                ("joined_at", models.DateTimeField(null=True)),
                ("scene", models.CharField(default="", max_length=8)),
                ("door", models.CharField(default="", max_length=30)),
                ("invited_by", models.CharField(default="", max_length=64)),
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
                "db_table": "community_occupant",
            },
        ),
        migrations.AddIndex(
            model_name="foundroom",
            index=models.Index(
                fields=["enterprise_id", "decision", "-fit", "id"], name="community_room_todo"
            ),
        ),
        migrations.AddIndex(
            model_name="foundroom",
            index=models.Index(
                fields=["enterprise_id", "owner_person_id"], name="community_room_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="foundroom",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "platform", "room_key"), name="community_room_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="foundroom",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "group"), name="community_room_group"
            ),
        ),
        migrations.AddConstraint(
            model_name="foundroom",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "adopted"), ("group__isnull", False)),
                    models.Q(("decision__in", ["open", "ignored"]), ("group", None)),
                    _connector="OR",
                ),
                name="community_room_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="foundroom",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "layer__in",
                        ("distributor", "store", "consumer", "vip", "internal", "outside"),
                    )
                ),
                name="community_room_layer",
            ),
        ),
        migrations.AddIndex(
            model_name="occupant",
            index=models.Index(
                fields=["enterprise_id", "handle_id"], name="community_occupant_handle"
            ),
        ),
        migrations.AddConstraint(
            model_name="occupant",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "room", "handle_id"), name="community_occupant_once"
            ),
        ),
        tenant_table("community_room"),
        tenant_table("community_occupant"),
        tenant_key("community_room"),
        *(tenant_reference(*reference) for reference in REFERENCES),
    ]
