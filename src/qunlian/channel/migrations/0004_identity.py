"""One human, one record: likely duplicates, merges with a trail, and nothing living on a merged record."""

import django.db.models.deletion
from django.db import migrations, models

from qunlian.kernel.tenancy import APP_ROLE, tenant_key, tenant_reference, tenant_table

#: A merged person is shown under the name of the one he was found to be; ``known_as_id`` says who that is.
VIEWS = f"""
CREATE OR REPLACE VIEW channel_person_view WITH (security_invoker = true) AS
SELECT p.enterprise_id, p.id, coalesce(k.name, p.name) AS name, coalesce(p.merged_into_id, p.id) AS known_as_id
FROM channel_person p
LEFT JOIN channel_person k ON k.enterprise_id = p.enterprise_id AND k.id = p.merged_into_id;

-- Only the merged: few, so that what joins history through it pays next to nothing.
CREATE VIEW channel_merged_person_view WITH (security_invoker = true) AS
SELECT p.enterprise_id, p.id AS person_id, p.merged_into_id AS known_as_id
FROM channel_person p WHERE p.merged_into_id IS NOT NULL;
GRANT SELECT ON channel_merged_person_view TO {APP_ROLE};
"""
DROP_VIEWS = """
DROP VIEW channel_merged_person_view;
CREATE OR REPLACE VIEW channel_person_view WITH (security_invoker = true) AS
SELECT p.enterprise_id, p.id, p.name, p.id AS known_as_id FROM channel_person p;
"""
#: A merge holds both records against new references. Who waited for it (a roster being loaded, somebody
#: joining) finds the record merged when he goes on: what he gives it goes to the kept one.
LIVING = """
CREATE FUNCTION channel_give_contact_to_living() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM fresh f WHERE (f.enterprise_id, f.person_id) IN (
        SELECT enterprise_id, person_id FROM channel_merged_person_view)) THEN
        RETURN NULL;
    END IF;
    DELETE FROM channel_contact c USING fresh f, channel_merged_person_view m, channel_contact k
    WHERE c.enterprise_id = f.enterprise_id AND c.id = f.id AND c.person_id = m.person_id
      AND m.enterprise_id = f.enterprise_id AND m.person_id = f.person_id
      AND k.enterprise_id = f.enterprise_id AND k.person_id = m.known_as_id
      AND k.store_id IS NOT DISTINCT FROM f.store_id AND k.distributor_id IS NOT DISTINCT FROM f.distributor_id;
    UPDATE channel_contact c SET person_id = m.known_as_id FROM fresh f, channel_merged_person_view m
    WHERE c.enterprise_id = f.enterprise_id AND c.id = f.id AND c.person_id = m.person_id
      AND m.enterprise_id = f.enterprise_id AND m.person_id = f.person_id;
    RETURN NULL;
END $$;
CREATE TRIGGER channel_contact_to_living AFTER INSERT ON channel_contact REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION channel_give_contact_to_living();

CREATE FUNCTION channel_give_store_to_living() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh f WHERE (f.enterprise_id, f.owner_id) IN (
        SELECT enterprise_id, person_id FROM channel_merged_person_view)) THEN
        UPDATE channel_store s SET owner_id = m.known_as_id FROM fresh f, channel_merged_person_view m
        WHERE s.enterprise_id = f.enterprise_id AND s.id = f.id AND s.owner_id = m.person_id
          AND m.enterprise_id = f.enterprise_id AND m.person_id = f.owner_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER channel_store_owner_to_living_new AFTER INSERT ON channel_store REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION channel_give_store_to_living();
CREATE TRIGGER channel_store_owner_to_living_set AFTER UPDATE ON channel_store REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION channel_give_store_to_living();
"""
DROP_LIVING = """
DROP TRIGGER channel_store_owner_to_living_set ON channel_store;
DROP TRIGGER channel_store_owner_to_living_new ON channel_store;
DROP TRIGGER channel_contact_to_living ON channel_contact;
DROP FUNCTION channel_give_store_to_living, channel_give_contact_to_living;
"""
REFERENCES = (
    ("channel_person", "merged_into_id", "channel_person"),
    ("channel_likely_duplicate", "first_id", "channel_person"),
    ("channel_likely_duplicate", "second_id", "channel_person"),
    ("channel_person_merge", "kept_id", "channel_person"),
    ("channel_person_merge", "merged_id", "channel_person"),
    ("channel_person_unmerge", "merge_id", "channel_person_merge"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("channel", "0003_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="LikelyDuplicate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("score", models.PositiveSmallIntegerField()),
                ("reasons", models.JSONField(default=list)),
                ("state", models.CharField(default="open", max_length=12)),
                ("found_at", models.DateTimeField()),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "channel_likely_duplicate",
            },
        ),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("moved", models.JSONField(default=dict)),
                ("note", models.CharField(default="", max_length=200)),
                ("merged_by", models.BigIntegerField(null=True)),
                ("merged_at", models.DateTimeField()),
            ],
            options={
                "db_table": "channel_person_merge",
            },
        ),
        migrations.CreateModel(
            name="PersonUnmerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enterprise_id", models.BigIntegerField()),
                ("stayed", models.JSONField(default=dict)),
                ("note", models.CharField(default="", max_length=200)),
                ("unmerged_by", models.BigIntegerField(null=True)),
                ("unmerged_at", models.DateTimeField()),
            ],
            options={
                "db_table": "channel_person_unmerge",
            },
        ),
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="channel.person",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["enterprise_id", "merged_into"],
                name="channel_person_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True),
                name="channel_person_not_own_merge",
            ),
        ),
        migrations.AddField(
            model_name="likelyduplicate",
            name="first",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="channel.person",
            ),
        ),
        migrations.AddField(
            model_name="likelyduplicate",
            name="second",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="channel.person",
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="kept",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="channel.person",
            ),
        ),
        migrations.AddField(
            model_name="personmerge",
            name="merged",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="channel.person",
            ),
        ),
        migrations.AddField(
            model_name="personunmerge",
            name="merge",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="channel.personmerge",
            ),
        ),
        migrations.AddIndex(
            model_name="likelyduplicate",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["enterprise_id", "-score", "id"],
                name="channel_likely_open",
            ),
        ),
        migrations.AddIndex(
            model_name="likelyduplicate",
            index=models.Index(fields=["enterprise_id", "second"], name="channel_likely_second"),
        ),
        migrations.AddConstraint(
            model_name="likelyduplicate",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "first", "second"), name="channel_likely_duplicate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="likelyduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))),
                name="channel_likely_duplicate_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="likelyduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "merged", "different"])),
                name="channel_likely_duplicate_state",
            ),
        ),
        migrations.AddIndex(
            model_name="personmerge",
            index=models.Index(fields=["enterprise_id", "kept"], name="channel_merge_kept"),
        ),
        migrations.AddIndex(
            model_name="personmerge",
            index=models.Index(fields=["enterprise_id", "merged"], name="channel_merge_merged"),
        ),
        migrations.AddConstraint(
            model_name="personunmerge",
            constraint=models.UniqueConstraint(
                fields=("enterprise_id", "merge"), name="channel_person_unmerge_once"
            ),
        ),
        tenant_table("channel_likely_duplicate"),
        tenant_table("channel_person_merge", rights="SELECT, INSERT"),
        tenant_table("channel_person_unmerge", rights="SELECT, INSERT"),
        tenant_key("channel_person_merge"),
        *(tenant_reference(*reference) for reference in REFERENCES),
        migrations.RunSQL(VIEWS, DROP_VIEWS),
        migrations.RunSQL(LIVING, DROP_LIVING),
    ]
