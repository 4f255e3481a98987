"""A seat that is given to a merged record goes to the one it was merged into; where he sits already it is free."""

from django.db import migrations

LIVING = """
CREATE FUNCTION community_seat_living() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM fresh f WHERE (f.enterprise_id, f.person_id) IN (
        SELECT enterprise_id, person_id FROM channel_merged_person_view)) THEN
        RETURN NULL;
    END IF;
    WITH twice AS (
        DELETE FROM community_member m USING fresh f, channel_merged_person_view k, community_member own
        WHERE m.enterprise_id = f.enterprise_id AND m.id = f.id AND m.left_at IS NULL
          AND k.enterprise_id = f.enterprise_id AND k.person_id = f.person_id
          AND own.enterprise_id = f.enterprise_id AND own.group_id = f.group_id
          AND own.person_id = k.known_as_id AND own.left_at IS NULL
        RETURNING m.enterprise_id, m.group_id
    ), freed AS (SELECT enterprise_id, group_id, count(*) AS n FROM twice GROUP BY 1, 2)
    UPDATE community_group g SET seats_taken = greatest(g.seats_taken - freed.n, 0)
    FROM freed WHERE g.enterprise_id = freed.enterprise_id AND g.id = freed.group_id;
    UPDATE community_member m SET person_id = k.known_as_id FROM fresh f, channel_merged_person_view k
    WHERE m.enterprise_id = f.enterprise_id AND m.id = f.id AND m.person_id = k.person_id
      AND m.left_at IS NULL AND k.enterprise_id = f.enterprise_id AND k.person_id = f.person_id;
    RETURN NULL;
END $$;
CREATE TRIGGER community_member_to_living AFTER INSERT ON community_member REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION community_seat_living();
"""
DROP = """
DROP TRIGGER community_member_to_living ON community_member;
DROP FUNCTION community_seat_living;
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0003_owned"), ("channel", "0004_identity")]

    operations = [migrations.RunSQL(LIVING, DROP)]
