"""How often it was tried on the claim page; proposals are found by who is to be asked about them."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_table


class Migration(migrations.Migration):
    dependencies = [("community", "0011_doors")]

    operations = [
        migrations.CreateModel(
            name="ClaimTry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enterprise_id",
                        "key",
                        "window_at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=100)),
                ("window_at", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
            ],
            options={"db_table": "community_claim_try"},
        ),
        tenant_table("community_claim_try"),
    ]
