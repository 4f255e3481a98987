"""Why a row cannot be loaded: one problem per line and field, told in the reader's words where shown."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from qunlian.channel.rosters.fields import gettext_noop as _

#: ``%(value)s`` is what stands in the cell, or what explains the problem.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "missing": _("is empty"),
        "too_long": _("is too long: “%(value)s”"),
        "not_a_number": _("“%(value)s” is not a number that can stand here"),
        "not_money": _("“%(value)s” is not an amount of money"),
        "not_a_date": _("“%(value)s” is not a date; write 2026-03-01"),
        "not_a_phone": _("“%(value)s” is not a phone number"),
        "not_a_choice": _("“%(value)s” is not one of the words for this column"),
        "out_of_range": _("%(value)s is out of range"),
        "duplicate": _("stands in line %(value)s already"),
        "taken": _("“%(value)s” is the code of something outside your area; use another code"),
        "unknown_territory": _("there is no territory “%(value)s” in your area"),
        "ambiguous_territory": _("several territories are called “%(value)s”; write the code"),
        "no_territory": _("no territory: fill in the territory, or province and city"),
        "unknown_distributor": _("there is no distributor “%(value)s” in your area"),
        "ambiguous_distributor": _("several distributors are called “%(value)s”; write the code"),
        "no_distributor": _("name a distributor of your own network"),
        "unknown_staff": _("there is no member of staff “%(value)s”"),
        "ambiguous_staff": _("several members of staff are called “%(value)s”; write the number"),
        "unknown_store": _("there is no store “%(value)s” in your area"),
        "parent_bad": _("“%(value)s” cannot be loaded itself"),
        "no_parent": _("name a parent within your area"),
        "cycle": _("“%(value)s” would end up below itself"),
        "no_coordinates": _("these are no possible coordinates: %(value)s"),
        "swapped_coordinates": _("longitude and latitude are the other way round: %(value)s"),
        "left_before_joined": _("left before joining"),
    }
)

SCHEMA = {"line": pl.Int64, "field": pl.String, "code": pl.String, "value": pl.String}
LONGEST_VALUE = 60


def none() -> pl.DataFrame:
    """Return no problems."""
    return pl.DataFrame(schema=SCHEMA)


def found(
    rows: pl.DataFrame,
    bad: pl.Expr | pl.Series,
    field: str,
    code: str,
    *,
    value: pl.Expr | None = None,
) -> pl.DataFrame:
    """
    Return a problem for each row where ``bad`` holds.

    :param rows: with a column ``line``
    :param value: what to show; nothing when None
    """
    shown = pl.lit("") if value is None else value.cast(pl.String).fill_null("")
    return rows.filter(bad).select(
        pl.col("line"),
        pl.lit(field).alias("field"),
        pl.lit(code).alias("code"),
        shown.str.slice(0, LONGEST_VALUE).alias("value"),
    )


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Join problems of several checks, by line."""
    return pl.concat([none(), *parts]).sort("line", maintain_order=True)


def by_reason(problems: pl.DataFrame, *, most: int = 50) -> list[dict[str, object]]:
    """Count problems per field and reason, the most frequent first, each with some lines."""
    counted = (
        problems.group_by("field", "code")
        .agg(
            pl.col("line").n_unique().alias("count"),
            pl.col("line").sort().head(5).alias("lines"),
            pl.col("value").first().alias("value"),
        )
        .sort(["count", "field", "code"], descending=[True, False, False])
    )
    return counted.head(most).to_dicts()
