"""
Write an examined roster into the tables, one function per kind: INSERT … SELECT and UPDATE over staged rows.

Ids below 0 stand for what is made first; their real ids are looked up by code.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl
from django.db import connection

from qunlian.channel.queries.divisions import gazetteer
from qunlian.channel.rosters.divisions import HINTS, with_division_codes
from qunlian.channel.rosters.fields import Kind
from qunlian.channel.rosters.stores import with_search_text
from qunlian.channel.staging import (
    Load,
    make_persons,
    recompute_paths,
    rename_persons,
    stage,
    with_real_ids,
)


def load(kind: Kind, work: Load) -> None:
    """Write what changes of a roster of this kind."""
    _LOADERS[kind](work)


def _make_places(work: Load) -> pl.DataFrame:
    """Make the territories and reps that rows of stores bring along; return the territories' real ids."""
    made = work.examined.made
    stage("roster_place", made["territories"])
    stage("roster_rep", made["staff"])
    stage("roster_cover", made["assignments"])
    for statement in _PLACES:
        work.run(statement)
    if made["territories"].height:
        recompute_paths(work, "channel_territory", "depth", base=0)
    with connection.cursor() as cursor:
        cursor.execute(_PLACE_IDS, [work.enterprise_id])
        shape = {"id": pl.Int64, "real_id": pl.Int64}
        return pl.DataFrame(cursor.fetchall(), schema=shape, orient="row")


_PLACE_IDS = """
SELECT p.id, t.id FROM roster_place p
JOIN channel_territory t ON t.enterprise_id = %s AND t.code = p.code
"""
_PLACES = (
    """
    INSERT INTO channel_territory (enterprise_id, parent_id, path, depth, code, name, is_patch)
    SELECT %(enterprise)s, CASE WHEN parent_id > 0 THEN parent_id END, 'new/' || code, 0, code, name, is_patch
    FROM roster_place
    """,
    """
    UPDATE channel_territory t SET parent_id = p.id FROM roster_place r
    JOIN roster_place up ON up.id = r.parent_id
    JOIN channel_territory p ON p.enterprise_id = %(enterprise)s AND p.code = up.code
    WHERE t.enterprise_id = %(enterprise)s AND t.code = r.code
    """,
    """
    WITH person AS (
        INSERT INTO channel_person (enterprise_id, name, phone, created_at)
        SELECT %(enterprise)s, name, '', %(now)s FROM roster_rep RETURNING id, name)
    INSERT INTO channel_staff (enterprise_id, person_id, code, role, joined_on)
    SELECT %(enterprise)s, person.id, r.code, 'rep', %(today)s FROM roster_rep r JOIN person USING (name)
    """,
    """
    INSERT INTO channel_territory_assignment (enterprise_id, staff_id, territory_id, from_on)
    SELECT %(enterprise)s, coalesce(s.id, c.staff_id), coalesce(t.id, c.territory_id), %(today)s
    FROM roster_cover c
    LEFT JOIN roster_rep r ON r.id = c.staff_id
    LEFT JOIN channel_staff s ON s.enterprise_id = %(enterprise)s AND s.code = r.code
    LEFT JOIN roster_place p ON p.id = c.territory_id
    LEFT JOIN channel_territory t ON t.enterprise_id = %(enterprise)s AND t.code = p.code
    ON CONFLICT DO NOTHING
    """,
)


_STORE = (
    *("code", "name", "type", "management", "size_fen", "closeness", "status", "expected_people"),
    *("territory_id", "distributor_id", "owner_id", "address", "lng", "lat", "search_text"),
    "division_code",
)


_INSERT_STORES = """
INSERT INTO channel_store (enterprise_id, {columns}, tags, created_at, changed_at)
SELECT %(enterprise)s, {columns}, tags::jsonb, %(now)s, %(now)s FROM roster_store
WHERE id IS NULL AND n >= %(first)s AND n < %(last)s
"""
_UPDATE_STORES = """
UPDATE channel_store s SET {assigned}, tags = r.tags::jsonb, changed_at = %(now)s
FROM roster_store r WHERE s.enterprise_id = %(enterprise)s AND s.id = r.id
AND r.n >= %(first)s AND r.n < %(last)s
"""


