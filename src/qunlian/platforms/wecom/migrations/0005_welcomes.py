"""Welcomes of groups that stand in the company's list, and which rooms shall have which."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_reference, tenant_table

NEW = ("platforms_wecom_welcome_template", "platforms_wecom_room_welcome")
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("platforms_wecom", "0004_greet_by")]

    operations = [
        migrations.CreateModel(
            name="WelcomeTemplate",
            fields=[
                ("id", ID.clone()),
                ("enterprise_id", models.BigIntegerField()),
                ("digest", models.CharField(db_collation="C", max_length=64)),
                ("content", models.TextField()),
                ("template_id", models.CharField(db_collation="C", default="", max_length=80)),
                ("state", models.CharField(max_length=12)),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "platforms_wecom_welcome_template",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "digest"),
                        name="platforms_wecom_welcome_template_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomWelcome",
            fields=[
                ("id", ID.clone()),
                ("enterprise_id", models.BigIntegerField()),
                ("room_key", models.CharField(db_collation="C", max_length=64)),
                (
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.DO_NOTHING,
                        to="platforms_wecom.welcometemplate",
                    ),
                ),
            ],
            options={
                "db_table": "platforms_wecom_room_welcome",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "room_key"),
                        name="platforms_wecom_room_welcome_once",
                    )
                ],
            },
        ),
        *(tenant_table(table) for table in NEW),
        *(tenant_key(table) for table in NEW),
        tenant_reference(
            "platforms_wecom_room_welcome", "template_id", "platforms_wecom_welcome_template"
        ),
    ]
