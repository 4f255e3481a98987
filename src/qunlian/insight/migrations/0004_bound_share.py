"""Of how many stores with a group, and of how many people in it, we know who is whose."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0003_uncovered_stores")]

    operations = [
        migrations.AddField("tally", name, models.IntegerField(default=0))
        for name in ("stores_bound", "members", "members_bound")
    ]
