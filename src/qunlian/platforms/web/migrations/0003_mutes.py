"""Who may not write in which room until when."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_table


class Migration(migrations.Migration):
    dependencies = [("platforms_web", "0002_fences")]

    operations = [
        migrations.CreateModel(
            name="WebMute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("room_key", models.CharField(db_collation="C", max_length=40)),
                ("person_key", models.CharField(db_collation="C", max_length=40)),
                ("until_at", models.DateTimeField()),
            ],
            options={
                "db_table": "platforms_web_mute",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "room_key", "person_key"),
                        name="platforms_web_mute_once",
                    )
                ],
            },
        ),
        tenant_table("platforms_web_mute"),
        tenant_key("platforms_web_mute"),
    ]
