"""Territories, distributors and staff: rows that name one another as parent or superior, in any order."""

from collections.abc import Mapping

import polars as pl

from qunlian.channel.rosters import cells, people, problems
from qunlian.channel.rosters.fields import Field
from qunlian.channel.rosters.known import Choices, Examined, Known, in_file_duplicates, with_states
from qunlian.channel.rosters.lookups import AMBIGUOUS, column, empty, resolve, resolved


def examine_territories(
    rows: pl.DataFrame, fields: tuple[Field, ...], known: Known, choices: Choices
) -> Examined:
    """Decide for every row of a list of territories what would become of it."""
    values, found = _begin(rows, fields, known, "territories", known.territories)
    old = _present(values, known.territories, "parent_id")
    led = known.assignments.group_by("territory_id").agg(pl.col("staff_id"))
    old = old.join(led, left_on="id", right_on="territory_id", how="left", maintain_order="left")
    given: dict[str, pl.Series] = {}
    if "rep" in values.columns:
        ids, trouble = resolved(values, "rep", known.staff, "staff")
        found += trouble
        given["rep_id"] = ids
    old = old.with_columns(_present_rep(old, given.get("rep_id", empty(values, pl.Int64))))
    if "is_patch" in values.columns:
        given["is_patch"] = values["is_patch"] == "yes"
    found += _parents(values, known, known.territories, old, given)
    return _end(values, old, given, found, {"is_patch": False})


def examine_distributors(
    rows: pl.DataFrame, fields: tuple[Field, ...], known: Known, choices: Choices
) -> Examined:
    """Decide for every row of a list of distributors what would become of it."""
    values, found = _begin(rows, fields, known, "distributors", known.distributors)
    old = _present(values, known.distributors, "parent_id")
    given: dict[str, pl.Series] = {}
    if "territory" in values.columns:
        given["territory_id"], trouble = resolved(
            values, "territory", known.territories, "territory"
        )
        found += trouble
    if "address" in values.columns:
        given["address"] = values["address"]
    if "status" in values.columns:
        given["is_active"] = values["status"] == "open"
    if {"contact_name", "contact_phone"} & set(values.columns):
        given |= _people(values, old, known, "contact").to_dict()
    found += _parents(values, known, known.distributors, old, given)
    return _end(values, old, given, found, {"address": "", "is_active": True}, role="contact")


def examine_staff(
    rows: pl.DataFrame, fields: tuple[Field, ...], known: Known, choices: Choices
) -> Examined:
    """Decide for every row of a list of staff what would become of it."""
    values, found = _begin(rows, fields, known, "staff", known.staff)
    old = _present(values, known.staff, "superior_id").rename({"parent_code": "superior_code"})
    given: dict[str, pl.Series] = {}
    for name in ("role", "joined_on", "left_on"):
        if name in values.columns:
            given[name] = values[name]
    if {"joined_on", "left_on"} <= set(values.columns):
        early = values["left_on"] < values["joined_on"]
        found.append(problems.found(values, early, "left_on", "left_before_joined"))
    given["phone"] = column(values, "phone", pl.String).fill_null(old["phone"])
    covers = known.assignments.group_by("staff_id").agg(pl.col("territory_id"))
    old = old.join(covers, left_on="id", right_on="staff_id", how="left", maintain_order="left")
    if "territory" in values.columns:
        ids, trouble = resolved(values, "territory", known.territories, "territory")
        found += trouble
        given["covers_id"] = ids
        is_covered = pl.DataFrame({"c": old["territory_id"], "i": ids}).select(
            pl.when(pl.col("c").list.contains(pl.col("i"))).then(pl.col("i"))
        )
        old = old.with_columns(is_covered.to_series().alias("covers_id"))
    found += _parents(values, known, known.staff, old, given, field="superior")
    ids = old["person_id"].fill_null(-values["line"])
    given["person_id"] = ids
    defaults = {"role": "rep", "joined_on": choices.today, "phone": ""}
    examined = _end(values, old, given, found, defaults)
    used = examined.rows.filter(pl.col("state") == "new")
    fresh = used.select(pl.col("person_id").alias("id"), "name", pl.col("phone").fill_null(""))
    examined.made["persons"] = fresh
    return examined


