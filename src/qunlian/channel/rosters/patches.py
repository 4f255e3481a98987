"""Which territory each store of a sheet belongs to, and what has to be made for that."""

from collections import defaultdict
from dataclasses import dataclass, field

import polars as pl

from qunlian.channel.rosters import problems
from qunlian.channel.rosters.known import Choices, Known
from qunlian.channel.rosters.lookups import AMBIGUOUS, column, empty, resolve, resolved
from qunlian.channel.rosters.places import (
    UNASSIGNED,
    UNASSIGNED_NAME,
    Node,
    Tree,
    common,
    short_code,
)

_PLACE = ("province", "city", "area")
_CODE_LIKE = r"^[A-Za-z0-9_\-]{2,40}$"
TERRITORY = {
    "id": pl.Int64,
    "parent_id": pl.Int64,
    "code": pl.String,
    "name": pl.String,
    "is_patch": pl.Boolean,
}
STAFF = {"id": pl.Int64, "code": pl.String, "name": pl.String}
ASSIGNMENT = {"staff_id": pl.Int64, "territory_id": pl.Int64}


@dataclass(slots=True)
class Placed:
    """The territory of each row (null: none), the problems, and what would have to be made."""

    territory_ids: pl.Series
    problems: list[pl.DataFrame]
    tree: Tree
    reps: dict[int, str] = field(default_factory=dict)
    covers: set[tuple[int, int]] = field(default_factory=set)

    def made(self, used: pl.Series) -> dict[str, pl.DataFrame]:
        """Return what has to be made for the rows that are loaded, and nothing else."""
        needed: set[int] = set()
        direct = set(used.drop_nulls().unique().to_list())
        for each in direct:
            node = self.tree.nodes.get(each)
            needed |= {above.id for above in node.line()} if node else set()
        covers = {(staff, patch) for staff, patch in self.covers if patch in direct}
        led = {patch for _, patch in covers}
        territories = [
            (
                n.id,
                n.parent.id if n.parent else None,
                n.code,
                n.name,
                n.is_patch or (n.id in direct and n.id not in led),
            )
            for n in self.tree.made()
            if n.id in needed
        ]
        staff = [
            (each, short_code(name), name)
            for each, name in self.reps.items()
            if each in {s for s, _ in covers}
        ]
        return {
            "territories": pl.DataFrame(territories, schema=TERRITORY, orient="row"),
            "staff": pl.DataFrame(staff, schema=STAFF, orient="row"),
            "assignments": pl.DataFrame(sorted(covers), schema=ASSIGNMENT, orient="row"),
        }


def place(
    values: pl.DataFrame, known: Known, choices: Choices, present: pl.Series, bad: pl.Series
) -> Placed:
    """
    Find each row's territory: the one it names, else its rep's patch, else its place, else where it is now.

    :param present: the territory of stores that exist already
    :param bad: lines that cannot be loaded anyway; a rep's new patch doesn't mind them
    """
    tops = None if known.is_everything else known.own_territory_ids
    placed = Placed(
        empty(values, pl.Int64), [], Tree.of(known.territories, creates=choices.creates, tops=tops)
    )
    named = empty(values, pl.Int64)
    if "territory" in values.columns:
        named, placed.problems = resolved(values, "territory", known.territories, "territory")
    bases = _places(values, placed)
    reps = _reps(values, known, choices, placed)
    patches = _patches(
        pl.DataFrame(
            {
                "named": named,
                "base": bases,
                "rep": reps,
                "present": present,
                "is_bad": values["line"].is_in(bad.implode()),
            }
        ),
        known,
        placed,
        choices,
    )
    ids = named.fill_null(patches).fill_null(bases).fill_null(present)
    fallback = _fallback(known, placed.tree)
    placed.territory_ids = ids if fallback is None else ids.fill_null(fallback)
    unexplained = pl.concat([problems.none(), *placed.problems])["line"].unique()
    nowhere = placed.territory_ids.is_null() & ~values["line"].is_in(unexplained.implode())
    placed.problems.append(problems.found(values, nowhere, "territory", "no_territory"))
    return placed


def _fallback(known: Known, tree: Tree) -> int | None:
    """Return where a store goes whose row says nothing: the only patch one has, or “to be assigned”."""
    if len(known.own_territory_ids) == 1:
        return known.own_territory_ids[0]
    if tree.creates and tree.may_make_tops:
        return tree.make(None, UNASSIGNED, UNASSIGNED_NAME, is_patch=True).id
    return None


def _places(values: pl.DataFrame, placed: Placed) -> pl.Series:
    """Return the territory that province, city and district lead to, each distinct place looked up once."""
    names = [name for name in _PLACE if name in values.columns]
    if not names:
        return empty(values, pl.Int64)
    texts = values.select(*(column(values, name, pl.String).alias(name) for name in _PLACE))
    distinct = texts.unique(maintain_order=True)
    nodes = [placed.tree.place(row) for row in distinct.iter_rows()]
    looked_up = distinct.with_columns(
        pl.Series("id", [node.id if node else None for node in nodes], pl.Int64)
    )
    ids = texts.join(looked_up, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")[
        "id"
    ]
    says = pl.any_horizontal(pl.col(names).is_not_null())
    asks = values.select(says).to_series()
    if "territory" in values.columns:
        asks &= values["territory"].is_null()
    shown = pl.concat_str(names, separator="/", ignore_nulls=True)
    placed.problems.append(
        problems.found(values, asks & ids.is_null(), names[-1], "unknown_territory", value=shown)
    )
    return ids


