"""Groups that stores run themselves, and who came into ours by them; one view with sums' worth of it."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import APP_ROLE, tenant_key, tenant_reference, tenant_table

#: Nothing of a group but what is added up: not its name.
VIEW = f"""
CREATE VIEW community_store_group_view WITH (security_invoker = true) AS
SELECT g.enterprise_id, g.id, g.store_id, g.people, g.closed_at
FROM community_store_group g
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR g.store_id IN (SELECT s.id FROM channel_store_view s);
GRANT SELECT ON community_store_group_view TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0013_personal")]

    operations = [
        migrations.CreateModel(
            name="StoreGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("platform", models.CharField(default="wechat", max_length=12)),
                ("people", models.PositiveIntegerField()),
                ("code_token", models.CharField(default="", max_length=64)),
                ("code_until_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "community_store_group",
                "indexes": [
                    models.Index(
                        fields=["enterprise_id", "store_id"], name="community_store_group_store"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("enterprise_id", "store_id", "name"),
                        name="community_store_group_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("platform__in", ("wechat", "wecom", "qq", "dingtalk", "other"))
                        ),
                        name="community_store_group_platform",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoreGroupJoin",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "store_group_id",
                        "person_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("joined_at", models.DateTimeField()),
                (
                    "store_group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.storegroup",
                    ),
                ),
            ],
            options={"db_table": "community_store_group_join"},
        ),
        tenant_table("community_store_group"),
        tenant_table("community_store_group_join"),
        tenant_key("community_store_group"),
        tenant_reference("community_store_group", "store_id", "channel_store"),
        tenant_reference("community_store_group_join", "store_group_id", "community_store_group"),
        tenant_reference("community_store_group_join", "person_id", "channel_person"),
        migrations.RunSQL(VIEW, "DROP VIEW community_store_group_view"),
    ]
