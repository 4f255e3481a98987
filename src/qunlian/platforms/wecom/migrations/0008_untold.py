"""How many changes of a room were found by reading before any callback told of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platforms_wecom", "0007_archive")]

    operations = [
        migrations.AddField("room", "untold", models.IntegerField(default=0, db_default=0)),
    ]
