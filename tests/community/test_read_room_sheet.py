"""A sheet of groups is read and checked row by row; nothing is taken in by that."""

from pathlib import Path

import pytest

from qunlian.community.actions.read_room_sheet import SheetColumnsMissing
from qunlian.community.models import FoundRoom, StaffView
from qunlian.community.queries.personal import list_room_sheets, room_sheet
from qunlian.community.rules.room_sheets import heading_of
from qunlian.kernel import scope
from qunlian.kernel.errors import Forbidden, NotFound
from tests.cast_words import Cast
from tests.community.sheets import read


def test_rows_of_one_group_belong_together(cast: Cast, tmp_path: Path) -> None:
    card = room_sheet(cast.hua, read(cast.hua, tmp_path))
    east, west = card.groups
    assert (east.name, east.layer, east.people, east.members, east.stores) == (
        *("东街老板群", "store", 86),
        *(3, 2),
    )
    assert (west.name, west.people, west.members) == ("西街老板群", None, 1)
    assert (card.state, card.problems) == ("read", ())
    with scope.reading(cast.hua):
        assert not FoundRoom.objects.exists()


@pytest.mark.parametrize(
    ("row", "code", "text"),
    [
        (",R1,PA,,,老王,", "name", ""),
        ("群,R9,PA,,,老王,", "owner", "R9"),
        ("群,R1,ZZ,,,老王,", "territory", "ZZ"),
        ("群,R1,PA,什么群,,老王,", "layer", "什么群"),
        ("群,R1,PA,,八十,老王,", "people", "八十"),
        ("群,R1,PA,,501,老王,", "people", "501"),
        ("群,R1,PA,,,老王,Z9", "store", "Z9"),
        (f"群,R1,PA,,,{'长' * 61},", "member", "长" * 61),
    ],
)
def test_a_bad_row_is_told_and_the_others_stand(
    cast: Cast, tmp_path: Path, row: str, code: str, text: str
) -> None:
    card = room_sheet(cast.hua, read(cast.hua, tmp_path, f"{row}\n好群,R1,PA,,,甲,\n"))
    assert card.problems == ((2, code, text),)
    assert [one.name for one in card.groups] == ["好群"]


def test_nicknames_may_stand_in_columns(cast: Cast, tmp_path: Path) -> None:
    head = "群名称,群主,昵称1,门店编码1,昵称2,门店编码2\n"
    with scope.reading(cast.hua):
        owner = StaffView.objects.get(pk=cast.ids["R1"]).name
    sheet_id = read(cast.hua, tmp_path, f"东街群,{owner},老王,A1,小李,A2\n", head)
    (group,) = room_sheet(cast.hua, sheet_id).groups
    assert (group.members, group.stores) == (2, 2)
    assert heading_of("群名（必填）") == "name"


def test_what_lies_out_of_reach_is_not_known(cast: Cast, tmp_path: Path) -> None:
    """A manager's sheet names a store and a patch that are not his: as if there were none."""
    card = room_sheet(cast.wai, read(cast.wai, tmp_path, "群,R1,PA,,,甲,A1\n"))
    assert (card.groups, [code for _, code, _ in card.problems]) == ((), ["owner"])


def test_refusals(cast: Cast, tmp_path: Path) -> None:
    for nobody in (cast.rong, cast.du, cast.oyang):
        with pytest.raises(Forbidden):
            read(nobody, tmp_path)
    with pytest.raises(SheetColumnsMissing):
        read(cast.hua, tmp_path, "甲,乙\n", "群名,备注\n")
    sheet_id = read(cast.hua, tmp_path)
    for outsider in (cast.wai, cast.song, cast.ma):
        with pytest.raises(NotFound):
            room_sheet(outsider, sheet_id)
        assert list_room_sheets(outsider) == ()
