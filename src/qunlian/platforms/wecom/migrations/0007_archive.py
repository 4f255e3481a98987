"""How the reading of the message archive stands, and which messages could not be opened."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_table

NEW = ("platforms_wecom_archive_reading", "platforms_wecom_archive_gap")
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("platforms_wecom", "0006_uploads")]

    operations = [
        migrations.CreateModel(
            name="ArchiveReading",
            fields=[
                ("id", ID.clone()),
                ("enterprise_id", models.BigIntegerField(unique=True)),
                ("seq", models.BigIntegerField(default=0)),
                ("trouble", models.CharField(default="", max_length=40)),
                ("read_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField()),
            ],
            options={"db_table": "platforms_wecom_archive_reading"},
        ),
        migrations.CreateModel(
            name="ArchiveGap",
            fields=[
                ("id", ID.clone()),
                ("enterprise_id", models.BigIntegerField()),
                ("seq", models.BigIntegerField()),
                ("version", models.IntegerField()),
                ("key_digest", models.CharField(db_collation="C", default="", max_length=64)),
                ("handed_as", models.BigIntegerField(null=True)),
                ("noticed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "platforms_wecom_archive_gap",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "seq"), name="platforms_wecom_archive_gap_once"
                    )
                ],
            },
        ),
        *(tenant_table(table) for table in NEW),
        *(tenant_key(table) for table in NEW),
    ]
