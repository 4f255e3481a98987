"""
What a person does on a phone: ``@act(Model)`` makes a function one of ``/_sandbox/people/NAME``.

An act changes the world and tells the apps by events. What a person could not do either is ``Impossible``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from qunlian.sandboxes.wecom.calls.groups import picture, settle
from qunlian.sandboxes.wecom.records import Customer, Group, Relation, Staff
from qunlian.sandboxes.wecom.state import Corp, World

Told = dict[str, Any]


class Impossible(Exception):
    """No phone would let one do that."""


class Deed(BaseModel):
    """The fields of an act."""

    model_config = ConfigDict(extra="forbid")


DeedType = TypeVar("DeedType", bound=Deed)


@dataclass(frozen=True)
class Scene:
    """The company that somebody acts in, and when."""

    world: World
    corp: Corp
    now: float

    def tell(self, event: str, change: str, **fields: Any) -> None:
        """Write an event for the apps. Source: page 92130."""
        head = {"CreateTime": int(self.now), "MsgType": "event", "Event": event}
        self.corp.outbox.append({**head, "ChangeType": change, **fields})

    def tell_group(self, group: Group, change: str, **fields: Any) -> None:
        """Tell that a customer group came, changed or went. Source: page 92130."""
        self.tell("change_external_chat", change, ChatId=group.chat_id, **fields)

    def staff(self, userid: str) -> Staff:
        """Find who works here."""
        found = self.corp.staff.get(userid)
        if found is None or not found.is_here:
            raise Impossible(f"{userid} does not work here")
        return found

    def customer(self, external_userid: str) -> Customer:
        """Find a customer."""
        if external_userid not in self.corp.customers:
            raise Impossible(f"there is no customer {external_userid}")
        return self.corp.customers[external_userid]

    def contact(self, userid: str, external_userid: str) -> Relation:
        """Find two people who are contacts of each other."""
        found = self.corp.relation(userid, external_userid)
        if found is None or found.ended_by:
            raise Impossible(f"{userid} and {external_userid} are no contacts")
        return found

    def group(self, chat_id: str) -> Group:
        """Find a standing group."""
        found = self.corp.groups.get(chat_id)
        if found is None or found.dismissed_at is not None:
            raise Impossible(f"there is no group {chat_id}")
        settle(found, self.now)
        return found

    def before_change(self, group: Group) -> None:
        """Keep what reads go on to show for a while, where the weather makes them lag."""
        lag = self.world.weather.reads_lag_seconds
        if lag and self.now >= group.shown_until:
            group.shown = picture(self.corp, group)
            group.shown_until = self.now + lag


@dataclass(frozen=True)
class Act:
    """One act: its fields and who carries it out."""

    model: type[Deed]
    run: Callable[[Scene, Any], Told]


ACTS: dict[str, Act] = {}


def act(
    model: type[DeedType],
) -> Callable[[Callable[[Scene, DeedType], Told]], Callable[[Scene, DeedType], Told]]:
    """Register an act under its function's name."""

    def register(run: Callable[[Scene, DeedType], Told]) -> Callable[[Scene, DeedType], Told]:
        ACTS[run.__name__] = Act(model, run)
        return run

    return register


def perform(world: World, corp: Corp, name: str, fields: dict[str, Any]) -> Told:
    """Let somebody do something now."""
    if name not in ACTS:
        raise Impossible(f"nobody knows how to {name}")
    try:
        deed = ACTS[name].model.model_validate(fields)
    except ValidationError as trouble:
        first = trouble.errors()[0]
        raise Impossible(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    world.count("acts")
    return ACTS[name].run(Scene(world, corp, world.now()), deed)
