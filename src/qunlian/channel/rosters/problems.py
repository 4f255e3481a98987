"""Why a row cannot be loaded: one problem per line and field, told in the reader's words where shown."""

import polars as pl

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