def _load_stores(work: Load) -> None:
    made = _make_places(work)
    rows = work.used()
    was = work.examined.old.filter(work.examined.rows["state"].is_in(["new", "changed"]))
    tie = [
        *("owner_name", "owner_phone", was["owner_id"].alias("old_owner_id")),
        pl.col("owner_id").eq(was["owner_id"]).fill_null(value=False).alias("is_known"),
    ]
    ties = "owner_id" in work.examined.compared
    columns = [name for name in _STORE if name != "search_text"]
    hints = [name for name in HINTS if name in rows.columns]
    staged = rows.select("id", *columns, "tags", *hints, *(tie if ties else ()))
    work.progress.at("staging")
    staged = make_persons(work, with_real_ids(staged, "territory_id", made), "owner_id")
    assigned = ", ".join(f"{name} = r.{name}" for name in _STORE if name != "code")
    statements = [
        *([_INSERT_STORES.format(columns=", ".join(_STORE))] if work.count("new") else []),
        *([_UPDATE_STORES.format(assigned=assigned)] if work.count("changed") else []),
    ]
    in_order = staged.sort("territory_id", "code")  # neighbours in the tree lie together on disk
    says_where = bool(hints) or "address" in work.examined.compared

    def finish(part: pl.DataFrame) -> pl.DataFrame:
        placed = with_division_codes(part, gazetteer) if says_where else part
        return with_search_text(placed.drop(hints))

    work.in_slices("roster_store", in_order, *statements, finish=finish)
    if ties:
        _tie_owners(work)


def _tie_owners(work: Load) -> None:
    """Keep the tie between owner and store where it is read from: a former owner's tie ends."""
    work.progress.at("owners")
    work.run("ANALYZE roster_store")
    rename_persons(work, "roster_store", "owner")
    work.run(
        """
        DELETE FROM channel_contact c USING roster_store r
        WHERE c.enterprise_id = %(enterprise)s AND c.store_id = r.id AND c.person_id = r.old_owner_id
        AND c.role = 'owner' AND r.owner_id IS DISTINCT FROM r.old_owner_id
        """
    )
    work.run(
        """
        INSERT INTO channel_contact (enterprise_id, person_id, store_id, role, since_at)
        SELECT %(enterprise)s, r.owner_id, s.id, 'owner', %(now)s FROM roster_store r
        JOIN channel_store s ON s.enterprise_id = %(enterprise)s AND s.code = r.code COLLATE "C"
        WHERE r.owner_id IS NOT NULL AND NOT r.is_known
        ON CONFLICT DO NOTHING
        """
    )


def _load_sales(work: Load) -> None:
    rows = work.used().unique(["store_id", "sold_on"], keep="first")
    work.in_slices(
        "roster_sale",
        rows.select("store_id", "sold_on", "amount_fen").sort("store_id", "sold_on"),
        """
        INSERT INTO channel_sale (enterprise_id, store_id, sold_on, amount_fen)
        SELECT %(enterprise)s, store_id, sold_on, amount_fen FROM roster_sale
        WHERE n >= %(first)s AND n < %(last)s
        ON CONFLICT (enterprise_id, store_id, sold_on) DO UPDATE SET amount_fen = excluded.amount_fen
        """,
    )
    if work.choices.sets_size:
        work.progress.at("sizes", rows.height)
        stage("roster_sold", work.examined.rows.select(pl.col("store_id").drop_nulls().unique()))
        work.run(
            """
            UPDATE channel_store s SET size_fen = y.size_fen, changed_at = %(now)s FROM (
                SELECT r.store_id, greatest(coalesce(sum(a.amount_fen), 0), 0)::bigint AS size_fen
                FROM roster_sold r LEFT JOIN channel_sale a ON a.enterprise_id = %(enterprise)s
                AND a.store_id = r.store_id AND a.sold_on > (
                    SELECT max(sold_on) FROM channel_sale m JOIN roster_sold USING (store_id)
                    WHERE m.enterprise_id = %(enterprise)s) - interval '1 year'
                GROUP BY r.store_id) y
            WHERE s.enterprise_id = %(enterprise)s AND s.id = y.store_id AND s.size_fen <> y.size_fen
            """
        )


def _load_territories(work: Load) -> None:
    rows = work.used()
    if "rep_id" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.Int64).alias("rep_id"))
    stage(
        "roster_territory", rows.select("id", "code", "name", "parent_code", "is_patch", "rep_id")
    )
    for statement in _TERRITORIES:
        work.run(statement)
    recompute_paths(work, "channel_territory", "depth", base=0)


_TERRITORIES = (
    """
    INSERT INTO channel_territory (enterprise_id, path, depth, code, name, is_patch)
    SELECT %(enterprise)s, 'new/' || code, 0, code, name, is_patch FROM roster_territory WHERE id IS NULL
    """,
    """
    UPDATE channel_territory t SET name = r.name, is_patch = r.is_patch, parent_id = p.id
    FROM roster_territory r
    LEFT JOIN channel_territory p ON p.enterprise_id = %(enterprise)s AND p.code = r.parent_code
    WHERE t.enterprise_id = %(enterprise)s AND t.code = r.code
    """,
    """
    INSERT INTO channel_territory_assignment (enterprise_id, staff_id, territory_id, from_on)
    SELECT %(enterprise)s, r.rep_id, t.id, %(today)s FROM roster_territory r
    JOIN channel_territory t ON t.enterprise_id = %(enterprise)s AND t.code = r.code
    WHERE r.rep_id IS NOT NULL ON CONFLICT DO NOTHING
    """,
)


