"""Give a group another name."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, requests
from qunlian.community.queries.groups import GroupCard, group_card
from qunlian.community.rules import names
from qunlian.kernel import journal, queue, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class GroupNameUnfit(Invalid):
    """A group's name has 1 to 40 characters."""

    code: ClassVar[str] = "community.group_name_unfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRename:
    """Which group gets which name."""

    group_id: int
    name: str


def rename_group(*, actor: Actor, rename: GroupRename, now: datetime) -> GroupCard:
    """
    Name a group anew and ask its platform, or the person who can, to show it.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after it
    :raises GroupNameUnfit: the name is empty or too long
    """
    with scope.writing(actor):
        group = access.group_to_change(actor, rename.group_id)
        try:
            name = names.tidy(rename.name)
        except ValueError:
            raise GroupNameUnfit(field="name") from None
        old, group.name, group.changed_at = group.name, name, now
        group.save(update_fields=["name", "changed_at"])
        journal.record(
            "community.group_renamed",
            actor=actor,
            at=now,
            about={"group": [group.pk]},
            old=old,
            new=name,
        )
        if not requests.is_to_be_made(group, now):
            requests.ask(actor, group, "rename", now)
            queue.enqueue("community.settle_requests", enterprise_id=actor.enterprise_id)
        return group_card(actor, group.pk)
