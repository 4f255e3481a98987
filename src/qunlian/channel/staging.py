"""
What every load is made of: rows laid into temporary tables by COPY, and statements over them.

All of it runs inside the one transaction of ``commit_roster``: killed before its commit nothing of it
is there, after it all is. Ids below 0 stand for what is made first.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from django.db import connection

from qunlian.channel.rosters import problems
from qunlian.channel.rosters.known import Choices, Examined
from qunlian.kernel.sheet_files import Sheet

_NULL = "\\N"
_SLICE = 50_000
_TYPES = {
    pl.Int64: "bigint",
    pl.String: "text",
    pl.Float64: "double precision",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Int32: "integer",
    pl.UInt32: "bigint",
}


class Progress(Protocol):
    """Where a load tells how far it is, and hears that it shall stop."""

    def at(self, phase: str, done: int = 0) -> None:
        """Note the phase and the rows done; raises when the import was cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One roster on its way into the tables of one enterprise."""

    enterprise_id: int
    examined: Examined
    choices: Choices
    now: datetime
    progress: Progress

    def used(self) -> pl.DataFrame:
        """Return the rows that change something."""
        return self.examined.rows.filter(pl.col("state").is_in(["new", "changed"]))

    def run(self, statement: str, **values: Any) -> int:
        """Run one statement; ``enterprise``, ``now`` and ``today`` are there. Return the rows touched."""
        facts: dict[str, Any] = {
            "enterprise": self.enterprise_id,
            "now": self.now,
            "today": self.choices.today,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, facts | values)
            return int(cursor.rowcount)

    def in_slices(self, statement: str, rows: int, done: int = 0) -> None:
        """Run a statement over the staged rows piece by piece, so that progress shows and cancel is heard."""
        for start in range(0, rows, _SLICE):
            self.progress.at("writing", done + start)
            self.run(statement, first=start, last=start + _SLICE)


def stage(table: str, rows: pl.DataFrame) -> None:
    """Lay rows into a temporary table that ends with the transaction; ``n`` counts them from 0."""
    numbered = rows.with_row_index("n")
    columns = ", ".join(f"{name} {_TYPES[type(dtype)]}" for name, dtype in numbered.schema.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '{_NULL}')") as copy:
            for part in numbered.iter_slices(_SLICE):
                block = io.BytesIO()
                part.write_csv(
                    block, include_header=False, null_value=_NULL, quote_style="non_numeric"
                )
                copy.write(block.getbuffer())
        cursor.execute(f"ANALYZE {table}")


def make_persons(work: Load, role: str, ids: str) -> None:
    """Make the people that the staged rows need, and put their ids in place of those below 0."""
    people = work.examined.made.get("persons")
    if people is None or people.is_empty():
        return
    stage("roster_person", people)
    work.run("ALTER TABLE roster_person ADD person_id bigint")
    work.run("UPDATE roster_person SET person_id = nextval('channel_person_id_seq')")
    work.run(
        """
        INSERT INTO channel_person (id, enterprise_id, name, phone, created_at)
        SELECT person_id, %(enterprise)s, name, phone, %(now)s FROM roster_person
        """
    )
    work.run("CREATE UNIQUE INDEX ON roster_person (id)")
    work.run(f"UPDATE {role} r SET {ids} = p.person_id FROM roster_person p WHERE p.id = r.{ids}")


def rename_persons(work: Load, table: str, role: str) -> None:
    """Give people who stay the name and number that the file has for them."""
    name, phone = f"coalesce(r.{role}_name, p.name)", f"coalesce(r.{role}_phone, p.phone)"
    work.run(
        f"""
        UPDATE channel_person p SET name = {name}, phone = {phone} FROM {table} r
        WHERE r.is_known AND p.enterprise_id = %(enterprise)s AND p.id = r.{role}_id
        AND (p.name, p.phone) IS DISTINCT FROM ({name}, {phone})
        """
    )


def recompute_paths(work: Load, table: str, level: str, *, base: int) -> None:
    """Write every node's path and depth anew from its parents; only what differs is touched."""
    work.run(
        f"""
        WITH RECURSIVE tree (id, path, level) AS (
            SELECT id, '/' || id || '/', {base} FROM {table}
            WHERE enterprise_id = %(enterprise)s AND parent_id IS NULL
            UNION ALL
            SELECT t.id, tree.path || t.id || '/', tree.level + 1
            FROM {table} t JOIN tree ON t.parent_id = tree.id WHERE t.enterprise_id = %(enterprise)s)
        UPDATE {table} t SET path = tree.path, {level} = tree.level FROM tree
        WHERE t.enterprise_id = %(enterprise)s AND t.id = tree.id
        AND (t.path <> tree.path COLLATE "C" OR t.{level} <> tree.level)
        """
    )


def summary_of(examined: Examined) -> dict[str, Any]:
    """Return what an import's page says of its rows."""
    counts = {state: examined.count(state) for state in ("new", "changed", "same", "bad")}
    made = {f"made_{what}": rows.height for what, rows in examined.made.items() if rows.height}
    return {**counts, **made, "reasons": problems.by_reason(examined.problems)}


def keep_bad_rows(path: Path, sheet: Sheet, examined: Examined) -> None:
    """Keep the rows that are handed back, as they stand in the file, with line and reasons."""
    path.unlink(missing_ok=True)
    if examined.problems.is_empty():
        return
    reasons = examined.problems.group_by("line").agg(
        pl.struct("field", "code", "value").alias("reasons")
    )
    cells = [name for name in sheet.rows.columns if name != "line"]
    bad = sheet.rows.join(reasons, on="line", how="inner").sort("line")
    bad.select(*cells, "line", "reasons").write_parquet(path)