def _load_distributors(work: Load) -> None:
    rows = work.used()
    was = work.examined.old.filter(work.examined.rows["state"].is_in(["new", "changed"]))
    for name, dtype in (
        ("contact_id", pl.Int64),
        ("contact_name", pl.String),
        ("contact_phone", pl.String),
    ):
        if name not in rows.columns:
            rows = rows.with_columns(was[name].cast(dtype))
    if "territory_id" not in rows.columns:
        rows = rows.with_columns(was["territory_id"])
    names = "id code name parent_code territory_id address is_active contact_id contact_name contact_phone"
    is_known = pl.col("contact_id").eq(was["contact_id"]).fill_null(value=False)
    staged = rows.select(*names.split(), is_known.alias("is_known"))
    stage("roster_distributor", make_persons(work, staged, "contact_id"))
    for statement in _DISTRIBUTORS:
        work.run(statement)
    rename_persons(work, "roster_distributor", "contact")
    recompute_paths(work, "channel_distributor", "tier", base=1)


_DISTRIBUTORS = (
    """
    INSERT INTO channel_distributor (enterprise_id, path, tier, code, name, address, is_active)
    SELECT %(enterprise)s, 'new/' || code, 1, code, name, address, is_active
    FROM roster_distributor WHERE id IS NULL
    """,
    """
    UPDATE channel_distributor d SET name = r.name, parent_id = p.id, territory_id = r.territory_id,
        address = r.address, is_active = r.is_active, contact_id = r.contact_id
    FROM roster_distributor r
    LEFT JOIN channel_distributor p ON p.enterprise_id = %(enterprise)s AND p.code = r.parent_code
    WHERE d.enterprise_id = %(enterprise)s AND d.code = r.code
    """,
    """
    INSERT INTO channel_contact (enterprise_id, person_id, distributor_id, role, since_at)
    SELECT %(enterprise)s, r.contact_id, d.id, 'owner', %(now)s FROM roster_distributor r
    JOIN channel_distributor d ON d.enterprise_id = %(enterprise)s AND d.code = r.code
    WHERE r.contact_id IS NOT NULL AND NOT r.is_known ON CONFLICT DO NOTHING
    """,
)


def _load_staff(work: Load) -> None:
    rows = work.used()
    for name, dtype in (("left_on", pl.Date), ("covers_id", pl.Int64)):
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype).alias(name))
    names = "id code name role superior_code phone joined_on left_on covers_id person_id"
    staged = rows.select(*names.split()).with_columns(
        pl.col("name").alias("person_name"),
        pl.col("phone").alias("person_phone"),
        pl.col("id").is_not_null().alias("is_known"),
    )
    stage("roster_staff", make_persons(work, staged, "person_id"))
    for statement in _STAFF:
        work.run(statement)
    rename_persons(work, "roster_staff", "person")


_STAFF = (
    """
    INSERT INTO channel_staff (enterprise_id, person_id, code, role, joined_on, left_on)
    SELECT %(enterprise)s, person_id, code, role, joined_on, left_on FROM roster_staff WHERE id IS NULL
    """,
    """
    UPDATE channel_staff s SET role = r.role, superior_id = p.id, joined_on = r.joined_on, left_on = r.left_on
    FROM roster_staff r
    LEFT JOIN channel_staff p ON p.enterprise_id = %(enterprise)s AND p.code = r.superior_code
    WHERE s.enterprise_id = %(enterprise)s AND s.code = r.code
    """,
    """
    INSERT INTO channel_territory_assignment (enterprise_id, staff_id, territory_id, from_on)
    SELECT %(enterprise)s, s.id, r.covers_id, %(today)s FROM roster_staff r
    JOIN channel_staff s ON s.enterprise_id = %(enterprise)s AND s.code = r.code
    WHERE r.covers_id IS NOT NULL ON CONFLICT DO NOTHING
    """,
)

_LOADERS: Mapping[Kind, Callable[[Load], None]] = MappingProxyType(
    {
        Kind.TERRITORIES: _load_territories,
        Kind.STAFF: _load_staff,
        Kind.DISTRIBUTORS: _load_distributors,
        Kind.STORES: _load_stores,
        Kind.SALES: _load_sales,
    }
)
