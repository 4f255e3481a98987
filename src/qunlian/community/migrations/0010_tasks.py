"""What people do on their phones: tasks, their groups, fences, and the view that higher slices join."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import APP_ROLE, tenant_key, tenant_reference, tenant_table

#: One's own tasks, and those about groups within reach.
VIEW = f"""
CREATE VIEW community_task_view WITH (security_invoker = true) AS
SELECT t.enterprise_id, t.id, t.kind, t.source, t.source_key, t.platform, t.assignee_staff_id, t.state,
       t.reason, t.words, t.asked_at, t.due_at, t.expires_at, t.reminded_at, t.reminders, t.seen_at,
       t.ended_at
FROM community_task t
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR t.assignee_staff_id = (SELECT a.staff_id FROM channel_account a
                             WHERE a.id = nullif(current_setting('qunlian.actor'), '')::bigint)
   OR t.id IN (SELECT tg.task_id FROM community_task_group tg
               JOIN community_group_view g
                   ON g.enterprise_id = tg.enterprise_id AND g.id = tg.group_id);
GRANT SELECT ON community_task_view TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0009_bindings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
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
                ("platform", models.CharField(max_length=16)),
                ("assignee_staff_id", models.BigIntegerField(null=True)),
                ("payload", models.JSONField(default=dict)),
                ("room_key", models.CharField(default="", max_length=80)),
                ("state", models.CharField(default="with_person", max_length=12)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("remind_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                ("seen_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.BigIntegerField(null=True)),
                ("reason", models.CharField(default="", max_length=24)),
                ("words", models.CharField(default="", max_length=200)),
            ],
            options={
                "db_table": "community_task",
            },
        ),
        migrations.CreateModel(
            name="TaskGroup",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "task_id",
                        "group_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.group",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="community.task",
                    ),
                ),
            ],
            options={
                "db_table": "community_task_group",
            },
        ),
        migrations.RemoveConstraint(
            model_name="request",
            name="community_request_state",
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "held",
                            "asked",
                            "done",
                            "with_person",
                            "refused",
                            "expired",
                            "unknown",
                            "withdrawn",
                        ),
                    )
                ),
                name="community_request_state",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "with_person")),
                fields=["enterprise_id", "assignee_staff_id", "due_at", "id"],
                name="community_task_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "with_person")),
                fields=["enterprise_id", "due_at", "id"],
                name="community_task_due",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "with_person"), _negated=True),
                fields=["enterprise_id", "ended_at", "id"],
                name="community_task_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "source", "source_key"), name="community_task_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ("with_person", "done", "refused", "expired", "unknown", "withdrawn"),
                    )
                ),
                name="community_task_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "with_person")),
                    models.Q(
                        models.Q(("state", "with_person"), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="community_task_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="taskgroup",
            index=models.Index(fields=["enterprise_id", "group"], name="community_tg_group"),
        ),
        tenant_table("community_task"),
        tenant_table("community_task_group"),
        tenant_key("community_task"),
        tenant_reference("community_task", "assignee_staff_id", "channel_staff"),
        tenant_reference("community_task_group", "task_id", "community_task", on_delete="CASCADE"),
        tenant_reference("community_task_group", "group_id", "community_group"),
        migrations.RunSQL(VIEW, "DROP VIEW community_task_view"),
    ]
