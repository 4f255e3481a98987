"""Who looks after a group: steward, two superiors, a group manager, and the account that owns it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

#: Posts of a proposed group and their roles; whoever holds two has the role of the first.
POSTS: Final = (
    ("owner_staff_id", "owner"),
    ("steward_staff_id", "steward"),
    ("superior_staff_id", "superior"),
    ("second_superior_staff_id", "superior"),
    ("manager_staff_id", "manager"),
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the staff who is still here."""

    staff_id: int
    role: str
    superior_id: int | None


@dataclass(frozen=True, slots=True)
class Team:
    """Staff ids around a group; None where nobody is there. ``owner`` is whose account owns it."""

    steward: int | None = None
    superior: int | None = None
    second_superior: int | None = None
    manager: int | None = None
    owner: int | None = None

    @property
    def has_gap(self) -> bool:
        """Tell whether a place is empty that should not be."""
        return self.steward is None or self.manager is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """
    Which places a group has, and whose account owns it.

    :ivar accounts: the accounts that may own groups: (staff id, the territory it is for; None: anywhere)
    :ivar messages_per_day: what owning one such group weighs
    :ivar manager_limit: a group manager with so many groups gets no more
    """

    steward_role: str = "rep"
    superiors: int = 2
    has_manager: bool = True
    owner_policy: str = "named"
    accounts: Sequence[tuple[int, int | None]] = ()
    messages_per_day: float = 1.0
    manager_limit: int | None = None


#: A patch's own rep, two superiors, a group manager, and headquarters' account as its owner.
STORE_POSTS: Final = Posts()


@dataclass(slots=True)
class Staffing:
    """
    The staff and what they cover, ready to be asked group by group.

    :ivar covering: territory id → the staff who cover it today, in order of their ids
    :ivar load: groups that each group manager has, so that the next goes to the least loaded
    :ivar owned: messages a day in the groups that each account owns
    """

    staff: Mapping[int, Colleague]
    covering: Mapping[int, Sequence[int]]
    load: Counter[int] = field(default_factory=Counter)
    owned: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    #: headquarters' first: the enterprise's own account, and it stays
    first: int | None = field(init=False)

    def __post_init__(self) -> None:
        heads = (each.staff_id for each in self.staff.values() if each.role == "headquarters")
        self.first = min(heads, default=None)

    def team_for(self, path: Sequence[int], posts: Posts = STORE_POSTS) -> Team:
        """
        Return the team of one group, and count it as theirs.

        :param path: territory ids from the root to the patch or part; empty where it is for all
        """
        steward = self._steward(path, posts.steward_role)
        above = self._above(steward) if steward else self._nearest(path[::-1], "manager")
        superior = above if posts.superiors else None
        manager = self._group_manager(path, posts.manager_limit) if posts.has_manager else None
        if manager is not None:
            self.load[manager] += 1
        owner = self._owner(path, posts, steward, above)
        if owner is not None:
            self.owned[owner] += posts.messages_per_day
        return Team(
            steward=steward,
            superior=superior,
            second_superior=self._above(superior) if posts.superiors > 1 else None,
            manager=manager,
            owner=owner,
        )

    def _steward(self, path: Sequence[int], role: str) -> int | None:
        """Return the patch's own rep, or the nearest of another role up the tree, else headquarters."""
        if role == "rep":
            return self._nearest(path[-1:], role)
        return self._nearest(path[::-1], role) or self.first

    def _owner(
        self, path: Sequence[int], posts: Posts, steward: int | None, superior: int | None
    ) -> int | None:
        """Return whose account owns the group; where the policy finds nobody, headquarters' does."""
        found = {
            "steward": lambda: steward,
            "superior": lambda: superior,
            "named": lambda: self._named(path, posts.accounts),
            "least_loaded": lambda: self._least_loaded(path, posts.accounts),
        }[posts.owner_policy]()
        return found if found is not None else self.first

    def _named(self, path: Sequence[int], accounts: Sequence[tuple[int, int | None]]) -> int | None:
        """Return the account named for the nearest territory."""
        for place in (*path[::-1], None):
            named = [one for one, where in accounts if where == place and one in self.staff]
            if named:
                return min(named)
        return None

    def _least_loaded(
        self, path: Sequence[int], accounts: Sequence[tuple[int, int | None]]
    ) -> int | None:
        able = {
            one for one, where in accounts if one in self.staff and (where is None or where in path)
        }
        return min(able, key=lambda one: (self.owned[one], one), default=None)

    def _above(self, staff_id: int | None) -> int | None:
        colleague = self.staff.get(staff_id) if staff_id is not None else None
        above = colleague.superior_id if colleague else None
        return above if above in self.staff else None

    def _nearest(self, ids: Sequence[int], role: str) -> int | None:
        for territory_id in ids:
            for staff_id in self.covering.get(territory_id, ()):
                if self.staff[staff_id].role == role:
                    return staff_id
        return None

    def _group_manager(self, path: Sequence[int], limit: int | None) -> int | None:
        """Return the least loaded group manager of the nearest territory where one may take more."""
        for territory_id in path[::-1]:
            able = [
                staff_id
                for staff_id in self.covering.get(territory_id, ())
                if self.staff[staff_id].role == "group_manager"
                and (limit is None or self.load[staff_id] < limit)
            ]
            if able:
                return min(able, key=lambda staff_id: (self.load[staff_id], staff_id))
        return None
