"""A sheet of groups on people's own WeChat, for the tests of taking it in."""

from pathlib import Path

from qunlian.community.actions.read_room_sheet import read_room_sheet
from qunlian.community.actions.take_in_room_sheet import take_in_room_sheet
from qunlian.community.actions.take_in_told_group import take_in_told_group
from qunlian.community.queries.personal import SheetCard, room_sheet
from qunlian.kernel.actor import Actor
from tests.cast_words import NOON

HEAD = "群名,群主工号,片区,群类型,人数,昵称,门店编码\n"
ROWS = (
    "东街老板群,R1,PA,终端店群,86人,老王;小李,A1;\n"
    "东街老板群,R1,PA,终端店群,86,阿三,A3\n"
    "西街老板群,r2,PB,,,西街老板,\n"
)


def read(actor: Actor, folder: Path, rows: str = ROWS, head: str = HEAD) -> int:
    path = folder / "groups.csv"
    path.write_text(head + rows, encoding="utf-8")
    return read_room_sheet(actor=actor, file=path, file_name="群.csv", now=NOON)


def taken(actor: Actor, folder: Path, rows: str = ROWS) -> SheetCard:
    """Read a sheet and take all of it in."""
    sheet_id = read(actor, folder, rows)
    take_in_room_sheet(actor=actor, sheet_id=sheet_id, now=NOON)
    while take_in_told_group(actor=actor, sheet_id=sheet_id, now=NOON):
        pass
    return room_sheet(actor, sheet_id)
