"""Which proposed groups got another team by hand: a standing group takes that over, and no other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("community", "0005_comparisons")]

    operations = [
        migrations.AddField("plangroup", "is_restaffed", models.BooleanField(default=False)),
    ]
