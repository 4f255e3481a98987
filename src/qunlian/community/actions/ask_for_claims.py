"""Have the steward post a group's claim link in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.channel.rules.staff import day_of
from qunlian.channel.steps import public_code
from qunlian.community import access
from qunlian.community.models import FoundRoom
from qunlian.community.steps import tasks
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Conflict, Invalid

LONGEST = 500
SOURCE = "claim"


class NoRoomToClaim(Conflict):
    """Nobody need claim here: people join this group by their store's own link."""

    code: ClassVar[str] = "community.no_room_to_claim"


class ClaimTextUnfit(Invalid):
    """The text has 1 to 500 characters."""

    code: ClassVar[str] = "community.claim_text_unfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCall:
    """What to post; ``address`` is that of the claim pages, to which the group's code is added."""

    group_id: int
    text: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedForClaims:
    """The task, and the link that stands in it."""

    task_id: int
    link: str


def ask_for_claims(*, actor: Actor, call: ClaimCall, now: datetime) -> AskedForClaims:
    """
    Make a task of the group's steward: the text with the link, ready to be posted; once a day.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after the group
    :raises NoRoomToClaim: the group's people are not those of an outside room
    :raises ClaimTextUnfit: nothing to post, or too long
    """
    with scope.writing(actor):
        group = access.group_to_change(actor, call.group_id)
        text = call.text.strip()
        if not 0 < len(text) <= LONGEST:
            raise ClaimTextUnfit(field="text")
        if not FoundRoom.objects.filter(group=group).exclude(status="dissolved").exists():
            raise NoRoomToClaim
        code = public_code(actor=actor, kind="claim", target_id=group.pk)
        link = f"{call.address}{code}"
        key = f"{group.pk}-{day_of(now).isoformat()}"
        wish = tasks.Wish(
            kind="post",
            source=SOURCE,
            source_key=key,
            platform=group.platform,
            groups=(group.pk,),
            payload={"text": f"{text}\n{link}", "link": link},
        )
        task_id = tasks.ask(actor=actor, wishes=[wish], at=now)[key]
        journal.record(
            "community.claims_asked_for",
            actor=actor,
            at=now,
            about={"group": [group.pk], "task": [task_id]},
        )
        return AskedForClaims(task_id=task_id, link=link)
