"""Tenancy, the message table by months, composite references, and the views that higher slices join."""

from django.db import migrations

from qunlian.kernel.tenancy import (
    APP_ROLE,
    partitions,
    tenant_key,
    tenant_reference,
    tenant_table,
)

TENANT_TABLES = (
    "messaging_message_key",
    "messaging_group_counter",
    "messaging_read",
    "messaging_media",
    "messaging_intake_cursor",
    "messaging_broadcast",
    "messaging_relay",
    "messaging_delivery",
    "messaging_receipt",
)
KEYED = ("messaging_media", "messaging_broadcast", "messaging_relay", "messaging_delivery")
REFERENCES = (
    ("messaging_message", "group_id", "community_group"),
    ("messaging_message", "sender_person_id", "channel_person"),
    ("messaging_message", "broadcast_id", "messaging_broadcast"),
    ("messaging_message_key", "group_id", "community_group"),
    ("messaging_group_counter", "group_id", "community_group"),
    ("messaging_read", "group_id", "community_group"),
    ("messaging_read", "person_id", "channel_person"),
    ("messaging_media", "group_id", "community_group"),
    ("messaging_media", "broadcast_id", "messaging_broadcast"),
    ("messaging_broadcast", "sender_person_id", "channel_person"),
    ("messaging_relay", "broadcast_id", "messaging_broadcast"),
    ("messaging_relay", "parent_id", "messaging_relay"),
    ("messaging_relay", "staff_id", "channel_staff"),
    ("messaging_relay", "person_id", "channel_person"),
    ("messaging_delivery", "broadcast_id", "messaging_broadcast"),
    ("messaging_delivery", "group_id", "community_group"),
    ("messaging_delivery", "relay_id", "messaging_relay"),
    ("messaging_receipt", "broadcast_id", "messaging_broadcast"),
    ("messaging_receipt", "group_id", "community_group"),
    ("messaging_receipt", "person_id", "channel_person"),
)

MESSAGES = """
CREATE TABLE messaging_message (
    id bigint GENERATED ALWAYS AS IDENTITY,
    enterprise_id bigint NOT NULL,
    group_id bigint NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    change_no bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    kind varchar(12) NOT NULL CHECK (kind IN
        ('text', 'image', 'video', 'voice', 'card', 'question', 'system')),
    body jsonb NOT NULL,
    sender_person_id bigint,
    reply_to_seq bigint,
    mentions jsonb NOT NULL DEFAULT '[]',
    is_for_all boolean NOT NULL DEFAULT false,
    broadcast_id bigint,
    recalled_at timestamptz,
    PRIMARY KEY (enterprise_id, group_id, seq, posted_at)
) PARTITION BY RANGE (posted_at);
CREATE INDEX messaging_message_change ON messaging_message (enterprise_id, group_id, change_no);
CREATE INDEX messaging_message_time ON messaging_message (enterprise_id, posted_at);
"""

VIEWS = f"""
CREATE VIEW messaging_message_view WITH (security_invoker = true) AS
SELECT m.enterprise_id, m.id, m.group_id, m.seq, m.posted_at, m.kind, m.sender_person_id,
       m.reply_to_seq, m.broadcast_id, m.recalled_at
FROM messaging_message m
WHERE m.group_id IN (SELECT g.id FROM community_group_view g);

CREATE VIEW messaging_delivery_view WITH (security_invoker = true) AS
SELECT d.enterprise_id, d.id, d.broadcast_id, d.group_id, d.state, d.people, d.seq, d.problem, d.due_at,
       d.sent_at
FROM messaging_delivery d
WHERE d.group_id IN (SELECT g.id FROM community_group_view g);

CREATE VIEW messaging_broadcast_view WITH (security_invoker = true) AS
SELECT b.enterprise_id, b.id, b.title, b.mode, b.state, b.kind, b.question, b.groups_total,
       b.people_total, b.started_at, b.ended_at, b.created_by, b.created_at
FROM messaging_broadcast b
WHERE (SELECT current_setting('qunlian.reach') = 'all')
   OR b.created_by = (SELECT nullif(current_setting('qunlian.actor'), '')::bigint)
   OR EXISTS (SELECT 1 FROM messaging_delivery_view d WHERE d.broadcast_id = b.id);

CREATE VIEW messaging_receipt_view WITH (security_invoker = true) AS
SELECT r.enterprise_id, r.id, r.broadcast_id, r.group_id, r.person_id, r.delivered_at, r.read_at,
       r.clicked_at, r.answered_at, r.answer, r.is_understood
FROM messaging_receipt r
WHERE r.group_id IN (SELECT g.id FROM community_group_view g);

GRANT SELECT ON messaging_message_view, messaging_delivery_view, messaging_broadcast_view,
    messaging_receipt_view TO {APP_ROLE};
"""
DROP_VIEWS = """
DROP VIEW messaging_receipt_view, messaging_broadcast_view, messaging_delivery_view,
    messaging_message_view
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
        ("kernel", "0001_initial"),
        ("channel", "0002_fences"),
        ("community", "0002_fences"),
    ]

    operations = [
        migrations.RunSQL(MESSAGES, "DROP TABLE messaging_message"),
        partitions("messaging_message", past=14, ahead=3),
        tenant_table("messaging_message", rights="SELECT, INSERT, UPDATE"),
        *(tenant_table(table) for table in TENANT_TABLES),
        *(tenant_key(table) for table in KEYED),
        *(tenant_reference(*reference) for reference in REFERENCES),
        migrations.RunSQL(VIEWS, DROP_VIEWS),
    ]
