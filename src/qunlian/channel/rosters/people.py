"""
The people that rows name beside their partner: a store's owner, a distributor's contact.

A phone number says who somebody is; without one, a name says it only of who stands there already.
People to be made have ids below 0, one per phone, or per line where there is none.
"""

import polars as pl

from qunlian.channel.rosters.known import Known

PERSON = {"id": pl.Int64, "name": pl.String, "phone": pl.String}


def find(rows: pl.DataFrame, known: Known, role: str) -> pl.DataFrame:
    """
    Find the person of each row: by phone, else who is there now, else somebody new.

    :param rows: ``line``, ``phone`` and ``name`` as the file says, ``now_id``, ``now_name``, ``now_phone``
    :returns: ``<role>_id``, ``<role>_name``, ``<role>_phone``, as they shall be
    """
    found = known.persons(rows["phone"].drop_nulls().unique())
    rows = rows.join(found, on="phone", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce("person_phone", "phone").alias("phone"))
    phone, name, now_id = pl.col("phone"), pl.col("name"), pl.col("now_id")
    is_now = (
        pl.when(phone.is_null())
        .then(name.is_null() | (name == pl.col("now_name")))
        .otherwise(phone == pl.col("now_phone"))
        .fill_null(value=False)
    )
    gets_phone = pl.col("now_phone").is_null() & (name == pl.col("now_name"))
    person_id = (
        pl.when(is_now)
        .then(now_id)
        .when(pl.col("person_id").is_not_null())
        .then(pl.col("person_id"))
        .when(gets_phone)
        .then(now_id)
        .when(phone.is_not_null())
        .then(-pl.col("line").min().over("phone"))
        .otherwise(-pl.col("line"))
    )
    first_name = name.drop_nulls().first().over("phone")
    person_name = (
        pl.when(is_now & phone.is_null())
        .then(pl.col("now_name"))
        .when(is_now)
        .then(first_name.fill_null(pl.col("now_name")))
        .when(pl.col("person_id").is_not_null())
        .then(pl.col("person_name"))
        .when(phone.is_not_null())
        .then(first_name)
        .otherwise(name)
    )
    return rows.select(
        person_id.alias(f"{role}_id"),
        person_name.alias(f"{role}_name"),
        phone.fill_null(pl.when(is_now).then(pl.col("now_phone"))).alias(f"{role}_phone"),
    )


def made(used: pl.DataFrame, role: str) -> pl.DataFrame:
    """Return the people to be made, one row each."""
    if f"{role}_phone" not in used.columns:
        return pl.DataFrame(schema=PERSON)
    return (
        used.filter(pl.col(f"{role}_id") < 0)
        .select(
            pl.col(f"{role}_id").alias("id"),
            pl.col(f"{role}_name").fill_null("").alias("name"),
            pl.col(f"{role}_phone").fill_null("").alias("phone"),
        )
        .unique("id", keep="first", maintain_order=True)
    )
