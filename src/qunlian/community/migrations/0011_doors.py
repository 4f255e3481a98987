"""Ways into groups, by which of them each member came, posters, welcomes; fences."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0010_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Door",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("store_id", models.BigIntegerField(null=True)),
                ("territory_id", models.BigIntegerField(null=True)),
                ("layer", models.CharField(default="store", max_length=12)),
                ("source", models.CharField(max_length=12)),
                ("name", models.CharField(default="", max_length=30)),
                ("code", models.CharField(db_collation="C", default="", max_length=24)),
                ("group_ids", models.JSONField(default=list)),
                ("platform", models.CharField(default="", max_length=16)),
                ("way_key", models.CharField(db_collation="C", default="", max_length=80)),
                ("code_url", models.CharField(default="", max_length=300)),
                ("problem", models.CharField(default="", max_length=80)),
                ("opened_by", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "db_table": "community_door",
            },
        ),
        migrations.CreateModel(
            name="PosterRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("size", models.CharField(default="a4", max_length=4)),
                ("selection", models.JSONField(default=dict)),
                ("address", models.CharField(max_length=200)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("total", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("pdf", models.BinaryField(null=True)),
                ("asked_by", models.BigIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "community_poster_run",
            },
        ),
        migrations.CreateModel(
            name="Welcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("platform", models.CharField(max_length=16)),
                ("key", models.CharField(db_collation="C", max_length=80)),
                ("door_id", models.BigIntegerField(null=True)),
                ("state", models.CharField(default="sending", max_length=8)),
                ("problem", models.CharField(default="", max_length=40)),
                ("told_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "community_welcome",
            },
        ),
        migrations.AddField(
            model_name="group",
            name="welcome",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="member",
            name="door_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("door_id__isnull", False)),
                fields=["enterprise_id", "door_id"],
                name="community_member_door",
            ),
        ),
        migrations.AddField(
            model_name="door",
            name="group",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="community.group",
            ),
        ),
        migrations.AddIndex(
            model_name="posterrun",
            index=models.Index(
                fields=["enterprise_id", "asked_at"], name="community_poster_run_age"
            ),
        ),
        migrations.AddConstraint(
            model_name="posterrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "drawing", "ready", "failed"])),
                name="community_poster_run_state",
            ),
        ),
        migrations.AddIndex(
            model_name="welcome",
            index=models.Index(fields=["enterprise_id", "told_at"], name="community_welcome_told"),
        ),
        migrations.AddConstraint(
            model_name="welcome",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "platform", "key"), name="community_welcome_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="welcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["sending", "sent", "late", "refused", "unknown"])
                ),
                name="community_welcome_state",
            ),
        ),
        migrations.AddIndex(
            model_name="door",
            index=models.Index(fields=["enterprise_id", "group"], name="community_door_group"),
        ),
        migrations.AddIndex(
            model_name="door",
            index=models.Index(
                fields=["enterprise_id", "territory_id"], name="community_door_place"
            ),
        ),
        migrations.AddIndex(
            model_name="door",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["enterprise_id", "due_at"],
                name="community_door_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="door",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "store"), ("store_id__isnull", False)),
                    models.Q(("group__isnull", False), ("kind", "group")),
                    models.Q(("kind", "place"), ("territory_id__isnull", False)),
                    _connector="OR",
                ),
                name="community_door_leads",
            ),
        ),
        migrations.AddConstraint(
            model_name="door",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("store", "group", "place")),
                    (
                        "layer__in",
                        ("distributor", "store", "consumer", "vip", "internal", "outside"),
                    ),
                    (
                        "source__in",
                        ("link", "poster", "official", "circle", "invited", "event", "item_code"),
                    ),
                ),
                name="community_door_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="door",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "store")),
                fields=("enterprise_id", "store_id", "source"),
                name="community_door_store_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="door",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("enterprise_id", "code"),
                name="community_door_code",
            ),
        ),
        tenant_table("community_door"),
        tenant_table("community_poster_run"),
        tenant_table("community_welcome"),
        tenant_key("community_door"),
        tenant_reference("community_door", "store_id", "channel_store"),
        tenant_reference("community_door", "group_id", "community_group"),
        tenant_reference("community_door", "territory_id", "channel_territory"),
        tenant_reference("community_member", "door_id", "community_door"),
        tenant_reference("community_welcome", "door_id", "community_door"),
    ]
