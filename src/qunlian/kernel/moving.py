"""
Move rows from one owner to another, and keep what it takes to move exactly them back.

Where the new owner has a row of his own for the same thing, the two are *folded* into one: his row takes the
combined values, the other is deleted and kept in the record. A record is plain data for a JSON column.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

#: ``{"moved": [ids], "folded": [{"row": …, "was": …, "now": …}]}``; the last two with the kept row's id.
Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    A table whose rows belong to somebody.

    :ivar owner: the column that says to whom
    :ivar same: when the rows ``k`` (kept) and ``m`` (moving) are about one thing; empty: any number may be
    :ivar combine: column → what the kept row's value becomes when folded, an expression over ``k`` and ``m``
    :ivar only: which rows ``k`` count at all
    """

    name: str
    owner: str
    same: str = ""
    combine: Mapping[str, str] = field(default_factory=dict)
    only: str = "true"


def move(table: Table, enterprise_id: int, *, of: int, to: int) -> Record:
    """Make the rows of one owner another's, folding what both have."""
    facts = {"enterprise": enterprise_id, "of": of, "to": to}
    folded = _fold(table, facts) if table.same else []
    statement = f"""
        UPDATE {table.name} AS k SET {table.owner} = %(to)s
        WHERE k.enterprise_id = %(enterprise)s AND k.{table.owner} = %(of)s AND {table.only} RETURNING k.id
    """
    return {"moved": sorted(row[0] for row in _rows(statement, facts)), "folded": folded}


def take_back(
    table: Table, enterprise_id: int, record: Record, *, of: int, to: int
) -> tuple[list[int], list[int]]:
    """
    Move back what a record holds, from ``to`` to ``of``, as far as nobody has changed it since.

    :returns: ids of moved rows that stayed, and of folded rows that were not laid out again
    """
    facts = {"enterprise": enterprise_id, "of": of, "to": to, "ids": record["moved"]}
    beside = (
        f"""AND NOT EXISTS (SELECT FROM {table.name} m WHERE m.enterprise_id = k.enterprise_id
            AND m.{table.owner} = %(of)s AND {table.same} AND {_for(table.only, "m")})"""
        if table.same
        else ""
    )
    statement = f"""
        UPDATE {table.name} AS k SET {table.owner} = %(of)s
        WHERE k.enterprise_id = %(enterprise)s AND k.id = ANY(%(ids)s) AND k.{table.owner} = %(to)s
          AND {table.only} {beside} RETURNING k.id
    """
    back = {row[0] for row in _rows(statement, facts)}
    return [pk for pk in record["moved"] if pk not in back], _unfold(table, facts, record["folded"])


def kept_rows(
    table: Table, enterprise_id: int, record: Record, *, to: int
) -> list[Mapping[str, Any]]:
    """Return the folds of a record whose kept row still stands and still is ``to``'s."""
    statement = f"""SELECT k.id FROM {table.name} k WHERE k.enterprise_id = %(enterprise)s
        AND k.id = ANY(%(ids)s) AND k.{table.owner} = %(to)s AND {table.only} FOR UPDATE"""
    ids = [fold["now"]["id"] for fold in record["folded"]]
    there = {
        row[0] for row in _rows(statement, {"enterprise": enterprise_id, "ids": ids, "to": to})
    }
    return [fold for fold in record["folded"] if fold["now"]["id"] in there]


def _fold(table: Table, facts: dict[str, Any]) -> list[dict[str, Any]]:
    names = list(table.combine)
    was = ", ".join(f"'{name}', k.{name}" for name in ("id", *names))
    now = ", ".join(["'id', k.id", *(f"'{name}', {table.combine[name]}" for name in names)])
    statement = f"""
        SELECT to_jsonb(m)::text, jsonb_build_object({was})::text, jsonb_build_object({now})::text
        FROM {table.name} m JOIN {table.name} k ON k.enterprise_id = m.enterprise_id
            AND k.{table.owner} = %(to)s AND {table.same} AND {table.only}
        WHERE m.enterprise_id = %(enterprise)s AND m.{table.owner} = %(of)s AND {_for(table.only, "m")}
        ORDER BY k.id FOR UPDATE
    """
    folded = [
        {"row": json.loads(row), "was": json.loads(was), "now": json.loads(now)}
        for row, was, now in _rows(statement, facts)
    ]
    if folded:
        _rows(
            f"""DELETE FROM {table.name}
            WHERE enterprise_id = %(enterprise)s AND id = ANY(%(ids)s) RETURNING id""",
            {**facts, "ids": [fold["row"]["id"] for fold in folded]},
        )
        _set(table, facts, [fold["now"] for fold in folded])
    return folded


def _unfold(table: Table, facts: dict[str, Any], folded: Iterable[Mapping[str, Any]]) -> list[int]:
    """Lay folded rows out again, and give the kept ones their values back where nobody touched them."""
    wanted = list(folded)
    if not wanted:
        return []
    there = kept_rows(table, facts["enterprise"], {"folded": wanted}, to=facts["to"])
    statement = f"""
        INSERT INTO {table.name}
        SELECT r.* FROM jsonb_populate_recordset(NULL::{table.name}, %(rows)s::jsonb) r
        ON CONFLICT DO NOTHING RETURNING id
    """
    rows = json.dumps([fold["row"] for fold in there])
    back = {row[0] for row in _rows(statement, {"rows": rows})}
    _set(table, facts, [fold["was"] for fold in there], only_if=[fold["now"] for fold in there])
    return [fold["row"]["id"] for fold in wanted if fold["row"]["id"] not in back]


def _set(
    table: Table,
    facts: dict[str, Any],
    values: list[Mapping[str, Any]],
    *,
    only_if: list[Mapping[str, Any]] | None = None,
) -> None:
    """Write values into rows by their id; with ``only_if`` where the row still holds those."""
    if not table.combine or not values:
        return
    sets = ", ".join(f"{name} = r.{name}" for name in table.combine)
    same = " AND ".join(f"k.{name} IS NOT DISTINCT FROM e.{name}" for name in table.combine)
    rows = f"jsonb_populate_recordset(NULL::{table.name}, %(values)s::jsonb) r"
    expected = (
        f", jsonb_populate_recordset(NULL::{table.name}, %(expected)s::jsonb) e" if only_if else ""
    )
    statement = f"""
        UPDATE {table.name} k SET {sets} FROM {rows}{expected}
        WHERE k.enterprise_id = %(enterprise)s AND k.id = r.id
        {f"AND e.id = k.id AND {same}" if only_if else ""} RETURNING k.id
    """
    _rows(statement, {**facts, "values": json.dumps(values), "expected": json.dumps(only_if)})


def _for(condition: str, alias: str) -> str:
    return condition.replace("k.", f"{alias}.")


def _rows(statement: str, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
