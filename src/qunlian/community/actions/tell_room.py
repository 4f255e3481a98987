"""Tell how many people sit in a group on one's own WeChat now, or show its new QR code."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.community import access, personal
from qunlian.community.actions.register_room import PeopleUnfit
from qunlian.community.models import FoundRoom, Task, TaskGroup
from qunlian.community.rules.room_sheets import MOST_PEOPLE
from qunlian.community.steps import tasks
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """``people`` in it now, or ``code_token``: the picture of its new code; what is left out stays."""

    group_id: int
    people: int | None = None
    code_token: str = ""


def tell_room(*, actor: Actor, telling: Telling, now: datetime) -> None:
    """
    Note what the owner tells; the tasks that asked him for it are done.

    :raises NotFound: no such group within the actor's reach, or its platform tells these things itself
    :raises Forbidden: the actor does not look after the group
    :raises PeopleUnfit: an improbable number of people
    """
    if telling.people is not None and not 0 < telling.people <= MOST_PEOPLE:
        raise PeopleUnfit(field="people")
    with scope.writing(actor):
        group = access.group_to_change(actor, telling.group_id)
        room = FoundRoom.objects.filter(group=group, platform=personal.PLATFORM).first()
        if room is None:
            raise NotFound(kind="room", id=telling.group_id)
        kinds = []
        if telling.people is not None:
            personal.count(room.pk, telling.people, now)
            kinds.append("count")
        if telling.code_token:
            personal.keep_code(room.pk, telling.code_token[:64], now)
            kinds.append("code")
        about = TaskGroup.objects.filter(group=group).values("task_id")
        asked = Task.objects.filter(pk__in=about, kind__in=kinds, state="with_person")
        ids = list(asked.values_list("pk", flat=True))
        tasks.end(actor=actor, task_ids=ids, state="done", at=now)
        journal.record(
            "community.room_told",
            actor=actor,
            at=now,
            about={"group": [group.pk]},
            people=telling.people,
        )
