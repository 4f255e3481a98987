"""The table behind a plot: every figure drawn can also be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

Spec = Mapping[str, Any]
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotTable:
    """Heads and rows of the table that says what the plot draws."""

    heads: Row
    rows: tuple[Row, ...]


def plot_table(spec: Spec) -> PlotTable:
    """Turn a plot's data into a table.

    :param spec: as docs/explain/interface.md describes for its ``kind``
    :raises KeyError: an unknown kind or a missing part
    """
    makers = {
        "line": _series,
        "bar": _series,
        "pie": _parts,
        "scatter": _points,
        "tree": _tree,
        "provinces": _places,
        "places": _places,
        "map": _beside,
    }
    return makers[spec["kind"]](spec)


def _beside(_spec: Spec) -> PlotTable:
    """Return nothing: a page with a map has its own table beside it, which leads on."""
    return PlotTable(heads=(), rows=())


def _series(spec: Spec) -> PlotTable:
    lines: Sequence[Spec] = spec["series"]
    heads: list[object] = [spec.get("x_name", "")]
    columns: list[Sequence[object]] = []
    for line in lines:
        heads.append(line["name"])
        columns.append(line["values"])
        if "low" in line:
            heads += [gettext("at least"), gettext("at most")]
            columns += [line["low"], line["high"]]
    if "guide" in spec:
        heads.append(spec["guide"]["name"])
        columns.append(spec["guide"]["values"])
    rows = tuple(
        (x, *(column[place] if place < len(column) else "" for column in columns))
        for place, x in enumerate(spec["x"])
    )
    return PlotTable(heads=tuple(heads), rows=rows)


def _parts(spec: Spec) -> PlotTable:
    total = sum(part["value"] for part in spec["parts"]) or 1
    rows = tuple(
        (part["name"], part["value"], f"{part['value'] / total:.1%}") for part in spec["parts"]
    )
    return PlotTable(
        heads=("", spec.get("value_name", gettext("Value")), gettext("Share of all")), rows=rows
    )


def _points(spec: Spec) -> PlotTable:
    rows = tuple(
        (point.get("name", ""), line["name"], point["x"], point["y"])
        for line in spec["series"]
        for point in line["points"]
    )
    return PlotTable(
        heads=(
            gettext("Name"),
            gettext("Series"),
            spec.get("x_name", "x"),
            spec.get("y_name", "y"),
        ),
        rows=rows,
    )


def _places(spec: Spec) -> PlotTable:
    rows = tuple((place["name"], place["value"]) for place in spec["places"])
    return PlotTable(heads=(gettext("Place"), spec.get("value_name", gettext("Value"))), rows=rows)


def _tree(spec: Spec) -> PlotTable:
    return PlotTable(
        heads=(gettext("Name"), spec.get("value_name", gettext("Value"))),
        rows=tuple(_branches(spec["root"], 0)),
    )


def _branches(node: Spec, depth: int) -> Iterator[Row]:
    yield ("\u2003" * depth + str(node["name"]), node.get("value", ""))
    for child in node.get("children", ()):
        yield from _branches(child, depth + 1)