def _begin(
    rows: pl.DataFrame, fields: tuple[Field, ...], known: Known, kind: str, there: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Read the cells; find codes that occur twice or belong to something outside reach."""
    values, found = cells.read(rows, fields)
    found.append(in_file_duplicates(values, "code"))
    if not known.is_everything:
        outside = known.taken(kind, values["code"]) - set(there["code"].to_list())
        is_taken = values["code"].is_in(list(outside)) & values["code"].is_not_null()
        found.append(problems.found(values, is_taken, "code", "taken", value=pl.col("code")))
    return values, found


def _present(values: pl.DataFrame, there: pl.DataFrame, parent: str) -> pl.DataFrame:
    """Return what the database holds of each row, its parent by code."""
    parents = there.select(pl.col("id").alias(parent), pl.col("code").alias("parent_code"))
    present = there.join(parents, on=parent, how="left", maintain_order="left")
    joined = values.select("line", "code").join(
        present, on="code", how="left", maintain_order="left"
    )
    return joined.drop("line", "code")


def _present_rep(old: pl.DataFrame, wanted: pl.Series) -> pl.Series:
    """Return the rep the file names where he covers the territory already."""
    both = pl.DataFrame({"has": old["staff_id"], "wants": wanted})
    has = pl.col("has").list.contains(pl.col("wants"))
    return both.select(pl.when(has).then(pl.col("wants")).alias("rep_id")).to_series()


def _people(values: pl.DataFrame, old: pl.DataFrame, known: Known, role: str) -> pl.DataFrame:
    rows = {
        "line": values["line"],
        "phone": column(values, f"{role}_phone", pl.String),
        "name": column(values, f"{role}_name", pl.String),
    }
    now = {f"now_{part}": old[f"{role}_{part}"] for part in ("id", "name", "phone")}
    return people.find(pl.DataFrame(rows | now), known, role)


def _parents(
    values: pl.DataFrame,
    known: Known,
    there: pl.DataFrame,
    old: pl.DataFrame,
    given: dict[str, pl.Series],
    *,
    field: str = "parent",
) -> list[pl.DataFrame]:
    """Find each row's parent in the file or in the database; refuse cycles and parents that fail."""
    what = {"parent": "territory", "superior": "staff"}[field]
    what = "distributor" if "tier" in there.columns or "contact_id" in there.columns else what
    named = column(values, field, pl.String)
    in_file = values.select((-pl.col("line")).alias("id"), "code", "name").drop_nulls("code")
    others = there.select("id", "code", "name").join(in_file, on="code", how="anti")
    everything = pl.concat([in_file.unique("code", keep="first"), others])
    ids = resolve(named.alias("text"), everything)
    codes = ids.replace_strict(
        dict(everything.select("id", "code").iter_rows()), default=None, return_dtype=pl.String
    )
    wanted = codes.fill_null(old[f"{field}_code"])
    given[f"{field}_code"] = wanted
    unknown = named.is_not_null() & ids.is_null()
    cell = pl.lit("") if field not in values.columns else pl.col(field)
    found = [
        problems.found(values, unknown, field, f"unknown_{what}", value=cell),
        problems.found(values, ids.eq(AMBIGUOUS), field, f"ambiguous_{what}", value=cell),
    ]
    if not known.is_everything and field == "parent":
        lost = wanted.is_null() & old["id"].is_null() & named.is_null()
        found.append(problems.found(values, lost, field, "no_parent"))
    above = _above(values, wanted, there, field)
    on_cycle = _on_cycles(above)
    is_on_cycle = values["code"].is_in(list(on_cycle))
    found.append(problems.found(values, is_on_cycle, field, "cycle", value=pl.col("code")))
    return found


def _above(
    values: pl.DataFrame, wanted: pl.Series, there: pl.DataFrame, field: str
) -> dict[str, str | None]:
    """Return who would be above whom, by code, after this file."""
    by_id = dict(there.select("id", "code").iter_rows())
    key = "superior_id" if field == "superior" else "parent_id"
    above = {code: by_id.get(up) for code, up in there.select("code", key).iter_rows()}
    in_file = zip(values["code"], wanted, strict=True)
    return above | {code: parent for code, parent in in_file if code is not None}


def _on_cycles(above: Mapping[str, str | None]) -> set[str]:
    """Return everything that would be above itself."""
    done: set[str] = set()
    cyclic: set[str] = set()
    for start in above:
        trail: list[str] = []
        at: str | None = start
        while at is not None and at not in done and at not in trail:
            trail.append(at)
            at = above.get(at)
        if at is not None and at in trail:
            cyclic |= set(trail[trail.index(at) :])
        done |= set(trail)
    return cyclic


def _end(
    values: pl.DataFrame,
    old: pl.DataFrame,
    given: dict[str, pl.Series],
    found: list[pl.DataFrame],
    defaults: Mapping[str, object],
    *,
    role: str = "",
) -> Examined:
    """Put what is wanted together, let problems spread to what hangs below, and compare."""
    given = {"name": values["name"], **given}
    wanted = pl.DataFrame([values["line"], values["code"], old["id"]])
    for name in dict.fromkeys([*given, *defaults]):
        says = given.get(name, empty(values, pl.Int64).cast(old[name].dtype))
        if not (role and name.startswith(role)):
            says = says.fill_null(old[name].cast(says.dtype)) if name in old.columns else says
        if name in defaults:
            says = says.fill_null(pl.Series([defaults[name]], dtype=says.dtype)[0])
        wanted = wanted.with_columns(says.alias(name))
    compared = tuple(name for name in given if name in old.columns)
    all_problems = _spread(wanted, problems.together(found))
    states = with_states(wanted, old, all_problems, compared)
    used = states.filter(pl.col("state").is_in(["new", "changed"]))
    made = {"persons": people.made(used, role)} if role else {}
    return Examined(rows=states, problems=all_problems, old=old, made=made, compared=compared)


def _spread(wanted: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """A new row whose parent stands in this file and fails fails with it, level by level."""
    field = "superior" if "superior_code" in wanted.columns else "parent"
    up = f"{field}_code"
    while True:
        failed = wanted.filter(
            pl.col("line").is_in(found["line"].unique().implode()), pl.col("id").is_null()
        )["code"].drop_nulls()
        good = wanted.filter(pl.col("code").is_not_null() & pl.col("id").is_not_null())["code"]
        first = wanted.filter(~pl.col("line").is_in(found["line"].unique().implode()))["code"]
        lost = failed.filter(~failed.is_in(pl.concat([good, first]).drop_nulls().implode()))
        caught = pl.col(up).is_in(lost.implode()) & ~pl.col("line").is_in(
            found["line"].unique().implode()
        )
        more = problems.found(
            wanted, caught.fill_null(value=False), field, "parent_bad", value=pl.col(up)
        )
        if more.is_empty():
            return found
        found = problems.together([found, more])
