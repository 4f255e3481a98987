"""
How stores are found and counted.

Pairs of characters of a store's name and initials stand in a side table under a GIN index. A statement that
touches few stores brings it up to date itself; a bulk load only notes what is to be indexed, and
``channel_index_stores`` does it afterwards in batches; until then the search looks through the noted
rows as well, so it is never wrong. Counts per territory are kept by the same triggers.
"""

from django.db import migrations

from qunlian.kernel.tenancy import (
    APP_ROLE,
    SEARCH_ROLE,
    readable_by_search,
    tenant_reference,
    tenant_table,
)

IGNORED = " \t()（）[]【】-_—·.,，。、/&''\"“”#：:"

TABLES = f"""
CREATE TABLE channel_store_gram (
    enterprise_id bigint NOT NULL,
    store_id bigint NOT NULL,
    territory_id bigint NOT NULL,
    grams text[] COLLATE "C" NOT NULL,
    PRIMARY KEY (enterprise_id, store_id)
);
CREATE INDEX channel_store_gram_find ON channel_store_gram USING gin (grams);
-- notes for later: a load makes neighbouring ids, so a hundred thousand stores are one note
CREATE TABLE channel_store_unindexed (
    enterprise_id bigint NOT NULL,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL CHECK (last_id >= first_id),
    PRIMARY KEY (enterprise_id, first_id)
);
CREATE TABLE channel_territory_count (
    enterprise_id bigint NOT NULL,
    territory_id bigint NOT NULL,
    stores bigint NOT NULL,
    PRIMARY KEY (enterprise_id, territory_id)
);
GRANT USAGE ON SEQUENCE channel_territory_id_seq, channel_distributor_id_seq TO {APP_ROLE};
CREATE INDEX channel_store_size ON channel_store (enterprise_id, size_fen DESC, id DESC);
CREATE INDEX channel_store_type ON channel_store (enterprise_id, type, code);
CREATE INDEX channel_store_not_open ON channel_store (enterprise_id, status, code)
    WHERE status <> 'open';
"""
DROP_TABLES = """
DROP INDEX channel_store_size, channel_store_type, channel_store_not_open;
DROP TABLE channel_store_gram, channel_store_unindexed, channel_territory_count;
"""

GRAMS = f"""
CREATE FUNCTION channel_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(lower(words), '{IGNORED}', '')
$$;
CREATE FUNCTION channel_grams(name text, search_text text, tags jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH cut AS (
        SELECT channel_plain(name) AS n, coalesce((
            SELECT word FROM unnest(string_to_array(search_text, ' ')) WITH ORDINALITY AS u (word, at)
            WHERE octet_length(word) = length(word) ORDER BY at DESC LIMIT 1), '') AS a)
    SELECT array(
        SELECT substr(n, i, 2) FROM cut, generate_series(1, length(n) - 1) AS i
        WHERE octet_length(substr(n, i, 2)) > 2
        UNION SELECT substr(a, i, 2) FROM cut, generate_series(1, length(a) - 1) AS i
        UNION SELECT '#' || tag FROM jsonb_array_elements_text(tags) AS tag)
$$;
CREATE FUNCTION channel_index_stores(take int) RETURNS bigint LANGUAGE sql AS $$
    WITH locked AS (
        SELECT enterprise_id, first_id, last_id FROM channel_store_unindexed
        WHERE enterprise_id = current_setting('qunlian.enterprise')::bigint
        ORDER BY first_id LIMIT take FOR UPDATE SKIP LOCKED
    ), due AS (
        SELECT *, take - sum(last_id - first_id + 1) OVER (ORDER BY first_id) + last_id - first_id + 1 AS room
        FROM locked
    ), cut AS (
        SELECT enterprise_id, first_id, least(last_id, first_id + room::bigint - 1) AS upto, last_id
        FROM due WHERE room > 0
    ), gone AS (
        DELETE FROM channel_store_unindexed u USING cut
        WHERE u.enterprise_id = cut.enterprise_id AND u.first_id = cut.first_id
    ), rest AS (
        INSERT INTO channel_store_unindexed AS u (enterprise_id, first_id, last_id)
        SELECT enterprise_id, upto + 1, last_id FROM cut WHERE upto < last_id
        ON CONFLICT (enterprise_id, first_id)
        DO UPDATE SET last_id = greatest(u.last_id, excluded.last_id)
    ), written AS (
        INSERT INTO channel_store_gram (enterprise_id, store_id, territory_id, grams)
        SELECT DISTINCT ON (s.id) s.enterprise_id, s.id, s.territory_id,
            channel_grams(s.name, s.search_text, s.tags)
        FROM cut JOIN channel_store s ON s.enterprise_id = cut.enterprise_id
            AND s.id >= cut.first_id AND s.id <= cut.upto
        ON CONFLICT (enterprise_id, store_id)
        DO UPDATE SET territory_id = excluded.territory_id, grams = excluded.grams
        RETURNING 1
    )
    SELECT count(*) FROM written
$$;
"""
DROP_GRAMS = """
DROP FUNCTION channel_index_stores; DROP FUNCTION channel_grams; DROP FUNCTION channel_plain
"""

