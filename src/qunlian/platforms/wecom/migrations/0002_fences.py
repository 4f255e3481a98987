"""Tenancy of the WeCom adapter's tables."""

from django.db import migrations

from qunlian.kernel.tenancy import open_table, tenant_key, tenant_reference, tenant_table

TABLES = (
    "platforms_wecom_corp",
    "platforms_wecom_token",
    "platforms_wecom_pace",
    "platforms_wecom_quota",
    "platforms_wecom_room",
    "platforms_wecom_mass_task",
    "platforms_wecom_mass_post",
    "platforms_wecom_callback",
    "platforms_wecom_heard_room",
)


class Migration(migrations.Migration):
    dependencies = [("platforms_wecom", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        *(tenant_table(table) for table in TABLES),
        *(tenant_key(table) for table in TABLES),
        # what once came is never forgotten
        tenant_table("platforms_wecom_inbox_key", rights="SELECT, INSERT"),
        tenant_key("platforms_wecom_inbox_key"),
        open_table("platforms_wecom_callback_code"),
        tenant_reference("platforms_wecom_mass_post", "task_id", "platforms_wecom_mass_task"),
    ]
