"""Find the stores of people in a room by what they are called there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.queries.bindings import Called, Part, part_of
from qunlian.channel.rules.bindings import MOST_PROPOSALS, Match, certain
from qunlian.channel.steps.handles import tie_to_stores
from qunlian.community import access, binding, doors
from qunlian.community.models import Binding, FoundRoom, HandleView, Occupant, StorePersonView
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBindings:
    """How many people got their store, and of how many somebody is asked."""

    bound: int
    proposed: int


def find_bindings(
    *, actor: Actor, room_id: int, part: Part | None = None, now: datetime
) -> FoundBindings:
    """
    Hold those of a room's people whose store nobody knows against the stores of its territory.

    Where the signs leave no doubt they are bound at once; else up to three stores are proposed.

    :param part: the stores of its territory, when they were just read for another room
    :raises NotFound: no such room within the actor's reach
    """
    with scope.writing(actor):
        access.room_for(actor, room_id)
        row = FoundRoom.objects.select_for_update(of=("self",)).get(pk=room_id)
        if row.territory_id is None or row.decision == "ignored":
            return FoundBindings(bound=0, proposed=0)
        called = _unbound(row)
        claimed = _claimed([one.handle_id for one in called])
        strangers = [one for one in called if one.handle_id not in claimed]
        if not strangers:
            return FoundBindings(bound=0, proposed=0)
        if part is None or part.territory_id != row.territory_id:
            part = part_of(actor, row.territory_id)
        matches = part.matches(strangers)
        refused = set(
            Binding.objects.filter(handle_id__in=matches, state="refused").values_list(
                "handle_id", "store_id"
            )
        )
        bound: dict[int, int] = {}
        proposed: list[Binding] = []
        for handle_id, all_found in matches.items():
            found = [one for one in all_found if (handle_id, one.store_id) not in refused]
            sure = certain(found)
            if sure is not None:
                bound[handle_id] = sure.store_id
            rows = [sure] if sure is not None else found[:MOST_PROPOSALS]
            proposed += [_binding(actor, handle_id, one, sure, now) for one in rows]
        _write({one.handle_id for one in strangers}, proposed)
        people = tie_to_stores(actor, bound, now)
        binding.give_stores(actor, {people[one]: store for one, store in bound.items()}, now)
        binding.count_bound([row.pk])
        if bound:
            journal.record(
                "community.members_bound",
                actor=actor,
                at=now,
                about={"store": sorted(set(bound.values())), "room": [row.pk]},
                people=len(bound),
            )
        return FoundBindings(
            bound=len(bound), proposed=len({one.handle_id for one in proposed}) - len(bound)
        )


def _claimed(handle_ids: Iterable[int]) -> list[int]:
    """Return who has said himself which store is his: that stands until somebody decides."""
    own = Binding.objects.filter(
        handle_id__in=list(handle_ids), state="proposed", signs__contains=["claimed"]
    )
    return list(own.values_list("handle_id", flat=True).distinct())


def _unbound(row: FoundRoom) -> list[Called]:
    """Return the people of a room, staff left out, whose store nobody knows."""
    seated = Occupant.objects.filter(room=row, is_staff=False)
    rows = list(seated.values_list("handle_id", "name", "door"))
    names = {handle_id: name for handle_id, name, _door in rows}
    by_door = doors.came_by(door for _, _, door in rows)
    stores = {handle_id: by_door[door].store_id for handle_id, _, door in rows if door in by_door}
    whose: dict[int, int] = {
        pk: person_id
        for pk, person_id in HandleView.objects.filter(pk__in=names).values_list("pk", "person_id")
        if person_id is not None
    }
    known = set(
        StorePersonView.objects.filter(person_id__in=whose.values()).values_list(
            "person_id", flat=True
        )
    )
    return [
        Called(handle_id=handle_id, name=names[handle_id], store_id=stores.get(handle_id))
        for handle_id, person_id in whose.items()
        if person_id not in known
    ]


def _binding(
    actor: Actor, handle_id: int, match: Match, sure: Match | None, now: datetime
) -> Binding:
    return Binding(
        enterprise_id=actor.enterprise_id,
        handle_id=handle_id,
        store_id=match.store_id,
        score=match.score,
        signs=list(match.signs),
        state="bound" if match is sure else "proposed",
        found_at=now,
        decided_at=now if match is sure else None,
    )


def _write(looked_at: set[int], rows: list[Binding]) -> None:
    """Keep the proposals of this look; those of an earlier one that no longer stand go."""
    Binding.objects.filter(handle_id__in=looked_at, state="proposed").delete()
    Binding.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["score", "signs", "state", "decided_at"],
        unique_fields=["enterprise_id", "handle_id", "store_id"],
    )
