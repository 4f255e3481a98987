"""Sales history: what each store bought of us on each day; lines of one store and day are added up."""

import polars as pl

from qunlian.channel.rosters import cells, problems
from qunlian.channel.rosters.fields import Field
from qunlian.channel.rosters.known import Choices, Examined, Known, with_states


def examine(
    rows: pl.DataFrame, fields: tuple[Field, ...], known: Known, choices: Choices
) -> Examined:
    """Decide for every line of a sales history what would become of it."""
    values, found = cells.read(rows, fields)
    values = values.with_columns(pl.col("amount") * choices.scales.get("amount", 1))
    stores = known.stores(values["store"].drop_nulls().unique()).filter("is_within")
    ids = values.select("store").join(
        stores.select(pl.col("code").alias("store"), pl.col("id").alias("store_id")),
        on="store",
        how="left",
        maintain_order="left",
    )["store_id"]
    unknown = values["store"].is_not_null() & ids.is_null()
    found.append(problems.found(values, unknown, "store", "unknown_store", value=pl.col("store")))
    all_problems = problems.together(found)
    # marked first: inside ``over`` the list of bad lines would be laid beside every row
    bad_lines = all_problems.select(pl.col("line").unique(), is_bad=pl.lit(value=True))
    marked = values.join(bad_lines, on="line", how="left", maintain_order="left")
    good_amount = pl.when(pl.col("is_bad").is_null()).then(pl.col("amount"))
    wanted = (
        marked.select("line", "store", ids, pl.col("date").alias("sold_on"), "amount", "is_bad")
        .with_columns(good_amount.sum().over("store_id", "sold_on").alias("amount_fen"))
        .drop("is_bad")
    )
    present = known.sales(ids.drop_nulls().unique())
    old = wanted.select("store_id", "sold_on").join(
        present, on=["store_id", "sold_on"], how="left", maintain_order="left"
    )
    # a day that is known has the store's id as its own; a new day has none
    there = pl.when(old["amount_fen"].is_not_null()).then(pl.col("store_id")).alias("id")
    states = with_states(wanted.with_columns(there), old, all_problems, ("amount_fen",))
    return Examined(rows=states, problems=all_problems, old=old, made={}, compared=("amount_fen",))
