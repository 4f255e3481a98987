"""Group by group: one that is refused is told and the next goes on; a worker that dies goes on where it was."""

from pathlib import Path

from qunlian.community.actions.set_rooms_aside import set_rooms_aside
from qunlian.community.actions.take_in_room_sheet import take_in_room_sheet
from qunlian.community.actions.take_in_told_group import take_in_told_group
from qunlian.community.models import FoundRoom, Group
from qunlian.community.queries.personal import room_sheet
from qunlian.community.rules.room_sheets import room_key
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast
from tests.community.sheets import read, taken


def test_it_goes_on_where_it_stopped(cast: Cast, tmp_path: Path) -> None:
    sheet_id = read(cast.hua, tmp_path)
    assert not take_in_told_group(actor=cast.hua, sheet_id=sheet_id, now=NOON)  # not accepted yet
    take_in_room_sheet(actor=cast.hua, sheet_id=sheet_id, now=NOON)
    assert take_in_told_group(actor=cast.hua, sheet_id=sheet_id, now=NOON)
    assert room_sheet(cast.hua, sheet_id).done == 1
    while take_in_told_group(actor=cast.hua, sheet_id=sheet_id, now=NOON):
        pass
    card = room_sheet(cast.hua, sheet_id)
    assert (card.state, card.done, card.new) == ("taken", 2, 2)


def test_what_was_set_aside_stays_aside(cast: Cast, tmp_path: Path) -> None:
    with scope.writing(cast.hua):
        aside = FoundRoom.objects.create(
            enterprise_id=cast.ids["brand"],
            platform="personal",
            room_key=room_key("R1", "东街老板群"),
            seen_at=NOON,
        )
    set_rooms_aside(actor=cast.hua, room_ids=[aside.pk], now=NOON)
    card = taken(cast.hua, tmp_path)
    assert card.refused == ((2, "community.told_of_another", "东街老板群"),)
    assert (card.done, card.new) == (2, 1)
    with scope.reading(cast.hua):
        assert [group.name for group in Group.objects.all()] == ["西街老板群"]
