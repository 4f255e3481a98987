"""How many people of each group proved a broadcast: counted by every write of a receipt, in its transaction."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import APP_ROLE, tenant_reference, tenant_table

_COUNTS = """count({t}.delivered_at) AS delivered, count({t}.read_at) AS read, count({t}.clicked_at) AS clicked,
        count({t}.answered_at) AS answered, count(*) FILTER (WHERE {t}.is_understood) AS understood"""
_ADD = """INSERT INTO messaging_proof_tally AS t (enterprise_id, broadcast_id, group_id, delivered, read, clicked,
        answered, understood)
    SELECT q.enterprise_id, q.broadcast_id, q.group_id, sum(q.sign * q.delivered), sum(q.sign * q.read),
        sum(q.sign * q.clicked), sum(q.sign * q.answered), sum(q.sign * q.understood)
    FROM ({source}) q GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (enterprise_id, broadcast_id, group_id) DO UPDATE SET
        delivered = t.delivered + EXCLUDED.delivered, read = t.read + EXCLUDED.read,
        clicked = t.clicked + EXCLUDED.clicked, answered = t.answered + EXCLUDED.answered,
        understood = t.understood + EXCLUDED.understood;"""


def _of(table: str, sign: int) -> str:
    counts = _COUNTS.format(t=table)
    return f"""SELECT {table}.enterprise_id, {table}.broadcast_id, {table}.group_id, {sign} AS sign, {counts}
        FROM {table} WHERE {table}.is_member GROUP BY 1, 2, 3"""


_CHANGED = f"{_of('fresh', 1)} UNION ALL {_of('stale', -1)}"
#: Rows are taken in the order of their keys, so that nobody waits in a circle.
TRIGGERS = f"""
CREATE FUNCTION messaging_count_proofs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
    {_ADD.format(source=_of("fresh", 1))}
    ELSIF TG_OP = 'DELETE' THEN
    {_ADD.format(source=_of("stale", -1))}
    ELSE
    {_ADD.format(source=_CHANGED)}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER messaging_receipt_new AFTER INSERT ON messaging_receipt REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION messaging_count_proofs();
CREATE TRIGGER messaging_receipt_grown AFTER UPDATE ON messaging_receipt
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION messaging_count_proofs();
CREATE TRIGGER messaging_receipt_gone AFTER DELETE ON messaging_receipt REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION messaging_count_proofs();
"""
DROP_TRIGGERS = """
DROP TRIGGER messaging_receipt_new ON messaging_receipt;
DROP TRIGGER messaging_receipt_grown ON messaging_receipt;
DROP TRIGGER messaging_receipt_gone ON messaging_receipt;
DROP FUNCTION messaging_count_proofs();
"""
#: The fence binds the owner too; it is let down for what was proved before, within this transaction.
_TABLES = ("messaging_receipt", "messaging_proof_tally", "community_member")
COUNT_SO_FAR = f"""
{"".join(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; " for table in _TABLES)}
UPDATE messaging_receipt r SET is_member = false WHERE NOT EXISTS (
    SELECT FROM community_member m WHERE m.enterprise_id = r.enterprise_id AND m.group_id = r.group_id
    AND m.person_id = r.person_id AND m.role = 'member');
{_ADD.format(source=_of("messaging_receipt", 1))}
{"".join(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY; " for table in _TABLES)}
"""
VIEW = f"""
CREATE VIEW messaging_proof_tally_view WITH (security_invoker = true) AS
SELECT t.enterprise_id, t.broadcast_id, t.group_id, t.delivered, t.read, t.clicked, t.answered, t.understood
FROM messaging_proof_tally t
WHERE t.group_id IN (SELECT g.id FROM community_group_view g);
GRANT SELECT ON messaging_proof_tally_view TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_reminders")]

    operations = [
        migrations.AddField(
            model_name="receipt", name="is_member", field=models.BooleanField(default=True)
        ),
        migrations.CreateModel(
            name="ProofTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("group_id", models.BigIntegerField()),
                ("delivered", models.IntegerField(default=0)),
                ("read", models.IntegerField(default=0)),
                ("clicked", models.IntegerField(default=0)),
                ("answered", models.IntegerField(default=0)),
                ("understood", models.IntegerField(default=0)),
                (
                    "broadcast",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="messaging.broadcast",
                    ),
                ),
            ],
            options={
                "db_table": "messaging_proof_tally",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enterprise_id", "broadcast", "group_id"),
                        name="messaging_proof_tally_once",
                    )
                ],
            },
        ),
        tenant_table("messaging_proof_tally"),
        tenant_reference("messaging_proof_tally", "broadcast_id", "messaging_broadcast"),
        tenant_reference("messaging_proof_tally", "group_id", "community_group"),
        migrations.RunSQL(COUNT_SO_FAR, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        migrations.RunSQL(VIEW, "DROP VIEW messaging_proof_tally_view"),
    ]
