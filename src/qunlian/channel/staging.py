"""
What every load is made of: rows laid into temporary tables by COPY, and statements over them.

All of it runs inside the one transaction of ``commit_roster``: killed before its commit nothing of it
is there, after it all is. Ids below 0 stand for what is made first.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from django.db import connection
from psycopg import sql

from qunlian.channel.queries.rosters import copy_out
from qunlian.channel.rosters import problems
from qunlian.channel.rosters.known import Choices, Examined
from qunlian.kernel.sheet_files import Sheet

_NULL = "\\N"
_SLICE = 50_000
#: The server waits for the first slice, so that one is small.
_FIRST_SLICE = 10_000
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

    def count(self, state: str) -> int:
        """Return how many rows are in a state."""
        return self.examined.count(state)

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

    def in_slices(
        self,
        table: str,
        rows: pl.DataFrame,
        *statements: str,
        finish: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
    ) -> None:
        """
        Lay rows into a temporary table slice by slice, and run statements over each slice.

        While the server runs the statements over one slice, a thread finishes the next and writes it out as
        text (not while a slice is sent: they would take turns at the interpreter); between slices progress
        shows and cancel is heard.

        :param statements: a slice's rows are those with ``n >= %(first)s AND n < %(last)s``
        :param finish: adds the columns that are only needed here
        """
        numbered = rows.with_row_index("n")
        bounds = [0, *range(_FIRST_SLICE, rows.height, _SLICE), rows.height]
        slices = list(pairwise(bounds))

        def written(first: int, last: int) -> tuple[pl.DataFrame, io.BytesIO]:
            part = numbered.slice(first, last - first)
            whole = finish(part) if finish else part
            return whole.clear(), _as_text(whole)

        with ThreadPoolExecutor(max_workers=1) as ahead:
            upcoming = ahead.submit(written, *slices[0])
            for number, (first, last) in enumerate(slices, 1):
                shape, text = upcoming.result()
                if first == 0:
                    _create(table, shape)
                self.progress.at("writing", first)
                _copy(table, text)
                if number < len(slices):
                    upcoming = ahead.submit(written, *slices[number])
                for statement in statements:
                    self.run(statement, first=first, last=last)


def stage(table: str, rows: pl.DataFrame) -> None:
    """Lay rows into a temporary table that ends with the transaction; ``n`` counts them from 0."""
    numbered = rows.with_row_index("n")
    _create(table, numbered)
    for part in numbered.iter_slices(_SLICE):
        _copy(table, _as_text(part))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def _create(table: str, rows: pl.DataFrame) -> None:
    columns = ", ".join(f"{name} {_TYPES[type(dtype)]}" for name, dtype in rows.schema.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")


def _as_text(rows: pl.DataFrame) -> io.BytesIO:
    block = io.BytesIO()
    rows.write_csv(block, include_header=False, null_value=_NULL, quote_style="non_numeric")
    return block


def _copy(table: str, text: io.BytesIO) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '{_NULL}')") as copy,
    ):
        copy.write(text.getbuffer())


def with_real_ids(rows: pl.DataFrame, column: str, made: pl.DataFrame) -> pl.DataFrame:
    """Put the ids of what was made in place of those below 0.

    :param made: ``id`` (below 0) and ``real_id``
    """
    joined = rows.join(made, left_on=column, right_on="id", how="left", maintain_order="left")
    real = pl.coalesce("real_id", column).alias(column)
    return joined.with_columns(real).drop("real_id")


def make_persons(work: Load, rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Make the people that rows need; return the rows with their ids in place of those below 0."""
    people = work.examined.made.get("persons")
    if people is None or people.is_empty():
        return rows
    numbers = sql.SQL("SELECT nextval('channel_person_id_seq') FROM generate_series(1, {})")
    real = copy_out(numbers.format(people.height), {"real_id": pl.Int64})
    numbered = people.with_columns(real["real_id"])
    work.in_slices(
        "roster_person",
        numbered,
        """
        INSERT INTO channel_person (id, enterprise_id, name, phone, created_at)
        SELECT real_id, %(enterprise)s, name, phone, %(now)s FROM roster_person
        WHERE n >= %(first)s AND n < %(last)s
        """,
    )
    return with_real_ids(rows, column, numbered.select("id", "real_id"))


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
