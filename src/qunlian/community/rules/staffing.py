"""Who looks after a group: its patch's rep, two superiors above, and a group manager."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the staff who is still here."""

    staff_id: int
    role: str
    superior_id: int | None


@dataclass(frozen=True, slots=True)
class Team:
    """Staff ids around a group; None where nobody is there."""

    steward: int | None = None
    superior: int | None = None
    second_superior: int | None = None
    manager: int | None = None

    @property
    def has_gap(self) -> bool:
        """Tell whether a place is empty that should not be."""
        return self.steward is None or self.manager is None


@dataclass(slots=True)
class Staffing:
    """
    The staff and what they cover, ready to be asked patch by patch.

    :ivar covering: territory id → the staff who cover it today, in order of their ids
    :ivar load: groups that each group manager got so far, so that the next goes to the least loaded
    """

    staff: Mapping[int, Colleague]
    covering: Mapping[int, Sequence[int]]
    load: Counter[int] = field(default_factory=Counter)

    def team_for(self, path: Sequence[int]) -> Team:
        """
        Return the team of one group.

        :param path: territory ids from the root to the patch
        """
        steward = self._nearest(path[-1:], "rep")
        superior = self._above(steward) if steward else self._nearest(path[::-1], "manager")
        manager = self._group_manager(path)
        if manager is not None:
            self.load[manager] += 1
        return Team(
            steward=steward,
            superior=superior,
            second_superior=self._above(superior),
            manager=manager,
        )

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

    def _group_manager(self, path: Sequence[int]) -> int | None:
        for territory_id in path[::-1]:
            able = [
                staff_id
                for staff_id in self.covering.get(territory_id, ())
                if self.staff[staff_id].role == "group_manager"
            ]
            if able:
                return min(able, key=lambda staff_id: (self.load[staff_id], staff_id))
        return None
