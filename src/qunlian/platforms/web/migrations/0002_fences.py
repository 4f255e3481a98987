"""Tenancy of the built-in platform's tables."""

from django.db import migrations

from qunlian.kernel.tenancy import tenant_key, tenant_table

TABLES = (
    "platforms_web_room",
    "platforms_web_seat",
    "platforms_web_event",
    "platforms_web_counter",
)


class Migration(migrations.Migration):
    dependencies = [("platforms_web", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        *(tenant_table(table) for table in TABLES),
        *(tenant_key(table) for table in TABLES),
    ]
