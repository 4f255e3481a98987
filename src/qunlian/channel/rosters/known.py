"""What a roster is compared with: the part of the enterprise that the importing actor reaches."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import polars as pl

from qunlian.channel.rosters import problems as reasons


class Known(Protocol):
    """
    The database as an import sees it. Frames hold one row per thing within reach.

    ``territories``: id, code, name, path, parent_id, is_patch · ``distributors``: id, code, name, path,
    parent_id, territory_id, address, is_active,
    contact_id, contact_name, contact_phone · ``staff``: id, code, name, role,
    superior_id, person_id, phone, joined_on, left_on · ``assignments`` (open ones): staff_id, territory_id
    """

    territories: pl.DataFrame
    distributors: pl.DataFrame
    staff: pl.DataFrame
    assignments: pl.DataFrame
    is_everything: bool
    own_territory_ids: tuple[int, ...]
    own_distributor_id: int | None

    def stores(self, codes: pl.Series) -> pl.DataFrame:
        """Return the stores of these codes, also those outside reach (``is_within`` tells)."""

    def persons(self, phones: pl.Series) -> pl.DataFrame:
        """
        Return the first person of each phone: ``phone, person_id, person_name, person_phone``.

        A merged record's phone leads to the one it was merged into, whose own phone is the last column.
        """

    def sales(self, store_ids: pl.Series) -> pl.DataFrame:
        """Return what these stores bought: ``store_id, sold_on, amount_fen``."""

    def taken(self, kind: str, codes: pl.Series) -> set[str]:
        """Return those of the codes that stand in the database at all, within reach or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """
    What the person importing decided.

    :ivar creates: make territories, patches and reps that the file names and nobody knows yet
    :ivar sets_size: after sales: a store's size becomes its sales of the last twelve months
    :ivar scales: field → what one unit of its column is worth
    """

    creates: bool = False
    sets_size: bool = False
    scales: dict[str, int] = field(default_factory=dict)
    today: date = date(1970, 1, 1)

    @classmethod
    def of(cls, options: dict[str, Any], *, today: date) -> "Choices":
        """Read what was kept with the import."""
        return cls(
            creates=bool(options.get("creates")),
            sets_size=bool(options.get("sets_size")),
            scales={str(key): int(value) for key, value in options.get("scales", {}).items()},
            today=today,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """
    What would become of a roster.

    :ivar rows: ``line``, ``state`` (new | changed | same | bad) and the values to keep; ids below 0 are made
        when it is loaded
    :ivar problems: see problems.py
    :ivar old: per line of ``rows`` what the database holds (same columns), to show a difference
    :ivar made: what has to be made first: territories, staff, persons, assignments
    :ivar compared: the columns of ``rows`` that the file speaks about
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    old: pl.DataFrame
    made: dict[str, pl.DataFrame]
    compared: tuple[str, ...]

    def count(self, state: str) -> int:
        """Return how many rows are in a state."""
        return int((self.rows["state"] == state).sum())


def with_states(
    values: pl.DataFrame, old: pl.DataFrame, problems: pl.DataFrame, compared: tuple[str, ...]
) -> pl.DataFrame:
    """
    Decide for each row whether it is new, changed, the same or bad.

    :param values: ``line``, ``id`` (null: new) and the values to keep
    :param old: the same rows as the database holds them, nulls where it holds nothing
    """
    bad = values["line"].is_in(problems["line"].unique().implode())
    differs = pl.any_horizontal(
        [values[name].ne_missing(old[name]).alias(name) for name in compared]
        or [pl.lit(value=False)]
    )
    state = (
        pl.when(bad)
        .then(pl.lit("bad"))
        .when(values["id"].is_null())
        .then(pl.lit("new"))
        .when(differs)
        .then(pl.lit("changed"))
        .otherwise(pl.lit("same"))
    )
    return values.with_columns(state.alias("state"))


def in_file_duplicates(values: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return a problem for every row whose key an earlier row of the file has."""
    first = pl.col("line").min().over(key)
    rows = values.filter(pl.col(key).is_not_null()).with_columns(first.alias("first"))
    return reasons.found(
        rows, pl.col("line") > pl.col("first"), key, "duplicate", value=pl.col("first")
    )