#: Few stores at once (somebody edits) are indexed in the same statement, many (a load) later.
TRIGGERS = """
CREATE FUNCTION channel_count_stores() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts text := '';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        parts := 'SELECT enterprise_id, territory_id, 1 AS n FROM fresh WHERE status <> ''closed''';
    END IF;
    IF TG_OP <> 'INSERT' THEN
        parts := parts || CASE WHEN parts = '' THEN '' ELSE ' UNION ALL ' END
            || 'SELECT enterprise_id, territory_id, -1 AS n FROM stale WHERE status <> ''closed''';
    END IF;
    EXECUTE 'INSERT INTO channel_territory_count AS kept (enterprise_id, territory_id, stores)
        SELECT enterprise_id, territory_id, sum(n) FROM (' || parts || ') AS changes
        GROUP BY 1, 2 HAVING sum(n) <> 0 ORDER BY 1, 2
        ON CONFLICT (enterprise_id, territory_id) DO UPDATE SET stores = kept.stores + excluded.stores';
    RETURN NULL;
END $$;

CREATE FUNCTION channel_note_stores() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    due text := CASE TG_OP WHEN 'INSERT' THEN 'SELECT enterprise_id, id FROM fresh'
        ELSE 'SELECT f.enterprise_id, f.id FROM fresh f
            JOIN stale o ON o.enterprise_id = f.enterprise_id AND o.id = f.id
            WHERE (o.name, o.search_text, o.tags, o.territory_id)
                IS DISTINCT FROM (f.name, f.search_text, f.tags, f.territory_id)' END;
BEGIN
    EXECUTE 'INSERT INTO channel_store_unindexed AS u (enterprise_id, first_id, last_id)
        SELECT enterprise_id, min(id), max(id) FROM (
            SELECT enterprise_id, id, id - row_number() OVER (PARTITION BY enterprise_id ORDER BY id) AS run
            FROM (' || due || ') AS noted) AS neighbours
        GROUP BY enterprise_id, run ORDER BY 1, 2
        ON CONFLICT (enterprise_id, first_id)
        DO UPDATE SET last_id = greatest(u.last_id, excluded.last_id)';
    IF (SELECT count(*) FROM (SELECT FROM fresh LIMIT 201) AS few) <= 200 THEN
        PERFORM channel_index_stores(400);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER count_inserted AFTER INSERT ON channel_store REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION channel_count_stores();
CREATE TRIGGER count_updated AFTER UPDATE ON channel_store
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION channel_count_stores();
CREATE TRIGGER count_deleted AFTER DELETE ON channel_store REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION channel_count_stores();
CREATE TRIGGER note_inserted AFTER INSERT ON channel_store REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION channel_note_stores();
CREATE TRIGGER note_updated AFTER UPDATE ON channel_store
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION channel_note_stores();
"""
DROP_TRIGGERS = """
DROP TRIGGER count_inserted ON channel_store; DROP TRIGGER count_updated ON channel_store;
DROP TRIGGER count_deleted ON channel_store; DROP TRIGGER note_inserted ON channel_store;
DROP TRIGGER note_updated ON channel_store;
DROP FUNCTION channel_note_stores; DROP FUNCTION channel_count_stores;
"""

