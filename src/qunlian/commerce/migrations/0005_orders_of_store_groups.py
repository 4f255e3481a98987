"""Orders that came out of a store's own group."""

from django.db import migrations, models

from qunlian.kernel.tenancy import tenant_reference


class Migration(migrations.Migration):
    dependencies = [("commerce", "0004_closed_books"), ("community", "0014_store_groups")]

    operations = [
        migrations.CreateModel(
            name="StoreGroupView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("people", models.IntegerField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "community_store_group_view", "managed": False},
        ),
        migrations.AddField("order", "store_group_id", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("store_group_id__isnull", False)),
                fields=["enterprise_id", "store_group_id"],
                name="commerce_order_of_own_group",
            ),
        ),
        tenant_reference("commerce_order", "store_group_id", "community_store_group"),
    ]
