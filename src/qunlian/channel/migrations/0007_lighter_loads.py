"""A load writes less: no line in the index of divisions for a store whose division nobody knows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channel", "0006_being_laid")]

    operations = [
        migrations.RemoveIndex("store", "channel_store_division"),
        migrations.AddIndex(
            "store",
            models.Index(
                fields=["enterprise_id", "division_code"],
                condition=models.Q(division_code__gt=""),
                name="channel_store_division",
            ),
        ),
    ]