def _reps(values: pl.DataFrame, known: Known, choices: Choices, placed: Placed) -> pl.Series:
    """Return each row's rep; unknown ones are to be made, or a problem."""
    if "rep" not in values.columns:
        return empty(values, pl.Int64)
    ids = resolve(values["rep"], known.staff)
    several = ids.eq(AMBIGUOUS)
    cell = pl.col("rep")
    placed.problems.append(problems.found(values, several, "rep", "ambiguous_staff", value=cell))
    ids = ids.replace(AMBIGUOUS, None)
    unknown = values["rep"].is_not_null() & ids.is_null() & ~several.fill_null(value=False)
    if not (choices.creates and known.is_everything):
        found = problems.found(values, unknown, "rep", "unknown_staff", value=cell)
        placed.problems.append(found)
        return ids
    fresh = values.filter(unknown)["rep"].unique(maintain_order=True).to_list()
    placed.reps = {-number: name for number, name in enumerate(fresh, 1)}
    numbers = {name: number for number, name in placed.reps.items()}
    made = values["rep"].replace_strict(numbers, default=None, return_dtype=pl.Int64)
    return ids.fill_null(made)


def _patches(rows: pl.DataFrame, known: Known, placed: Placed, choices: Choices) -> pl.Series:
    """Return the patch of each row that has a rep and names no territory; note who has to cover what."""
    nodes = placed.tree.nodes
    covered = _covered(known, nodes)
    if choices.creates:
        pairs = rows.filter(pl.col("named").is_not_null(), pl.col("rep").is_not_null())
        for territory_id, rep in pairs.select("named", "rep").unique().iter_rows():
            if nodes[territory_id] not in covered[rep]:
                placed.covers.add((rep, territory_id))
    asking = rows.filter(pl.col("named").is_null(), pl.col("rep").is_not_null())
    pairs = asking.select("rep", "base").unique(maintain_order=True)
    homes = _homes(asking, nodes)
    chosen: list[tuple[int, int | None, int]] = []
    for rep, base in pairs.iter_rows():
        patch = _his_patch(covered[rep], nodes.get(base))
        if patch is None and choices.creates and rep in homes:
            patch = _new_patch(rep, known, placed, common(homes[rep]))
        if patch is not None:
            chosen.append((rep, base, patch.id))
    shape = {"rep": pl.Int64, "base": pl.Int64, "patch": pl.Int64}
    table = pl.DataFrame(chosen, schema=shape, orient="row")
    asks = rows.with_columns(pl.when(pl.col("named").is_null()).then(pl.col("rep")).alias("rep"))
    return asks.join(
        table, on=["rep", "base"], how="left", nulls_equal=True, maintain_order="left"
    )["patch"]


def _covered(known: Known, nodes: dict[int, Node]) -> dict[int, list[Node]]:
    """Return which territories each member of staff covers."""
    covered: dict[int, list[Node]] = defaultdict(list)
    for staff_id, territory_id in known.assignments.select("staff_id", "territory_id").iter_rows():
        if territory_id in nodes:
            covered[staff_id].append(nodes[territory_id])
    return covered


def _homes(asking: pl.DataFrame, nodes: dict[int, Node]) -> dict[int, list[Node | None]]:
    """Return the places of each rep's good rows."""
    homes: dict[int, list[Node | None]] = defaultdict(list)
    good = asking.filter(~pl.col("is_bad")).select("rep", "base").unique(maintain_order=True)
    for rep, base in good.iter_rows():
        homes[rep].append(nodes.get(base))
    return homes


def _his_patch(covered: list[Node], base: Node | None) -> Node | None:
    """Return which of the patches that a rep covers a place belongs to."""
    patches = [node for node in covered if node.is_patch]
    if base is not None:
        near = [node for node in patches if base in node.line() or node in base.line()]
        if near:
            return near[0]
    return patches[0] if len(patches) == 1 else None


def _new_patch(rep: int, known: Known, placed: Placed, home: Node | None) -> Node | None:
    """Make a rep's patch, once, at the lowest territory that his stores have in common."""
    if rep < 0:
        name = placed.reps[rep]
        code = name
    else:
        code, name = known.staff.filter(pl.col("id") == rep).select("code", "name").row(0)
    parent = home or placed.tree.top
    if parent is None and not placed.tree.may_make_tops:
        return None
    patch = placed.tree.make(parent, short_code(f"P-{code}"), f"{name}片区", is_patch=True)
    placed.covers.add((rep, patch.id))
    return patch
