"""The whole truth, which no app could ask for: to compare what a client believes with what is."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from qunlian.sandboxes.wecom.calls.groups import settle, status
from qunlian.sandboxes.wecom.records import Group
from qunlian.sandboxes.wecom.state import Corp, World


def _group(corp: Corp, group: Group, now: float) -> dict[str, Any]:
    settle(group, now)
    return {
        "chat_id": group.chat_id,
        "name": group.name,
        "owner": group.owner,
        "status": status(corp, group),
        "notice": group.notice,
        "admins": group.admins,
        "member_version": group.member_version(),
        "members": [
            {
                "id": seat.member,
                "is_staff": seat.is_staff,
                "state": seat.state,
                "scene": seat.scene,
                "nickname": seat.nickname,
            }
            for seat in group.seats.values()
        ],
        "posts": len(group.posts),
    }


def truth(world: World, corp: Corp) -> dict[str, Any]:
    """Tell everything about a company as it stands this moment."""
    now = world.now()
    groups = [_group(corp, g, now) for g in corp.groups.values() if g.dismissed_at is None]
    return {
        "counts": {
            "groups": len(groups),
            "groups_of_leavers": sum(group["status"] == 1 for group in groups),
            "seats": sum(len(group["members"]) for group in groups),
            "customer_seats": sum(
                not member["is_staff"] for group in groups for member in group["members"]
            ),
            "customers_in_groups": len(
                {m["id"] for group in groups for m in group["members"] if not m["is_staff"]}
            ),
            "staff": sum(member.is_here for member in corp.staff.values()),
            "customers": len(corp.customers),
        },
        "groups": groups,
        "staff": [asdict(member) for member in corp.staff.values()],
        "customers": [asdict(customer) for customer in corp.customers.values()],
        "relations": [
            asdict(relation) for known in corp.relations.values() for relation in known.values()
        ],
        "mass_messages": [asdict(message) for message in corp.mass_messages.values()],
        "join_ways": [asdict(way) for way in corp.join_ways.values()],
        "transfers": [asdict(transfer) for transfer in corp.transfers],
        "robots": [asdict(robot) for robot in corp.robots.values()],
        "app_chats": [asdict(chat) for chat in corp.app_chats.values()],
    }


def callbacks(counters: Mapping[str, int], under_way: int) -> dict[str, int]:
    """Tell what became of the events: made, lost by the weather, posted, answered, given up."""
    names = ("made", "lost", "posted", "answered", "given up")
    told = {name.replace(" ", "_"): counters.get(f"callbacks {name}", 0) for name in names}
    return {**told, "under_way": under_way}
