"""Find what a cell names: by code, else by a name that only one has."""

import polars as pl

from qunlian.channel.rosters import problems
from qunlian.channel.rosters.cells import code_form

#: Instead of an id: several have this name.
AMBIGUOUS = 0


def resolve(texts: pl.Series, known: pl.DataFrame) -> pl.Series:
    """
    Return the id of what each text names; null for none, ``AMBIGUOUS`` for several.

    :param known: ``id``, ``code``, ``name``
    """
    by_code = known.select(_key(code_form(pl.col("code"))), "id").unique("key", keep="first")
    by_name = known.group_by(_key(pl.col("name"))).agg(
        pl.when(pl.len() == 1).then(pl.col("id").first()).otherwise(AMBIGUOUS).alias("id")
    )
    either = pl.concat([by_code, by_name.join(by_code, on="key", how="anti")])
    asked = texts.rename("text").to_frame()
    distinct = asked.unique().drop_nulls()
    by_text = distinct.with_columns(_key(pl.col("text"))).join(either, on="key", how="left")
    by_text = by_text.with_columns(_key(code_form(pl.col("text")))).join(
        by_code, on="key", how="left", suffix="_by_code"
    )
    found = by_text.select("text", pl.coalesce("id_by_code", "id").alias("id"))
    return asked.join(found, on="text", how="left", maintain_order="left")["id"].alias(texts.name)


def _key(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKC").str.replace_all(" ", "").alias("key")


def resolved(
    values: pl.DataFrame, field: str, known: pl.DataFrame, what: str
) -> tuple[pl.Series, list[pl.DataFrame]]:
    """
    Resolve a column; what cannot be found or is not clear becomes a problem.

    :param what: ``territory`` → reasons ``unknown_territory`` and ``ambiguous_territory``
    """
    ids = resolve(values[field], known)
    cell = pl.col(field)
    return ids.replace(AMBIGUOUS, None), [
        problems.found(
            values,
            values[field].is_not_null() & ids.is_null(),
            field,
            f"unknown_{what}",
            value=cell,
        ),
        problems.found(values, ids.eq(AMBIGUOUS), field, f"ambiguous_{what}", value=cell),
    ]


def empty(values: pl.DataFrame, dtype: type[pl.DataType]) -> pl.Series:
    """Return a column of nulls, as long as the rows."""
    return pl.Series([None], dtype=dtype).new_from_index(0, values.height)


def column(values: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Series:
    """Return a column that the file has, or nulls."""
    return values[name] if name in values.columns else empty(values, dtype)
