"""Which store somebody in a room belongs to: what is proposed and what was decided."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0008_rooms"),
    ]

    operations = [
        migrations.CreateModel(
            name="Binding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("handle_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("score", models.PositiveSmallIntegerField(default=0)),
                ("signs", models.JSONField(default=list)),
                ("state", models.CharField(default="proposed", max_length=8)),
                ("found_at", models.DateTimeField()),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "community_binding",
                "indexes": [
                    models.Index(
                        fields=["enterprise_id", "store_id"], name="community_binding_store"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "handle_id", "store_id"),
                        name="community_binding_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "bound", "refused"])),
                        name="community_binding_state",
                    ),
                ],
            },
        ),
        tenant_table("community_binding"),
        tenant_reference("community_binding", "handle_id", "channel_handle"),
        tenant_reference("community_binding", "store_id", "channel_store"),
    ]
