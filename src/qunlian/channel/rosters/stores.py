"""Stores: the roster most people begin with, so one sheet may bring places, reps and owners along."""

import hashlib

import numpy as np
import polars as pl

from qunlian.channel.rosters import cells, patches, people, problems
from qunlian.channel.rosters.divisions import HINTS
from qunlian.channel.rosters.fields import Field
from qunlian.channel.rosters.known import Choices, Examined, Known, in_file_duplicates, with_states
from qunlian.channel.rosters.lookups import column, empty, resolved
from qunlian.channel.rules import coordinates, pinyin

#: column of the store → what a new one has where the file says nothing
DEFAULTS: dict[str, object] = {
    "name": "",
    "type": "",
    "management": "",
    "size_fen": 0,
    "closeness": 50,
    "status": "open",
    "expected_people": 1,
    "address": "",
    "division_code": "",
    "tags": "[]",
}
_PLAIN = ("name", "type", "management", "status", "expected_people", "address")
_REFERENCES = ("territory_id", "distributor_id")


def examine(
    rows: pl.DataFrame, fields: tuple[Field, ...], known: Known, choices: Choices
) -> Examined:
    """Decide for every row of a roster of stores what would become of it."""
    values, found = cells.read(rows, fields)
    if "code" not in values.columns:
        values = values.with_columns(_made_codes(values))
    found.append(in_file_duplicates(values, "code"))
    existing = known.stores(values["code"].drop_nulls().unique())
    joined = values.select("line", "code").join(
        existing, on="code", how="left", maintain_order="left"
    )
    is_taken = joined["id"].is_not_null() & ~joined["is_within"].fill_null(value=True)
    found.append(problems.found(values, is_taken, "code", "taken", value=pl.col("code")))
    given, trouble = _given(values, choices)
    found += trouble
    distributor, trouble = _distributors(values, known, joined)
    found += trouble
    bad_so_far = pl.concat([problems.none(), *found])["line"].unique()
    placed = patches.place(values, known, choices, joined["territory_id"], bad_so_far)
    found += placed.problems
    owners = _owners(values, known, joined)
    given = given.with_columns(
        distributor, placed.territory_ids.alias("territory_id"), *owners.get_columns()
    )
    old = joined.drop("line", "code")
    wanted = _wanted(values, given, old)
    if "name" not in values.columns:
        wanted = wanted.with_columns(_made_names(wanted))
    wanted = wanted.with_columns(values[name] for name in HINTS if name in values.columns)
    all_problems = problems.together(found)
    compared = tuple(name for name in given.columns if name in wanted.columns)
    compared += ("owner_name",) if "owner_name" in values.columns else ()
    states = with_states(wanted, old, all_problems, compared)
    used = states.filter(pl.col("state").is_in(["new", "changed"]))
    made = placed.made(used["territory_id"]) | {"persons": people.made(used, "owner")}
    return Examined(rows=states, problems=all_problems, old=old, made=made, compared=compared)


def _made_codes(values: pl.DataFrame) -> pl.Series:
    """Make a code for each row of a sheet without codes: the same store, the same code."""
    parts = [name for name in ("name", "address", "province", "city", "area") if name in values]
    texts = values.select(pl.concat_str(parts, separator="|", ignore_nulls=True)).to_series()
    digests = [f"N{hashlib.sha256((t or '').encode()).hexdigest()[:11].upper()}" for t in texts]
    return pl.Series("code", digests)


def _made_names(wanted: pl.DataFrame) -> pl.Series:
    """Name new stores of a sheet without names by type and code."""
    made = pl.format("{} {}", pl.col("type"), pl.col("code")).str.strip_chars()
    is_nameless = pl.col("name") == ""
    return wanted.select(
        pl.when(is_nameless).then(made).otherwise("name").alias("name")
    ).to_series()


def _given(values: pl.DataFrame, choices: Choices) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Return what the file says of plain columns, under the store's own names."""
    plain = [values[name] for name in _PLAIN if name in values.columns]
    found: list[pl.DataFrame] = []
    if "size" in values.columns:
        plain.append((values["size"] * choices.scales.get("size", 1)).alias("size_fen"))
        found.append(
            problems.found(
                values, plain[-1] < 0, "size", "out_of_range", value=pl.col("size") / 100
            )
        )
    if "closeness" in values.columns:
        points = (values["closeness"] * choices.scales.get("closeness", 1)).round(0)
        fits = points.is_between(0, 100)
        plain.append(points.set(~fits.fill_null(value=True), None).cast(pl.Int64))
        cell = pl.col("closeness")
        found.append(problems.found(values, ~fits, "closeness", "out_of_range", value=cell))
    if "tags" in values.columns:
        plain.append(_tags(values["tags"]))
    lng, lat, trouble = _coordinates(values)
    plain += [lng, lat] if lng is not None and lat is not None else []
    return pl.DataFrame(plain) if plain else pl.DataFrame(), found + trouble


