"""Messages that people send by hand: the task behind a delivery, and what its platform was asked of it."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0005_merged_senders"),
        ("community", "0010_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("source", models.CharField(max_length=24)),
                ("source_key", models.CharField(max_length=80)),
                ("assignee_staff_id", models.BigIntegerField(null=True)),
                ("state", models.CharField(max_length=12)),
                ("reason", models.CharField(max_length=24)),
                ("words", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("reminders", models.PositiveSmallIntegerField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "community_task_view",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("task_id", models.BigIntegerField()),
                ("platform", models.CharField(max_length=16)),
                ("asked_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("nudged_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "messaging_confirmation",
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="task_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("task_id__isnull", False)),
                fields=["enterprise_id", "task_id"],
                name="messaging_delivery_task",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="broadcast",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="messaging.broadcast",
            ),
        ),
        migrations.AddIndex(
            model_name="confirmation",
            index=models.Index(
                fields=["enterprise_id", "broadcast"], name="messaging_confirmation_of"
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "task_id"), name="messaging_confirmation_once"
            ),
        ),
        tenant_table("messaging_confirmation"),
        tenant_key("messaging_confirmation"),
        tenant_reference("messaging_confirmation", "broadcast_id", "messaging_broadcast"),
        tenant_reference("messaging_confirmation", "task_id", "community_task"),
        tenant_reference("messaging_delivery", "task_id", "community_task"),
    ]
