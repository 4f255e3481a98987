"""Sales come by the hundred thousand: their stores are looked up once per statement (docs/decisions/0030)."""

from django.db import migrations

from qunlian.kernel.tenancy import bulk_reference

_REFERENCE = """
ALTER TABLE channel_sale ADD CONSTRAINT channel_sale_store_id_ref FOREIGN KEY (enterprise_id, store_id)
REFERENCES channel_store (enterprise_id, id)
"""
_OF_EACH_PARTITION = """
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'channel_sale'::regclass LOOP
        {does}
    END LOOP;
END $$
"""
_COPY = "PERFORM kernel_copy_statement_triggers('channel_sale', part::text);"
_DROP = """
        EXECUTE format('DROP TRIGGER channel_sale_store_id_ref_new ON %s', part);
        EXECUTE format('DROP TRIGGER channel_sale_store_id_ref_set ON %s', part);
"""


class Migration(migrations.Migration):
    dependencies = [("channel", "0004_identity")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE channel_sale DROP CONSTRAINT channel_sale_store_id_ref", _REFERENCE
        ),
        bulk_reference("channel_sale", "store_id", "channel_store"),
        migrations.RunSQL(
            _OF_EACH_PARTITION.format(does=_COPY), _OF_EACH_PARTITION.format(does=_DROP)
        ),
    ]
