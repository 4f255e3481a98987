"""A demo that is still being laid down is left alone by the jobs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channel", "0005_sales_in_bulk")]

    operations = [
        migrations.AddField(
            model_name="enterprise",
            name="is_being_laid",
            field=models.BooleanField(default=False),
        ),
    ]
