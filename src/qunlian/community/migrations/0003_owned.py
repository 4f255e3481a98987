"""
No group without an owner, at no moment: the database refuses, whatever the code does.

A living group has an owner (CHECK), and he sits in it as such when the transaction ends; its steward is
somebody still on the staff, and once it has one it keeps one; nobody leaves the staff, and no account is
closed, while groups are in these hands. The owner *on the platform* may be a leaver only while his successor
has been asked for.
"""

from django.db import migrations, models

#: Groups that somebody must own.
LIVING = "life NOT IN ('merged', 'retired')"

FUNCTIONS = f"""
CREATE FUNCTION community_keep_steward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone date;
BEGIN
    IF NEW.life IN ('merged', 'retired') THEN
        RETURN NEW;
    END IF;
    IF NEW.steward_staff_id IS NULL THEN
        IF TG_OP = 'UPDATE' AND OLD.steward_staff_id IS NOT NULL THEN
            RAISE 'group % would lose its steward', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'community_group_keeps_steward';
        END IF;
        RETURN NEW;
    END IF;
    SELECT s.left_on INTO gone FROM channel_staff s
    WHERE s.enterprise_id = NEW.enterprise_id AND s.id = NEW.steward_staff_id FOR SHARE;
    IF gone IS NOT NULL THEN
        RAISE 'the steward of group % has left', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'community_group_steward_here';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER community_group_steward BEFORE INSERT OR UPDATE OF steward_staff_id ON community_group
    FOR EACH ROW EXECUTE FUNCTION community_keep_steward();

CREATE FUNCTION community_holds_groups(of_enterprise bigint, of_staff bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM community_group g
        WHERE g.enterprise_id = of_enterprise AND g.steward_staff_id = of_staff AND g.{LIVING}
    ) OR EXISTS (
        SELECT FROM channel_staff s JOIN community_group g ON g.enterprise_id = s.enterprise_id
            AND g.owner_person_id = s.person_id AND g.{LIVING}
        WHERE s.enterprise_id = of_enterprise AND s.id = of_staff AND NOT EXISTS (
            SELECT FROM community_request r
            WHERE r.enterprise_id = g.enterprise_id AND r.group_id = g.id AND r.kind = 'owner'
              AND r.state <> 'done' AND (r.payload ->> 'from_person_id')::bigint = g.owner_person_id))
$$;

CREATE FUNCTION community_keep_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF community_holds_groups(NEW.enterprise_id, NEW.id) THEN
        RAISE 'staff % still holds groups', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'channel_staff_holds_groups';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER community_staff_leaves BEFORE UPDATE OF left_on ON channel_staff FOR EACH ROW
    WHEN (OLD.left_on IS NULL AND NEW.left_on IS NOT NULL) EXECUTE FUNCTION community_keep_staff();

CREATE FUNCTION community_keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF community_holds_groups(NEW.enterprise_id, NEW.staff_id) THEN
        RAISE 'staff % still holds groups', NEW.staff_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'channel_staff_holds_groups';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER community_account_closes BEFORE UPDATE OF is_active ON channel_account FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active AND NEW.staff_id IS NOT NULL)
    EXECUTE FUNCTION community_keep_account();

CREATE FUNCTION community_keep_owner() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this bigint := to_jsonb(OLD) ->> TG_ARGV[0];
BEGIN
    IF EXISTS (
        SELECT FROM community_group g WHERE g.enterprise_id = OLD.enterprise_id AND g.id = this
          AND g.{LIVING} AND NOT EXISTS (
            SELECT FROM community_member m WHERE m.enterprise_id = g.enterprise_id
              AND m.group_id = g.id AND m.person_id = g.owner_person_id AND m.role = 'owner'
              AND m.left_at IS NULL)
    ) THEN
        RAISE 'the owner of group % does not sit in it', this
            USING ERRCODE = 'check_violation', CONSTRAINT = 'community_group_owner_seated';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER community_group_owner_seated AFTER UPDATE OF owner_person_id ON community_group
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.owner_person_id IS DISTINCT FROM NEW.owner_person_id)
    EXECUTE FUNCTION community_keep_owner('id');
CREATE CONSTRAINT TRIGGER community_member_owner_seated AFTER UPDATE OR DELETE ON community_member
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.role = 'owner' AND OLD.left_at IS NULL) EXECUTE FUNCTION community_keep_owner('group_id');
"""
DROP = """
DROP TRIGGER community_member_owner_seated ON community_member;
DROP TRIGGER community_group_owner_seated ON community_group;
DROP TRIGGER community_account_closes ON channel_account;
DROP TRIGGER community_staff_leaves ON channel_staff;
DROP TRIGGER community_group_steward ON community_group;
DROP FUNCTION community_keep_owner, community_keep_account, community_keep_staff,
    community_holds_groups, community_keep_steward;
"""


class Migration(migrations.Migration):
    dependencies = [("community", "0002_fences")]

    operations = [
        migrations.AddIndex(
            model_name="group",
            index=models.Index(
                fields=["enterprise_id", "owner_person_id"], name="community_group_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(owner_person_id__isnull=False)
                | models.Q(life__in=["merged", "retired"]),
                name="community_group_owned",
            ),
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
