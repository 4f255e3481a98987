"""Accounts on outside platforms, and whose they are."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import APP_ROLE, tenant_key, tenant_reference, tenant_table

VIEWS = f"""
CREATE VIEW channel_handle_view WITH (security_invoker = true) AS
SELECT h.enterprise_id, h.id, h.platform, h.key, h.is_staff, h.person_id, h.name, h.read_at
FROM channel_handle h;

-- Who belongs to a store within reach.
CREATE VIEW channel_store_person_view WITH (security_invoker = true) AS
SELECT c.enterprise_id, c.store_id, c.person_id, s.territory_id
FROM channel_contact c JOIN channel_store_view s ON s.enterprise_id = c.enterprise_id AND s.id = c.store_id
WHERE c.store_id IS NOT NULL;
GRANT SELECT ON channel_handle_view, channel_store_person_view TO {APP_ROLE};
"""
DROP_VIEWS = "DROP VIEW channel_store_person_view, channel_handle_view"


class Migration(migrations.Migration):
    dependencies = [
        ("channel", "0007_lighter_loads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handle",
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
                ("is_staff", models.BooleanField(default=False)),
                ("name", models.CharField(default="", max_length=60)),
                ("union_key", models.CharField(db_collation="C", default="", max_length=64)),
                ("remarks", models.JSONField(default=list)),
                ("met_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="channel.person",
                    ),
                ),
            ],
            options={
                "db_table": "channel_handle",
                "indexes": [
                    models.Index(fields=["enterprise_id", "person"], name="channel_handle_person"),
                    models.Index(
                        condition=models.Q(("union_key__gt", "")),
                        fields=["enterprise_id", "union_key"],
                        name="channel_handle_union",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "platform", "key"), name="channel_handle_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_staff", True)),
                        fields=("enterprise_id", "platform", "person"),
                        name="channel_handle_of_staff_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_staff", True), ("person__isnull", False), _connector="OR"
                        ),
                        name="channel_handle_of_somebody",
                    ),
                ],
            },
        ),
        tenant_table("channel_handle"),
        tenant_key("channel_handle"),
        tenant_reference("channel_handle", "person_id", "channel_person"),
        migrations.RunSQL(VIEWS, DROP_VIEWS),
    ]
