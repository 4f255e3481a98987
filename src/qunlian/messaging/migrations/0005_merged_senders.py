"""Who speaks in a group, as he is known now: what joins words with members finds a merged person's."""

from django.db import migrations

_VIEW = """
CREATE OR REPLACE VIEW messaging_message_view WITH (security_invoker = true) AS
SELECT m.enterprise_id, m.id, m.group_id, m.seq, m.posted_at, m.kind, {sender} AS sender_person_id,
       m.reply_to_seq, m.broadcast_id, m.recalled_at
FROM messaging_message m {join}
WHERE m.group_id IN (SELECT g.id FROM community_group_view g);
"""
VIEW = _VIEW.format(
    sender="coalesce(k.known_as_id, m.sender_person_id)",
    join="LEFT JOIN channel_merged_person_view k"
    " ON k.enterprise_id = m.enterprise_id AND k.person_id = m.sender_person_id",
)
BEFORE = _VIEW.format(sender="m.sender_person_id", join="")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0004_proof_tallies"), ("channel", "0004_identity")]

    operations = [migrations.RunSQL(VIEW, BEFORE)]
