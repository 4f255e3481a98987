"""Read a sheet of groups on people's own WeChat; nothing is taken in yet."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from qunlian.community import access
from qunlian.community.models import RoomSheet, StaffView, StoreView, TerritoryView
from qunlian.community.rules import room_sheets as rules
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, Invalid

_MOST_CELLS = 200_000


class SheetColumnsMissing(Invalid):
    """The sheet needs a column with the group's name and one with its owner; start from the template."""

    code: ClassVar[str] = "community.sheet_columns_missing"


class SheetTooLong(Invalid):
    """At most 2,000 groups at once; cut the sheet."""

    code: ClassVar[str] = "community.sheet_too_long"


def read_room_sheet(*, actor: Actor, file: Path, file_name: str, now: datetime) -> int:
    """
    Read and check every row; return the sheet, with its good groups and its bad rows.

    :raises Forbidden: only those who plan do this
    :raises SheetColumnsMissing: no column means the name, or none the owner
    :raises SheetTooLong: too many groups
    :raises SheetTooBig: too many bytes, rows or columns
    :raises SheetDamaged: a broken or encrypted workbook
    :raises SheetSuspicious: a zip bomb
    :raises SheetNotText: neither a workbook nor a text table
    :raises SheetCellTooLong: probably an open quotation mark
    :raises SheetEmpty: no rows
    """
    from qunlian.kernel.sheet_files import read  # noqa: PLC0415  (polars loads slowly)

    if actor.role not in access.PLANNERS:
        raise Forbidden
    sheet = read(file, is_heading=lambda text: bool(rules.heading_of(text)))
    fields = [rules.heading_of(text) for text in sheet.headings]
    if not {"name", "owner"} <= set(fields):
        raise SheetColumnsMissing(field="file")
    if sheet.rows.height * len(fields) > _MOST_CELLS:
        raise SheetTooLong(field="file")
    rows = [
        (int(line), [str(cell or "") for cell in cells]) for line, *cells in sheet.rows.iter_rows()
    ]
    with scope.writing(actor):
        codes = {
            cell.strip()
            for _, cells in rows
            for name, text in zip(fields, cells, strict=True)
            if name == "store"
            for cell in text.replace("；", ";").replace("、", ";").replace("\n", ";").split(";")
        }
        told, problems = rules.read(fields, rows, _known(codes))
        if len(told) > rules.MOST_GROUPS:
            raise SheetTooLong(field="file")
        kept = RoomSheet.objects.create(
            enterprise_id=actor.enterprise_id,
            account_id=actor.account_id,
            name=Path(file_name).name[:80],
            groups=[asdict(one) for one in told],
            problems=[[one.line, one.code, one.text] for one in problems],
            read_at=now,
        )
        journal.record(
            "community.room_sheet_read",
            actor=actor,
            at=now,
            about={"sheet": [kept.pk]},
            groups=len(told),
            problems=len(problems),
        )
        return kept.pk


def _known(store_codes: Iterable[str]) -> rules.Known:
    """Look up what may be named, within reach: by code, and by name where nobody else has it."""
    staff = StaffView.objects.filter(left_on=None).values_list("pk", "code", "name")
    places = TerritoryView.objects.values_list("pk", "code", "name")
    stores = StoreView.objects.filter(code__in=list(store_codes)).values_list("pk", "code")
    return rules.Known(
        staff=_names(staff),
        territories=_names(places),
        stores={code.lower(): pk for pk, code in stores},
    )


def _names(rows: Iterable[tuple[int, str, str]]) -> dict[str, int]:
    kept = list(rows)
    often = Counter(name.lower() for _, _, name in kept)
    named = {name.lower(): pk for pk, _, name in kept if often[name.lower()] == 1}
    return named | {code.lower(): pk for pk, code, _ in kept}