#: Reads across policies as qunlian_search, so it filters enterprise and reach itself, from the scope.
SEARCH = f"""
CREATE FUNCTION channel_search_stores(ways jsonb, filters jsonb, after_code text, take int)
RETURNS TABLE (id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ent bigint := current_setting('qunlian.enterprise')::bigint;
    is_all boolean := current_setting('qunlian.reach') = 'all';
    paths text[] := string_to_array(nullif(current_setting('qunlian.territory_paths'), ''), ',');
    partners text[] := string_to_array(nullif(current_setting('qunlian.distributor_paths'), ''), ',');
    own bigint[] := string_to_array(nullif(current_setting('qunlian.store_ids'), ''), ',')::bigint[];
    within bigint[];
    dealers bigint[];
    reach text;
    rest text := '';
    way jsonb;
    matches text := '';
    parts text[] := '{{}}';
    is_small boolean;
    name text;
BEGIN
    IF paths IS NOT NULL THEN
        within := array(SELECT t.id FROM channel_territory t, unnest(paths) AS p WHERE t.enterprise_id = ent
            AND t.path >= p COLLATE "C" AND t.path < (left(p, -1) || '0') COLLATE "C");
    END IF;
    IF partners IS NOT NULL THEN
        dealers := array(SELECT d.id FROM channel_distributor d, unnest(partners) AS p
            WHERE d.enterprise_id = ent
            AND d.path >= p COLLATE "C" AND d.path < (left(p, -1) || '0') COLLATE "C");
    END IF;
    reach := CASE WHEN is_all THEN 'true' ELSE format(
        '(s.territory_id = ANY (%L::bigint[]) OR s.distributor_id = ANY (%L::bigint[])
          OR s.id = ANY (%L::bigint[]))',
        coalesce(within, '{{}}'), coalesce(dealers, '{{}}'), coalesce(own, '{{}}')) END;
    IF NOT is_all AND within IS NOT NULL AND dealers IS NULL AND own IS NULL THEN
        reach := format('s.territory_id = ANY (%L::bigint[])', within);
    ELSIF NOT is_all AND within IS NULL AND dealers IS NOT NULL AND own IS NULL THEN
        reach := format('s.distributor_id = ANY (%L::bigint[])', dealers);
    END IF;
    IF filters ? 'territories' THEN
        rest := rest || format(' AND s.territory_id = ANY (%L::bigint[])',
            array(SELECT jsonb_array_elements_text(filters -> 'territories')));
    END IF;
    IF filters ? 'distributors' THEN
        rest := rest || format(' AND s.distributor_id = ANY (%L::bigint[])',
            array(SELECT jsonb_array_elements_text(filters -> 'distributors')));
    END IF;
    FOREACH name IN ARRAY ARRAY['type', 'management', 'status'] LOOP
        IF filters ? name THEN
            rest := rest || format(' AND s.%I = %L', name, filters ->> name);
        END IF;
    END LOOP;
    FOREACH name IN ARRAY ARRAY['size_fen', 'closeness'] LOOP
        IF filters ? (name || '_from') THEN
            rest := rest || format(' AND s.%I >= %L::bigint', name, filters ->> (name || '_from'));
        END IF;
        IF filters ? (name || '_to') THEN
            rest := rest || format(' AND s.%I <= %L::bigint', name, filters ->> (name || '_to'));
        END IF;
    END LOOP;
    IF filters ? 'division' THEN
        rest := rest || format(' AND s.division_code >= %L AND s.division_code < %L',
            filters ->> 'division', (filters ->> 'division') || ':');
    END IF;
    IF filters ? 'unplaced' THEN
        rest := rest || ' AND s.lng IS NULL';
    END IF;
    IF after_code <> '' THEN
        rest := rest || format(' AND s.code > %L COLLATE "C"', after_code);
    END IF;
    is_small := NOT is_all AND (within IS NULL OR (SELECT coalesce(sum(c.stores), 0) <= 20000
        FROM channel_territory_count c WHERE c.enterprise_id = ent AND c.territory_id = ANY (within)));
    IF filters ? 'tag' THEN
        rest := rest || format(' AND s.tags @> %L::jsonb', jsonb_build_array(filters ->> 'tag'));
        IF ways = '[]' THEN
            ways := jsonb_build_array(jsonb_build_object(
                'grams', jsonb_build_array('#' || (filters ->> 'tag')), 'needle', '', 'is_name', false));
        END IF;
    END IF;
    IF ways = '[]' THEN
        RETURN;
    END IF;
    FOR way IN SELECT * FROM jsonb_array_elements(ways) LOOP
        name := CASE
            WHEN way ? 'code' THEN format('s.code >= %L COLLATE "C" AND s.code < %L COLLATE "C"',
                way ->> 'code', (way ->> 'code') || U&'\\+10FFFF')
            WHEN (way ->> 'is_name')::boolean
                THEN format('strpos(channel_plain(s.name), %L) > 0', way ->> 'needle')
            ELSE format('strpos(s.search_text, %L) > 0', way ->> 'needle') END;
        matches := matches || CASE WHEN matches = '' THEN '' ELSE ' OR ' END || '(' || name || ')';
        IF is_small THEN
            CONTINUE;
        ELSIF way ? 'code' THEN
            parts := parts || format('(SELECT s.id FROM channel_store s
                WHERE s.enterprise_id = %s AND %s AND %s%s LIMIT %s)', ent, name, reach, rest, take);
        ELSIF way -> 'grams' = '[]' THEN
            parts := parts || format('(SELECT s.id FROM (SELECT * FROM channel_store s
                WHERE s.enterprise_id = %s ORDER BY code LIMIT 30000) AS s
                WHERE %s AND %s%s LIMIT %s)', ent, name, reach, rest, take);
        ELSE
            parts := parts || format('(SELECT s.id FROM channel_store_gram g
                JOIN channel_store s ON s.enterprise_id = g.enterprise_id AND s.id = g.store_id
                WHERE g.enterprise_id = %s AND g.grams @> %L::text[]%s AND %s AND %s%s LIMIT %s)',
                ent, array(SELECT jsonb_array_elements_text(way -> 'grams')),
                CASE WHEN is_all OR within IS NULL THEN ''
                     ELSE format(' AND g.territory_id = ANY (%L::bigint[])', within) END,
                name, reach, rest, take);
        END IF;
    END LOOP;
    IF is_small THEN
        parts := parts || format('(SELECT s.id FROM channel_store s
            WHERE s.enterprise_id = %s AND %s AND (%s)%s LIMIT %s)', ent, reach, matches, rest, take);
    ELSE
        parts := parts || format('(SELECT s.id FROM channel_store_unindexed u
            JOIN channel_store s ON s.enterprise_id = u.enterprise_id
                AND s.id >= u.first_id AND s.id <= u.last_id
            WHERE u.enterprise_id = %s AND (%s) AND %s%s LIMIT %s)', ent, matches, reach, rest, take);
    END IF;
    RETURN QUERY EXECUTE array_to_string(parts, ' UNION ');
END $$;
ALTER FUNCTION channel_search_stores OWNER TO {SEARCH_ROLE};
REVOKE EXECUTE ON FUNCTION channel_search_stores FROM PUBLIC;
GRANT EXECUTE ON FUNCTION channel_search_stores TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("channel", "0002_fences")]

    operations = [
        migrations.RunSQL(TABLES, DROP_TABLES),
        tenant_table("channel_store_gram"),
        tenant_table("channel_store_unindexed"),
        tenant_table("channel_territory_count"),
        tenant_reference("channel_store_gram", "store_id", "channel_store", on_delete="CASCADE"),
        migrations.RunSQL(GRAMS, DROP_GRAMS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        *(
            readable_by_search(table)
            for table in (
                "channel_store",
                "channel_territory",
                "channel_distributor",
                "channel_store_gram",
                "channel_store_unindexed",
                "channel_territory_count",
            )
        ),
        migrations.RunSQL(SEARCH, "DROP FUNCTION channel_search_stores"),
    ]
