"""Groups on a platform where people do by hand what its API cannot."""

from qunlian.community import requests
from qunlian.community.actions.rename_group import GroupRename, rename_group
from qunlian.community.models import Group, Request, Task
from qunlian.community.queries.tasks import TaskFilter, TaskRow, list_tasks
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON, Cast
from tests.community import make


def hand_group(
    cast: Cast,
    name: str = "手工群",
    *,
    room: str = "R-1",
    patch: str = "PA",
    owner: Actor | None = None,
) -> int:
    """A group of Rong's whose room stands (or not) on the platform by hand; Hua owns it, or another."""
    group_id = make.group(
        cast.ids["brand"],
        name,
        territory_id=cast.ids[patch],
        platform="by_hand",
        steward_staff_id=cast.ids["R1"],
        life="live" if room else "planned",
    )
    owner = owner or cast.hua
    make.member(owner, group_id, role="owner")
    make.member(cast.rong, group_id, role="steward")
    with scope.writing(system_actor(cast.ids["brand"])):
        Group.objects.filter(pk=group_id).update(platform_key=room, owner_person_id=owner.person_id)
    return group_id


def room_asked(cast: Cast, name: str = "待建群") -> int:
    """A group whose room somebody is asked to open."""
    group_id = hand_group(cast, name, room="")
    with scope.writing(system_actor(cast.ids["brand"])):
        requests.ask(cast.hua, Group.objects.get(pk=group_id), "create", NOON)
    settle(cast)
    return group_id


def renamed(cast: Cast, group_id: int, name: str = "新名字") -> int:
    """Name it anew; the task that came of it."""
    rename_group(actor=cast.hua, rename=GroupRename(group_id=group_id, name=name), now=NOON)
    settle(cast)
    with scope.reading(cast.hua):
        return Task.objects.filter(kind="rename").latest("pk").pk


def settle(cast: Cast) -> None:
    while requests.settle_some(system_actor(cast.ids["brand"]), NOON):
        pass


def task(cast: Cast, task_id: int) -> Task:
    with scope.reading(cast.hua):
        return Task.objects.get(pk=task_id)


def request_state(cast: Cast, kind: str) -> tuple[str, str]:
    with scope.reading(cast.hua):
        row = Request.objects.filter(kind=kind).latest("pk")
        return row.state, row.problem


def mine(actor: Actor, **narrow: object) -> tuple[TaskRow, ...]:
    return list_tasks(actor, TaskFilter(**narrow), now=NOON).rows  # type: ignore[arg-type]
