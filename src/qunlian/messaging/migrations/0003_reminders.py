"""Reminders to staff: a message waits at them, or their groups have not read it."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0002_fences"),
    ]

    operations = [
        migrations.CreateModel(
            name="DistributorView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("path", models.TextField(db_collation="C")),
                ("tier", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
            ],
            options={
                "db_table": "channel_distributor_view",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("staff_id", models.BigIntegerField()),
                ("times", models.PositiveSmallIntegerField(default=1)),
                ("reminded_by", models.BigIntegerField()),
                ("reminded_at", models.DateTimeField()),
                (
                    "broadcast",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="messaging.broadcast",
                    ),
                ),
            ],
            options={
                "db_table": "messaging_reminder",
                "indexes": [
                    models.Index(
                        fields=["enterprise_id", "staff_id"], name="messaging_reminder_staff"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "broadcast", "staff_id"),
                        name="messaging_reminder_once",
                    )
                ],
            },
        ),
        tenant_table("messaging_reminder"),
        tenant_key("messaging_reminder"),
        tenant_reference("messaging_reminder", "broadcast_id", "messaging_broadcast"),
        tenant_reference("messaging_reminder", "staff_id", "channel_staff"),
    ]
