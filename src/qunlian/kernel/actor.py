"""Who is asking, and how far he reaches. Built by an interface, passed down, never looked up below."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What an account is to its enterprise."""

    HEADQUARTERS = "headquarters"
    MANAGER = "manager"
    REP = "rep"
    GROUP_MANAGER = "group_manager"
    DISTRIBUTOR = "distributor"
    MEMBER = "member"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """
    The part of an enterprise that an actor may see and change.

    A store is within reach when everything is, when its territory lies under one of
    ``territory_paths``, when its distributor lies under one of ``distributor_paths``,
    or when it is one of ``store_ids``.
    Paths look like ``/12/340/`` and hold their own node and all below it.
    """

    is_everything: bool = False
    territory_paths: tuple[str, ...] = ()
    distributor_paths: tuple[str, ...] = ()
    store_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One who asks, inside one enterprise. ``account_id`` is None for the system itself."""

    enterprise_id: int
    role: Role
    account_id: int | None = None
    person_id: int | None = None
    staff_id: int | None = None
    distributor_id: int | None = None
    reach: Reach = field(default_factory=Reach)

    @property
    def is_headquarters(self) -> bool:
        """Tell whether the actor may do what only headquarters (or the system) does."""
        return self.role in (Role.HEADQUARTERS, Role.SYSTEM)


def system_actor(enterprise_id: int) -> Actor:
    """Return the enterprise's own machinery as an actor: it reaches everything."""
    return Actor(enterprise_id=enterprise_id, role=Role.SYSTEM, reach=Reach(is_everything=True))
