"""Who comes into a group and who goes: invited, by link, by a join way's QR code; leaving, removed."""

from qunlian.sandboxes.wecom.people.acts import Deed, Impossible, Scene, Told, act
from qunlian.sandboxes.wecom.people.groups import made_group
from qunlian.sandboxes.wecom.records import Departure, Group, JoinWay, Post, Seat

INVITED, BY_LINK, BY_CODE = 1, 2, 3
LEFT, REMOVED = 0, 1
MOST_GROUPS = 5


class Invite(Deed):
    chat_id: str
    by: str
    members: list[str]


class ByLink(Deed):
    chat_id: str
    external_userid: str


class Scan(Deed):
    config_id: str
    external_userid: str


class Leave(Deed):
    chat_id: str
    member: str


class Nickname(Deed):
    chat_id: str
    member: str
    nickname: str


def seated(scene: Scene, group: Group, seats: list[Seat]) -> None:
    """Give seats, tell it, and let the group greet. Event scene 0 invited or link, 3 QR (page 92130)."""
    last = group.member_version()
    scene.before_change(group)
    group.version += 1
    for seat in seats:
        group.seats[seat.member] = seat
    scene.tell_group(
        group,
        "update",
        UpdateDetail="add_member",
        JoinScene=BY_CODE if seats[0].scene == BY_CODE else 0,
        MemChangeCnt=len(seats),
        MemChangeList=[seat.member for seat in seats],
        LastMemVer=last,
        CurMemVer=group.member_version(),
    )
    template = scene.corp.welcome_templates.get(group.welcome_template_id)
    if template:
        content = template.body.get("text", {}).get("content", "")
        for seat in seats:
            customer = scene.corp.customers.get(seat.member)
            text = content.replace("%NICKNAME%", customer.name if customer else "")
            group.posts.append(Post(group.owner, scene.now, text, []))


def _check_room(scene: Scene, group: Group, newcomers: int) -> None:
    if len(group.seats) + newcomers > scene.world.settings.group_seats:
        raise Impossible("the group is full")


@act(Invite)
def invite(scene: Scene, deed: Invite) -> Told:
    """Bring people in: customers and colleagues, by somebody who sits there."""
    group = scene.group(deed.chat_id)
    if deed.by not in group.seats:
        raise Impossible(f"{deed.by} does not sit in the group")
    fresh = [member for member in deed.members if member not in group.seats]
    for member in fresh:
        if member not in scene.corp.staff:
            scene.customer(member)
    _check_room(scene, group, len(fresh))
    invitor = deed.by if deed.by in scene.corp.staff else ""
    seats = [
        Seat(member, member in scene.corp.staff, scene.now, INVITED, invitor=invitor)
        for member in fresh
    ]
    if seats:
        seated(scene, group, seats)
    return {"joined": fresh}


@act(ByLink)
def join_by_link(scene: Scene, deed: ByLink) -> Told:
    group = scene.group(deed.chat_id)
    scene.customer(deed.external_userid)
    if deed.external_userid not in group.seats:
        _check_room(scene, group, 1)
        seat = Seat(deed.external_userid, is_staff=False, joined_at=scene.now, scene=BY_LINK)
        seated(scene, group, [seat])
    return {"chat_id": group.chat_id}


@act(Scan)
def scan(scene: Scene, deed: Scan) -> Told:
    """Scan a join way's code: into its first group with room, or into a new one (page 92229)."""
    scene.customer(deed.external_userid)
    way = scene.corp.join_ways.get(deed.config_id)
    if way is None:
        raise Impossible("the code is no longer valid")
    standing = [scene.corp.groups[chat_id] for chat_id in way.chat_ids]
    standing = [group for group in standing if group.dismissed_at is None]
    for group in standing:
        if deed.external_userid in group.seats:
            return {"chat_id": group.chat_id}
    seats = scene.world.settings.join_way_seats
    group_with_room = next((g for g in standing if len(g.seats) < seats), None)
    group = group_with_room or _next_group(scene, way, standing)
    seat = Seat(deed.external_userid, False, scene.now, BY_CODE, state=way.state)
    seated(scene, group, [seat])
    return {"chat_id": group.chat_id}


def _next_group(scene: Scene, way: JoinWay, standing: list[Group]) -> Group:
    """Open the next group where the way says so: its base name and number, the last one's owner."""
    if not way.auto_create_room or not standing:
        raise Impossible("the groups behind this code are full")
    group = made_group(scene, standing[-1].owner, f"{way.room_base_name}{way.room_base_id}", [])
    way.room_base_id += 1
    way.chat_ids = [*way.chat_ids, group.chat_id][-MOST_GROUPS:]
    return group


def _unseated(scene: Scene, group: Group, member: str, quit_scene: int) -> None:
    if member not in group.seats:
        raise Impossible(f"{member} does not sit in the group")
    if member == group.owner:
        raise Impossible("the owner hands the group over first")
    last = group.member_version()
    scene.before_change(group)
    seat = group.seats.pop(member)
    group.version += 1
    gone = Departure(member, seat.is_staff, seat.joined_at, scene.now, quit_scene)
    group.past.append(gone)
    group.admins = [one for one in group.admins if one != member]
    scene.tell_group(
        group,
        "update",
        UpdateDetail="del_member",
        QuitScene=quit_scene,
        MemChangeCnt=1,
        MemChangeList=[member],
        LastMemVer=last,
        CurMemVer=group.member_version(),
    )


@act(Leave)
def leave_group(scene: Scene, deed: Leave) -> Told:
    _unseated(scene, scene.group(deed.chat_id), deed.member, LEFT)
    return {}


@act(Leave)
def remove_member(scene: Scene, deed: Leave) -> Told:
    """Be removed by the owner or a manager."""
    _unseated(scene, scene.group(deed.chat_id), deed.member, REMOVED)
    return {}


@act(Nickname)
def set_nickname(scene: Scene, deed: Nickname) -> Told:
    """Call oneself something else in one group; no event tells it."""
    group = scene.group(deed.chat_id)
    if deed.member not in group.seats:
        raise Impossible(f"{deed.member} does not sit in the group")
    scene.before_change(group)
    group.seats[deed.member].nickname = deed.nickname
    return {}
