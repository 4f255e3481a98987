"""``qunlian maintain``: what only the owner may do; `qunlian up` runs it every day."""

import re

import click
import psycopg

from qunlian.cli.installation import Installation
from qunlian.cli.runtime import database, say

AHEAD = {"month": 3, "year": 1}
_PARENTS = """
SELECT parent.relname, array_agg(child.relname)
FROM pg_partitioned_table
JOIN pg_class parent ON parent.oid = partrelid AND NOT parent.relispartition
JOIN pg_inherits ON inhparent = parent.oid
JOIN pg_class child ON child.oid = inhrelid
WHERE parent.relnamespace = 'public'::regnamespace
GROUP BY parent.relname ORDER BY parent.relname
"""


@click.command("maintain")
def command() -> None:
    """Add the coming months' partitions to the big tables."""
    with database(Installation.from_environment()) as found:
        say(f"{ensure_partitions(found.owner_url)} partitions added")


def ensure_partitions(owner_url: str) -> int:
    """Give every partitioned table the partitions it needs next; return how many were made."""
    made = 0
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for parent, children in connection.execute(_PARENTS).fetchall():
            step = _step(children)
            if step is None:
                continue
            row = connection.execute(
                "SELECT kernel_ensure_partitions(%s, %s, 0, %s)",
                [parent, step, AHEAD[step]],
            ).fetchone()
            made += row[0] if row else 0
    return made


def _step(children: list[str]) -> str | None:
    """Read a table's step off its partitions' names: ``…_202611`` is a month, ``…_2026`` a year."""
    for name in children:
        if re.search(r"_\d{6}$", name):
            return "month"
        if re.search(r"_\d{4}$", name):
            return "year"
    return None