def _tags(texts: pl.Series) -> pl.Series:
    """Write tags as a JSON list of distinct words."""
    words = pl.col("tags").str.replace_all(r'["\\]', "").str.replace_all(r"[,，、;；|/\s]+", '", "')
    return texts.to_frame().select(pl.format('["{}"]', words).alias("tags")).to_series()


def _coordinates(
    values: pl.DataFrame,
) -> tuple[pl.Series | None, pl.Series | None, list[pl.DataFrame]]:
    """Judge longitude and latitude; impossible and swapped ones are problems."""
    names = ("point_lng", "point_lat") if "point_lng" in values.columns else ("lng", "lat")
    if not set(names) <= set(values.columns):
        return None, None, []
    lng, lat = values[names[0]].alias("lng"), values[names[1]].alias("lat")
    verdicts = pl.Series(
        coordinates.judge(
            lng.fill_null(float("nan")).to_numpy(), lat.fill_null(float("nan")).to_numpy()
        ).astype(np.int64)
    )
    both = pl.format("{}, {}", pl.col(names[0]), pl.col(names[1]))
    half = lng.is_null() != lat.is_null()
    found = [
        problems.found(
            values,
            (verdicts == int(coordinates.Verdict.IMPOSSIBLE)) | half,
            names[0],
            "no_coordinates",
            value=both,
        ),
        problems.found(
            values,
            verdicts == int(coordinates.Verdict.SWAPPED),
            names[0],
            "swapped_coordinates",
            value=both,
        ),
    ]
    return lng, lat, found


def _distributors(
    values: pl.DataFrame, known: Known, joined: pl.DataFrame
) -> tuple[pl.Series, list[pl.DataFrame]]:
    """Resolve distributors; a distributor's own stores fall to him where the file names none."""
    if "distributor" in values.columns:
        ids, found = resolved(values, "distributor", known.distributors, "distributor")
    else:
        ids, found = empty(values, pl.Int64), []
    ids = ids.fill_null(joined["distributor_id"])
    if known.own_distributor_id is not None:
        ids = ids.fill_null(known.own_distributor_id)
    return ids.alias("distributor_id"), found


def _owners(values: pl.DataFrame, known: Known, joined: pl.DataFrame) -> pl.DataFrame:
    if not {"owner_name", "owner_phone"} & set(values.columns):
        return pl.DataFrame()
    return people.find(
        pl.DataFrame(
            {
                "line": values["line"],
                "phone": column(values, "owner_phone", pl.String),
                "name": column(values, "owner_name", pl.String),
                "now_id": joined["owner_id"],
                "now_name": joined["owner_name"],
                "now_phone": joined["owner_phone"],
            }
        ),
        known,
        "owner",
    )


def _wanted(values: pl.DataFrame, given: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """Return what each store is to be: what the file says, else what it is, else the default."""
    frame = pl.DataFrame([values["line"], values["code"], old["id"]])
    columns = []
    for name in (*DEFAULTS, *_REFERENCES, "owner_id", "owner_name", "owner_phone", "lng", "lat"):
        wanted = old[name]
        if name in given.columns:
            says = given[name].cast(old[name].dtype, strict=False)
            wanted = says if name.startswith("owner_") else says.fill_null(wanted)
        if name in DEFAULTS:
            wanted = _filled(wanted, name)
        columns.append(wanted.alias(name))
    return frame.with_columns(columns)


def _filled(wanted: pl.Series, name: str) -> pl.Series:
    default = pl.Series([DEFAULTS[name]], dtype=wanted.dtype)
    return wanted.zip_with(wanted.is_not_null(), default.new_from_index(0, len(wanted)))


def with_search_text(rows: pl.DataFrame) -> pl.DataFrame:
    """Add what a store is found by: code, name, pinyin and initials, in lower case."""
    names = rows.select(pl.col("name").unique())
    keys = names.with_columns(pl.Series("key", pinyin.search_keys(names["name"].to_list())))
    text = pl.format(
        "{} {} {}", pl.col("code").str.to_lowercase(), pl.col("name").str.to_lowercase(), "key"
    )
    found = rows.join(keys, on="name", how="left", maintain_order="left")
    return found.with_columns(text.alias("search_text")).drop("key")
