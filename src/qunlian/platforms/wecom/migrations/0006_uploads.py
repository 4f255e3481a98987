"""Files that WeCom holds for three days."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_key, tenant_table

TABLE = "platforms_wecom_upload"
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("platforms_wecom", "0005_welcomes")]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", ID),
                ("enterprise_id", models.BigIntegerField()),
                ("corp_id", models.CharField(db_collation="C", max_length=64)),
                ("token", models.CharField(db_collation="C", max_length=64)),
                ("kind", models.CharField(max_length=8)),
                ("media_id", models.CharField(db_collation="C", max_length=200)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": TABLE,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "token", "kind"),
                        name="platforms_wecom_upload_once",
                    )
                ],
            },
        ),
        tenant_table(TABLE),
        tenant_key(TABLE),
    ]
