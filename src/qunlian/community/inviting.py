"""
Stores whose group's room is on a platform where nobody can be moved: the steward invites their people.

One task per group and placing, ended by the readings that show the stores in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from qunlian.channel.steps import public_code
from qunlian.community import doors
from qunlian.community.models import Door, Task, TaskGroup
from qunlian.community.rules import tasks as rules
from qunlian.community.steps import tasks
from qunlian.kernel.actor import Actor
from qunlian.platforms import registry

SOURCE = "invitation"
_AT_ONCE = 500
#: Groups whose rooms stand, with the stores of which nobody is in them yet.
_MISSING = """
SELECT g.id, g.platform, max(gs.since_at), count(*)
FROM community_group g
JOIN community_group_store gs ON gs.enterprise_id = g.enterprise_id AND gs.group_id = g.id
    AND gs.layer = 'store'
WHERE g.enterprise_id = %(enterprise)s AND g.layer = 'store' AND g.life IN ('inviting', 'live', 'fading')
  AND g.platform = ANY(%(outside)s) AND g.platform_key <> '' AND g.id > %(after)s
  AND (%(only)s::bigint[] IS NULL OR g.id = ANY(%(only)s))
  AND NOT EXISTS (SELECT FROM community_member m WHERE m.enterprise_id = g.enterprise_id
                  AND m.group_id = g.id AND m.store_id = gs.store_id AND m.left_at IS NULL)
GROUP BY g.id, g.platform ORDER BY g.id LIMIT %(at_once)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A group and how many of its stores nobody is in it for; ``since_at``: the last was placed then."""

    group_id: int
    platform: str
    since_at: datetime
    stores: int

    @property
    def key(self) -> str:
        """Name the task: what is placed later is asked for anew."""
        return f"{self.group_id}:{int(self.since_at.timestamp())}"


def missing(actor: Actor, *, after: int = 0, only: Sequence[int] | None = None) -> list[Missing]:
    """Return groups, by id, of whose stores some are not in."""
    values: dict[str, Any] = {
        "enterprise": actor.enterprise_id,
        "outside": list(registry.with_own_accounts()),
        "after": after,
        "only": list(only) if only is not None else None,
        "at_once": _AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, values)
        return [
            Missing(group_id=pk, platform=platform, since_at=since, stores=n)
            for pk, platform, since, n in cursor.fetchall()
        ]


def ask(actor: Actor, groups: Sequence[Missing], at: datetime) -> list[int]:
    """Ask the stewards of these groups to invite, each placing once; return the tasks."""
    known = set(
        Task.objects.filter(source=SOURCE, source_key__in=[one.key for one in groups]).values_list(
            "source_key", flat=True
        )
    )
    fresh = [one for one in groups if one.key not in known]
    older = Task.objects.filter(
        source=SOURCE,
        state=rules.OPEN,
        pk__in=TaskGroup.objects.filter(group_id__in=[one.group_id for one in fresh]).values(
            "task_id"
        ),
    )
    tasks.withdraw(
        actor=actor,
        source=SOURCE,
        source_keys=list(older.values_list("source_key", flat=True)),
        at=at,
    )
    wishes = [
        tasks.Wish(
            kind="invite",
            source=SOURCE,
            source_key=one.key,
            platform=one.platform,
            groups=(one.group_id,),
            payload={"code": _code(actor, one.group_id, at), "stores": one.stores},
        )
        for one in fresh
    ]
    return list(tasks.ask(actor=actor, wishes=wishes, at=at).values()) if wishes else []


def settle(actor: Actor, group_ids: Sequence[int], at: datetime) -> None:
    """End the tasks of those of these groups of which every store is in by now; the groups' rows are held."""
    waiting = dict(
        TaskGroup.objects.filter(
            group_id__in=list(group_ids), task__source=SOURCE, task__state=rules.OPEN
        ).values_list("group_id", "task_id")
    )
    if not waiting:
        return
    left = {one.group_id for one in missing(actor, only=list(waiting))}
    done = [task_id for group_id, task_id in waiting.items() if group_id not in left]
    tasks.end(actor=actor, task_ids=done, state="done", at=at)


def _code(actor: Actor, group_id: int, at: datetime) -> str:
    """Return the code of the group's way in for those who are invited; opened when there is none."""
    row, is_new = Door.objects.get_or_create(
        enterprise_id=actor.enterprise_id,
        kind="group",
        group_id=group_id,
        source="invited",
        name="",
        closed_at=None,
        defaults={"opened_at": at, "layer": "store"},
    )
    if is_new:
        row.code = public_code(actor=actor, kind="door", target_id=row.pk)
        row.save(update_fields=["code"])
        doors.mark(actor.enterprise_id, Door.objects.filter(pk=row.pk), at)
    return row.code
