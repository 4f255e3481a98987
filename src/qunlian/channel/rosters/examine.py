"""From a sheet and a mapping to what would become of every row."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl

from qunlian.channel.rosters import sales, stores, trees
from qunlian.channel.rosters.fields import FIELDS, Field, Kind, fields_of
from qunlian.channel.rosters.known import Choices, Examined, Known
from qunlian.channel.rules import spreadsheets
from qunlian.kernel.sheet_files import Sheet

_Examine = Callable[[pl.DataFrame, tuple[Field, ...], Known, Choices], Examined]
_BY_KIND: Mapping[Kind, _Examine] = MappingProxyType(
    {
        Kind.TERRITORIES: trees.examine_territories,
        Kind.STAFF: trees.examine_staff,
        Kind.DISTRIBUTORS: trees.examine_distributors,
        Kind.STORES: stores.examine,
        Kind.SALES: sales.examine,
    }
)
_SAMPLE = 200


def examine(
    kind: Kind, rows: pl.DataFrame, mapping: Mapping[str, int], known: Known, choices: Choices
) -> Examined:
    """
    Decide for every row of a sheet what would become of it.

    :param rows: ``line`` and ``c0``, ``c1`` …
    :param mapping: field → number of its column
    """
    fields = fields_of(kind, mapping)
    named = rows.select("line", *(pl.col(f"c{mapping[f.name]}").alias(f.name) for f in fields))
    return _BY_KIND[kind](named, fields, known, choices)


def is_heading(kind: Kind) -> Callable[[str], bool]:
    """Return what tells a heading that this kind knows from other words in a first line."""
    labels = {field.label.lower() for field in FIELDS[kind]}

    def known(text: str) -> bool:
        return text.strip().lower() in labels or spreadsheets.is_heading(kind.value, text)

    return known


def guess(
    kind: Kind, headings: tuple[str, ...], rows: pl.DataFrame, labels: Mapping[str, str]
) -> tuple[dict[str, int], dict[str, int]]:
    """
    Guess which column holds which field, and what one unit of money and closeness columns is worth.

    :param labels: our own labels in the reader's language → field, so that an exported file maps itself
    :returns: field → column, field → scale where it isn't 1
    """
    samples = {heading: _sample(rows, place) for place, heading in enumerate(headings)}
    known = {field.name for field in FIELDS[kind]}
    mapping = {
        labels[heading]: place
        for place, heading in reversed(list(enumerate(headings)))
        if heading in labels
    }
    for each in spreadsheets.guess(kind.value, headings, samples):
        place = headings.index(each.column)
        if each.field in known and each.field not in mapping and place not in mapping.values():
            mapping[each.field] = place
    return mapping, scales_of(mapping, headings, rows)


def scales_of(
    mapping: Mapping[str, int], headings: tuple[str, ...], rows: pl.DataFrame
) -> dict[str, int]:
    """Return what one unit of the money and closeness columns chosen is worth, where it isn't 1."""
    scales: dict[str, int] = {}
    for field in ("size", "amount"):
        if field in mapping:
            scales[field] = spreadsheets.yuan_per_unit(headings[mapping[field]])
    if "closeness" in mapping:
        scales["closeness"] = spreadsheets.points_per_unit(_sample(rows, mapping["closeness"]))
    return {field: scale for field, scale in scales.items() if scale != 1}


def choices(
    options: Mapping[str, Any], mapping: Mapping[str, int], sheet: Sheet, *, today: date
) -> Choices:
    """Return what was decided; units follow the columns that were chosen, not those that were guessed."""
    scales = scales_of(mapping, sheet.headings, sheet.rows)
    return Choices.of({**options, "scales": scales}, today=today)


def _sample(rows: pl.DataFrame, place: int) -> list[str]:
    return [cell for cell in rows.head(_SAMPLE)[f"c{place}"].to_list() if cell]
