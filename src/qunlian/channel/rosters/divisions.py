"""Which division of China a store's address lies in: a rule over whole columns, each place read once."""

from collections.abc import Callable

import polars as pl

from qunlian.channel.rules.addresses import resolve
from qunlian.channel.rules.divisions import Divisions, Level, level_of

#: Codes of provinces → all divisions down to areas, and the streets of these provinces; None: not known.
Gazetteer = Callable[[frozenset[str]], Divisions | None]
HINTS = ("province", "city", "area")
#: Up to the house number: what follows says nothing of the division, and so many stores share the rest.
_HEAD = r"^[\s\d]*\D*"
_LONGEST_HEAD = 40


def with_division_codes(rows: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """
    Replace ``division_code`` by what address and hints say; where they say nothing it stays.

    :param rows: ``address``, ``division_code``, and those of ``HINTS`` that the file has
    :param gazetteer: asked for the streets of those provinces only that occur
    """
    hints = [name for name in HINTS if name in rows.columns]
    head = pl.col("address").str.extract(f"({_HEAD})").str.slice(0, _LONGEST_HEAD)
    marked = rows.with_columns(head.fill_null("").alias("head"))
    places = marked.select("head", *hints).unique()
    asked = [_asked(place) for place in places.iter_rows(named=True)]
    wide = gazetteer(frozenset())
    if wide is None:
        return rows
    codes = [resolve(wide, head, **hint).code for head, hint in asked]
    near = [code if level_of(code) == Level.AREA else "" for code in codes]
    streets = gazetteer(frozenset(code[:2] for code in near if code)) or wide
    found = [
        resolve(streets, head, **hint).code if area else code
        for (head, hint), area, code in zip(asked, near, codes, strict=True)
    ]
    looked_up = places.with_columns(pl.Series("found", found, pl.String).replace("", None))
    joined = marked.join(
        looked_up, on=["head", *hints], how="left", nulls_equal=True, maintain_order="left"
    )
    code = pl.coalesce("found", "division_code").alias("division_code")
    return joined.with_columns(code).drop("head", "found")


def _asked(place: dict[str, str | None]) -> tuple[str, dict[str, str]]:
    return place["head"] or "", {name: place[name] or "" for name in HINTS if name in place}
