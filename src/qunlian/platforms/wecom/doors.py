"""Doors as WeCom's join ways (入群方式)."""

from qunlian.platforms.extensions import Door, OpenDoor
from qunlian.platforms.wecom.api import groups
from qunlian.platforms.wecom.client import Client
from qunlian.platforms.wecom.errors import Kind, WeComTrouble


async def open_door(client: Client, door: Door) -> OpenDoor:
    """Make a join way; its code's address has to be read."""
    key = await groups.add_join_way(client, _way(door))
    made = await groups.get_join_way(client, key)
    return OpenDoor(key=key, door=door, code_url=made.qr_code)


async def change_door(client: Client, key: str, door: Door) -> None:
    """Replace all of a join way."""
    await groups.update_join_way(client, key, _way(door))


async def close_door(client: Client, key: str) -> None:
    """Delete a join way, or find that it is gone."""
    try:
        await groups.delete_join_way(client, key)
    except WeComTrouble as trouble:
        if trouble.kind is not Kind.DATA:
            raise


def _way(door: Door) -> groups.JoinWay:
    return groups.JoinWay(
        chat_ids=door.room_keys,
        state=door.state,
        remark=door.remark,
        opens_next=bool(door.next_name),
        next_name=door.next_name,
        next_number=door.next_number,
    )
