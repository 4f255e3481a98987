"""Groups on people's own WeChat: what was told of one, and the sheets they came by."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access
from qunlian.community.models import FoundRoom, RoomSheet, ToldRoom
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor

MOST_SHEETS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCard:
    """How many sit in a group by its owner's word, and the picture of its code, if it is good still."""

    people: int
    told_at: datetime
    code_token: str
    code_until_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetGroup:
    """A group of a sheet: how it stands there, and how many nicknames and known stores it has."""

    line: int
    name: str
    layer: str
    people: int | None
    members: int
    stores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCard:
    """
    A sheet of groups.

    :ivar problems: (line, code, text) of rows that cannot be taken
    :ivar refused: (line, code, group) of groups that were refused as they were taken in
    """

    sheet_id: int
    name: str
    state: str
    groups: tuple[SheetGroup, ...]
    problems: tuple[tuple[int, str, str], ...]
    refused: tuple[tuple[int, str, str], ...]
    done: int
    new: int
    changed: int
    read_at: datetime

    @property
    def same(self) -> int:
        """Return how many groups were as they are already."""
        return self.done - self.new - self.changed - len(self.refused)


def told_card(actor: Actor, group_id: int, *, now: datetime) -> ToldCard | None:
    """
    Return what its owner told of a group; None where its platform tells it, or nobody has.

    :raises NotFound: no such group within the actor's reach
    """
    with scope.reading(actor):
        group = access.group_for(actor, group_id)
        room = FoundRoom.objects.filter(group=group).first()
        told = ToldRoom.objects.filter(room=room).first() if room else None
        if told is None:
            return None
        is_good = told.code_until_at is not None and told.code_until_at > now
        return ToldCard(
            people=told.people,
            told_at=told.told_at,
            code_token=told.code_token if is_good else "",
            code_until_at=told.code_until_at,
        )


def room_sheet(actor: Actor, sheet_id: int) -> SheetCard:
    """
    Return a sheet with its groups and what is wrong in it.

    :raises NotFound: no such sheet of the actor's
    """
    with scope.reading(actor):
        return _card(access.room_sheet_for(actor, sheet_id))


def list_room_sheets(actor: Actor) -> tuple[SheetCard, ...]:
    """List the actor's newest sheets."""
    with scope.reading(actor):
        rows = RoomSheet.objects.order_by("-pk")
        if not actor.reach.is_everything:
            rows = rows.filter(account_id=actor.account_id)
        return tuple(_card(row) for row in rows[:MOST_SHEETS])


def _card(row: RoomSheet) -> SheetCard:
    return SheetCard(
        sheet_id=row.pk,
        name=row.name,
        state=row.state,
        groups=tuple(
            SheetGroup(
                line=one["line"],
                name=one["name"],
                layer=one["layer"],
                people=one["people"],
                members=len(one["members"]),
                stores=sum(1 for store in one["members"].values() if store),
            )
            for one in row.groups
        ),
        problems=tuple((line, code, text) for line, code, text in row.problems),
        refused=tuple((line, code, text) for line, code, text in row.refused),
        done=row.done,
        new=row.new,
        changed=row.changed,
        read_at=row.read_at,
    )
