"""What a set-up page and the doctor keep: the archive's access, counts of a day, a ticket for pages."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_table

NEW = ("platforms_wecom_tally", "platforms_wecom_ticket")
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("platforms_wecom", "0002_fences")]

    operations = [
        migrations.AddField("corp", "sealed_archive_keys", models.TextField(default="")),
        migrations.AddField("corp", "sealed_archive_secret", models.TextField(default="")),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", ID.clone()),
                ("enterprise_id", models.BigIntegerField()),
                ("on_day", models.DateField()),
                ("kind", models.CharField(max_length=12)),
                ("reason", models.CharField(db_collation="C", default="", max_length=40)),
                ("count", models.IntegerField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "db_table": "platforms_wecom_tally",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "on_day", "kind", "reason"),
                        name="platforms_wecom_tally_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", ID.clone()),
                ("enterprise_id", models.BigIntegerField()),
                ("secret_digest", models.CharField(max_length=64)),
                ("sealed_value", models.TextField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": "platforms_wecom_ticket",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id",), name="platforms_wecom_ticket_once"
                    )
                ],
            },
        ),
        *(tenant_table(table) for table in NEW),
        *(tenant_key(table) for table in NEW),
    ]
