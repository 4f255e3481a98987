"""Until when a new contact may be greeted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platforms_wecom", "0003_set_up"),
    ]

    operations = [
        migrations.AddField(
            model_name="callback",
            name="greet_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("greet_by__isnull", False)),
                fields=["enterprise_id", "id"],
                name="platforms_wecom_callback_greet",
            ),
        ),
    ]
