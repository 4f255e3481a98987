"""The rows of a plan: each proposed group named and staffed, with its stores."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qunlian.community.matrix import Made
from qunlian.community.queries.present import PresentGroup
from qunlian.community.queries.roster import RosterRead
from qunlian.community.rules.names import NameParts, name_from
from qunlian.community.rules.staffing import STORE_POSTS, Posts, Staffing, Team
from qunlian.community.rules.terms import PlanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the arrays don't know: names, tree and staff, and which places a store group has."""

    brand: str
    territories: Mapping[int, tuple[tuple[int, ...], str]]
    staffing: Staffing
    posts: Posts = STORE_POSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some groups of a plan with their stores, as rows for ``proposals.add_rows``."""

    groups: list[tuple[Any, ...]]
    stores: list[tuple[Any, ...]]


def batches(
    read: RosterRead, made: Made, terms: PlanTerms, around: Surroundings, *, size: int
) -> Iterator[Batch]:
    """Yield the plan's rows, whole groups at a time, about ``size`` stores each; emptied groups come last."""
    order = np.argsort(made.group, kind="stable")
    starts = np.concatenate([[0], np.cumsum(made.groups.stores)])
    teller = _Teller(read, made, terms, around)
    first = 0
    while first < made.groups.count:
        last = int(np.searchsorted(starts, starts[first] + size, side="right")) - 1
        last = max(first + 1, min(last, made.groups.count))
        yield Batch(
            groups=[teller.row(number) for number in range(first, last)],
            stores=_store_rows(read, made, order[starts[first] : starts[last]]),
        )
        first = last
    if made.kept:
        yield Batch(groups=teller.emptied(), stores=[])


def _store_rows(read: RosterRead, made: Made, rows: npt.NDArray[np.int64]) -> list[tuple[Any, ...]]:
    """Return (number, store, seats, is outlier, from group, reason, gain) of each store."""
    kept = made.kept
    nothing = np.zeros(len(rows), dtype=np.int64)
    before = nothing if kept is None else kept.from_group_id[rows]
    return list(
        zip(
            (made.group[rows] + 1).tolist(),
            read.store_ids[rows].tolist(),
            read.roster.seats[rows].tolist(),
            np.isin(rows, made.outliers).tolist(),
            [group_id or None for group_id in before.tolist()],
            (nothing if kept is None else kept.reason[rows]).tolist(),
            (nothing * 0.0 if kept is None else kept.gain[rows]).tolist(),
            strict=True,
        )
    )


class _Teller:
    """Names and staffs one group after the other; numbers begin at 1, per plan and per patch."""

    def __init__(
        self, read: RosterRead, made: Made, terms: PlanTerms, around: Surroundings
    ) -> None:
        self.read, self.made, self.terms, self.around = read, made, terms, around
        there = made.kept.present if made.kept else ()
        #: names given so far in each patch; a new group counts on after those there are
        self.named = Counter(group.patch_id for group in there)

    def row(self, index: int) -> tuple[Any, ...]:
        """Return a proposed group in the order of ``proposals``' columns."""
        groups, read = self.made.groups, self.read
        territory_id = int(read.territory_ids[int(groups.patch[index])])
        kind = read.types[int(groups.type_code[index])]
        management = read.managements[int(groups.attribute_code[index])]
        there = self._continued(index)
        return (
            index + 1,
            territory_id,
            there.name if there else self._new_name(territory_id, kind, management),
            int(groups.stores[index]),
            int(groups.seats[index]),
            *self._team(territory_id, there),
            kind,
            float(groups.type_share[index]),
            management,
            float(groups.attribute_share[index]),
            int(groups.size_mean_fen[index]),
            float(groups.closeness_mean[index]),
            float(groups.likeness[index]),
            int(groups.look[index]),
            there.group_id if there else None,
        )

    def emptied(self) -> list[tuple[Any, ...]]:
        """Return the groups that no store is left in, so that a move out of them can be declined."""
        emptied = self.made.kept.emptied() if self.made.kept else []
        figures = ("", 1.0, "", 1.0, 0, 0.0, 1.0, 0)
        return [
            (
                number,
                there.patch_id,
                there.name,
                0,
                0,
                *(there.owner_staff_id, there.steward_staff_id, None, None, None),
                *figures,
                there.group_id,
            )
            for number, there in enumerate(emptied, self.made.groups.count + 1)
        ]

    def _continued(self, index: int) -> PresentGroup | None:
        kept = self.made.kept
        if kept is None or kept.of_group[index] < 0:
            return None
        return kept.present[int(kept.of_group[index])]

    def _new_name(self, territory_id: int, kind: str, management: str) -> str:
        self.named[territory_id] += 1
        _, patch_name = self.around.territories.get(territory_id, ((territory_id,), ""))
        parts = NameParts(
            brand=self.around.brand,
            patch=patch_name,
            type=kind,
            management=management,
            n=self.named[territory_id],
        )
        return name_from(self.terms.template, parts)

    def _team(self, territory_id: int, there: PresentGroup | None) -> tuple[int | None, ...]:
        """Return who looks after a group; one there was keeps its owner, and in its patch its whole team."""
        path, _ = self.around.territories.get(territory_id, ((territory_id,), ""))
        team: Team = self.around.staffing.team_for(path, self.around.posts)
        if there is None:
            return (team.owner, team.steward, team.superior, team.second_superior, team.manager)
        if there.territory_id != territory_id or there.steward_staff_id is None:
            owner = there.owner_staff_id
            return (owner, team.steward, team.superior, team.second_superior, team.manager)
        return _standing_team(there)


def _standing_team(there: PresentGroup) -> tuple[int | None, ...]:
    superior, second = (*there.superior_staff_ids, None, None)[:2]
    return (there.owner_staff_id, there.steward_staff_id, superior, second, there.manager_staff_id)
