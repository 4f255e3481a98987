"""A sheet's good rows become groups on their owners' phones; the same sheet again changes nothing."""

from pathlib import Path

import pytest

from qunlian.community.actions.take_in_room_sheet import SheetOver, take_in_room_sheet
from qunlian.community.models import FoundRoom, Group, GroupStore, Member, ToldRoom
from qunlian.kernel import scope
from qunlian.kernel.errors import NotFound
from tests.cast_words import NOON, Cast
from tests.community.sheets import ROWS, read, taken


def _state(cast: Cast) -> list[object]:
    with scope.reading(cast.hua):
        return [
            *FoundRoom.objects.order_by("pk").values_list(
                "room_key", "people", "bound", "group_id"
            ),
            *Group.objects.order_by("pk").values_list("name", "seats_taken", "owner_person_id"),
            *Member.objects.order_by("pk").values_list("person_id", "store_id", "left_at"),
            *GroupStore.objects.order_by("store_id").values_list("store_id", "group_id"),
            *ToldRoom.objects.order_by("room_id").values_list("people", flat=True),
        ]


def test_groups_are_made_with_their_people_and_stores(cast: Cast, tmp_path: Path) -> None:
    card = taken(cast.hua, tmp_path)
    assert (card.state, card.done, card.new, card.changed, card.refused) == ("taken", 2, 2, 0, ())
    with scope.reading(cast.hua):
        east = Group.objects.get(name="东街老板群")
        room = FoundRoom.objects.get(group=east)
        stores = set(GroupStore.objects.filter(group=east).values_list("store_id", flat=True))
    assert (east.platform, east.territory_id, east.steward_staff_id, east.life) == (
        *("personal", cast.ids["PA"]),
        *(cast.ids["R1"], "live"),
    )
    assert (room.people, room.bound) == (85, 2)  # the owner is staff
    assert stores == {cast.ids["A1"], cast.ids["A3"]}


def test_the_same_sheet_again_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    taken(cast.hua, tmp_path)
    before = _state(cast)
    again = taken(cast.hua, tmp_path)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert _state(cast) == before


def test_a_later_sheet_is_followed(cast: Cast, tmp_path: Path) -> None:
    taken(cast.hua, tmp_path)
    later = taken(cast.hua, tmp_path, ROWS.replace("小李", "新来的").replace("86", "90"))
    assert (later.new, later.changed, later.same) == (0, 1, 1)
    with scope.reading(cast.hua):
        room = FoundRoom.objects.get(name="东街老板群")
        here = Member.objects.filter(group=room.group_id, left_at=None, role="member").count()
        gone = Member.objects.filter(group=room.group_id).exclude(left_at=None).count()
    assert (room.people, here, gone) == (89, 3, 1)


def test_refusals(cast: Cast, tmp_path: Path) -> None:
    sheet_id = read(cast.hua, tmp_path)
    for outsider in (cast.ma, cast.wai, cast.rong):
        with pytest.raises(NotFound):
            take_in_room_sheet(actor=outsider, sheet_id=sheet_id, now=NOON)
    take_in_room_sheet(actor=cast.hua, sheet_id=sheet_id, now=NOON)
    with pytest.raises(SheetOver):
        take_in_room_sheet(actor=cast.hua, sheet_id=sheet_id, now=NOON)


def test_from_the_template_over_the_pages(cast: Cast, logged_in, tmp_path: Path) -> None:
    client = logged_in(cast.hua)
    template = client.get("/rooms/sheets/template?format=csv")
    assert "群主工号" in b"".join(template.streaming_content).decode("utf-8-sig")
    path = tmp_path / "g.csv"
    path.write_text("群名,群主工号\n东街群,R1\n坏群,R9\n", encoding="gb18030")
    with path.open("rb") as file:
        answer = client.post("/rooms/sheets", {"file": file}, follow=True)
    page = answer.content.decode()
    assert "东街群" in page
    assert "R9" in page
    here = answer.redirect_chain[-1][0]
    problems = client.get(f"{here}/problems?format=csv")
    assert "R9" in b"".join(problems.streaming_content).decode("utf-8-sig")
    assert client.post(f"{here}/take").status_code == 302
    assert client.post("/rooms/sheets", {}).status_code == 200
