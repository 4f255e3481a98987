"""What we know of a company's groups, held against the whole truth."""

from qunlian.community.models import FoundRoom, HandleView, Member, Occupant
from qunlian.kernel import scope
from tests.platforms.wecom.company import Company


def compare(company: Company) -> dict[str, int]:
    """Hold our picture against the truth: how many rooms differ in who sits there, whose or what they are."""
    ours = _picture(company)
    truth = {
        one["chat_id"]: (one["name"], one["owner"], frozenset(m["id"] for m in one["members"]))
        for one in company.truth()["groups"]
    }
    here = {one["userid"] for one in company.truth()["staff"] if one["left_at"] is None}
    return {
        "rooms": len(ours),
        "truth": len(truth),
        "differ": sum(ours.get(key) != truth.get(key) for key in {*ours, *truth}),
        "seats": sum(len(one[2]) for one in ours.values()),
        "members": _members(company),
        "truth_seats": sum(len(one[2]) for one in truth.values()),
        "ownerless": sum(owner not in here for _, owner, _ in truth.values()),
    }


def _members(company: Company) -> int:
    """Count who sits in the groups of rooms."""
    with scope.reading(company.brand):
        rooms = FoundRoom.objects.exclude(group=None).exclude(status="dissolved")
        return Member.objects.filter(group__in=rooms.values("group"), left_at=None).count()


def _picture(company: Company) -> dict[str, tuple[str, str, frozenset[str]]]:
    """Room → name, owner and people as we have them."""
    seats: dict[str, set[str]] = {}
    with scope.reading(company.brand):
        keys = dict(HandleView.objects.values_list("pk", "key"))
        for room_key, handle_id in Occupant.objects.values_list("room__room_key", "handle_id"):
            seats.setdefault(room_key, set()).add(keys[handle_id])
        rooms = FoundRoom.objects.exclude(status="dissolved")
        return {
            key: (name, owner, frozenset(seats.get(key, ())))
            for key, name, owner in rooms.values_list("room_key", "name", "owner_key")
        }
