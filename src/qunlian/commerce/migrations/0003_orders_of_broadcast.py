"""Count the orders that came out of a broadcast by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0002_fences"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("broadcast_id__isnull", False)),
                fields=["enterprise_id", "broadcast_id", "group_id"],
                name="commerce_order_of_broadcast",
            ),
        ),
    ]
