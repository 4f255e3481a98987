"""Whose wish a request, and the task that comes of it, is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("community", "0015_task_terms")]

    operations = [
        migrations.AddField(
            model_name="request",
            name="asked_by",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="asked_by",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("state__in", ["refused", "expired", "unknown"])),
                fields=["enterprise_id", "asked_by"],
                name="community_request_unmet",
            ),
        ),
    ]
