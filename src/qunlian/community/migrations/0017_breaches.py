"""Breaches of groups' rules: what followed, and how they stand."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table

_LOOSE = {
    "db_constraint": False,
    "db_index": False,
    "on_delete": django.db.models.deletion.DO_NOTHING,
    "related_name": "+",
}


class Migration(migrations.Migration):
    dependencies = [("community", "0016_askers")]

    operations = [
        migrations.AddField(
            model_name="group",
            name="ladder",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("rule", models.CharField(max_length=120)),
                ("words", models.CharField(max_length=300)),
                ("message_seq", models.BigIntegerField(null=True)),
                ("said", models.CharField(default="", max_length=120)),
                ("step", models.CharField(max_length=8)),
                ("state", models.CharField(default="asked", max_length=12)),
                ("standing", models.CharField(default="stands", max_length=8)),
                ("noted_by", models.BigIntegerField(null=True)),
                ("noted_at", models.DateTimeField()),
                ("counts_until_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("until_at", models.DateTimeField(null=True)),
                ("told_given_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("lifted_by", models.BigIntegerField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_why", models.CharField(default="", max_length=200)),
                ("appealed_at", models.DateTimeField(null=True)),
                ("appeal", models.CharField(default="", max_length=500)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(default="", max_length=300)),
                ("follows", models.ForeignKey(null=True, to="community.breach", **_LOOSE)),
                ("group", models.ForeignKey(to="community.group", **_LOOSE)),
                ("request", models.ForeignKey(null=True, to="community.request", **_LOOSE)),
            ],
            options={
                "db_table": "community_breach",
                "indexes": [
                    models.Index(
                        fields=["enterprise_id", "group", "noted_at", "id"],
                        name="community_breach_group",
                    ),
                    models.Index(
                        fields=["enterprise_id", "person_id", "noted_at", "id"],
                        name="community_breach_person",
                    ),
                    models.Index(
                        fields=["enterprise_id", "request"], name="community_breach_request"
                    ),
                    models.Index(
                        condition=models.Q(("standing", "appealed")),
                        fields=["enterprise_id", "appealed_at", "id"],
                        name="community_breach_appeals",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state", "done"), ("step", "mute"), ("undone_at", None)
                        ),
                        fields=["enterprise_id", "until_at"],
                        name="community_breach_muted",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ("remind", "recall", "packet", "mute", "remove"))
                        ),
                        name="community_breach_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "asked",
                                    "unknown",
                                    "with_person",
                                    "done",
                                    "not_given",
                                    "refused",
                                    "expired",
                                    "withdrawn",
                                ),
                            )
                        ),
                        name="community_breach_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "standing__in",
                                ("stands", "appealed", "upheld", "lifted", "granted"),
                            )
                        ),
                        name="community_breach_standing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("message_seq__isnull", False),
                            ("standing__in", ("stands", "appealed", "upheld")),
                        ),
                        fields=("enterprise_id", "group", "message_seq"),
                        name="community_breach_once",
                    ),
                ],
            },
        ),
        tenant_table("community_breach", rights="SELECT, INSERT, UPDATE"),
        tenant_key("community_breach"),
        tenant_reference("community_breach", "group_id", "community_group"),
        tenant_reference("community_breach", "person_id", "channel_person"),
        tenant_reference("community_breach", "request_id", "community_request"),
        tenant_reference("community_breach", "follows_id", "community_breach"),
    ]
